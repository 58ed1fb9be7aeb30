"""The consent receipt: what it says, whom it does not name, and that it proves itself to somebody who has only the key."""

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pypdfium2
import pytest
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from events.access.tokens import Signer
from events.database.connections import Database
from events.database.embedded import EmbeddedPostgres
from events.errors import NotSignedIn
from events.privacy.receipts.rules import CONTEXT, DPV_STATE, STATE_OF_ACT
from events.privacy.receipts.words import METHODS
from events.terms import Act
from tests.conftest import SETTINGS, MovableClock, Visit
from tests.leads.fair import Guests
from tests.people import Attendee, ok
from tests.world import NOTICE, WORDING, World, build_world

# RFC 9864 names the curve in `alg` instead; the libraries of today read "EdDSA", and this one says that it is the older word
pytestmark = pytest.mark.filterwarnings("ignore:EdDSA is deprecated via RFC 9864")


@pytest.fixture
def people(world: World, database: Database, clock: MovableClock, visit: Visit) -> Guests:
    return Guests(world, database, clock, visit)


async def receipt_of(who: Attendee) -> dict[str, Any]:
    return ok(await who.client.get(f"{who.path}/receipt"))["receipt"]  # type: ignore[no-any-return]


def acts(receipt: dict[str, Any]) -> list[tuple[str, str | None, str]]:
    return [(e["purpose"], e["recipient_third_party"], e["event_state"]) for e in receipt["events"]]


def standing(receipt: dict[str, Any]) -> dict[tuple[str, str | None], str]:
    return {(p["purpose"], p["recipient_third_party"]): p["event_state"] for p in receipt["purposes"]}


# ---- what it says


@pytest.mark.requirement("S1-role-1", "S10.1-complaint", "S13-dpo-1", "S7-xfer-1")
async def test_a_receipt_names_controller_officer_and_authority_and_each_act_with_its_scope(people: Guests, world: World) -> None:
    mali = await people.attendee(shares_with=["S1"], fields=["name", "email"])
    receipt = await receipt_of(mali)
    [controller, recipient] = receipt["parties"]
    assert (controller["party_role"], controller["party_name"], controller["party_countries"]) == (
        "pii_controller",
        "Test Events Co., Ltd.",
        ["TH"],
    )
    assert controller["data_protection_officer"]["name"] == "Dara P."
    assert (recipient["party_role"], recipient["party_name"]) == ("recipient", "S1 Co., Ltd.")
    assert "PDPC" in receipt["privacy_rights"]["complaint"]["party_name"]
    assert receipt["pii_principal_id"] == str(mali.registration)
    assert receipt["privacy_rights"]["withdrawal_method"] == f"http://events.example/th/me/{mali.registration}/choices"
    [event] = receipt["events"]
    wording = WORDING["sponsor_sharing"]["th"]
    assert {
        name: event[name] for name in ("purpose", "event_state", "dpv_state", "entity_id", "collection_method", "language")
    } == {
        "purpose": "sponsor_sharing",
        "event_state": "given",
        "dpv_state": "dpv:ConsentGiven",
        "entity_id": "subject",
        "collection_method": "web_form",
        "language": "th",
    }
    assert event["lawful_basis"] == {
        "basis": "consent",
        "pdpa": "s.19, s.27",
        "gdpr": "6(1)(a)",
        "notice_clause": "§6 Event sponsors",
    }
    assert [pii["pii_type"] for pii in event["pii_information"]] == ["name", "email"]
    assert event["uses"] == ["follow_up", "product_information"]
    assert event["storage_locations"] == ["TH"]
    assert event["consent_text"]["wording"] == wording
    assert event["consent_text"]["sha256"] == sha256(wording.encode()).hexdigest()
    [shown] = event["recipient_third_parties"]
    assert (shown["party_id"], shown["party_countries"]) == (str(world.parties["S1"]), ["TH"])
    assert shown["privacy_notice"]["url"].endswith("/privacy")
    assert event["retention_period"]["days_after_event"] == 60
    assert event["served_form"]["controls_were"] == "off"


