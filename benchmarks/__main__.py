"""`python -m benchmarks`: measure everything in one run; a table for people, JSON for machines."""

import asyncio
import json
import platform
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import click
from rich.console import Console
from rich.table import Table

from benchmarks.crowd import fill_demo, grow
from benchmarks.figures import FIGURES, Figure
from benchmarks.phone import phone
from benchmarks.rig import rig

ALL: Final = FIGURES | {"phone": phone}


@click.command()
@click.argument("chosen", nargs=-1, type=click.Choice(list(ALL)), metavar="[scans|registrations|leads|pages|phone]...")
@click.option("--people", default=100_000, show_default=True, help="Registrations of the big event; two fifths are released.")
@click.option("--seconds", default=5.0, show_default=True, help="Length of each measurement.")
@click.option("--rounds", default=3, show_default=True, help="Each is measured so often, in turn; the median counts.")
@click.option("--json", "file", type=click.Path(path_type=Path, dir_okay=False), help="Write the figures here as well.")
def main(chosen: tuple[str, ...], people: int, seconds: float, rounds: int, file: Path | None) -> None:
    """Measure what the product costs, on a database and a server of its own; all by default. Exit status 3: a bar was missed."""
    figures = asyncio.run(_measure(chosen or tuple(ALL), people, seconds, rounds))
    _show(figures)
    if file is not None:
        said = {
            "at": datetime.now(UTC).isoformat(),
            "machine": platform.platform(),
            "people": people,
            "seconds": seconds,
            "rounds": rounds,
            "figures": [asdict(figure) | {"met": figure.met} for figure in figures],
        }
        file.write_text(json.dumps(said, indent=2) + "\n", encoding="utf-8")
    raise SystemExit(0 if all(figure.met for figure in figures) else 3)


async def _measure(chosen: tuple[str, ...], people: int, seconds: float, rounds: int) -> list[Figure]:
    say = Console(stderr=True).print
    async with rig() as made:
        say("Filling the demo in")
        await fill_demo(made.postgres)
        say(f"Growing its conference to {people:,} registrations")
        await grow(made.sql, people, people * 2 // 5)
        await made.start_api()
        figures = []
        for name in chosen:
            say(f"Measuring {name}" if name == "phone" else f"Measuring {name}: {rounds} rounds of {seconds:g} s each")
            figures += await ALL[name](made, seconds, rounds)
        return figures


def _show(figures: list[Figure]) -> None:
    table = Table("figure", "measured", "bar", "", "of")
    for figure in figures:
        detail = ", ".join(
            f"{name} {value:,.4g}" if value < 1000 else f"{name} {value:,.0f}" for name, value in figure.detail.items()
        )
        sign = "≥" if figure.more_is_better else "≤"
        table.add_row(figure.name, f"{figure.value:.3g}", f"{sign} {figure.bar:g}", "met" if figure.met else "MISSED", detail)
    Console(width=150).print(table)


if __name__ == "__main__":
    main()
