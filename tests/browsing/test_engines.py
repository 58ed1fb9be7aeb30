"""How the other engines are found or installed, on machines made of small scripts."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browsing.engines import NoEngine, firefox, prepare, webkit

LOG = 'echo "$(basename "$0") $*" >> "$MACHINE/log"\n'
# puts a program into the machine when its package is asked for
APT = (
    LOG
    + """case "$*" in
*install*firefox-esr*) cp "$MACHINE/true" "$MACHINE/firefox-esr";;
*install*webkit2gtk-driver*xvfb*) cp "$MACHINE/true" "$MACHINE/WebKitWebDriver"; cp "$MACHINE/true" "$MACHINE/Xvfb"
  mkdir -p "$MACHINE/usr/lib/some-linux-gnu/webkit2gtk-4.1"; touch "$MACHINE/usr/lib/some-linux-gnu/webkit2gtk-4.1/MiniBrowser";;
esac"""
)
ALL = "echo 'Candidate: 1.0'"
NO_FIREFOX = """case "$*" in *firefox*) echo 'Candidate: (none)';; *) echo 'Candidate: 1.0';; esac"""
Machine = Callable[..., dict[str, str]]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A machine with these programs and no others; returns its environment."""

    def make(**programs: str) -> dict[str, str]:
        for tool in ("sh", "cp", "basename", "mkdir", "touch", "true"):
            (tmp_path / tool).symlink_to(f"/bin/{tool}" if Path(f"/bin/{tool}").exists() else f"/usr/bin/{tool}")
        for name, script in programs.items():
            program = tmp_path / name.replace("_", "-")
            program.write_text(f"#!{tmp_path}/sh\n{script}\n", encoding="utf-8")
            program.chmod(0o755)
        return {"PATH": str(tmp_path), "MACHINE": str(tmp_path)}

    return make


def prepared(environ: dict[str, str], *, root: bool) -> tuple[list[str], list[str]]:
    """Why engines are missing afterwards, and what was called in order to install them."""
    folder = Path(environ["MACHINE"])
    missing = prepare(environ, root=root, system=folder)
    log = folder / "log"
    return missing, log.read_text(encoding="utf-8").splitlines() if log.exists() else []


UPDATE = "apt-get -qq update"
FIREFOX = "apt-get -qq install -y --no-install-recommends firefox-esr"
WEBKIT = "apt-get -qq install -y --no-install-recommends webkit2gtk-driver xvfb"


def test_root_with_apt_gets_both_once(machine: Machine) -> None:
    bare = machine(apt_get=APT, apt_cache=ALL)
    called = [UPDATE, FIREFOX, UPDATE, WEBKIT]
    assert prepared(bare, root=True) == ([], called)
    assert prepared(bare, root=True) == ([], called)  # nothing more is called
    assert firefox(bare) == f"{bare['PATH']}/firefox-esr"
    found = webkit(bare, Path(bare["MACHINE"]))
    assert (found.driver, found.screen) == (f"{bare['PATH']}/WebKitWebDriver", f"{bare['PATH']}/Xvfb")
    assert found.browser == f"{bare['PATH']}/usr/lib/some-linux-gnu/webkit2gtk-4.1/MiniBrowser"


@pytest.mark.parametrize(("root", "apt"), [(False, True), (True, False)])
def test_who_cannot_install_is_told_what_is_left_out(root: bool, apt: bool, machine: Machine) -> None:
    bare = machine(**({"apt_get": APT, "apt_cache": ALL} if apt else {}))
    missing, called = prepared(bare, root=root)
    assert called == []
    assert [sentence.partition(" only where ")[0] for sentence in missing] == [
        "The phone app is tried in Firefox",
        "The phone app is tried in WebKit",
    ]
    assert ["apt install firefox-esr" in missing[0], "apt install webkit2gtk-driver xvfb" in missing[1]] == [True, True]


def test_an_engine_that_the_distribution_does_not_have_is_left_out(machine: Machine) -> None:
    ubuntu = machine(apt_get=APT, apt_cache=NO_FIREFOX)
    missing, called = prepared(ubuntu, root=True)
    assert ["Firefox" in sentence for sentence in missing] == [True]
    assert called == [UPDATE, UPDATE, WEBKIT]


def test_an_engine_that_could_have_been_installed_and_was_not_is_an_error(machine: Machine, tmp_path: Path) -> None:
    with pytest.raises(NoEngine, match=r"Firefox.*WebKit"):
        prepare(machine(apt_get=LOG, apt_cache=ALL), root=True, system=tmp_path)


def test_the_error_leaves_out_what_nobody_could_have_installed(machine: Machine, tmp_path: Path) -> None:
    with pytest.raises(NoEngine) as raised:
        prepare(machine(apt_get=LOG, apt_cache=NO_FIREFOX), root=True, system=tmp_path)
    assert "Firefox" not in str(raised.value)
