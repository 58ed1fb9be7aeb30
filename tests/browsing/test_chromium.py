"""How the browser of these tests is found or installed, on machines made of small scripts."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browsing.chromium import NAMES, NoBrowser, find, prepare

GOOD = "echo Chromium 156.0"
STUB = "echo 'This command requires the chromium snap to be installed'; exit 1"
THAI, NO_THAI = "echo /fonts/NotoSansThai.ttf: Noto Sans Thai", ""
LOG = 'echo "$(basename "$0") $*" >> "$MACHINE/log"\n'
# puts a program into the machine when its package is asked for
APT = (
    LOG
    + 'case "$*" in *fonts*) cp "$MACHINE/later-fc-list" "$MACHINE/fc-list";; *chromium*) cp "$MACHINE/later-chromium" "$MACHINE/chromium";; esac 2>/dev/null'
)
Machine = Callable[..., dict[str, str]]


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """A machine with these programs and no others; returns its environment."""
    monkeypatch.setattr("platform.system", lambda: "Linux")

    def make(**programs: str) -> dict[str, str]:
        for tool in ("sh", "cp", "basename", "mkdir", "touch"):
            (tmp_path / tool).symlink_to(f"/bin/{tool}" if Path(f"/bin/{tool}").exists() else f"/usr/bin/{tool}")
        for name, script in programs.items():
            program = tmp_path / name.replace("_", "-")
            program.write_text(f"#!{tmp_path}/sh\n{script}\n", encoding="utf-8")
            program.chmod(0o755)
        return {"PATH": str(tmp_path), "MACHINE": str(tmp_path)}

    return make


def prepared(environ: dict[str, str], *, root: bool) -> list[str]:
    """What was called in order to prepare this machine."""
    log = Path(environ["MACHINE"]) / "log"
    try:
        prepare(environ, root=root, playwright=[f"{environ['MACHINE']}/playwright"])
    finally:
        calls = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
    return [call for call in calls if "--dry-run" not in call]


# says where its browser would be, and puts it there when told to
PLAYWRIGHT = (
    LOG
    + 'case "$*" in *dry-run*) echo "  Install location:    $MACHINE/chromium-1248";; *) mkdir -p "$MACHINE/chromium-1248"; touch "$MACHINE/chromium-1248/INSTALLATION_COMPLETE";; esac'
)
BROKEN = LOG + "exit 1"


def test_nothing_is_installed_where_all_is_there(machine: Machine) -> None:
    assert prepared(machine(chromium=GOOD, fc_list=THAI, apt_get=APT, playwright=PLAYWRIGHT), root=True) == []


def test_root_on_debian_installs_browser_and_fonts_by_apt(machine: Machine) -> None:
    environ = machine(apt_get=APT, later_chromium=GOOD, later_fc_list=THAI, playwright=PLAYWRIGHT)
    quietly = "apt-get install -y -qq --no-install-recommends"
    assert prepared(environ, root=True) == [
        "apt-get update -qq",
        *(f"{quietly} {p}" for p in ("chromium", "fonts-noto-core", "fontconfig")),
    ]
    assert find(environ) == f"{environ['MACHINE']}/chromium"


def test_only_the_fonts_are_installed_where_the_browser_is_there(machine: Machine) -> None:
    calls = prepared(machine(chromium=GOOD, fc_list=NO_THAI, later_fc_list=THAI, apt_get=APT, playwright=BROKEN), root=True)
    assert [call.rpartition(" ")[2] for call in calls] == ["-qq", "fonts-noto-core", "fontconfig"]


def test_where_apt_has_no_chromium_playwright_is_asked(machine: Machine) -> None:
    calls = prepared(machine(apt_get=APT, chromium_browser=STUB, later_fc_list=THAI, playwright=PLAYWRIGHT), root=True)
    assert calls[-1] == "playwright install --with-deps chromium"


def test_who_is_not_root_gets_it_from_playwright_and_only_once(machine: Machine) -> None:
    environ = machine(apt_get=APT, fc_list=THAI, playwright=PLAYWRIGHT)
    assert prepared(environ, root=False) == ["playwright install chromium"]
    assert prepared(environ, root=False) == ["playwright install chromium"]  # of the first time


@pytest.mark.parametrize("root", [True, False])
def test_it_says_what_to_install_where_nothing_helps(root: bool, machine: Machine) -> None:
    with pytest.raises(NoBrowser, match=r"apt install chromium\), or name yours with CHROMIUM="):
        prepared(machine(fc_list=THAI, playwright=BROKEN), root=root)


def test_a_missing_font_is_named(machine: Machine) -> None:
    with pytest.raises(NoBrowser, match=r"Thai letters \(Debian: apt install fontconfig fonts-noto-core\)"):
        prepared(machine(chromium=GOOD, playwright=PLAYWRIGHT), root=False)


@pytest.mark.parametrize("name", NAMES)
def test_a_browser_of_any_known_name_is_taken(name: str, machine: Machine) -> None:
    environ = machine(**{name.replace("-", "_"): GOOD})
    assert find(environ) == f"{environ['MACHINE']}/{name}"


def test_a_named_browser_comes_first_and_must_run(machine: Machine) -> None:
    environ = machine(chromium=GOOD, mine=GOOD, stub=STUB)
    assert find(environ | {"CHROMIUM": "mine"}) == f"{environ['MACHINE']}/mine"
    for wrong in ("stub", "absent", "/nowhere/chromium"):
        with pytest.raises(NoBrowser, match=f"CHROMIUM='{wrong}' is no Chromium that runs here"):
            find(environ | {"CHROMIUM": wrong})


def test_as_a_program_it_ends_with_a_sentence() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "tests.browsing.chromium"],
        env=os.environ | {"CHROMIUM": "absent"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr == "CHROMIUM='absent' is no Chromium that runs here: give the path of one, or leave it out.\n"
