"""A server for real phones on the local network: its address, its certificate, and what others there may not see."""

import asyncio
import ssl
import stat
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from events.app import create_app
from events.database.connections import Database
from events.lan import CLOCKS_DIFFER, GOOD_FOR, RENEWED_BEFORE, certificate_for, lan_address, lan_settings, own_address
from events.settings import WrongSetting
from tests.conftest import PHONE_APP, SETTINGS

HERE = IPv4Address("127.0.0.1")  # stands in for an address of the network: a test can serve there
WIFI = IPv4Address("192.168.1.20")
NOW = datetime.now(UTC)


def nothing() -> None:
    return None


async def handshake(chain: Path, key: Path, authority: bytes, address: str) -> None:
    """Fetch a page over https from a server with this certificate, trusting this authority alone, as httpx does it."""
    server_side = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server_side.load_cert_chain(chain, key)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n")
        await writer.drain()
        writer.close()

    trusting = ssl.create_default_context(cadata=authority)
    trusting.verify_flags |= ssl.VERIFY_X509_STRICT  # what Python 3.13 asks for by itself
    async with await asyncio.start_server(answer, "127.0.0.1", 0, ssl=server_side) as server:
        port = server.sockets[0].getsockname()[1]
        async with httpx.AsyncClient(verify=trusting, trust_env=False) as client:
            assert (await client.get(f"https://{address}:{port}/")).status_code == 204


async def test_who_trusts_the_authority_trusts_the_server_and_nobody_else_does(tmp_path: Path) -> None:
    made = certificate_for(HERE, tmp_path, NOW)
    await handshake(made.chain, made.key, made.authority, "127.0.0.1")
    other = certificate_for(HERE, tmp_path / "other", NOW)
    with pytest.raises(httpx.ConnectError, match="certificate verify failed"):
        await handshake(made.chain, made.key, other.authority, "127.0.0.1")


async def test_the_certificate_is_for_its_address_and_no_other(tmp_path: Path) -> None:
    made = certificate_for(WIFI, tmp_path, NOW)
    leaf, authority = x509.load_pem_x509_certificates(made.chain.read_bytes())
    names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert list(names) == [x509.IPAddress(WIFI)]
    limits = authority.extensions.get_extension_for_class(x509.NameConstraints)
    assert limits.critical
    assert [str(limit.value) for limit in limits.value.permitted_subtrees or []] == ["192.168.1.20/32", "events.invalid"]
    assert leaf.not_valid_after_utc - leaf.not_valid_before_utc <= timedelta(days=398)
    with pytest.raises(httpx.ConnectError, match=r"IP address mismatch|certificate verify failed"):
        await handshake(made.chain, made.key, made.authority, "127.0.0.1")


def test_the_server_key_is_its_owners_alone_and_the_authority_has_none(tmp_path: Path) -> None:
    made = certificate_for(WIFI, tmp_path, NOW)
    assert stat.S_IMODE(made.key.stat().st_mode) == 0o600
    assert stat.S_IMODE(made.key.parent.stat().st_mode) == 0o700
    _, authority = x509.load_pem_x509_certificates(made.chain.read_bytes())
    kept = load_pem_private_key(made.key.read_bytes(), None)
    assert sorted(path.name for path in made.key.parent.iterdir()) == ["chain.pem", "key.pem"]
    assert kept.public_key() != authority.public_key()


def test_a_certificate_is_kept_until_a_month_before_its_end(tmp_path: Path) -> None:
    first = certificate_for(WIFI, tmp_path, NOW)
    ends = NOW - CLOCKS_DIFFER + GOOD_FOR
    assert certificate_for(WIFI, tmp_path, ends - RENEWED_BEFORE - timedelta(minutes=1)) == first
    renewed = certificate_for(WIFI, tmp_path, ends - RENEWED_BEFORE)
    assert renewed.authority != first.authority
    assert certificate_for(WIFI, tmp_path, ends) == renewed


def test_each_network_has_its_own_and_coming_back_finds_it(tmp_path: Path) -> None:
    home = certificate_for(WIFI, tmp_path, NOW)
    assert certificate_for(IPv4Address("10.0.0.7"), tmp_path, NOW) != home
    assert certificate_for(WIFI, tmp_path, NOW) == home


