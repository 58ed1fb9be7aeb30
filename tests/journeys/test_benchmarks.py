"""The benchmarks run and say every figure; whether a bar is met is theirs to say, not a timed test's."""

import json
import subprocess
import sys
from pathlib import Path


def test_the_benchmarks_measure_every_figure(tmp_path: Path) -> None:
    file = tmp_path / "figures.json"
    # all but the phone's, which wants a browser and more people; its tests are in tests/browsing/scanner
    small = (
        "scans",
        "registrations",
        "leads",
        "pages",
        "--people",
        "600",
        "--seconds",
        "0.3",
        "--rounds",
        "1",
        "--json",
        str(file),
    )
    run = subprocess.run([sys.executable, "-m", "benchmarks", *small], capture_output=True, text=True, check=False, timeout=300)
    assert run.returncode in (0, 3), run.stderr
    figures = json.loads(file.read_text())["figures"]
    assert [figure["name"] for figure in figures] == [
        "scans, one a request",
        "scans, 500 a request",
        "registrations over 20 events",
        "registrations on one hot event",
        "a page of 50 leads in the database, ms",
        "a CSV of all leads / a plain COPY",
        "memory of the API above idle, MiB",
        "event page from memory, of a bare Litestar answer",
    ]
    assert all(figure["value"] > 0 for figure in figures if not figure["name"].startswith("memory"))
