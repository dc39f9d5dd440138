"""The calls that carry the load, written by hand in one file of statements per dialect.

`load` brings everything that deciding about a return needs, `insert` writes a whole new return in one statement,
`get` reads one with all that belongs to it. The rules between them are the same for every door and dialect.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from sendback_service.records import KeyRecord, ReturnRecord

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """An order with what the database knows about it. `document` is the order as `store.orders` decodes it;
    `held` are (line id, unit) in live or settled returns; `paid` are (payment id, amount, the provider's reference) of
    our own refunds that are submitted, unknown or settled; `shipping_refunded` is the delivery part of those."""

    id: str
    external_id: str
    version: int
    access_revision: int
    document: Any
    merchant_revision: int
    held: frozenset[tuple[str, int]]
    paid: tuple[tuple[str, int, str], ...]
    shipping_refunded: int
    seen_body: str = ""
    seen_resource: str = ""


@dataclass(frozen=True, slots=True)
class NewReturn:
    """Rows of a new return by table, each a mapping of columns. Written together or not at all."""

    returns: Row
    units: Sequence[Row]
    events: Sequence[Row]
    parcels: Sequence[Row] = ()
    messages: Sequence[Row] = ()
    deadlines: Sequence[Row] = ()
    work_items: Sequence[Row] = ()
    request_keys: Sequence[Row] = field(default=())


class Conflict(StrEnum):
    """What somebody else wrote first. Load again and decide again."""

    UNITS = "UNITS"
    REQUEST_KEY = "REQUEST_KEY"
    REFERENCE = "REFERENCE"


class HotStatements(Protocol):
    async def key(self, secret_sha256: str) -> KeyRecord | None: ...

    async def load(
        self, merchant_id: str, order: str, rpc: str = "", request_id: str = ""
    ) -> OrderFacts | None:
        """The order by our id or the shop's own."""
        ...

    async def insert(self, new: NewReturn) -> Conflict | None: ...

    async def get(self, merchant_id: str, return_id: str) -> ReturnRecord | None:
        """A return by id or reference."""
        ...
