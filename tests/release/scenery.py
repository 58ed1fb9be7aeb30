"""What is there before any history begins: the event, its parties and texts, and the people. Written once."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

from tests.conftest import START
from tests.release.facts import (
    AFFILIATES,
    CARD,
    FORMS,
    IN_USE_SINCE,
    KINDS,
    LISTED_AT_FIRST,
    LONG_AGO,
    SPONSORS,
    STRANGERS,
    TEXTS,
    USES,
    Agrees,
    Lists,
)
from tests.release.telling import (
    APPROVER,
    EVENT,
    NOTICE,
    ORGANISATION,
    PEOPLE,
    SLUG,
    TICKET,
    Sql,
    insert,
    moment,
    named,
    session_of,
    told,
)


def scenery() -> Iterable[str]:
    made = {"organisation_id": ORGANISATION, "created_at": START}
    yield insert("person", id=APPROVER, email="approver@org.example", created_at=START)
    yield insert(
        "organisation", id=ORGANISATION, slug="org", legal_name="Org", contact_email="hello@org.example", dpo_name="Dee P. Oh",
        dpo_email="dpo@org.example", country="TH", created_at=START,
    )  # fmt: skip
    yield insert(
        "notice", id=NOTICE, organisation_id=ORGANISATION, version=1, language="en", body="notice", sha256=sha256(b"notice").digest(),
        effective_from=START, published_at=START, approved_by=APPROVER,
    )  # fmt: skip
    for name, kind in KINDS.items():
        yield insert(
            "party", id=named(name), kind=kind, legal_name=name, registration_number=name, countries=("TH",), **made,
            contact_email=f"contact@{name.lower()}.example", notice_url=f"https://{name.lower()}.example", notice_sha256=b"n" * 32,
            lead_salt=name.encode(),
        )  # fmt: skip
    yield insert(
        "event", id=EVENT, slug=SLUG, badge_tag="AB", kind="in_person", our_role="controller", our_role_reason="why",
        organiser_party_id=named("AFF"), languages=("en",), time_zone="Asia/Bangkok", starts_at=moment(LONG_AGO),
        ends_at=moment(100_000), release_closes_at=moment(500_000), published_at=moment(-1_000), **made,
    )  # fmt: skip
    yield insert("ticket_type", id=TICKET, event_id=EVENT, **made)
    for form, required in FORMS.items():
        fields = ", ".join(f'{{"field": "{f}", "required": {str(f in required).lower()}}}' for f in CARD)
        content = f'{{"form": "{form}", "fields": [{fields}]}}'
        yield insert(
            "served_form", id=named(form), organisation_id=ORGANISATION, event_id=EVENT, language="en", content=content,
            sha256=Sql(f"sha256(convert_to('{content}'::jsonb::text, 'UTF8'))"), first_served_at=START,
        )  # fmt: skip
    for version, (name, text) in enumerate(TEXTS.items(), 1):
        yield insert(
            "consent_text", id=named(name), organisation_id=ORGANISATION, event_id=EVENT, purpose=text.purpose, version=version,
            language="en", wording=name, sha256=sha256(name.encode()).digest(), fields=CARD, uses=USES, retention_days=60,
            warns_of_transfer=text.warns, effective_from=moment(text.effective), published_at=START, approved_by=APPROVER,
        )  # fmt: skip
    yield from parties_and_people()
    yield from another_organisation()


def parties_and_people() -> Iterable[str]:
    made = {"organisation_id": ORGANISATION, "created_at": START}
    for name in (*SPONSORS, *AFFILIATES):
        admin = named(f"admin of {name}")
        yield insert("person", id=admin, email=f"admin@{name.lower()}.example", created_at=START)
        yield insert("party_member", party_id=named(name), person_id=admin, role="admin", **made)
        yield insert("session", token_sha256=session_of(name), person_id=admin, created_at=START, expires_at=moment(10_000_000))
        yield told(Agrees(0, name), 0)
    for name in SPONSORS:
        yield insert(
            "device", id=named(f"phone of {name}"), organisation_id=ORGANISATION, event_id=EVENT, party_id=named(name), kind="booth",
            helper="Nok", enrolled_at=moment(IN_USE_SINCE), enrolled_by=APPROVER, refresh_sha256=session_of(f"phone of {name}"),
        )  # fmt: skip
    for name in LISTED_AT_FIRST:
        yield told(Lists(0, name), 0)
    for name in PEOPLE:
        yield insert("person", id=named(f"person {name}"), email=f"{name.lower()}@attendees.example", created_at=START)


def another_organisation() -> Iterable[str]:
    elsewhere = named("another organisation")
    yield insert(
        "organisation", id=elsewhere, slug="elsewhere", legal_name="Elsewhere", contact_email="hello@elsewhere.example",
        dpo_name="Dee P. Oh", dpo_email="dpo@elsewhere.example", country="TH", created_at=START,
    )  # fmt: skip
    for name in STRANGERS:
        yield insert(
            "party", id=named(name), organisation_id=elsewhere, kind="sponsor", legal_name=name, registration_number=name,
            countries=("TH",), contact_email=f"contact@{name.lower()}.example", notice_url=f"https://{name.lower()}.example",
            notice_sha256=b"n" * 32, created_at=START,
        )  # fmt: skip
