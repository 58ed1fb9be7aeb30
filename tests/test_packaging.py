"""What is installed: the wheel holds everything that the program reads, and the lock files pin everything by its hash."""

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LOCKS = ["requirements.lock", "requirements-dev.lock"]
READ_AT_RUN_TIME = {".sql", ".html", ".css", ".csv", ".typ"}


def test_the_wheel_holds_all_that_the_program_reads(tmp_path: Path) -> None:
    built = subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(ROOT)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    [wheel] = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        inside = set(archive.namelist())
        [entry_points] = [archive.read(name).decode() for name in inside if name.endswith("entry_points.txt")]
    assert "events = events.__main__:main" in entry_points
    package = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "events").rglob("*")
        if path.suffix in READ_AT_RUN_TIME | {".py"} and "__pycache__" not in path.parts
    }
    migrations = {
        f"events/migrations/{path.name}" for path in (ROOT / "migrations").glob("0*.*") if path.suffix in {".py", ".sql"}
    }
    phone_app = {path.relative_to(ROOT).as_posix() for path in (ROOT / "events/web/scanner").rglob("*") if path.is_file()}
    assert "events/web/scanner/index.html" in phone_app, "build the phone app first: make scanner"
    assert {Path(name).suffix for name in phone_app} >= {".js", ".webmanifest", ".png", ".br", ".gz"}
    assert (package | migrations | phone_app) - inside == set()
    assert {Path(name).suffix for name in package} >= READ_AT_RUN_TIME
    assert len(migrations) >= 2
    assert [name for name in inside if name.startswith(("tests/", "var/"))] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_has_its_hashes_and_no_lock_names_an_address(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert re.search(r"://|--(extra-)?index-url|--find-links|--trusted-host", text) is None
    blocks = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
    assert [block.splitlines()[0] for block in blocks if "--hash=sha256:" not in block or "==" not in block.splitlines()[0]] == []
    assert len(blocks) > 20


def test_what_the_program_declares_is_locked() -> None:
    locked = set(re.findall(r"^([a-z0-9-]+)==", (ROOT / "requirements.lock").read_text(encoding="utf-8"), re.MULTILINE))
    declared = re.search(
        r"^dependencies = \[(.*?)^\]", (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    assert declared
    assert set(re.findall(r'^  "([a-z0-9-]+)', declared[1], re.MULTILINE)) - locked == set()


def test_both_locks_agree() -> None:
    pins = [
        dict(re.findall(r"^([a-z0-9-]+)==([^ ;\\]+)", (ROOT / lock).read_text(encoding="utf-8"), re.MULTILINE)) for lock in LOCKS
    ]
    run, dev = pins
    assert run.items() <= dev.items()
