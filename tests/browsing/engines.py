"""The engines that are not Chromium: Firefox ESR and WebKitGTK, found or installed.

`.ci/run` runs this as a program before the tests; `make test` does not, and skips what is not here.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

FIREFOX: Final = ("firefox-esr",)
WEBKIT: Final = ("webkit2gtk-driver", "xvfb")
# beside the library, in a folder that is named after the machine's architecture or, elsewhere than at Debian's, not
BROWSERS: Final = (
    "usr/lib/*/webkit2gtk-4.*/MiniBrowser",
    "usr/lib*/webkit2gtk-4.*/MiniBrowser",
    "usr/libexec/webkit2gtk-4.*/MiniBrowser",
)


class NoEngine(Exception):
    """One cannot be tested here; the message is one sentence that says what to install."""


@dataclass(frozen=True, slots=True)
class WebKit:
    """The small browser of WebKitGTK, the driver that holds it, and the screen that it is shown on, as paths."""

    browser: str
    driver: str
    screen: str


def firefox(environ: Mapping[str, str] = os.environ) -> str:
    """The path of a Firefox ESR. Raises NoEngine."""
    found = shutil.which("firefox-esr", path=environ.get("PATH"))
    if found is None:
        raise NoEngine(
            f"The phone app is tried in Firefox only where there is a Firefox ESR (Debian: apt install {' '.join(FIREFOX)})."
        )
    return found


def webkit(environ: Mapping[str, str] = os.environ, root: Path = Path("/")) -> WebKit:
    """What the tests need of WebKitGTK, looked for under `root`. Raises NoEngine."""
    driver = shutil.which("WebKitWebDriver", path=environ.get("PATH"))
    screen = shutil.which("Xvfb", path=environ.get("PATH"))
    browsers = [path for pattern in BROWSERS for path in sorted(root.glob(pattern))]
    if driver is None or screen is None or not browsers:
        raise NoEngine(
            f"The phone app is tried in WebKit only where there are WebKitGTK's driver and Xvfb (Debian: apt install {' '.join(WEBKIT)})."
        )
    return WebKit(str(browsers[-1]), driver, screen)


@contextmanager
def screen(program: str) -> Iterator[str]:
    """The name of a display that nobody sees, of an Xvfb that ends with this."""
    reading, writing = os.pipe()
    size = ("-screen", "0", "800x1200x24")
    with subprocess.Popen(
        [program, "-displayfd", str(writing), *size, "-nolisten", "tcp"], pass_fds=[writing], stderr=subprocess.DEVNULL
    ) as shown:
        os.close(writing)
        try:
            with os.fdopen(reading) as said:
                yield f":{said.readline().strip()}"
        finally:
            shown.terminate()


def prepare(environ: Mapping[str, str] = os.environ, *, root: bool | None = None, system: Path = Path("/")) -> list[str]:
    """See to it that both are here where they can be; returns why one is not. Raises NoEngine where installing did not help."""
    root = os.geteuid() == 0 if root is None else root
    by_apt = root and shutil.which("apt-get", path=environ.get("PATH")) is not None
    left_out: list[str] = []
    failed: list[str] = []
    for look, packages in ((lambda: firefox(environ), FIREFOX), (lambda: webkit(environ, system), WEBKIT)):
        why = _why_not(look)
        offered = why is not None and by_apt and _install(packages, environ)
        if offered:
            why = _why_not(look)
        if why is not None:
            (failed if offered else left_out).append(why)
    if failed:
        raise NoEngine(" ".join(failed))
    return left_out


def _why_not(look: Callable[[], object]) -> str | None:
    try:
        look()
    except NoEngine as error:
        return str(error)
    return None


def _install(packages: Sequence[str], environ: Mapping[str, str]) -> bool:
    """Install these; False when the distribution does not have them all. Whether it helped is asked afterwards."""
    settings = dict(environ) | {"DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C"}
    sys.stderr.write(f"Installing {' and '.join(packages)}, for the tests of the phone app (once)\n")
    subprocess.run(["apt-get", "-qq", "update"], env=settings, stdout=subprocess.DEVNULL, check=False)
    if not all(_offered(package, settings) for package in packages):
        return False
    install = ["apt-get", "-qq", "install", "-y", "--no-install-recommends", *packages]
    subprocess.run(install, env=settings, stdout=subprocess.DEVNULL, check=False)
    return True


def _offered(package: str, environ: Mapping[str, str]) -> bool:
    """Whether apt knows it: Ubuntu has no Firefox ESR."""
    asked = subprocess.run(["apt-cache", "policy", package], env=dict(environ), capture_output=True, text=True, check=False)
    return "Candidate: " in asked.stdout and "Candidate: (none)" not in asked.stdout


if __name__ == "__main__":
    try:
        for why in prepare():
            sys.stderr.write(f"{why}\n")
    except NoEngine as error:
        sys.exit(str(error))
