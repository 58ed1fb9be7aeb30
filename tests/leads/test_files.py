"""Leads as files: read back by other programs, hashed in the ledger, and never sent when the ledger cannot be written."""

import csv
import io
from base64 import b64decode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import httpx
import openpyxl
import pytest

from events.leads.files import Xlsx
from events.leads.rules import FORMATS, Source
from tests.conftest import START
from tests.leads.fair import Fair
from tests.people import ALL_SEVEN

CONTROLLER = "Test Events Co., Ltd."
FORMULA = {
    "name": "=1+1",
    "company": "＝cmd|' /C calc'!A0",
    "job_title": "-Boss",
    "phone": "+66 81 234 5678",
    "address": "1, Road\r\nกรุงเทพฯ",
}


def rows_of(body: bytes) -> list[dict[str, str]]:
    assert body.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline="")))


@pytest.mark.requirement("scenario-1", "S1-role-1", "S6-sponsor-12")
async def test_a_csv_names_controller_and_use_and_leaves_empty_what_was_not_released(fair: Fair) -> None:
    who = await fair.attendee(shares_with=["S1"], fields=["name", "company", "email"])
    answer = await (await fair.admin("S1")).get("/api/v1/leads.csv", params=fair.asking())
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == f'attachment; filename="leads-{fair.slug}.csv"'
    assert answer.headers["content-length"] == str(len(answer.content))
    assert answer.headers["cache-control"] == "no-store"
    [row] = rows_of(answer.content)
    assert row == {
        "lead": str(UUID(row["lead"])),
        "state": "lead",
        "name": who.card["name"],
        "job_title": "",
        "company": who.card["company"],
        "address": "",
        "country": "",
        "phone": "",
        "email": who.card["email"],
        "scanned_at": "",
        "scanned_by": "",
        "rating": "",
        "answers": "",
        "notes": "",
        "basis": "form",
        "usable_until": "2027-05-12T09:00:00Z",
        "controller": CONTROLLER,
        "event": fair.slug,
        "recipient": "S1 Co., Ltd.",
        "declared_use": "follow_up",
    }


@pytest.mark.requirement("S6-sponsor-12")
async def test_a_table_has_no_column_for_what_the_agreement_leaves_out(fair: Fair) -> None:
    await fair.world.add_party("S3", fields=["name", "email"])
    await fair.world.list_sponsor("S3")
    await fair.attendee(shares_with=["S3"])
    body = (await (await fair.admin("S3")).get("/api/v1/leads.csv", params=fair.asking(fields="email,phone,name"))).content
    assert list(rows_of(body)[0])[:5] == ["lead", "state", "name", "email", "scanned_at"]


@pytest.mark.requirement("S11-sec-3")
async def test_a_csv_is_safe_to_open_and_leaves_a_phone_number_alone(fair: Fair) -> None:
    await fair.attendee(shares_with=["S1"], card=FORMULA)
    body = (await (await fair.admin("S1")).get("/api/v1/leads.csv", params=fair.asking())).content
    [row] = rows_of(body)
    assert [row[field] for field in ALL_SEVEN[:4]] == ["'=1+1", "'-Boss", "'＝cmd|' /C calc'!A0", "1, Road กรุงเทพฯ"]
    assert row["phone"] == "+66 81 234 5678"
    assert body.count(b"\r\n") == 2


@pytest.mark.requirement("S11-sec-3", "S1-role-1")
async def test_a_workbook_holds_text_and_times_only_and_says_where_it_comes_from(fair: Fair) -> None:
    who = await fair.attendee(shares_with=["S1"], card=FORMULA)
    answer = await (await fair.admin("S1")).get("/api/v1/leads.xlsx", params=fair.asking())
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert book.sheetnames == ["Leads", "About"]
    names, values = list(book["Leads"].iter_rows(values_only=True))
    row = dict(zip(names, values, strict=True))
    card = [row[title] for title in ("Name", "Job title", "Company", "Address", "Country", "Phone", "Email")]
    assert card == [(who.card | {"address": "1, Road\nกรุงเทพฯ"})[field] for field in ALL_SEVEN]
    types = {name: cell.data_type for name, cell in zip(names, book["Leads"][2], strict=True) if cell.value is not None}
    assert {name for name, kind in types.items() if kind != "s"} == {"Usable until (Asia/Bangkok)"}
    assert dict(book["About"].iter_rows(values_only=True)) == {
        "Controller": CONTROLLER,
        "DPO contact": f"dpo@{fair.world.owner_email.split('@')[1]}",
        "Event": fair.slug,
        "Recipient": "S1 Co., Ltd.",
        "Declared use": "follow_up",
        "Generated at (Asia/Bangkok)": (fair.clock.now + timedelta(hours=7)).replace(tzinfo=None),
        "Release": answer.headers["events-release"],
        "Time zone": "Asia/Bangkok",
    }


