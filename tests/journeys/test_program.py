"""The program itself, as `make run` starts it: the tour holds, it ends cleanly, and it comes back after a crash."""

import re
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from events.demo import story
from tests.program import Program, free_port


@pytest.fixture
def program() -> Iterator[Program]:
    with tempfile.TemporaryDirectory(prefix="events-journey-") as folder:
        Path(folder).chmod(0o755)  # the account that serves root must reach it
        made = Program(Path(folder), free_port())
        yield made
        if made.running:
            made.end(signal.SIGKILL)


def test_the_program_from_the_first_start_to_a_crash_and_back(program: Program) -> None:
    card = program.serve("--demo")
    for kind in ("attendee", "organiser", "data protection", "sponsor", "affiliate"):
        assert re.search(rf"{kind} \(.+\): http://127\.0\.0\.1:{program.port}/th/sign-in\?token=", card)
    [link] = re.findall(r"attendee \(.+\): (\S+)", card)
    assert "กดปุ่มเพื่อเข้าสู่ระบบ" in httpx.get(link, trust_env=False).text

    asked = program.get(f"/api/v1/events/{story.CONFERENCE}/form?language=en").json()["content"]["fields"]
    assert [(f["field"], f["kind"], (f["shown_if"] or {}).get("field")) for f in asked if f["kind"] != "text"] == [
        ("custom_track", "choice", None),
        ("custom_laptop", "choice", "custom_track"),
    ]

    toured = program.run("tour")
    assert (toured.returncode, toured.stderr) == (0, "")
    assert toured.stdout.splitlines()[-1] == "Every answer was as expected."

    proved = program.run("verify")
    assert (proved.returncode, "FAILS" in proved.stdout) == (0, False), proved.stdout

    assert program.end(signal.SIGTERM) == 0
    with pytest.raises(httpx.ConnectError):
        program.get("/healthz")
    said = program.errors.read_text()
    assert "Demo: done" in said
    # tokens and addresses are nobody's business in a log
    assert re.findall(r"token=|@", said) == []

    program.serve("--demo")
    assert program.errors.read_text().removeprefix(said) == ""  # the demo was there
    assert program.get("/readyz").json() == {"status": "ready"}
    program.end(signal.SIGKILL)

    program.serve()
    assert program.get("/readyz").json() == {"status": "ready"}
    # without --demo the mail is nobody else's
    assert program.get("/en/mailbox").status_code == 404
    assert program.end(signal.SIGINT) == 0
