"""The fair of the tests of leads: booths stand on the same."""

from tests.leads.conftest import fair

__all__ = ["fair"]
