"""What waits in the database, and what is in doubt: the same whichever process is asked.

Every question is answered out of an index, and counts to ten thousand at most: nobody needs to know how much more it
is. Ages are told by the clock of the service, those of the engine's queue by the machine's.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlmodel import text

from sendback_service.store.snapshots import Snapshots
from sendback_service.store.times import micros
from sendback_service.store.transaction import Transaction

MOST = 10_000


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many, and for how many seconds the oldest of them."""

    count: int = 0
    oldest_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Backlog:
    """`relay`: events without a place in the feed. `deadlines`: past their time. `unknown`: calls outside without an
    answer, by kind. `work`: open work items by kind. `circuits`: accounts left alone. `queue`: workflows that wait for
    a worker, by name."""

    relay: Waiting = Waiting()
    deadlines: Waiting = Waiting()
    unknown: Mapping[str, Waiting] = field(default_factory=dict)
    work: Mapping[str, int] = field(default_factory=dict)
    circuits: Sequence[str] = ()
    queue: Mapping[str, Waiting] = field(default_factory=dict)


_RELAY = "SELECT time AS since FROM event WHERE position IS NULL ORDER BY id LIMIT :most"
_DEADLINES = "SELECT due_time AS since FROM deadline WHERE due_time <= :now ORDER BY due_time LIMIT :most"
# A label's row changes as its doubts begin and end; a transfer's with each call that repeats it, which settles nothing.
_UNKNOWN = {
    "label": "SELECT update_time AS since FROM parcel WHERE label = 'UNKNOWN' ORDER BY update_time LIMIT :most",
    "transfer": "SELECT create_time AS since FROM transfer WHERE state = 'UNKNOWN' ORDER BY update_time LIMIT :most",
}
_WORK = """SELECT kind, count(*) FROM (SELECT kind FROM work_item WHERE done_time IS NULL LIMIT :most) w
    GROUP BY kind"""
_CIRCUITS = "SELECT account FROM circuit WHERE open_time IS NOT NULL ORDER BY account LIMIT :most"
_QUEUE = """SELECT name, count(*), min(created_at) FROM (SELECT name, created_at FROM {table}
    WHERE status IN ('ENQUEUED', 'DELAYED') LIMIT :most) w GROUP BY name"""


def backlog_in(tx: Transaction) -> Backlog:
    """Without the engine's queue, whose tables may lie elsewhere."""
    return Backlog(
        relay=_waiting(tx, _RELAY),
        deadlines=_waiting(tx, _DEADLINES),
        unknown={kind: _waiting(tx, query) for kind, query in _UNKNOWN.items()},
        work=dict(_rows(tx, _WORK)),
        circuits=[account for (account,) in _rows(tx, _CIRCUITS)],
    )


def queue_of(snapshots: Snapshots, table: str) -> dict[str, Waiting]:
    """What the engine has queued. Nothing where no worker ever ran, or its tables are kept from us."""
    try:
        with snapshots.look() as tx:
            rows = list(_rows(tx, _QUEUE.format(table=table)))
    except Exception:
        return {}
    now = time.time() * 1000
    return {name: Waiting(count, max(0.0, (now - since) / 1000)) for name, count, since in rows}


def _waiting(tx: Transaction, rows: str) -> Waiting:
    count, since = next(_rows(tx, f"SELECT count(*), min(since) FROM ({rows}) w"))
    return Waiting(count, max(0.0, (micros(tx.now) - since) / 1e6) if count else 0.0)


def _rows(tx: Transaction, query: str) -> Iterator[Any]:
    asked = {"most": MOST, "now": micros(tx.now)}
    parameters = {name: value for name, value in asked.items() if f":{name}" in query}
    yield from tx.session.connection().execute(text(query), parameters)
