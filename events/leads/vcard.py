"""A lead as a vCard 4.0 (RFC 6350). Pure."""

from collections.abc import Iterator
from datetime import UTC

from events.leads.notes import RATINGS, in_words, name_on_a_line, one_line
from events.leads.rules import Lead, Source, to_the_second
from events.terms import Field


def vcard(lead: Lead, source: Source) -> bytes:
    """A vCard 4.0 (RFC 6350) of the released fields; FN must be there, so without a name it is the next best of them."""
    v = lead.values
    shown = next((v[f] for f in (Field.NAME, Field.COMPANY, Field.EMAIL, Field.PHONE) if f in v), str(lead.id))
    lines = ["BEGIN:VCARD", "VERSION:4.0", f"UID:urn:uuid:{lead.id}", f"FN:{escaped(shown)}"]
    if Field.COMPANY in v:
        lines.append(f"ORG:{escaped(v[Field.COMPANY])}")
    if Field.JOB_TITLE in v:
        lines.append(f"TITLE:{escaped(v[Field.JOB_TITLE])}")
    if Field.ADDRESS in v or Field.COUNTRY in v:
        lines.append(f"ADR:;;{escaped(v.get(Field.ADDRESS, ''))};;;;{escaped(v.get(Field.COUNTRY, ''))}")
    if Field.PHONE in v:
        lines.append(f"TEL:{escaped(v[Field.PHONE])}")
    if Field.EMAIL in v:
        lines.append(f"EMAIL:{escaped(v[Field.EMAIL])}")
    until = f", until {to_the_second(lead.usable_until)}" if lead.usable_until else ""
    note = (
        f"From {source.controller} ({source.dpo_contact}) to {source.recipient}, event {source.event}, "
        f"for {source.declared_use}{until}."
    )
    lines.append(f"NOTE:{escaped(note)}")
    if lead.scanned_at:
        by = f" by {lead.scanned_by}" if lead.scanned_by else ""
        lines.append("NOTE:" + escaped(f"Scanned {to_the_second(lead.scanned_at)}{by}."))
    for n in lead.notes:
        said = (RATINGS.get(n.rating or 0, ""), in_words(n.answers, source.questions), n.note)
        lines.append("NOTE:" + escaped(f"{name_on_a_line(n.helper)}: {' | '.join(one_line(text) for text in said if text)}"))
    if lead.changed_at:
        lines.append(f"REV:{lead.changed_at.astimezone(UTC):%Y%m%dT%H%M%SZ}")
    lines.append("END:VCARD")
    return b"".join(folded(line) for line in lines)


def escaped(text: str) -> str:
    """A text value (RFC 6350 §3.4): backslash, comma, semicolon and line breaks escaped, other controls gone."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    kept = "".join(c for c in text if c == "\n" or not ("\x00" <= c < " " or "\x7f" <= c <= "\x9f"))
    return kept.replace("\\", "\\\\").replace(",", "\\,").replace(";", "\\;").replace("\n", "\\n")


def folded(line: str) -> bytes:
    """A content line with its CRLF, in pieces of at most 75 octets, no character cut apart (RFC 6350 §3.2)."""
    return b"\r\n ".join(_pieces(line)) + b"\r\n"


def _pieces(line: str) -> Iterator[bytes]:
    piece, room = b"", 75
    for character in line:
        octets = character.encode()
        if len(piece) + len(octets) > room:
            yield piece
            piece, room = b"", 74  # a continuation begins with the space
        piece += octets
    yield piece
