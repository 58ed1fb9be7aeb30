"""What one copies out of a PDF is what was typed, once.

Typst draws a tone mark that its font raises as a run of its own, above the line, and gives that run the text of the whole
syllable a second time: "กิ่ง" would be copied, searched and read aloud as "กิ่กิ่ง". Here the syllable's text is shared out: the
raised mark says its own letter, the glyphs below it say the others (ActualText, ISO 32000-1, 14.9.4, and ToUnicode, 9.10.3).

Typst 0.15 writes the file that is read here; a test holds every syllable of Thai to it. What it cannot share out stays as
Typst wrote it.
"""

import re
import unicodedata
import zlib
from collections.abc import Mapping
from typing import Final

# one run of glyphs as Typst prints it: the height of its line, its font and its size
_RUN: Final = re.compile(
    rb"1 0 0 -1 [-\d.]+ ([-\d.]+) cm\n(?:(?!ET\n).)*?BT\n(?:(?!ET\n).)*?/(\w+) ([\d.]+) Tf\n.*?\nET\n", re.DOTALL
)
_ACTUAL: Final = re.compile(rb"/ActualText <[0-9A-F]*>")
_HEX: Final = b"[/ASCIIHexDecode /FlateDecode]"
# a mark is raised by a few hundredths of the size; the next line is further away than the size itself
_RAISED: Final = 0.4


def with_one_text(pdf: bytes) -> bytes:
    """The same pages with no text doubled, and packed; `pdf` as Typst prints it with `pretty`."""
    start = int(pdf[pdf.rindex(b"startxref") + 9 :].split()[0])
    table, trailer = pdf[start:].split(b"trailer", 1)
    offsets = [int(line[:10]) for line in table.splitlines()[2:] if line.rstrip().endswith(b"n")]
    ends = dict(zip(sorted(offsets), [*sorted(offsets)[1:], start], strict=True))
    items = {number: pdf[offset : ends[offset]] for number, offset in enumerate(offsets, 1)}
    marks = _marks_of(items)
    out = bytearray(pdf[: min(offsets)])
    places = b""
    for number, item in items.items():
        places += b"%010d 00000 n \n" % len(out)
        out += _packed(item, marks.get(number))
    begin = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n%b" % (len(items) + 1, places)
    out += b"trailer" + trailer[: trailer.index(b"startxref")] + b"startxref\n%d\n%%%%EOF\n" % begin
    return bytes(out)


def _marks_of(items: Mapping[int, bytes]) -> dict[int, frozenset[int]]:
    """For each ToUnicode map, by its number, the glyphs of its font that have a width: all others are marks."""
    found = {}
    for item in items.values():
        at, fonts = re.search(rb"/ToUnicode (\d+) 0 R", item), re.search(rb"/DescendantFonts \[(\d+) 0 R\]", item)
        if at and fonts and b"\nstream\n" not in item:
            widths = re.search(rb"/W \[(.*?)\]\n", items[int(fonts[1])], re.DOTALL)
            triples = re.findall(rb"(\d+) (\d+) ([\d.]+)", widths[1]) if widths else []
            found[int(at[1])] = frozenset(code for a, b, width in triples if float(width) for code in range(int(a), int(b) + 1))
    return found


def _packed(item: bytes, wide: frozenset[int] | None) -> bytes:
    """An object of the file: its drawing or its map mended, its stream packed."""
    head, found, rest = item.partition(b"\nstream\n")
    length = re.search(rb"/Length (\d+)", head)
    if not found or length is None:
        return item
    data, tail = rest[: int(length[1])], rest[int(length[1]) :]
    if _HEX in head:
        data, head = bytes.fromhex(data.decode().rstrip(">")), head.replace(_HEX, b"/FlateDecode")
    elif b"/Filter" not in head and b"/Type /Metadata" not in head:
        data = zlib.compress(_said_once(data) if wide is None else _own_letters(data, wide))
        head = head.replace(length[0], length[0] + b"\n  /Filter /FlateDecode")
    return head.replace(length[0], b"/Length %d" % len(data)) + found + data + tail


def _said_once(drawing: bytes) -> bytes:
    runs = list(_RUN.finditer(drawing))
    texts = [run[0] for run in runs]
    line: tuple[float, bytes, float] | None = None
    base = 0
    for n, run in enumerate(runs):
        here = (float(run[1]), run[2], float(run[3]))
        if line and line[1:] == here[1:] and 0 < abs(line[0] - here[0]) < _RAISED * here[2]:
            texts[base], texts[n] = _shared(texts[base], texts[n])
        else:
            line, base = here, n
    return (
        b"".join(
            drawing[before.end() if before else 0 : run.start()] + text
            for before, run, text in zip([None, *runs], runs, texts, strict=False)
        )
        + drawing[runs[-1].end() if runs else 0 :]
    )


def _shared(base: bytes, mark: bytes) -> tuple[bytes, bytes]:
    """The syllable's text shared out: its raised mark says the last letters of it, the glyphs below it say the others."""
    whole = list(_ACTUAL.finditer(base))
    if not whole or b"EMC" not in base[whole[-1].end() :]:
        return base, mark
    span = whole[-1]
    letters = bytes.fromhex(span[0][17:-1].decode()).decode("utf-16-be")
    raised = _glyphs(mark)
    said, left = letters[len(letters) - raised :], letters[: len(letters) - raised]
    base = base[: span.start()] + _saying(left) + base[span.end() :]
    if _ACTUAL.search(mark):
        return base, _ACTUAL.sub(lambda _: _saying(said), mark)
    return base, mark.replace(b"BT\n", b"BT\n/Span <<" + _saying(said) + b">> BDC\n", 1).removesuffix(b"ET\n") + b"EMC\nET\n"


def _saying(letters: str) -> bytes:
    return b"/ActualText <FEFF%b>" % letters.encode("utf-16-be").hex().upper().encode()


def _glyphs(run: bytes) -> int:
    """How many glyphs a run shows; each is two bytes, some of them escaped."""
    shown = re.findall(rb"\(((?:\\.|[^\\)])*)\)", run, re.DOTALL)
    return sum(len(re.sub(rb"\\(?:[0-7]{3}|.)", b"x", text, flags=re.DOTALL)) for text in shown) // 2


def _own_letters(cmap: bytes, wide: frozenset[int]) -> bytes:
    """Marks that claim a whole syllable say their own letter, its last."""

    def mend(line: re.Match[bytes]) -> bytes:
        letters = bytes.fromhex(line[2].decode()).decode("utf-16-be")
        if int(line[1], 16) in wide or unicodedata.category(letters[0]).startswith("M"):
            return line[0]
        return b"<%b> <%b>" % (line[1], letters[-1].encode("utf-16-be").hex().upper().encode())

    return re.sub(rb"<([0-9A-F]{4})> <([0-9A-F]{8,})>", mend, cmap)
