"""What a phone loads before it can scan: the built app within its budget, all of it precached, nothing from elsewhere."""

import re
from pathlib import Path

import pytest

from events.web.phone_app.files import BUILT, File, Files, read_built

FIRST_LOAD = 500_000  # bytes, gzip: until the first badge is read; pictures and further pages come after it
OURS = 30_000  # of which ours
DECODER = re.compile(r"assets/(zxing_reader|worker)-")
WORDS = re.compile(r"assets/(?:th|en)-(?!quiet)")  # of the first screens, one language
LIBRARY = re.compile(r"assets/(library|rolldown)")
LOADED = re.compile(r'(?:src|href)="/scan/([^"]+\.(?:js|css))"')
IMPORTED = re.compile(r"""(?:\bimport|\bfrom)\s*["']\./([\w.-]+\.js)["']""")


@pytest.fixture(scope="module")
def built() -> Files:
    files = read_built(BUILT)
    assert files, "build the phone app first: make scanner"
    return files


def sent(file: File) -> int:
    return len(file.coded.get("gzip", file.content))


def at_once(files: Files) -> set[str]:
    """The page, what it links, and what that imports; not what is fetched when it is needed."""
    found = {"index.html"}
    waiting = LOADED.findall(files["index.html"].content.decode())
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        if name.endswith(".js"):
            waiting += [f"assets/{other}" for other in IMPORTED.findall(files[name].content.decode())]
    return found


def test_the_first_load_fits_a_crowded_hall(built: Files) -> None:
    names = at_once(built)
    ours = {name for name in names if not LIBRARY.match(name)}
    decoder = {name for name in built if DECODER.match(name)}
    assert len(ours) >= 2
    words = max(sent(file) for name, file in built.items() if WORDS.match(name))
    assert sum(sent(built[name]) for name in ours) + words <= OURS
    assert sum(sent(built[name]) for name in names | decoder) + words <= FIRST_LOAD


def test_the_app_opens_cold_without_a_network(built: Files) -> None:
    service_worker = built["sw.js"].content.decode()
    kept = set(re.findall(r'url:"([^"]+)"', service_worker))
    assert kept == set(built) - {"sw.js"}
    assert 'createHandlerBoundToURL("/scan/index.html")' in service_worker or '"/scan/index.html"' in service_worker


def test_the_app_names_no_other_server_to_load_from(built: Files) -> None:
    loads = re.compile(rb"(?:src|href)=[\"']?https?://|import\(?[\"']https?://|importScripts\([\"']https?://")
    assert [name for name, file in built.items() if loads.search(file.content)] == []


def test_the_page_has_no_script_in_it_that_its_policy_would_refuse(built: Files) -> None:
    page = built["index.html"].content.decode()
    assert re.findall(r"<script(?![^>]*\bsrc=)", page) == []
    assert re.findall(r"<style|\sstyle=", page) == []
    assert all(source.startswith("/scan/") for source in re.findall(r'(?:src|href)="([^"]+)"', page))


def test_every_file_with_a_hash_in_its_name_is_kept_for_a_year(built: Files) -> None:
    kept = {name for name, file in built.items() if "immutable" in file.kept}
    assert kept == {name for name in built if name.startswith("assets/")}
    assert Path("assets") in {Path(name).parent for name in kept}