@pytest.mark.requirement("S12-ver-5")
async def test_a_receipt_points_to_the_notice_in_force_then_and_keeps_doing_so(people: Guests, world: World) -> None:
    mali = await people.attendee(shares_with=["S1"])
    digest = sha256(NOTICE["th"].encode()).hexdigest()
    stable = {"version": 1, "language": "th", "sha256": digest, "url": f"http://events.example/th/notices/{digest}"}
    assert (await receipt_of(mali))["events"][0]["privacy_notice"] == stable
    people.clock.forward(days=1)
    await world.publish_notice(body={language: words + " 2" for language, words in NOTICE.items()})
    receipt = await receipt_of(mali)
    assert receipt["privacy_notice"] == stable
    assert receipt["events"][0]["privacy_notice"] == stable


@pytest.mark.requirement("S10.1-withdraw")
async def test_a_receipt_tells_where_each_choice_stands_and_all_that_led_there(people: Guests, world: World) -> None:
    mali = await people.attendee(shares_with=["S1", "S2"], badge_scan=True)
    one, two = str(world.parties["S1"]), str(world.parties["S2"])
    first = await receipt_of(mali)
    await mali.withdraw("sponsor_sharing", world.parties["S1"])
    receipt = await receipt_of(mali)
    assert standing(receipt) == {
        ("badge_scan", None): "given",
        ("sponsor_sharing", one): "withdrawn",
        ("sponsor_sharing", two): "given",
    }
    assert acts(receipt) == [
        ("sponsor_sharing", one, "given"),
        ("sponsor_sharing", two, "given"),
        ("badge_scan", None, "given"),
        ("sponsor_sharing", one, "withdrawn"),
    ]
    assert [e["sequence"] for e in receipt["events"]] == [1, 2, 3, 4]
    assert receipt["record_id"] != first["record_id"], "another act is another record"
    assert (await receipt_of(mali))["record_id"] == receipt["record_id"], "looking is none"
    people.clock.forward(days=80)
    mali.client = await people.world.sign_in(mali.email)
    assert standing(await receipt_of(mali))["sponsor_sharing", two] == "expired"


async def test_a_scan_consent_names_everybody_who_stood_on_the_form(people: Guests, world: World) -> None:
    mali = await people.attendee(badge_scan=True)
    [event] = (await receipt_of(mali))["events"]
    assert {p["party_id"] for p in event["recipient_third_parties"]} == {str(world.parties[s]) for s in ("S1", "S2")}
    assert event["recipient_third_party"] is None


@pytest.mark.requirement("S6-aff-2")
async def test_a_receipt_names_the_affiliate_that_organises_with_its_own_notice(
    people: Guests, database: Database, clock: MovableClock, visit: Visit
) -> None:
    world = await build_world(
        database, clock, people.world.sign_in, people.world.unique, affiliates=["AFF1"], organiser_party="AFF1"
    )
    there = Guests(world, database, clock, visit)
    [organiser] = [p for p in (await receipt_of(await there.attendee()))["parties"] if p["party_role"] == "organiser"]
    assert organiser["party_id"] == str(world.parties["AFF1"])
    assert organiser["party_name"] == "AFF1 Co., Ltd."
    assert organiser["privacy_notice"]["url"].startswith("https://")


async def test_somebody_who_allowed_nothing_has_a_receipt_that_says_so(people: Guests) -> None:
    receipt = await receipt_of(await people.attendee())
    assert (receipt["events"], receipt["purposes"]) == ([], [])


@pytest.mark.requirement("S10.1-access")
async def test_a_receipt_names_nobody_but_its_person_and_not_even_her(people: Guests, world: World) -> None:
    somebody = await people.attendee(shares_with=["S1"])
    people.card = {"name": "Canary Malee", "phone": "+66 81 999 8888"}
    mali = await people.attendee(shares_with=["S1"])
    ok(
        await world.owner.post(
            f"/api/v1/organiser/registrations/{mali.registration}/acts",
            json={"act": "withdraw", "purpose": "sponsor_sharing", "recipient": str(world.parties["S1"])},
        )
    )
    receipt = await receipt_of(mali)
    assert receipt["events"][-1]["entity_id"] == "staff"
    owner = ok(await world.owner.get("/api/v1/session"))["person"]
    text = json.dumps(receipt, ensure_ascii=False)
    assert [who for who in (owner, world.owner_email, somebody.email, str(somebody.registration)) if who in text] == []
    assert [own for own in ("Canary", "999 8888", mali.email, mali.badge) if own in text] == []
    assert (await somebody.client.get(f"{mali.path}/receipt")).status_code == 404


