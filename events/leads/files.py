"""Leads as a file: one writer per format, each taking rows as they come and holding none of them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO, Final

import asyncpg
import msgspec
import xlsxwriter

from events.leads.queries import lead_of
from events.leads.rules import Format, Source, Table, about, item_of, sheet_text, vcard
from events.release.files import Writer
from events.release.rules import BYTE_ORDER_MARK, csv_lines

SHEET_ROWS: Final = 1_048_576


class Csv:
    def __init__(self, file: BinaryIO, source: Source, fields: tuple[str, ...]) -> None:
        self._file, self._table = file, Table(fields, source)
        file.write(BYTE_ORDER_MARK + csv_lines([self._table.columns]))

    def write(self, rows: Sequence[asyncpg.Record]) -> None:
        self._file.write(csv_lines(map(self._table.line, rows)))

    def close(self) -> None:
        self._file.flush()

    def abandon(self) -> None:
        pass


class Xlsx:
    """A sheet of leads (another one when Excel's rows run out) and a sheet "About"."""

    def __init__(self, file: BinaryIO, source: Source, fields: tuple[str, ...], scratch: Path, rows: int = SHEET_ROWS) -> None:
        self._source, self._table, self._rows = source, Table(fields, source), rows
        options = {
            "constant_memory": True,
            "tmpdir": str(scratch),
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        self._book = xlsxwriter.Workbook(file, options)
        self._book.set_properties({"title": "Leads", "company": source.controller, "created": source.generated_at})
        self._bold = self._book.add_format({"bold": True})
        self._sheets = 0
        self._sheet, self._next = self._new_sheet(), 1

    def _new_sheet(self) -> Any:
        self._sheets += 1
        sheet = self._book.add_worksheet("Leads" if self._sheets == 1 else f"Leads {self._sheets}")
        names = self._table.columns
        sheet.set_column(0, len(names) - 1, 24)
        sheet.freeze_panes(1, 0)
        for column, name in enumerate(names):
            sheet.write_string(0, column, name, self._bold)
        return sheet

    def write(self, rows: Sequence[asyncpg.Record]) -> None:
        for row in rows:
            if self._next == self._rows:
                self._sheet, self._next = self._new_sheet(), 1
            for column, text in enumerate(self._table.line(row)):
                if text:
                    self._sheet.write_string(self._next, column, sheet_text(text))
            self._next += 1

    def close(self) -> None:
        sheet = self._book.add_worksheet("About")
        sheet.set_column(0, 1, 40)
        for n, (name, text) in enumerate(about(self._source)):
            sheet.write_string(n, 0, name, self._bold)
            sheet.write_string(n, 1, sheet_text(text))
        self._book.close()

    def abandon(self) -> None:
        for sheet in self._book.worksheets():
            sheet.row_data_fh.close()  # its rows, on disk until the book is put together


class Vcards:
    """Address books know no withdrawn card: tombstones are left out (they stand in the other formats and in the recalls)."""

    def __init__(self, file: BinaryIO, source: Source) -> None:
        self._file, self._source = file, source

    def write(self, rows: Sequence[asyncpg.Record]) -> None:
        leads = (lead_of(row) for row in rows)
        self._file.write(b"".join(vcard(lead, self._source) for lead in leads if lead.state == "lead"))

    def close(self) -> None:
        self._file.flush()

    def abandon(self) -> None:
        pass


class Json:
    """`{"controller", …, "release", "questions": {…}, "items": […]}`, the items as in `GET /leads`."""

    def __init__(self, file: BinaryIO, source: Source) -> None:
        self._file, self._comma = file, b""
        head = msgspec.json.encode(dict(about(source)) | {"questions": source.questions})
        file.write(head.removesuffix(b"}") + b',"items":[')

    def write(self, rows: Sequence[asyncpg.Record]) -> None:
        for row in rows:
            self._file.write(self._comma + msgspec.json.encode(item_of(lead_of(row))))
            self._comma = b","

    def close(self) -> None:
        self._file.write(b"]}")
        self._file.flush()

    def abandon(self) -> None:
        pass


def writer_of(format_: Format, file: BinaryIO, source: Source, fields: tuple[str, ...], scratch: Path) -> Writer:
    match format_:
        case "csv":
            return Csv(file, source, fields)
        case "xlsx":
            return Xlsx(file, source, fields, scratch)
        case "vcf":
            return Vcards(file, source)
        case "json":
            return Json(file, source)