@pytest.mark.parametrize("broken", ["chain.pem", "key.pem"])
@pytest.mark.parametrize("by", ["nothing", "half", "another"])
async def test_a_certificate_that_is_not_whole_is_made_anew(broken: str, by: str, tmp_path: Path) -> None:
    made = certificate_for(HERE, tmp_path, NOW)
    path = made.key.parent / broken
    another = certificate_for(HERE, tmp_path / "another", NOW).key.parent / broken
    path.write_bytes({"nothing": b"", "half": path.read_bytes()[:100], "another": another.read_bytes()}[by])
    again = certificate_for(HERE, tmp_path, NOW)
    assert again.authority != made.authority
    await handshake(again.chain, again.key, again.authority, "127.0.0.1")


def test_the_address_is_the_one_that_packets_leave_by() -> None:
    found = own_address()
    assert found is None or not (found.is_loopback or found.is_unspecified)
    assert lan_address({}, lambda: WIFI) == WIFI


@pytest.mark.parametrize(
    ("environ", "sentence"),
    [
        ({}, "This machine has no network address: join a Wi-Fi network, or name the address, like HOST=192.168.1.20."),
        ({"HOST": "my-laptop"}, "HOST='my-laptop' must be an IPv4 address with --lan, like 192.168.1.20."),
        ({"HOST": "127.0.0.1"}, "HOST='127.0.0.1' is no address that a phone can reach"),
        ({"HOST": "0.0.0.0"}, "HOST='0.0.0.0' is no address that a phone can reach"),
        ({"HOST": "198.51.100.77"}, "HOST='198.51.100.77' is no address of this machine"),
        ({"EVENTS_BASE_URL": "https://events.example"}, "--lan finds its own address: leave EVENTS_BASE_URL out."),
        ({"PORT": "http"}, "PORT='http' must be a whole number from 1 to 65535."),
    ],
)
def test_what_cannot_work_is_one_sentence(environ: dict[str, str], sentence: str, tmp_path: Path) -> None:
    found = nothing if not environ else lambda: WIFI
    with pytest.raises(WrongSetting) as told:
        lan_settings({"EVENTS_VAR": str(tmp_path)} | environ, find=found)
    assert str(told.value).startswith(sentence)


def test_an_address_of_the_internet_is_refused() -> None:
    with pytest.raises(WrongSetting, match="can be reached from the internet"):
        lan_address({}, lambda: IPv4Address("8.8.8.8"))


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "lan").write_text("in the way")
    with pytest.raises(WrongSetting, match=r"EVENTS_VAR=.* cannot be used"):
        certificate_for(WIFI, tmp_path / "lan", NOW)


def test_the_server_listens_on_that_network_alone_and_its_links_lead_there(tmp_path: Path) -> None:
    settings = lan_settings({"EVENTS_VAR": str(tmp_path), "EVENTS_DEMO": "1", "PORT": "8443"}, find=lambda: WIFI)
    assert (settings.host, settings.base_url) == ("192.168.1.20", "https://192.168.1.20:8443")
    assert (settings.secure, settings.lan, settings.demo) == (True, True, True)


@pytest.mark.parametrize(("visitor", "status"), [("192.168.1.20", 200), ("127.0.0.1", 200), ("192.168.1.33", 404)])
async def test_the_demos_mail_is_read_on_this_machine_alone(visitor: str, status: int, database: Database) -> None:
    settings = replace(SETTINGS, host="192.168.1.20", base_url="https://192.168.1.20:8000", lan=True)
    app = create_app(settings, database, phone_app=PHONE_APP)
    transport = httpx.ASGITransport(app=app, client=(visitor, 50_000))  # type: ignore[arg-type]  # httpx's own ASGI types
    async with httpx.AsyncClient(transport=transport, base_url=settings.base_url) as client:
        for path in ("/en/mailbox", "/mailbox.json"):
            for host in ("192.168.1.20:8000", "127.0.0.1:8000"):
                assert (await client.get(path, headers={"host": host})).status_code == status
        assert "/mailbox" not in (await client.get("/en")).text
