"""The phone app is served as it was built: small, kept as long as its names allow, shut in by its own policy, and nothing beside it."""

import gzip
from pathlib import Path

import httpx
import pytest

from events.app import create_app
from events.database.connections import Database
from events.web.phone_app.files import read_built
from tests.conftest import SETTINGS

STAND_IN = Path(__file__).parent / "phone_app"
HASHED = "assets/index-AbCd_123.js"


@pytest.mark.parametrize(
    ("path", "media", "kept"),
    [
        ("", "text/html; charset=utf-8", "no-cache"),
        ("index.html", "text/html; charset=utf-8", "no-cache"),
        ("sw.js", "text/javascript; charset=utf-8", "no-cache"),
        ("manifest.webmanifest", "application/manifest+json", "no-cache"),
        (HASHED, "text/javascript; charset=utf-8", "public, max-age=31536000, immutable"),
        ("assets/decoder-AbCd_123.wasm", "application/wasm", "public, max-age=31536000, immutable"),
    ],
)
async def test_a_file_is_kept_as_long_as_its_name_allows(path: str, media: str, kept: str, anyone: httpx.AsyncClient) -> None:
    answer = await anyone.get(f"/scan/{path}", headers={"accept-encoding": "identity"})
    assert (answer.status_code, answer.headers["content-type"], answer.headers["cache-control"]) == (200, media, kept)
    assert answer.content == (STAND_IN / (path or "index.html")).read_bytes()
    assert "set-cookie" not in answer.headers
    again = await anyone.get(f"/scan/{path}", headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", answer.headers["etag"])


async def test_the_app_may_use_its_own_camera_and_decoder_and_nothing_from_elsewhere(anyone: httpx.AsyncClient) -> None:
    for path in ("", HASHED, "sw.js"):
        answer = await anyone.get(f"/scan/{path}")
        policy = {part.split()[0]: part.split()[1:] for part in answer.headers["content-security-policy"].split(";")}
        assert policy["default-src"] == ["'none'"]
        assert policy["script-src"] == ["'self'", "'wasm-unsafe-eval'"]
        assert policy["connect-src"] == policy["worker-src"] == ["'self'"]
        assert "camera=(self)" in answer.headers["permissions-policy"]
    elsewhere = await anyone.get("/en")
    assert "camera=()" in elsewhere.headers["permissions-policy"]
    assert "wasm" not in elsewhere.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [("gzip, deflate, br, zstd", "br"), ("gzip", "gzip"), ("br;q=0, gzip;q=0.5", "gzip"), ("*", "br"), ("identity", None)],
)
async def test_a_file_goes_out_in_the_smallest_form_that_the_visitor_takes(
    accepted: str, coding: str | None, anyone: httpx.AsyncClient
) -> None:
    request = anyone.build_request("GET", f"/scan/{HASHED}", headers={"accept-encoding": accepted})
    answer = await anyone.send(request, stream=True)
    raw = b"".join([part async for part in answer.aiter_raw()])
    plain = (STAND_IN / HASHED).read_bytes()
    assert (answer.headers.get("content-encoding"), answer.headers["vary"]) == (coding, "accept-encoding")
    assert raw == {"br": b"stands in for Brotli\n", None: plain}.get(coding, raw)
    assert coding != "gzip" or gzip.decompress(raw) == plain


async def test_the_app_stands_where_its_service_worker_sees_it(anyone: httpx.AsyncClient) -> None:
    answer = await anyone.get("/scan")
    assert (answer.status_code, answer.headers["location"]) == (308, "/scan/")


@pytest.mark.parametrize(
    "path",
    ["nothing.js", f"{HASHED}.br", "assets", "assets/", "../files.py", "%2e%2e/files.py", "..%2ffiles.py", "//etc/passwd", "%00"],
)
async def test_nothing_but_a_file_of_the_app_is_served(path: str, anyone: httpx.AsyncClient) -> None:
    answer = await anyone.get(f"/scan/{path}")
    assert answer.status_code == 404


async def test_a_server_without_the_built_app_says_how_to_build_it(database: Database) -> None:
    app = create_app(SETTINGS, database, phone_app={})
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=SETTINGS.base_url) as anyone:  # type: ignore[arg-type]
        told = await anyone.get("/scan/")
        file = await anyone.get("/scan/sw.js")
    assert (told.status_code, file.status_code) == (503, 404)
    assert "make scanner" in told.text
    assert "camera=()" in told.headers["permissions-policy"]


def test_a_folder_without_an_index_holds_no_app(tmp_path: Path) -> None:
    (tmp_path / "sw.js").write_text("//")
    assert read_built(tmp_path) == {}
