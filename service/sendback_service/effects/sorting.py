"""From the feed to those who are told of events: a delivery for each event and receiver that wants it.

The rows and how far the feed was sorted are written together, so that no event is forgotten and none is meant twice,
however many workers sort. What is delivered and old goes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

from sqlmodel import col, delete, func, select

from sendback_service.endpoints import ENABLED, feed_end
from sendback_service.ids import new_id
from sendback_service.parties import WebhookPart
from sendback_service.rules.deliveries import LIFE, wants
from sendback_service.store import Database
from sendback_service.store.tables import DeliveryRow, EndpointRow, EventRow, InstallationRow, ReceiverRow
from sendback_service.store.times import micros
from sendback_service.store.transaction import Author, Transaction

CURSOR = "sorted_position"
KEPT = timedelta(days=30)
_BATCH = 200
_OLD = 500
_SORTING = Author("effect", "sorting")


class News(NamedTuple):
    """Of an event what is needed to see who wants it."""

    merchant_id: str
    id: str
    type: str
    position: int


@dataclass(frozen=True, slots=True)
class Subscription:
    """Who wants which events: `owner` "" and no `merchants` is for everybody's."""

    owner: str
    endpoint: str
    position: int
    types: frozenset[str]
    merchants: frozenset[str] = frozenset()

    def wants(self, event: News) -> bool:
        mine = event.merchant_id == self.owner if self.owner else True
        chosen = not self.merchants or event.merchant_id in self.merchants
        new = event.position > self.position
        return mine and chosen and new and wants(self.types, event.type)


@dataclass(frozen=True, slots=True)
class Sorting:
    """`configured` are the operator's own receivers."""

    database: Database
    configured: Sequence[WebhookPart]

    def turn(self) -> int:
        """One round; answers how many events were sorted."""
        if not self.database.look(self._has_work):
            return 0
        return self.database.transact(self._sort, _SORTING)

    def forget(self) -> int:
        """Deletes deliveries that were over a month ago; answers how many."""
        old = self.database.look(_old)
        if old:
            self.database.transact(lambda tx: _drop(tx, old), _SORTING)
        return len(old)

    def _has_work(self, tx: Transaction) -> bool:
        cursor = tx.session.get(InstallationRow, CURSOR)
        return cursor is None or int(cursor.value) < feed_end(tx)

    def _sort(self, tx: Transaction) -> int:
        """The feed's place is locked, so that workers take turns."""
        cursor = tx.session.get(InstallationRow, CURSOR, with_for_update=True)
        behind = _first(tx) if cursor is None else int(cursor.value)
        news = _behind(tx, behind)
        wishes = self._subscriptions(tx, {event.merchant_id for event in news})
        for event in news:
            for wish in wishes:
                if wish.wants(event):
                    tx.session.add(_delivery(tx, event, wish))
        seen = news[-1].position if news else behind
        tx.session.merge(InstallationRow(name=CURSOR, value=str(seen)))
        return len(news)

    def _subscriptions(self, tx: Transaction, merchants: set[str]) -> list[Subscription]:
        """Endpoints are held, so that whoever disables or deletes one finds what was sorted for it."""
        query = select(EndpointRow, ReceiverRow.position).where(
            EndpointRow.merchant_id == ReceiverRow.merchant_id,
            EndpointRow.id == ReceiverRow.endpoint,
            EndpointRow.state == ENABLED,
            col(EndpointRow.merchant_id).in_(merchants),
        )
        own = [
            Subscription(row.merchant_id, row.id, position, frozenset(row.types.get("types", ())))
            for row, position in tx.session.exec(query.with_for_update(read=True, of=EndpointRow))
        ]
        return own + [self._configured(tx, part) for part in self.configured]

    def _configured(self, tx: Transaction, part: WebhookPart) -> Subscription:
        """Whoever is new is told what comes from now on."""
        endpoint = f"account/{part.account}"
        receiver = tx.session.get(ReceiverRow, ("", endpoint))
        if receiver is None:
            receiver = ReceiverRow(merchant_id="", endpoint=endpoint, position=_first(tx))
            tx.session.add(receiver)
            tx.session.flush()
        return Subscription("", endpoint, receiver.position, part.types, part.merchants)


def _first(tx: Transaction) -> int:
    """Where sorting begins that never did: at the first receiver's place, else at the feed's end."""
    cursor = tx.session.get(InstallationRow, CURSOR)
    if cursor is not None:
        return int(cursor.value)
    first = tx.session.exec(select(func.min(ReceiverRow.position))).one()
    return feed_end(tx) if first is None else int(first)


def _behind(tx: Transaction, position: int) -> list[News]:
    columns = (EventRow.merchant_id, EventRow.id, EventRow.type, col(EventRow.position))
    query = select(*columns).where(col(EventRow.position) > position).order_by(col(EventRow.position))
    found = tx.session.connection().execute(query.limit(_BATCH))
    return [News(merchant_id, id, type, place or 0) for merchant_id, id, type, place in found]


def _delivery(tx: Transaction, event: News, wish: Subscription) -> DeliveryRow:
    now = micros(tx.now)
    return DeliveryRow(
        merchant_id=event.merchant_id,
        id=new_id("dlv", tx.now),
        endpoint=wish.endpoint,
        owner=wish.owner,
        event_id=event.id,
        type=event.type,
        due_time=now,
        expire_time=micros(tx.now + LIFE),
        create_time=now,
        update_time=now,
    )


def _old(tx: Transaction) -> list[str]:
    over = select(DeliveryRow.id).where(
        DeliveryRow.update_time < micros(tx.now - KEPT), DeliveryRow.state != "PENDING"
    )
    return list(tx.session.exec(over.order_by(col(DeliveryRow.update_time)).limit(_OLD)))


def _drop(tx: Transaction, ids: list[str]) -> None:
    """Unless somebody asked for one anew meanwhile."""
    over = delete(DeliveryRow).where(col(DeliveryRow.id).in_(ids), col(DeliveryRow.state) != "PENDING")
    tx.session.exec(over)
