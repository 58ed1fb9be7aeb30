"""The README says what is: its settings, its commands and its paths."""

import re
from pathlib import Path

import click

from events.__main__ import main
from events.settings import DOCUMENTED

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


def commands(group: click.Group, before: str = "events") -> set[str]:
    found: set[str] = set()
    for name, command in group.commands.items():
        found |= commands(command, f"{before} {name}") if isinstance(command, click.Group) else {f"{before} {name}"}
    return found


def test_the_settings_table_is_the_list_of_settings() -> None:
    rows = re.findall(r"^\| `([A-Z_]+)` \| (.*) \| (.*) \|$", README, re.MULTILINE)
    assert {name: (default, meaning) for name, default, meaning in rows} == dict(DOCUMENTED)


def test_the_table_of_commands_is_what_the_program_has() -> None:
    assert set(re.findall(r"^\| `(events [a-z ]+)` \|", README, re.MULTILINE)) == commands(main)


def test_every_make_command_that_is_named_exists() -> None:
    phony = set(re.search(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)[1].split())  # type: ignore[index]
    named = set(re.findall(r"(?:`|^    )(?:[A-Z]+=\S+ )?make ([a-z]+)\b", README, re.MULTILINE))
    assert {"run", "test"} <= named <= phony


def test_every_path_that_is_named_exists() -> None:
    named = re.findall(r"`((?:events|migrations|mobile_scanner|tests|\.ci)/[\w./]*)`", README)
    assert [path for path in named if not (ROOT / path).exists()] == []
    assert len(named) >= 6
