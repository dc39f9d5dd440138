"""The same tests on both databases."""

from service.tests.effects.conftest import clock, database, database_url

__all__ = ["clock", "database", "database_url"]
