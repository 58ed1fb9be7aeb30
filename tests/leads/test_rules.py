"""Formats and declarations, by tables."""

import csv
import io
import re
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.database.migrate import read_script
from events.errors import InvalidInput
from events.leads.columns import Table, sheet_text
from events.leads.notes import in_words, note_cells
from events.leads.rules import Ask, Lead, Note, Question, Source, check_ask, item_of, moment
from events.leads.vcard import escaped, folded, vcard
from events.release.rules import ANSWERS, answer_to, cell, csv_lines
from events.terms import Field, Refusal

LEAD = UUID("0195e0a0-0000-7000-8000-000000000001")
AT = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
SOURCE = Source(UUID(int=7), "ผู้จัดงาน", "dpo@host.example", "fair", "S1 Co., Ltd.", "follow_up", AT, ZoneInfo("Asia/Bangkok"))


@pytest.mark.requirement("S11-sec-3")
@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("มาลี ใจงาม", "มาลี ใจงาม"),
        ("", ""),
        ("=1+1", "'=1+1"),
        ("  =1+1", "'  =1+1"),
        ("+66 81 234 5678", "+66 81 234 5678"),
        ("+66-81-234-5678", "+66-81-234-5678"),
        ("+66 (81) 2345678", "+66 (81) 2345678"),
        ("+66 81+1", "'+66 81+1"),
        ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
        ("-2+3", "'-2+3"),
        ("−2", "'−2"),
        ("@SUM(1)", "'@SUM(1)"),
        ("＝1+1", "'＝1+1"),
        ("＋66 81", "'＋66 81"),
        ("－1", "'－1"),
        ("＠a", "'＠a"),
        ("\t=1", "' =1"),
        ("\rx", " x"),
        ("\n=1", "' =1"),
        ("\u00a0=1", "'\u00a0=1"),
        ("\u200b=1", "'\u200b=1"),
        ("\ufeff=1", "'\ufeff=1"),
        ("a\x00b\x07c", "a b c"),
        ("12 ถนน\r\nกรุงเทพฯ", "12 ถนน กรุงเทพฯ"),
        ("a=b", "a=b"),
        ("x;=HYPERLINK(A1);", "x;'=HYPERLINK(A1);"),
        ("x; \u200b＝1;+66 81", "x;' \u200b＝1;+66 81"),
        ("x\t=1", "x =1"),
        ('o\'Neill, "Max"', 'o\'Neill, "Max"'),
    ],
)
def test_a_cell_is_text_when_a_spreadsheet_opens_it(text: str, safe: str) -> None:
    assert cell(text) == safe


@pytest.mark.requirement("S11-sec-3")
@given(st.lists(st.lists(st.text(), min_size=2, max_size=4), min_size=1, max_size=4))
def test_no_cell_of_a_csv_begins_like_a_formula_except_a_plain_phone_number(rows: list[list[str]]) -> None:
    read = list(csv.reader(io.StringIO(csv_lines(rows).decode(), newline="")))
    assert [len(row) for row in read] == [len(row) for row in rows]
    for text in (text for row in read for text in row):
        dangerous = text.lstrip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠")) or text.startswith(("\t", "\r", "\n"))
        assert not dangerous or (set(text[1:]) <= set("0123456789 ()-") and text[1].isdigit())
        assert not any(c < " " or "\x7f" <= c <= "\x9f" for c in text)