def written(source: Source, row: dict[str, Any], times: int, scratch: Path, **options: int) -> openpyxl.Workbook:
    with TemporaryFile() as file:
        writer = Xlsx(file, source, ("name",), scratch, **options)
        rows: Any = [row] * times
        writer.write(rows)
        writer.close()
        return openpyxl.load_workbook(file)


@pytest.mark.parametrize(("zone", "there"), [("Asia/Bangkok", "2027-03-29 01:30:15"), ("Europe/Berlin", "2027-03-28 20:30:15")])
def test_times_in_a_workbook_are_dates_where_the_event_is_and_lines_can_be_filtered(
    tmp_path: Path, zone: str, there: str
) -> None:
    at = datetime(2027, 3, 28, 18, 30, 15, 987654, tzinfo=UTC)  # in Berlin the clocks were put forward that night
    source = Source(UUID(int=7), "Host", "dpo@host.example", "fair", "S1", "follow_up", at, ZoneInfo(zone))
    row = {"lead": UUID(int=1), "state": "lead", "name": "Max", "basis": "scan", "usable_until": at}
    row |= {"scanned_at": at, "scanned_by": "Nok", "notes": None}
    book = written(source, row, 2, tmp_path)
    sheet = book["Leads"]
    for name in (f"Scanned at ({zone})", f"Usable until ({zone})"):
        [cell] = [cell for title, cell in zip(sheet[1], sheet[2], strict=True) if title.value == name]
        assert (cell.is_date, str(cell.value), cell.number_format) == (True, there, "yyyy-mm-dd hh:mm:ss")
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", sheet.dimensions)
    assert str(dict(book["About"].iter_rows(values_only=True))[f"Generated at ({zone})"]) == there


def test_a_workbook_goes_on_in_another_sheet_when_the_rows_of_one_run_out(tmp_path: Path) -> None:
    source = Source(UUID(int=7), "Host", "dpo@host.example", "fair", "S1", "follow_up", START, ZoneInfo("Asia/Bangkok"))
    row: Any = {"lead": UUID(int=1), "state": "withdrawn", "name": None, "basis": None, "usable_until": None}
    row |= {"scanned_at": None, "scanned_by": None, "notes": None}
    book = written(source, row, 5, tmp_path, rows=3)
    assert {sheet.title: sheet.max_row for sheet in book} == {"Leads": 3, "Leads 2": 3, "Leads 3": 2, "About": 8}
    assert [sheet.auto_filter.ref for sheet in book][:3] == ["A1:N3", "A1:N3", "A1:N2"]
    assert list(tmp_path.iterdir()) == []


async def test_vcards_hold_one_card_per_lead(fair: Fair) -> None:
    people = [
        await fair.attendee(shares_with=["S1"], fields=["name", "phone"], name=name) for name in ("Ada; Lovelace", "ก" * 90)
    ]
    answer = await (await fair.admin("S1")).get("/api/v1/leads.vcf", params=fair.asking())
    assert answer.headers["content-type"] == "text/vcard; charset=utf-8"
    assert max(len(line) for line in answer.content.split(b"\r\n")) <= 75
    cards = answer.text.replace("\r\n ", "").split("BEGIN:VCARD\r\n")[1:]
    assert [card.split("\r\n")[2] for card in cards] == ["FN:Ada\\; Lovelace", "FN:" + "ก" * 90]
    assert [[line.split(":")[0] for line in card.split("\r\n")] for card in cards] == [
        ["VERSION", "UID", "FN", "TEL", "NOTE", "REV", "END", ""]
    ] * 2
    assert not any(person.card["email"] in answer.text for person in people)


async def test_a_json_file_holds_the_items_of_the_page(fair: Fair) -> None:
    for _ in range(3):
        await fair.attendee(shares_with=["S1"], fields=["name"])
    admin = await fair.admin("S1")
    page = (await admin.get("/api/v1/leads", params=fair.asking())).json()
    answer = await admin.get("/api/v1/leads.json", params=fair.asking())
    file = answer.json()
    assert file.pop("items") == page["items"]
    assert file.pop("questions") == {}
    assert file == {
        "controller": CONTROLLER,
        "dpo_contact": f"dpo@{fair.world.owner_email.split('@')[1]}",
        "event": fair.slug,
        "recipient": "S1 Co., Ltd.",
        "declared_use": "follow_up",
        "generated_at": fair.clock.now.isoformat().replace("+00:00", "Z"),
        "release": answer.headers["events-release"],
    }


