"""The hall of the scanning tests, with its phones."""

from tests.scanning.conftest import hall

__all__ = ["hall"]