@pytest.mark.requirement("S11-sec-3")
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_no_cell_begins_like_a_formula_whatever_the_spreadsheet_takes_for_a_separator(separator: str) -> None:
    text = csv_lines([["x;=HYPERLINK(A1);", "a\t=1+1", "b,=1"]]).decode()
    cells = next(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    assert [cell for cell in cells if cell.startswith("=")] == []


@pytest.mark.requirement("S6-sponsor-16", "S11-sec-3")
def test_no_helpers_words_read_as_anothers() -> None:
    at = datetime(2027, 3, 1, tzinfo=UTC)
    forged = Note(UUID(int=1), "Nok: rude | Mali", 1, {}, "fine | Bob: she is\nBob: rude｜Bob: late", at)
    [_, _, notes] = note_cells([forged, Note(UUID(int=2), "Bob", 3, {}, "nice", at)], {})
    assert notes == "Nok/ rude / Mali: fine / Bob: she is Bob: rude/Bob: late | Bob: nice"
    card = vcard(Lead(LEAD, "lead", {}, notes=(forged,)), SOURCE).decode().replace("\r\n ", "")
    assert "NOTE:Nok/ rude / Mali: low | fine / Bob: she is Bob: rude/Bob: late\r\n" in card


def test_commas_quotes_and_line_breaks_stay_inside_their_cell() -> None:
    assert csv_lines([["a,b", 'say "hi"', "two\nlines", None]]) == b'"a,b","say ""hi""","two lines",""\r\n'


def test_a_worksheet_keeps_text_as_it_is_but_for_what_xml_refuses() -> None:
    assert sheet_text("=1+1") == "=1+1"
    assert sheet_text("12 ถนน\r\nกรุงเทพฯ\x07\ufffe") == "12 ถนน\nกรุงเทพฯ"
    assert len(sheet_text("ก" * 40_000)) == 32_767


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("มาลี", "มาลี"),
        ("a,b;c\\d", "a\\,b\\;c\\\\d"),
        ("one\r\ntwo\nthree\rfour", "one\\ntwo\\nthree\\nfour"),
        ("tab\tbell\x07", "tabbell"),
        ("END:VCARD\r\nBEGIN:VCARD", "END:VCARD\\nBEGIN:VCARD"),
    ],
)
def test_a_vcard_value_is_escaped(text: str, value: str) -> None:
    assert escaped(text) == value


@pytest.mark.parametrize("name", ["a" * 74, "a" * 75, "a" * 500, "มาลี" * 60, "😀" * 40, "กa" * 100, ""])
def test_a_long_line_folds_at_75_octets_between_characters(name: str) -> None:
    lines = folded(f"FN:{name}").split(b"\r\n")
    assert lines.pop() == b""
    assert all(len(line) <= 75 for line in lines)
    assert all(line.startswith(b" ") for line in lines[1:])
    unfolded = "".join([lines[0].decode(), *(line[1:].decode() for line in lines[1:])])
    assert unfolded == f"FN:{name}"


def test_a_vcard_shows_the_released_fields_and_no_other() -> None:
    lead = Lead(LEAD, "lead", {Field.NAME: "มาลี; ใจงาม", Field.EMAIL: "m@a.example"}, "form", AT, AT + timedelta(days=60))
    lines = vcard(lead, SOURCE).decode().replace("\r\n ", "").split("\r\n")
    assert lines == [
        "BEGIN:VCARD",
        "VERSION:4.0",
        f"UID:urn:uuid:{LEAD}",
        "FN:มาลี\\; ใจงาม",
        "EMAIL:m@a.example",
        "NOTE:From ผู้จัดงาน (dpo@host.example) to S1 Co.\\, Ltd.\\, event fair\\, for follow_up\\, until 2027-04-30T09:00:00Z.",
        "REV:20270301T090000Z",
        "END:VCARD",
        "",
    ]


def test_a_vcard_without_a_name_is_filed_under_the_next_best_released_field() -> None:
    full = {Field.COMPANY: "ACME", Field.JOB_TITLE: "CTO", Field.ADDRESS: "1 Road", Field.COUNTRY: "TH", Field.PHONE: "+66 1"}
    text = vcard(Lead(LEAD, "lead", full), SOURCE).decode()
    assert text.split("\r\n")[3:8] == ["FN:ACME", "ORG:ACME", "TITLE:CTO", "ADR:;;1 Road;;;;TH", "TEL:+66 1"]
    assert f"FN:{LEAD}\r\n" in vcard(Lead(LEAD, "lead", {Field.COUNTRY: "TH"}), SOURCE).decode()


def test_a_row_is_empty_where_nothing_was_released() -> None:
    row = {"lead": LEAD, "state": "lead", "name": "Max", "email": None, "basis": "scan", "usable_until": AT}
    row |= {"scanned_at": None, "scanned_by": None, "notes": None}
    assert Table(("name", "email"), SOURCE).line(row) == [
        str(LEAD), "lead", "Max", "", "", "", "", "", "", "scan", "2027-03-01T09:00:00Z", "ผู้จัดงาน", "fair", "S1 Co., Ltd.", "follow_up",
    ]  # fmt: skip


