"""Piccolo's registration of our one app: its tables and its numbered migrations."""

from pathlib import Path

from piccolo.conf.apps import AppConfig, table_finder


def migrations_folder() -> Path:
    """The migrations: beside the package in a checkout, inside it in an installed wheel."""
    package = Path(__file__).resolve().parents[1]
    inside = package / "migrations"
    return inside if inside.is_dir() else package.parent / "migrations"


APP_CONFIG = AppConfig(
    app_name="events",
    migrations_folder_path=str(migrations_folder()),
    table_classes=table_finder(["events.tables"]),
    migration_dependencies=[],
    commands=[],
)