@pytest.mark.requirement("S6-sponsor-16", "S11-sec-3")
async def test_every_file_carries_who_scanned_and_what_each_helper_noted(fair: Fair) -> None:
    nok, mai = await fair.people.phone("S1", "Nok"), await fair.people.phone("S1", "=Mai")
    who = await fair.attendee(badge_scan=True, name="Max", withheld=["email"])
    path = f"/api/v1/sponsor/events/{fair.slug}/questions"
    options = [{"en": "Now"}, {"th": "ปีหน้า"}]
    wanted = [
        {"kind": "multiple", "wording_en": "When?", "wording_th": "เมื่อไร", "options": options},
        {"kind": "text", "wording_th": "อะไร"},
    ]
    when, what = (await (await fair.admin("S1")).put(path, json={"questions": wanted})).json()["questions"]
    hostile = '\t=1+1\r\nEND:VCARD\r\nBEGIN:VCARD\r\nFN:Evil; "q", ＝2'
    answers = {when["id"]: [option["id"] for option in when["options"]], what["id"]: "+1"}
    for phone, note in ((nok, {"note": hostile, "rating": 3, "answers": answers}), (mai, {"note": "ขอใบเสนอราคา"})):
        scan = uuid4()
        await phone.scan(who.attendee.badge, client_id=scan)
        sent = note | {"written_at": fair.clock.now.isoformat()}
        assert (await phone.client.put(f"/api/v1/scans/{scan}/note", json=sent)).status_code == 200
    at = fair.clock.now.isoformat().replace("+00:00", "Z")
    admin = await fair.admin("S1")
    answers_of = {end: await admin.get(f"/api/v1/leads.{end}", params=fair.asking()) for end in FORMATS}
    [row] = rows_of(answers_of["csv"].content)
    noted = {name: row[name] for name in ("scanned_at", "scanned_by", "rating", "answers", "notes")}
    assert noted == {
        "scanned_at": at,
        "scanned_by": "'=Mai",
        "rating": "Nok: high",
        "answers": "Nok: When? Now, ปีหน้า; อะไร +1",
        "notes": 'Nok: =1+1 END:VCARD BEGIN:VCARD FN:Evil; "q", ＝2 | =Mai: ขอใบเสนอราคา',
    }
    names, values = list(openpyxl.load_workbook(io.BytesIO(answers_of["xlsx"].content))["Leads"].iter_rows(values_only=True))
    sheet = dict(zip(names, values, strict=True))
    assert (sheet["Scanned by"], sheet["Rating"]) == ("=Mai", "Nok: high")
    assert (sheet["Answers"], sheet["Notes"]) == (noted["answers"], noted["notes"])
    assert sheet["Scanned at (Asia/Bangkok)"] == (fair.clock.now + timedelta(hours=7)).replace(tzinfo=None)
    file = answers_of["json"].json()
    assert [(n["helper"], n["rating"], n["answers"], n["note"]) for n in file["items"][0]["notes"]] == [
        ("Nok", 3, answers, hostile),
        ("=Mai", None, {}, "ขอใบเสนอราคา"),
    ]
    assert file["questions"][what["id"]] == {"wording": "อะไร", "options": {}}
    card = answers_of["vcf"].text.replace("\r\n ", "").split("\r\n")
    assert [line.partition(":")[0] for line in card].count("BEGIN") == 1
    assert card[-6:-2] == [
        f"NOTE:Scanned {at} by =Mai.",
        'NOTE:Nok: high | When? Now\\, ปีหน้า\\; อะไร +1 | =1+1 END:VCARD BEGIN:VCARD FN:Evil\\; "q"\\, ＝2',
        "NOTE:=Mai: ขอใบเสนอราคา",
        card[-3],
    ]
    for answer in answers_of.values():
        book = await fair.book(answer.headers["events-release"])
        assert (book["lines"], book["file_sha256"]) == ([who.id], sha256(answer.content).digest())
        assert who.card["email"] not in answer.text


@pytest.mark.requirement("S11-sec-3", "S6-sponsor-14", "F9")
@pytest.mark.parametrize("extension", FORMATS)
async def test_the_ledger_holds_the_hash_of_the_file_and_a_line_per_row(fair: Fair, extension: str) -> None:
    people = [await fair.attendee(shares_with=["S1"]) for _ in range(2)]
    await fair.attendee()
    admin = await fair.admin("S1")
    answers = [await admin.get(f"/api/v1/leads.{extension}", params=fair.asking()) for _ in range(2)]
    assert len({answer.headers["events-release"] for answer in answers}) == 2
    for answer in answers:
        book = await fair.book(answer.headers["events-release"])
        assert book["file_sha256"] == sha256(answer.content).digest()
        assert b64decode(answer.headers["repr-digest"].removeprefix("sha-256=:").removesuffix(":")) == book["file_sha256"]
        assert sorted(book["lines"]) == sorted(person.id for person in people)
        assert (book["row_count"], book["channel"]) == (2, {"vcf": "vcard"}.get(extension, extension))
        assert book["hash"] == await fair.sql.fetchval("select release.release_hash(r) from release r where id = $1", book["id"])


