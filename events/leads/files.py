"""Leads as a file: one writer per format, each taking rows as they come and holding none of them."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Final

import asyncpg
import msgspec
import xlsxwriter

from events.leads.columns import Table, about, sheet_text, titles, wall_clock
from events.leads.queries import lead_of
from events.leads.rules import Format, Source, item_of
from events.leads.vcard import vcard
from events.release.files import Writer
from events.release.rules import BYTE_ORDER_MARK, csv_lines

SHEET_ROWS: Final = 1_048_576
SHEET_TIME: Final = "yyyy-mm-dd hh:mm:ss"


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
    """For people: a sheet of leads (another one when Excel's rows run out) and a sheet "About". Times are dates of the sheet, in
    the event's time zone; all else is text, a telephone number too, with its `+`."""

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
        self._time = self._book.add_format({"num_format": SHEET_TIME, "align": "left"})
        self._sheets = 0
        self._sheet, self._next = self._new_sheet(), 1

    def _new_sheet(self) -> Any:
        self._sheets += 1
        sheet = self._book.add_worksheet("Leads" if self._sheets == 1 else f"Leads {self._sheets}")
        names = titles(self._table.columns, self._source.zone)
        sheet.set_column(0, len(names) - 1, 28)
        sheet.freeze_panes(1, 0)
        for column, name in enumerate(names):
            sheet.write_string(0, column, name, self._bold)
        return sheet

    def _end_sheet(self) -> None:
        self._sheet.autofilter(0, 0, self._next - 1, len(self._table.columns) - 1)

    def _put(self, sheet: Any, row: int, column: int, value: str | datetime) -> None:
        if isinstance(value, datetime):
            sheet.write_datetime(row, column, wall_clock(value, self._source.zone), self._time)
        elif value:
            sheet.write_string(row, column, sheet_text(value))

    def write(self, rows: Sequence[asyncpg.Record]) -> None:
        for row in rows:
            if self._next == self._rows:
                self._end_sheet()
                self._sheet, self._next = self._new_sheet(), 1
            for column, value in enumerate(self._table.cells(row)):
                self._put(self._sheet, self._next, column, value)
            self._next += 1

    def close(self) -> None:
        self._end_sheet()
        sheet = self._book.add_worksheet("About")
        sheet.set_column(0, 1, 40)
        said: dict[str, str | datetime] = {**dict(about(self._source)), "time_zone": self._source.zone.key}
        said["generated_at"] = self._source.generated_at
        for n, (title, value) in enumerate(zip(titles(list(said), self._source.zone), said.values(), strict=True)):
            sheet.write_string(n, 0, title, self._bold)
            self._put(sheet, n, 1, value)
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
