"""The badge on paper: Thai stands as it is written, nothing typed is obeyed, everything fits, and the QR reads."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pypdfium2
import pytest
import zxingcpp
from PIL import Image, ImageDraw, ImageFont

from events.badges.codes import BadgeCode, new_code
from events.badges.pdf import Badge, badge_of, badge_pdf, badge_sheet
from events.printing import typesetting
from events.printing.dates import days
from events.printing.typesetting import FAMILY, FontMissing, fonts
from tests.leads.fair import Guests
from tests.world import World

CODE = new_code("TH", lambda count: bytes(range(count)))
POINTS_PER_MM = 72 / 25.4
SCALE = 8
NAME_AT = (26, 60)  # millimetres from the top of an A6 badge between which the name stands


def badge(name: str, code: BadgeCode = CODE, *, job_title: str = "", company: str = "", event: str = "งานทดสอบ") -> Badge:
    return Badge(name, job_title, company, event, "1–2 มี.ค. 2570", code)


def pages_of(pdf: bytes) -> list[pypdfium2.PdfPage]:
    return list(pypdfium2.PdfDocument(pdf))


def text_of(pdf: bytes) -> str:
    return "\n".join(page.get_textpage().get_text_bounded() for page in pages_of(pdf))


def picture_of(page: pypdfium2.PdfPage, scale: float = 4) -> Image.Image:
    picture: Image.Image = page.render(scale=scale).to_pil().convert("L")
    return picture


def size_in_mm(page: pypdfium2.PdfPage) -> tuple[int, int]:
    width, height = page.get_size()
    return round(width / POINTS_PER_MM), round(height / POINTS_PER_MM)


Draw = Callable[[str], Awaitable[Image.Image]]


# ---- shaping, proved by pictures: ink is 255, paper 0


async def as_we_print_it(word: str) -> Image.Image:
    [page] = pages_of(await badge_pdf(badge(word, event=""), "a6", "th"))
    picture = picture_of(page, SCALE)
    top, bottom = (round(mm * POINTS_PER_MM * SCALE) for mm in NAME_AT)
    return picture.crop((0, top, picture.width, bottom)).point(lambda light: 255 if light < 128 else 0)


async def without_shaping(word: str) -> Image.Image:
    """The same font with its tables for marks (GSUB, GPOS) left unread: each glyph where it stands by itself."""
    [file] = [f.path for f in fonts().fonts() if (f.family, f.weight, f.style) == (FAMILY, 700, "normal")]
    assert file
    picture = Image.new("L", (1200, 700), 0)
    font = ImageFont.truetype(file, 34 * SCALE, layout_engine=ImageFont.Layout.BASIC)
    ImageDraw.Draw(picture).text((200, 150), word, fill=255, font=font)
    return picture.point(lambda light: 255 if light >= 128 else 0)


def floors(picture: Image.Image) -> int:
    """How many bands of ink lie above each other with paper between them: consonant, vowel, tone mark."""
    ink = [picture.crop((0, y, picture.width, y + 1)).getbbox() is not None for y in range(picture.height)]
    return sum(here and not above for above, here in zip([False, *ink], ink, strict=False))


async def ink_below(draw: Draw, word: str) -> int:
    """How much ink lies under the foot of a ก."""
    foot = (await draw("ก")).getbbox()
    assert foot
    picture = await draw(word)
    return picture.crop((0, foot[3], picture.width, picture.height)).histogram()[255]


async def tone_mark_is_clear_of_the_vowel(draw: Draw, word: str) -> bool:
    return floors(await draw(word)) == 3


async def consonant_gives_up_its_foot(draw: Draw, word: str, vowel_on_a_plain_consonant: str) -> bool:
    """Under ญ and ฐ a vowel stands where the foot was: what hangs below is the vowel and nothing else."""
    hangs, vowel = await ink_below(draw, word), await ink_below(draw, vowel_on_a_plain_consonant)
    return abs(hangs - vowel) < 0.1 * vowel


STACKED = ["กิ่", "กึ่", "ที่", "ที่นั่น", "กี้", "กื้", "นี้", "มั้"]
FOOTED = [("ญุ", "กุ"), ("ญู", "กู"), ("ฐุ", "กุ"), ("ฐู", "กู")]


@pytest.mark.parametrize("word", STACKED)
async def test_a_tone_mark_stands_above_the_upper_vowel_and_does_not_touch_it(word: str) -> None:
    assert await tone_mark_is_clear_of_the_vowel(as_we_print_it, word)


@pytest.mark.parametrize("word", STACKED)
async def test_control_without_shaping_the_tone_mark_runs_into_the_vowel(word: str) -> None:
    assert not await tone_mark_is_clear_of_the_vowel(without_shaping, word)


@pytest.mark.parametrize(("word", "plain"), FOOTED)
async def test_a_consonant_drops_its_foot_for_a_vowel_below(word: str, plain: str) -> None:
    assert await ink_below(as_we_print_it, word[0]) > 1000, "alone it has one"
    assert await consonant_gives_up_its_foot(as_we_print_it, word, plain)


@pytest.mark.parametrize(("word", "plain"), FOOTED)
async def test_control_without_shaping_the_vowel_is_written_over_the_foot(word: str, plain: str) -> None:
    assert not await consonant_gives_up_its_foot(without_shaping, word, plain)


# ---- what was typed is shown, never obeyed


@pytest.mark.parametrize(
    "name",
    [
        '#panic("x")',
        "$x^2$",
        "*x* _y_ `z`",
        "\\ #eval",
        "@b <c>",
        "[x] {y}",
        '"quoted"',
        "= Title",
        "// gone",
        "#{sys.inputs}",
        '#read("/etc/passwd")',
        "A & B",
    ],
)
@pytest.mark.parametrize("size", ["a6", "phone"])
async def test_what_looks_like_markup_is_shown_as_typed(name: str, size: str) -> None:
    text = text_of(await badge_pdf(badge(name), size, "en"))  # type: ignore[arg-type]
    assert "".join(name.split()) in "".join(text.split())


@pytest.mark.parametrize(
    "name",
    [
        "محمد علي",
        "שלום כהן",
        "नमस्ते",
        "山田太郎",
        "😀👩‍👩‍👧",
        "\u202eabc",
        "a\u0301\u0302\u0303",
        "\x07\x1b[31m",
        "\U000f0000",
        "",
    ],
)
async def test_other_scripts_emoji_and_oddities_leave_a_mark_and_a_badge_that_reads(name: str) -> None:
    [page] = pages_of(await badge_pdf(badge(name), "a6", "en"))
    [found] = zxingcpp.read_barcodes(picture_of(page))
    assert found.text == CODE
    if name:
        assert (await as_we_print_it(name)).getbbox() is not None


@pytest.mark.parametrize("name", ["W" * 5000, "ก" * 300, "Maximiliana " * 40, "น้ำ" * 200, "กิ่งแก้ว น้ำทิพย์ ปั่นปี่ ญี่ปุ่น ฐิติ ที่นั่น"])
@pytest.mark.parametrize("size", ["a6", "phone"])
async def test_a_name_of_any_length_stays_on_one_page_and_off_the_edges_and_the_qr(name: str, size: str) -> None:
    [page] = pages_of(await badge_pdf(badge(name, job_title=name, company=name, event=name), size, "th"))  # type: ignore[arg-type]
    picture = picture_of(page)
    edge = round(4 * POINTS_PER_MM * 4)
    ink = picture.point(lambda light: 255 if light < 250 else 0).getbbox()
    assert ink
    assert ink[0] >= edge
    assert ink[2] <= picture.width - edge
    [found] = zxingcpp.read_barcodes(picture)
    assert found.text == CODE


# ---- the paper


@pytest.mark.requirement("S3.1-badge-4")
@pytest.mark.parametrize(("size", "millimetres"), [("a6", (105, 148)), ("phone", (90, 160))])
async def test_a_badge_is_one_page_with_a_qr_of_level_h_and_the_code_for_typing(size: str, millimetres: tuple[int, int]) -> None:
    pdf = await badge_pdf(badge("Mali Jaingam", job_title="Engineer", company="Acme"), size, "en")  # type: ignore[arg-type]
    [page] = pages_of(pdf)
    assert size_in_mm(page) == millimetres
    [found] = zxingcpp.read_barcodes(picture_of(page))
    assert (found.text, found.ec_level) == (CODE, "H")
    assert " ".join(CODE[n : n + 4] for n in range(0, 20, 4)) in text_of(pdf)


@pytest.mark.requirement("S3.1-badge-4")
async def test_the_file_says_title_and_language_and_nothing_of_the_person_beside_the_badge() -> None:
    pdf = await badge_pdf(badge("Mali Jaingam"), "a6", "en")
    said = pypdfium2.PdfDocument(pdf).get_metadata_dict()
    assert said["Title"] == "Badge · งานทดสอบ"
    assert (said["Author"], said["Subject"], said["Keywords"]) == ("", "", "")
    assert b"/Lang (en)" in pdf
    assert b"/Lang (th)" in await badge_pdf(badge("Mali"), "a6", "th")


async def test_a_sheet_has_four_badges_to_a_page_in_order_and_each_reads() -> None:
    codes = [new_code("TH") for _ in range(5)]
    pages = pages_of(await badge_sheet([badge(f"Person {n}", code) for n, code in enumerate(codes)], "en"))
    assert [size_in_mm(page) for page in pages] == [(210, 297)] * 2
    found = [in_reading_order(zxingcpp.read_barcodes(picture_of(page))) for page in pages]
    assert found == [codes[:4], codes[4:]]


@pytest.mark.parametrize(
    ("last", "language", "said"),
    [
        (0, "en", "1 Mar 2027"),
        (0, "th", "1 มี.ค. 2570"),
        (1, "en", "1–2 Mar 2027"),
        (31, "th", "1 มี.ค.–1 เม.ย. 2570"),
        (306, "en", "1 Mar 2027–1 Jan 2028"),
    ],
)
def test_the_days_of_an_event_stand_as_one_says_them_there(last: int, language: str, said: str) -> None:
    # it is still the last day of February in London
    begin = datetime(2027, 2, 28, 20, tzinfo=UTC)
    assert days(begin, begin + timedelta(days=last), "Asia/Bangkok", language) == said  # type: ignore[arg-type]


def test_without_the_font_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typesetting, "FONT_PACKAGE", "fontpkg-that-is-not-there")
    monkeypatch.setattr(typesetting, "FAMILY", "Not There")
    fonts.cache_clear()
    try:
        with pytest.raises(FontMissing, match="pip install fontpkg-sarabun"):
            fonts()
    finally:
        fonts.cache_clear()


# ---- who gets one


async def test_an_attendee_takes_her_badge_for_paper_or_phone_and_none_before_she_confirmed(people: Guests) -> None:
    mali = await people.attendee()
    for query, millimetres in [("", (105, 148)), ("?size=phone&language=en", (90, 160))]:
        answer = await mali.client.get(f"{mali.path}/badge.pdf{query}")
        assert answer.headers["content-type"] == "application/pdf"
        [page] = pages_of(answer.content)
        assert size_in_mm(page) == millimetres
        [found] = zxingcpp.read_barcodes(picture_of(page))
        assert found.text == mali.badge
    assert (await mali.client.get(f"{mali.path}/badge.pdf?size=a0")).status_code == 422
    assert (await mali.client.delete(mali.path)).status_code == 204
    gone = await mali.client.get(f"{mali.path}/badge.pdf")
    assert (gone.status_code, gone.json()["code"]) == (409, "conflict")


def in_reading_order(found: list[Any]) -> list[str]:
    """The codes on a sheet, row by row; two of a row stand at nearly the same height."""
    return [b.text for b in sorted(found, key=lambda b: (b.position.top_left.y // 200, b.position.top_left.x))]


async def sheets(client: httpx.AsyncClient, world: World, limit: int) -> list[str]:
    """The codes on all sheets, page after page."""
    codes: list[str] = []
    address = f"/api/v1/organiser/events/{world.slug}/badges.pdf?limit={limit}"
    while address:
        answer = await client.get(address)
        assert answer.status_code == 200, answer.text
        for page in pages_of(answer.content):
            codes += in_reading_order(zxingcpp.read_barcodes(picture_of(page)))
        following = answer.links.get("next")
        address = str(answer.url.join(following["url"])) if following else ""
    return codes


async def test_an_organiser_prints_all_badges_by_name_as_a_thai_dictionary_sorts_them(people: Guests, world: World) -> None:
    nobody = await world.owner.get(f"/api/v1/organiser/events/{world.slug}/badges.pdf")
    assert (nobody.status_code, nobody.json()["code"]) == (409, "conflict")
    codes: dict[str, str] = {}
    for name in ("แก้ว", "ขวัญ", "กานต์", "เขียว", "anna", "Bert"):
        people.card = {"name": name}
        codes[name] = (await people.attendee()).badge
    left = await people.attendee()
    assert (await left.client.delete(left.path)).status_code == 204
    ordered = [codes[name] for name in ("anna", "Bert", "กานต์", "แก้ว", "ขวัญ", "เขียว")]
    assert await sheets(world.owner, world, 500) == ordered
    assert await sheets(world.owner, world, 2) == ordered
    assert (await world.owner.get(f"/api/v1/organiser/events/{world.slug}/badges.pdf?cursor=x")).status_code == 422
    assert (await world.owner.get(f"/api/v1/organiser/events/{world.slug}/badges.pdf?limit=501")).status_code == 422


@pytest.mark.parametrize("titles", [("งาน", ""), ("", "Event")])
def test_a_badge_names_an_event_that_has_one_language(titles: tuple[str, str]) -> None:
    row = {"name": "A", "job_title": "", "company": "", "title_th": titles[0], "title_en": titles[1], "time_zone": "Asia/Bangkok"}
    times = {"starts_at": datetime(2027, 3, 1, 2, tzinfo=UTC), "ends_at": datetime(2027, 3, 1, 9, tzinfo=UTC)}
    assert {badge_of(row | times, new_code("TH"), language).event for language in ("th", "en")} == {"".join(titles)}
