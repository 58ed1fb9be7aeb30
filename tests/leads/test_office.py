"""The files in a real office program: Thai as it was written, telephone numbers whole, and nothing that was typed runs."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID
from zoneinfo import ZoneInfo

import openpyxl
import pytest

from events.leads.files import Csv, Xlsx
from events.leads.rules import Source
from tests.conftest import START
from tests.leads.office import NAMES, NoOffice, convert, find, prepare

SOURCE = Source(UUID(int=7), "ผู้จัดงาน", "dpo@host.example", "fair", "S1 Co., Ltd.", "follow_up", START, ZoneInfo("Asia/Bangkok"))
# as it was typed, and as a CSV may show it (tests/leads/test_rules.py): text in every program
TYPED = {
    "มาลี ใจงาม น้ำตาล": "มาลี ใจงาม น้ำตาล",
    "+66 81 234 5678": "+66 81 234 5678",
    "=1+1": "'=1+1",
    "\t=1+1": "' =1+1",
    "\r=1+1": "' =1+1",
    "＝1+1": "'＝1+1",
    '=HYPERLINK("https://evil.example";"เปิด")': '\'=HYPERLINK("https://evil.example";"เปิด")',
    "=cmd|' /C calc'!A0": "'=cmd|' /C calc'!A0",
    "@SUM(1;1)": "'@SUM(1;1)",
    "-2+3": "'-2+3",
    "+1+1": "'+1+1",
}


def row_of(text: str) -> dict[str, Any]:
    """A lead whose every value somebody typed."""
    note = {
        "phone": str(UUID(int=2)),
        "helper": text,
        "rating": 3,
        "answers": {"q": text},
        "note": text,
        "written_at": START.isoformat(),
    }
    return {
        "lead": UUID(int=1),
        "state": "lead",
        "name": text,
        "phone": "+66 81 234 5678",
        "scanned_at": START,
        "scanned_by": text,
        "notes": [note],
        "basis": "scan",
        "usable_until": START,
    }


def noted(text: str) -> str:
    """As it stands among several helpers' words: in one line, and without the bar between them."""
    return text.strip().replace("|", "/")


def written(path: Path, writer: Callable[[BinaryIO], Csv | Xlsx]) -> Path:
    with path.open("wb") as file:
        made = writer(file)
        made.write([row_of(text) for text in TYPED])  # type: ignore[misc]
        made.close()
    return path


@pytest.mark.requirement("S11-sec-3")
def test_a_csv_opens_as_text_with_nothing_that_runs(tmp_path: Path) -> None:
    made = written(tmp_path / "leads.csv", lambda file: Csv(file, SOURCE, ("name", "phone")))
    book = openpyxl.load_workbook(convert(made, "xlsx", tmp_path))
    names, *lines = list(book.active.iter_rows(values_only=True))
    rows = [dict(zip(names, line, strict=True)) for line in lines]
    assert [row["name"] for row in rows] == list(TYPED.values())
    assert {row["phone"] for row in rows} == {"+66 81 234 5678"}
    assert [row["scanned_by"] for row in rows] == list(TYPED.values())
    assert rows[0]["notes"] == "มาลี ใจงาม น้ำตาล: มาลี ใจงาม น้ำตาล"
    assert all(row["notes"].endswith(noted(text)) for row, text in zip(rows, TYPED, strict=True))
    types = {cell.data_type for line in book.active.iter_rows() for cell in line if cell.value is not None}
    assert types <= {"s", "d"}, "a formula or a number where there is text"


@pytest.mark.requirement("S11-sec-3")
def test_a_workbook_opens_as_it_was_typed_with_nothing_that_runs(tmp_path: Path) -> None:
    made = written(tmp_path / "leads.xlsx", lambda file: Xlsx(file, SOURCE, ("name", "phone"), tmp_path))
    with convert(made, "csv", tmp_path).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["Name"].replace("\n", "").replace("\r", "") for row in rows] == [text.replace("\r", "") for text in TYPED]
    assert {row["Phone"] for row in rows} == {"+66 81 234 5678"}
    assert {row["Scanned at (Asia/Bangkok)"] for row in rows} == {"2027-03-01 16:00:00"}
    assert [row["Notes"] for row in rows] == [f"{noted(text).replace(':', '/')}: {noted(text)}" for text in TYPED]
    book = openpyxl.load_workbook(made)
    times = {"Scanned at (Asia/Bangkok)", "Usable until (Asia/Bangkok)"}
    for column in book["Leads"].iter_cols():
        assert {cell.data_type for cell in column[1:]} == ({"d"} if column[0].value in times else {"s"})


@pytest.mark.requirement("S11-sec-3")
def test_the_office_program_of_these_tests_would_run_what_is_left_as_it_was_typed(tmp_path: Path) -> None:
    raw = tmp_path / "raw.csv"
    raw.write_bytes("\ufeffname\r\n=1+1\r\n'=1+1\r\n".encode())
    book = openpyxl.load_workbook(convert(raw, "xlsx", tmp_path))
    assert [cell.data_type for cell in next(iter(book.active.columns))] == ["s", "f", "s"]


@pytest.fixture
def machine(tmp_path: Path) -> dict[str, str]:
    """A machine with apt, on which LibreOffice appears when its second package is asked for."""
    for tool in ("sh", "ln"):
        (tmp_path / tool).symlink_to(f"/bin/{tool}")
    apt = tmp_path / "apt-get"
    apt.write_text(
        f'#!{tmp_path}/sh\necho "$*" >> "$MACHINE/log"\n'
        f'case "$*" in *calc) ln -s "$MACHINE/sh" "$MACHINE/soffice";; *calc-nogui) exit 100;; esac\n',
        encoding="utf-8",
    )
    apt.chmod(0o755)
    return {"PATH": str(tmp_path), "MACHINE": str(tmp_path)}


def test_root_installs_an_office_program_by_apt_and_once(machine: dict[str, str]) -> None:
    prepare(machine, root=True)
    log = Path(machine["MACHINE"], "log")
    asked = log.read_text(encoding="utf-8").splitlines()
    assert [line.rpartition(" ")[2] for line in asked] == ["update", "libreoffice-calc-nogui", "libreoffice-calc"]
    assert find(machine) == f"{machine['MACHINE']}/{NAMES[0]}"
    prepare(machine, root=True)
    assert log.read_text(encoding="utf-8").splitlines() == asked


def test_whoever_may_not_install_is_told_what_to_install(machine: dict[str, str]) -> None:
    with pytest.raises(NoOffice, match="apt install libreoffice-calc-nogui"):
        prepare(machine, root=False)
    assert not Path(machine["MACHINE"], "log").exists()