@pytest.mark.parametrize("extension", FORMATS)
async def test_a_file_of_nobody_is_whole_and_booked(fair: Fair, extension: str) -> None:
    answer = await (await fair.admin("S1")).get(f"/api/v1/leads.{extension}", params=fair.asking())
    assert answer.status_code == 200
    book = await fair.book(answer.headers["events-release"])
    assert (book["row_count"], book["file_sha256"]) == (0, sha256(answer.content).digest())


@pytest.mark.parametrize("extension", ["csv", "json"])
async def test_a_file_longer_than_a_batch_is_complete(fair: Fair, monkeypatch: pytest.MonkeyPatch, extension: str) -> None:
    monkeypatch.setattr("events.release.files.BATCH", 2)
    monkeypatch.setattr("events.release.files.CHUNK", 100)
    people = [await fair.attendee(shares_with=["S1"], fields=["email"]) for _ in range(5)]
    answer = await (await fair.admin("S1")).get(f"/api/v1/leads.{extension}", params=fair.asking())
    items = answer.json()["items"] if extension == "json" else rows_of(answer.content)
    assert [item["email"] for item in items] == [person.card["email"] for person in people]
    book = await fair.book(answer.headers["events-release"])
    assert (book["row_count"], book["file_sha256"]) == (5, sha256(answer.content).digest())


@pytest.mark.requirement("S6-sponsor-13")
async def test_changed_since_puts_tombstones_into_tables_and_leaves_them_out_of_cards(fair: Fair) -> None:
    gone = await fair.attendee(shares_with=["S1"], name="Gone")
    admin = await fair.admin("S1")
    [item] = (await admin.get("/api/v1/leads", params=fair.asking())).json()["items"]
    since = fair.clock.forward(minutes=5).isoformat()
    await gone.withdraw(fair.parties["S1"])
    asked = fair.asking(changed_since=since)
    [row] = rows_of((await admin.get("/api/v1/leads.csv", params=asked)).content)
    assert {name: text for name, text in row.items() if text} == {
        "lead": item["id"],
        "state": "withdrawn",
        "controller": CONTROLLER,
        "event": fair.slug,
        "recipient": "S1 Co., Ltd.",
        "declared_use": "follow_up",
    }
    assert (await admin.get("/api/v1/leads.json", params=asked)).json()["items"] == [{"id": item["id"], "state": "withdrawn"}]
    assert (await admin.get("/api/v1/leads.vcf", params=asked)).content == b""


@asynccontextmanager
async def a_ledger_that_fails(fair: Fair, table: str, *, at_commit: bool) -> AsyncIterator[None]:
    """Every write of this fair into the table raises: at once, or only when the transaction commits."""
    name = fair.unique("fail").replace("-", "_")
    timing = "after insert" if at_commit else "before insert"
    await fair.sql.execute(
        f"create function public.{name}() returns trigger language plpgsql as $$ begin raise exception 'the book is closed'; end $$;"
        f"create {'constraint' if at_commit else ''} trigger {name} {timing} on {table}"
        f" {'deferrable initially deferred' if at_commit else ''} for each row"
        f" when (new.organisation_id = '{fair.world.organisation}') execute function public.{name}()"
    )
    try:
        yield
    finally:
        await fair.sql.execute(f"drop trigger {name} on {table}; drop function public.{name}()")


@pytest.mark.requirement("scenario-45", "S6-sponsor-14")
@pytest.mark.parametrize("table", ["disclosure", "release"])
@pytest.mark.parametrize("at_commit", [False, True])
async def test_nothing_leaves_when_the_book_cannot_be_written(fair: Fair, table: str, at_commit: bool) -> None:
    who = await fair.attendee(shares_with=["S1"])
    admin = await fair.admin("S1")
    async with a_ledger_that_fails(fair, table, at_commit=at_commit):
        answers: list[httpx.Response] = [
            await admin.get(path, params=fair.asking())
            for path in ("/api/v1/leads", *[f"/api/v1/leads.{extension}" for extension in FORMATS])
        ]
    assert [answer.status_code for answer in answers] == [500] * 5
    assert {answer.json()["code"] for answer in answers} == {"broken"}
    for answer in answers:
        assert not any(value in answer.text for value in who.card.values() if value != "TH")
    assert await fair.entries() == []
    assert (await admin.get("/api/v1/leads.csv", params=fair.asking())).status_code == 200