def test_times_in_a_file_come_to_the_second() -> None:
    at = AT + timedelta(microseconds=987_654)
    row = {"lead": LEAD, "state": "lead", "basis": "scan", "usable_until": at}
    row |= {"scanned_at": at, "scanned_by": "Nok", "notes": None}
    told = dict(zip((table := Table((), SOURCE)).columns, table.line(row), strict=True))
    assert (told["scanned_at"], told["usable_until"]) == ("2027-03-01T09:00:00Z",) * 2
    card = vcard(Lead(LEAD, "lead", {}, usable_until=at, scanned_at=at), SOURCE).decode().replace("\r\n ", "")
    assert re.findall("(?:until|Scanned) [^ .]+", card) == ["until 2027-03-01T09:00:00Z", "Scanned 2027-03-01T09:00:00Z"]


def test_a_withdrawn_lead_says_nothing_but_that() -> None:
    assert item_of(Lead(LEAD, "withdrawn", {})) == {"id": LEAD, "state": "withdrawn"}


@pytest.mark.requirement("S6-sponsor-9")
def test_a_pull_that_declares_nothing_names_all_that_it_must_declare() -> None:
    with pytest.raises(InvalidInput) as refused:
        check_ask(None, None, False, None)
    assert [error.field for error in refused.value.fields] == ["event", "use", "accept_terms"]


@pytest.mark.requirement("S6-sponsor-9", "scenario-42")
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"use": "recruitment"}, "use"),
        ({"use": ""}, "use"),
        ({"accept_terms": False}, "accept_terms"),
        ({"fields": "name,diet"}, "fields"),
        ({"fields": ""}, "fields"),
        ({"changed_since": "yesterday"}, "changed_since"),
        ({"changed_since": "2027-03-01T09:00:00"}, "changed_since"),
        ({"changed_since": "0001-01-01T00:00:00+14:00"}, "changed_since"),
    ],
)
def test_a_wrong_declaration_is_named(changes: dict[str, object], field: str) -> None:
    asked = {"event": "fair", "use": "follow_up", "accept_terms": True, "fields": None, "changed_since": None}
    with pytest.raises(InvalidInput) as refused:
        check_ask(**(asked | changes))  # type: ignore[arg-type]
    assert [error.field for error in refused.value.fields] == [field]


def test_fields_come_once_and_in_the_order_of_the_notice() -> None:
    assert check_ask("fair", "follow_up", True, "email, name,email") == Ask("fair", "follow_up", (Field.NAME, Field.EMAIL))
    assert check_ask("fair", "follow_up", True, None).fields == tuple(Field)


@pytest.mark.parametrize("text", ["2027-03-01T16:00:00+07:00", "2027-03-01T16:00:00 07:00", "2027-03-01T09:00:00Z"])
def test_a_moment_is_read_with_its_offset(text: str) -> None:
    assert moment(text) == AT


@pytest.mark.requirement("S6-sponsor-14")
def test_every_refusal_of_a_whole_pull_has_its_words_or_is_nobodys_business() -> None:
    policy = read_script("release/policy.sql")
    said = {
        reason
        for name in ("sponsor_may_ask", "affiliate_may_ask")
        for reason in re.findall(r"then '(\w+)'", policy.split(f"function release.{name}(")[1].split("create or replace")[0])
    }
    assert {Refusal(reason) for reason in said} == {
        *ANSWERS.keys() - {Refusal.WITHDRAWN_SINCE, Refusal.LINK_CLOSED},
        Refusal.NOT_A_SPONSOR,
        Refusal.NOT_THE_ORGANISER,
    }
    for refusal, (status, english, thai) in ANSWERS.items():
        error = answer_to(refusal)
        assert (error.status, error.code, error.en, error.th) == (status, refusal, english, thai)
        assert english.isascii()
        assert any("\u0e00" <= c <= "\u0e7f" for c in thai)
    for refusal in (Refusal.NOT_A_SPONSOR, Refusal.NOT_THE_ORGANISER):
        assert answer_to(refusal).code == "not_found"


def test_answers_stand_in_the_order_of_the_questions_and_what_is_unknown_at_the_end() -> None:
    questions = {"z": Question("When?", {"1": "Now", "2": "Later"}), "b": Question("What?", {})}
    assert in_words({"a": ["x", "y"], "b": "Prices", "z": ["2", "3"]}, questions) == "When? Later, 3; What? Prices; a x, y"
    assert in_words({}, questions) == ""