def test_every_act_has_a_word_and_every_word_a_term_of_the_vocabulary() -> None:
    assert set(STATE_OF_ACT) == set(Act)
    assert set(STATE_OF_ACT.values()) <= set(DPV_STATE)
    assert {term.split(":")[0] for term in DPV_STATE.values()} <= set(CONTEXT)
    assert {term.split(":")[0] for name, term in CONTEXT.items() if not term.startswith("http")} == {"dpv", "dct"}


# ---- it proves itself


async def test_a_receipt_has_a_word_for_every_way_in_which_the_log_takes_an_act(
    database: Database, postgres: EmbeddedPostgres
) -> None:
    sql = await asyncpg.connect(postgres.dsn("postgres"))
    [check] = await sql.fetch(
        "select pg_get_constraintdef(oid) as says from pg_constraint where conname = 'consent_event_method_check'"
    )
    await sql.close()
    assert set(re.findall(r"'(\w+)'::text", check["says"])) == set(METHODS)


async def keys_of(client: httpx.AsyncClient) -> dict[str, Any]:
    answer = await client.get("/.well-known/jwks.json")
    assert answer.headers["content-type"] == "application/jwk-set+json"
    assert answer.headers["cache-control"] == "public, max-age=3600"
    return ok(answer)  # type: ignore[no-any-return]


def verified(signed: str, keys: dict[str, Any]) -> dict[str, Any]:
    """The claims of a receipt, read by a library that shares no code with the signer. Raises JoseError or ValueError."""
    read = jws.deserialize_compact(signed, KeySet.import_key_set(keys), algorithms=["EdDSA"])  # type: ignore[arg-type]
    return json.loads(read.payload)  # type: ignore[no-any-return]


@pytest.mark.requirement("S10.1-port")
async def test_a_receipt_verifies_offline_with_another_library_and_the_published_key_alone(people: Guests) -> None:
    mali = await people.attendee(shares_with=["S1"], badge_scan=True)
    keys = json.loads(json.dumps(await keys_of(people.visit())))
    both = ok(await mali.client.get(f"{mali.path}/receipt"))
    claims = verified(both["jws"], keys)
    assert claims["receipt"] == both["receipt"]
    assert (claims["iss"], claims["sub"], claims["jti"]) == (
        "http://events.example",
        str(mali.registration),
        both["receipt"]["record_id"],
    )
    file = await mali.client.get(f"{mali.path}/receipt.jws")
    assert file.headers["content-type"] == "application/jose"
    assert file.headers["content-disposition"].startswith("attachment")
    assert file.text == both["jws"]


async def test_the_key_is_known_by_its_thumbprint_and_its_private_half_stays_here(people: Guests) -> None:
    mali = await people.attendee()
    keys = await keys_of(people.visit())
    [key] = keys["keys"]
    assert set(key) == {"kty", "crv", "x", "alg", "use", "kid"}
    signed = ok(await mali.client.get(f"{mali.path}/receipt"))["jws"]
    header = json.loads(urlsafe_b64decode(signed.split(".")[0] + "=="))
    assert header == {"alg": "EdDSA", "kid": key["kid"], "typ": "consent-receipt+jwt"}
    assert KeySet.import_key_set(keys).keys[0].thumbprint() == key["kid"]  # type: ignore[arg-type]


