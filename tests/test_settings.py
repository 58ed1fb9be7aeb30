"""Settings: every one is named when it is wrong, and nothing unknown is taken silently."""

from pathlib import Path

import pytest

from events.settings import DOCUMENTED, WrongSetting, read_settings


def test_without_any_setting_the_program_runs_on_this_machine_only(tmp_path: Path) -> None:
    settings = read_settings({"EVENTS_VAR": str(tmp_path)})
    assert (settings.host, settings.port, settings.base_url, settings.database_url, settings.demo) == (
        "127.0.0.1",
        8000,
        "http://127.0.0.1:8000",
        None,
        False,
    )


def test_the_secret_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    first, second = (read_settings({"EVENTS_VAR": str(tmp_path / "var")}) for _ in range(2))
    assert first.secret == second.secret
    assert (tmp_path / "var" / "secret").stat().st_mode & 0o777 == 0o600


def test_no_secret_shows_in_a_printed_setting(tmp_path: Path) -> None:
    settings = read_settings(
        {
            "EVENTS_VAR": str(tmp_path),
            "EVENTS_SECRET": "s" * 40,
            "DATABASE_URL": "postgresql://a:hidden1@db.example/e",
            "EVENTS_SMTP_URL": "smtp://u:hidden2@mail.example",
        }
    )
    assert not {"ssss", "hidden1", "hidden2"} & {word for word in ("ssss", "hidden1", "hidden2") if word in repr(settings)}


def test_two_purposes_never_share_a_key(tmp_path: Path) -> None:
    settings = read_settings({"EVENTS_VAR": str(tmp_path)})
    assert settings.key_for("a") != settings.key_for("b")


@pytest.mark.parametrize(
    ("environ", "named"),
    [
        ({"PORT": "eighty"}, "PORT"),
        ({"PORT": "0"}, "PORT"),
        ({"PORT": "٨٠٠٠"}, "PORT"),
        ({"PORT": "70000"}, "PORT"),
        ({"EVENTS_BASE_URL": "events.example"}, "EVENTS_BASE_URL"),
        ({"EVENTS_BASE_URL": "https://events.example/app"}, "EVENTS_BASE_URL"),
        ({"DATABASE_URL": "mysql://x", "EVENTS_SECRET": "s" * 32}, "DATABASE_URL"),
        ({"DATABASE_URL": "postgresql://x"}, "EVENTS_SECRET"),
        ({"EVENTS_SECRET": "short"}, "EVENTS_SECRET"),
        ({"EVENTS_SMTP_URL": "mail.example"}, "EVENTS_SMTP_URL"),
        ({"EVENTS_DEMO": "yes"}, "EVENTS_DEMO"),
        ({"EVENTS_DEMO": "1", "HOST": "0.0.0.0"}, "EVENTS_DEMO"),
        ({"EVENTS_POOL_SIZE": "0"}, "EVENTS_POOL_SIZE"),
        ({"EVENTS_POOLSIZE": "5"}, "EVENTS_POOLSIZE"),
    ],
)
def test_a_wrong_setting_is_named(environ: dict[str, str], named: str, tmp_path: Path) -> None:
    with pytest.raises(WrongSetting, match=named):
        read_settings({"EVENTS_VAR": str(tmp_path)} | environ)


def test_every_documented_setting_says_what_it_is_for() -> None:
    assert all(default and meaning for default, meaning in DOCUMENTED.values())
