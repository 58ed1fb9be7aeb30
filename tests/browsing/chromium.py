"""The browser of the tests and a font for Thai: found, or installed. `make test` runs this as a program before the tests."""

import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PACKAGES: Final = ("chromium", "fonts-noto-core", "fontconfig")
FLAGS: Final = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    # without these it asks its maker's servers for things at every start
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PLAYWRIGHT: Final = (sys.executable, "-m", "playwright")


class NoBrowser(Exception):
    """The pages cannot be tested here; the message is one sentence that says what to install."""


def find(environ: Mapping[str, str] = os.environ) -> str | None:
    """The path of a Chromium that runs: the one named by CHROMIUM, or the first known name. Raises NoBrowser for a wrong CHROMIUM."""
    if named := environ.get("CHROMIUM"):
        found = shutil.which(named, path=environ.get("PATH"))
        if found is None or not _runs(found, environ):
            raise NoBrowser(f"CHROMIUM={named!r} is no Chromium that runs here: give the path of one, or leave it out.")
        return found
    paths = (shutil.which(name, path=environ.get("PATH")) for name in NAMES)
    return next((path for path in paths if path is not None and _runs(path, environ)), None)


def prepare(environ: Mapping[str, str] = os.environ, *, root: bool | None = None, playwright: Sequence[str] = PLAYWRIGHT) -> None:
    """See to it that there is a Chromium and a font with Thai letters; does nothing where there are. Raises NoBrowser."""
    chromium = _chromium(environ, playwright)
    thai = has_thai(environ)
    if chromium and thai:
        return
    root = os.geteuid() == 0 if root is None else root
    by_apt = root and shutil.which("apt-get", path=environ.get("PATH")) is not None
    if by_apt:
        _say("Installing Chromium and a font for Thai, for the tests of the pages (once)")
        _run(["apt-get", "update", "-qq"], environ)
        for package in PACKAGES[0 if not chromium else 1 :]:  # one by one: Ubuntu has no Chromium, but the fonts
            _run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", package], environ)
        chromium, thai = _chromium(environ, playwright), has_thai(environ)
    if not chromium:
        _say("Installing Chromium by Playwright, for the tests of the pages (once)")
        _run([*playwright, "install", *(["--with-deps"] if by_apt else []), "chromium"], environ)
        chromium = _chromium(environ, playwright)
    if not chromium:
        raise NoBrowser(
            "The tests of the pages need Chromium: install it (Debian: apt install chromium), or name yours with CHROMIUM=/path/to/it."
        )
    if not thai:
        raise NoBrowser("The tests of the pages need a font with Thai letters (Debian: apt install fontconfig fonts-noto-core).")


def has_thai(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether a browser here can draw Thai. A Mac always can."""
    if platform.system() == "Darwin":
        return True
    lister = shutil.which("fc-list", path=environ.get("PATH"))
    if lister is None:
        return False
    listed = subprocess.run([lister, ":lang=th"], env=dict(environ), capture_output=True, text=True, check=False)
    return bool(listed.stdout.strip())


def _chromium(environ: Mapping[str, str], playwright: Sequence[str]) -> bool:
    return find(environ) is not None or _playwright_has_its_own(environ, playwright)


def _playwright_has_its_own(environ: Mapping[str, str], playwright: Sequence[str]) -> bool:
    """Whether Playwright has downloaded the Chromium that it starts when it is given no other."""
    asked = subprocess.run(
        [*playwright, "install", "--dry-run", "chromium"], env=dict(environ), capture_output=True, text=True, check=False
    )
    folders = [Path(found) for found in re.findall(r"Install location: +(\S.*)", asked.stdout) if "chromium" in Path(found).name]
    return bool(folders) and all((folder / "INSTALLATION_COMPLETE").exists() for folder in folders)


def _runs(path: str, environ: Mapping[str, str]) -> bool:
    """Whether it is one: some systems have a script of that name which only says how to install it."""
    try:
        asked = subprocess.run([path, "--version"], env=dict(environ), capture_output=True, text=True, check=False, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return asked.returncode == 0 and "Chrom" in asked.stdout


def _run(command: Sequence[str], environ: Mapping[str, str]) -> None:
    """Run it and let its errors be seen; whether it helped is asked afterwards."""
    settings = dict(environ) | {"DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(command, env=settings, stdout=subprocess.DEVNULL, check=False)


def _say(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")


if __name__ == "__main__":
    try:
        prepare()
    except NoBrowser as error:
        sys.exit(str(error))
