"""A real office program for the files: LibreOffice, found or installed. `make test` runs this before the tests."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

NAMES: Final = ("soffice", "libreoffice", "/Applications/LibreOffice.app/Contents/MacOS/soffice")
# without its window, if the distribution has it so: about 90 MB instead of 300
PACKAGES: Final = ("libreoffice-calc-nogui", "libreoffice-calc")


class NoOffice(Exception):
    """The files cannot be opened here; the message is one sentence that says what to install."""


def find(environ: Mapping[str, str] = os.environ) -> str | None:
    """The path of a LibreOffice, None where there is none."""
    paths = (shutil.which(name, path=environ.get("PATH")) for name in NAMES)
    return next((path for path in paths if path is not None), None)


def required(environ: Mapping[str, str] = os.environ) -> str:
    """The path of a LibreOffice. Raises NoOffice."""
    found = find(environ)
    if found is None:
        raise NoOffice("The tests of the files need LibreOffice Calc: install it (Debian: apt install libreoffice-calc-nogui).")
    return found


def prepare(environ: Mapping[str, str] = os.environ, *, root: bool | None = None) -> None:
    """See to it that there is a LibreOffice Calc; does nothing where there is. Raises NoOffice."""
    root = os.geteuid() == 0 if root is None else root
    if find(environ) is None and root and shutil.which("apt-get", path=environ.get("PATH")) is not None:
        sys.stderr.write("Installing LibreOffice Calc, for the tests of the files (once, about 90 MB)\n")
        settings = dict(environ) | {"DEBIAN_FRONTEND": "noninteractive"}
        apt = ["apt-get", "-qq"]
        subprocess.run([*apt, "update"], env=settings, stdout=subprocess.DEVNULL, check=False)
        for package in PACKAGES:
            install = [*apt, "install", "-y", "--no-install-recommends", package]
            if find(environ) is None:  # the second where the first is not known
                subprocess.run(install, env=settings, stdout=subprocess.DEVNULL, check=False)
    required(environ)


# UTF-8, as its window sees by the byte order mark; and what is least careful in that window: numbers and dates are looked for
# in every text, and what begins like a formula is worked out
CARELESS: Final = "--infilter=CSV:44,34,76,1,,0,false,true,false,false,false,-1,true"


def convert(file: Path, to: str, scratch: Path) -> Path:
    """The file as LibreOffice opens it for somebody who is careless, saved as `to`: "xlsx", or "csv" in UTF-8.

    Raises NoOffice, and CalledProcessError where it does not open.
    """
    target = to if to != "csv" else "csv:Text - txt - csv (StarCalc):44,34,76,1"
    # a profile of its own: nobody's settings, and no other LibreOffice that runs
    profile = f"-env:UserInstallation={(scratch / 'profile').as_uri()}"
    careless = [CARELESS] if file.suffix == ".csv" else []
    command = [required(), profile, "--headless", *careless, "--convert-to", target, "--outdir", str(scratch), str(file)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return scratch / f"{file.stem}.{to}"


if __name__ == "__main__":
    try:
        prepare()
    except NoOffice as error:
        sys.exit(str(error))