async def test_one_changed_character_anywhere_and_the_receipt_is_none(people: Guests) -> None:
    mali = await people.attendee(shares_with=["S1"])
    keys = await keys_of(people.visit())
    signed = ok(await mali.client.get(f"{mali.path}/receipt"))["jws"]
    head, payload, seal = signed.split(".")
    passed = []
    for n in range(0, len(payload), 37):
        other = "A" if payload[n] != "A" else "B"
        changed = f"{head}.{payload[:n]}{other}{payload[n + 1 :]}.{seal}"
        try:
            verified(changed, keys)
        except (JoseError, ValueError):
            continue
        passed.append(n)
    assert passed == []
    lie = json.loads(urlsafe_b64decode(payload + "=="))
    lie["receipt"]["events"][0]["event_state"] = "withdrawn"
    forged = urlsafe_b64encode(json.dumps(lie).encode()).decode().rstrip("=")
    with pytest.raises(JoseError):
        verified(f"{head}.{forged}.{seal}", keys)
    assert verified(signed, keys)["receipt"]["events"][0]["event_state"] == "given"


@pytest.mark.requirement("S11-sec-1")
async def test_a_receipt_is_no_access_token_and_an_access_token_no_receipt(people: Guests, clock: MovableClock) -> None:
    mali = await people.attendee()
    signed = ok(await mali.client.get(f"{mali.path}/receipt"))["jws"]
    for path in ("/api/v1/device", "/api/v1/leads", "/api/v1/me/registrations"):
        answer = await people.visit().get(path, headers={"authorization": f"Bearer {signed}"})
        assert answer.status_code == 401, path
    signer = Signer(SETTINGS)
    with pytest.raises(NotSignedIn):
        signer.read(signed, clock.now)
    keys = await keys_of(people.visit())
    for kind in ("device", "client"):
        token = signer.issue(kind, UUID(int=1), "booth_phone", clock.now)
        with pytest.raises((JoseError, ValueError)):
            verified(token, keys)


# ---- on paper


@pytest.mark.parametrize(
    ("language", "title", "given"), [("en", "Consent receipt", "given"), ("th", "ใบรับความยินยอม", "ให้ความยินยอมแล้ว")]
)
async def test_the_paper_says_the_same_and_carries_the_signed_receipt(
    people: Guests, language: str, title: str, given: str
) -> None:
    mali = await people.attendee(shares_with=["S1"], badge_scan=True)
    answer = await mali.client.get(f"{mali.path}/receipt.pdf?language={language}")
    assert answer.headers["content-type"] == "application/pdf"
    paper = pypdfium2.PdfDocument(answer.content)
    assert paper.get_metadata_dict()["Title"].startswith(title)
    assert f"/Lang ({language})".encode() in answer.content
    text = "\n".join(page.get_textpage().get_text_bounded() for page in paper)
    [attached] = [paper.get_attachment(n) for n in range(paper.count_attachments())]
    assert attached.get_name() == "receipt.jws"
    signed = bytes(attached.get_data()).decode()
    receipt = ok(await mali.client.get(f"{mali.path}/receipt"))["receipt"]
    assert verified(signed, await keys_of(people.visit()))["receipt"] == receipt
    for said in (
        sha256(signed.encode()).hexdigest(),
        "http://events.example/.well-known/jwks.json",
        receipt["record_id"],
        f"http://events.example/th/me/{mali.registration}/choices",
        "S1 Co., Ltd.",
        "Test Events Co., Ltd.",
        "Dara P.",
        receipt["events"][0]["consent_text"]["sha256"],
    ):
        assert said in "".join(text.split("\r\n")), said
    assert given in "".join(text.split())
    assert (await mali.client.get(f"{mali.path}/receipt.pdf?language=de")).status_code == 422


async def test_names_of_parties_and_events_are_shown_on_paper_and_never_obeyed(people: Guests, world: World) -> None:
    await world.patch(f"/organiser/parties/{world.parties['S1']}", {"legal_name": '#panic("x") $x$ *Ltd*'})
    mali = await people.attendee(shares_with=["S1"])
    answer = await mali.client.get(f"{mali.path}/receipt.pdf?language=en")
    assert answer.status_code == 200
    text = "\n".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(answer.content))
    assert '#panic("x") $x$ *Ltd*' in text
