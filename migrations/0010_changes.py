"""When what a sponsor may see changed: one SQL file, run on the migration's own connection."""

from pathlib import Path

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from events.database.engine import run_script

ID = "0010_changes"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="events", description="What changed is known by field.")

    async def create() -> None:
        await run_script(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))

    manager.add_raw(create)
    return manager
