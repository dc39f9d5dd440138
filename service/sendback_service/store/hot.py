"""The calls that carry the load, written by hand in one file of statements per dialect.

`load` brings everything that deciding about a return needs, `insert` writes a whole new return in one statement,
`get` reads one with all that belongs to it. The rules between them are the same for every door and dialect.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from enum import StrEnum
from operator import itemgetter
from typing import Any, Protocol

from pydantic_core import from_json

from sendback_service.records import KeyRecord, ReturnRecord
from sendback_service.rules.values import frozen

Row = Mapping[str, Any]


@frozen
class OrderFacts:
    """An order with what the database knows about it. `document` is the text that `store.documents` decodes;
    `held` are (line id, unit) in live or settled returns, `not_back` those of them that were missing or rejected;
    `paid` are (payment id, amount, the provider's reference) of our own refunds that are submitted, unknown or settled,
    or owed by hand since they were refused, and with the amount's sign turned of those that came back;
    `shipping_refunded` is the delivery part of what is submitted, unknown or settled."""

    id: str
    external_id: str
    version: int
    access_revision: int
    document: str
    merchant_revision: int
    held: frozenset[tuple[str, int]]
    not_back: frozenset[tuple[str, int]]
    paid: tuple[tuple[str, int, str], ...]
    shipping_refunded: int
    seen_body: str = ""
    seen_resource: str = ""


@frozen
class NewReturn:
    """Rows of a new return by table, each a mapping of columns; those left out are to have their defaults. Written
    together or not at all."""

    returns: Row
    units: Sequence[Row]
    events: Sequence[Row]
    parcels: Sequence[Row] = ()
    messages: Sequence[Row] = ()
    deadlines: Sequence[Row] = ()
    work_items: Sequence[Row] = ()
    request_keys: Sequence[Row] = field(default=())

    def by_table(self) -> dict[str, Sequence[Row]]:
        """The request key first: a repeated request must be told apart from units that are gone."""
        return {
            "request_key": self.request_keys,
            "returns": (self.returns,),
            "unit": self.units,
            "parcel": self.parcels,
            "message": self.messages,
            "deadline": self.deadlines,
            "work_item": self.work_items,
            "event": self.events,
        }


def rows_together(new: Iterable[NewReturn]) -> dict[str, list[Row]]:
    """The rows of several returns by table. Those that somebody else might write too stand in the order of their keys,
    so that two who write at once do not wait for each other crosswise."""
    found: dict[str, list[Row]] = {}
    for one in new:
        for table, rows in one.by_table().items():
            found.setdefault(table, []).extend(rows)
    for table, names in _CONTESTED.items():
        found[table].sort(key=itemgetter(*names))
    return found


_CONTESTED = {
    "request_key": ("merchant_id", "rpc", "request_id"),
    "unit": ("merchant_id", "order_id", "line_id", "unit"),
}


def order_facts(row: Sequence[Any]) -> OrderFacts:
    """From the columns of the load statement, which is alike in both dialects."""
    held = from_json(row[6])
    return OrderFacts(
        id=row[0],
        external_id=row[1],
        version=row[2],
        access_revision=row[3],
        document=row[4],
        merchant_revision=row[5],
        held=frozenset((line, unit) for line, unit, _ in held),
        not_back=frozenset((line, unit) for line, unit, lost in held if lost),
        paid=tuple((payment, amount, reference) for payment, amount, reference in from_json(row[7])),
        shipping_refunded=int(row[8]),
        seen_body=row[9] or "",
        seen_resource=row[10] or "",
    )


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
        """The order by our id, else by the shop's own, which may look like one of ours."""
        ...

    async def insert(self, new: NewReturn) -> Conflict | None: ...

    async def get(self, merchant_id: str, return_id: str) -> ReturnRecord | None:
        """A return by id or reference."""
        ...

    async def newest(self, merchant_id: str, count: int, behind: str | None = None) -> list[ReturnRecord]:
        """A merchant's newest returns, of those made before the one with the id `behind`."""
        ...

    async def get_all(self, merchant_id: str, ids: Sequence[str]) -> list[ReturnRecord]:
        """The returns with these ids, in their order; without those that there are not."""
        ...
