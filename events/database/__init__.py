"""Connections, roles, migrations and the one transaction door."""
