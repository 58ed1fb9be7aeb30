"""Where Piccolo finds its engine and app (PICCOLO_CONF points here)."""

from piccolo.conf.apps import AppRegistry

from events.database.engine import ENGINE

DB = ENGINE
APP_REGISTRY = AppRegistry(apps=["events.database.piccolo_app"])
