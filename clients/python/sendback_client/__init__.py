"""Sendback's client: `Client` for programs, `AsyncClient` for asyncio. See the README for a whole program."""

from sendback_client.aio import AsyncClient
from sendback_client.errors import FieldProblem, SendbackError
from sendback_client.money import minor_units, money
from sendback_client.sync import Client

__all__ = ["AsyncClient", "Client", "FieldProblem", "SendbackError", "minor_units", "money"]
