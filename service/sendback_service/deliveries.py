"""What became of each event that somebody outside was to be told, and telling it again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import col, func, select, update

from sendback_service.call import Call, made_before, remember
from sendback_service.pages import STRETCH, Page, key_in, page_of, sifted, size_of
from sendback_service.refusal import Reason, invalid, not_found, refuse
from sendback_service.rules.deliveries import LIFE
from sendback_service.store import Database
from sendback_service.store.ordering import valued
from sendback_service.store.tables import DeliveryRow, EndpointRow
from sendback_service.store.times import micros, moment
from sendback_service.store.transaction import Subject, Transaction

_MOST_AT_ONCE = 10_000


@dataclass(frozen=True, slots=True)
class Delivery:
    """`state` is PENDING, DELIVERED or DEAD; `due_time` is the next attempt's while it is PENDING."""

    id: str
    endpoint: str
    event_id: str
    type: str
    state: str
    attempts: int
    failure: str
    due_time: datetime
    create_time: datetime
    update_time: datetime


@dataclass(frozen=True, slots=True)
class Choice:
    """Which deliveries: empty fields choose all."""

    endpoint: str = ""
    event_id: str = ""
    states: Sequence[str] = ()


class Deliveries:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def list(self, merchant_id: str, choice: Choice, size: int, token: str) -> Page[Delivery]:
        """Newest first. `merchant_id` empty: the operator's, who sees everybody's."""
        before, limit = key_in(token, "deliveries"), size_of(size)
        return await self._database.read(lambda tx: _list(tx, merchant_id, choice, limit, before))

    async def redeliver(self, call: Call, delivery_id: str) -> Delivery:
        """Once more, and again for days where need be, whatever became of it before."""
        await self._database.write(lambda tx: _redeliver(tx, call, delivery_id), call.author)
        return await self._database.read(lambda tx: _delivery(_row(tx, call.merchant_id, delivery_id)))

    async def redeliver_dead(self, call: Call, endpoint_id: str, since: datetime | None) -> int:
        """All of an endpoint's that were given up, oldest first; answers how many."""
        return await self._database.write(
            lambda tx: _redeliver_dead(tx, call, endpoint_id, since), call.author
        )


def _list(tx: Transaction, merchant_id: str, choice: Choice, size: int, before: str | None) -> Page[Delivery]:
    """Of an event there are few; of all, those of others and in other states are looked at too."""
    if choice.event_id:
        found = _between(tx, merchant_id, choice, (before, None), size + 1)
        return page_of("deliveries", found, size, lambda delivery: delivery.id)
    return sifted(
        "deliveries",
        size,
        before,
        lambda before: _end(tx, merchant_id, before),
        lambda before, end, limit: _between(tx, merchant_id, choice, (before, end), limit),
        lambda delivery: delivery.id,
    )


def _between(
    tx: Transaction, merchant_id: str, choice: Choice, between: tuple[str | None, str | None], limit: int
) -> list[Delivery]:
    query = _before(select(DeliveryRow), merchant_id, between[0])
    if merchant_id:
        query = query.where(DeliveryRow.owner == merchant_id)
    if choice.endpoint:
        query = query.where(DeliveryRow.endpoint == choice.endpoint)
    if choice.event_id:
        query = query.where(DeliveryRow.event_id == choice.event_id)
    if choice.states:
        query = query.where(col(DeliveryRow.state).in_(choice.states))
    if between[1] is not None:
        query = query.where(DeliveryRow.id >= between[1])
    id = col(DeliveryRow.id)
    query = query.order_by((valued(id) if choice.event_id else id).desc()).limit(limit)
    return [_delivery(row) for row in tx.session.exec(query)]


def _end(tx: Transaction, merchant_id: str, before: str | None) -> str | None:
    query = _before(select(DeliveryRow.id), merchant_id, before).order_by(col(DeliveryRow.id).desc())
    found: str | None = tx.session.exec(query.offset(STRETCH - 1).limit(1)).first()
    return found


def _before(query: Any, merchant_id: str, before: str | None) -> Any:
    if merchant_id:
        query = query.where(DeliveryRow.merchant_id == merchant_id)
    return query if before is None else query.where(DeliveryRow.id < before)


def _row(tx: Transaction, merchant_id: str, id: str, *, lock: bool = False) -> DeliveryRow:
    """A merchant's own; the operator's call has no merchant and finds anybody's."""
    query = select(DeliveryRow).where(DeliveryRow.id == id)
    if merchant_id:
        query = query.where(DeliveryRow.merchant_id == merchant_id, DeliveryRow.owner == merchant_id)
    row = tx.session.exec(query.with_for_update() if lock else query).first()
    if row is None:
        raise not_found("delivery", id)
    return row


def _redeliver(tx: Transaction, call: Call, id: str) -> None:
    row = _row(tx, call.merchant_id, id, lock=True)
    if made_before(tx, call) is not None:
        return
    _check_endpoint(tx, row.owner, row.endpoint)
    row.state, row.attempts, row.failure = "PENDING", 0, ""
    row.due_time, row.update_time = micros(tx.now), micros(tx.now)
    row.expire_time = micros(tx.now + LIFE)
    tx.session.add(row)
    _record(tx, call, row.owner, row.endpoint, 1)
    remember(tx, call, id)


def _check_endpoint(tx: Transaction, owner: str, endpoint: str) -> None:
    if endpoint.startswith("account/"):
        return
    found = tx.session.get(EndpointRow, (owner, endpoint))
    if found is None:
        raise not_found("webhook_endpoint", endpoint)
    if found.state != "ENABLED":
        raise refuse(Reason.STATE_FORBIDS, state=found.state, wanted="PENDING")


def _redeliver_dead(tx: Transaction, call: Call, endpoint_id: str, since: datetime | None) -> int:
    if not call.merchant_id:
        raise invalid("merchant_id", "the operator names the merchant")
    before = made_before(tx, call)
    if before is not None:
        return int(before)
    _check_endpoint(tx, call.merchant_id, endpoint_id)
    dead = (
        col(DeliveryRow.owner) == call.merchant_id,
        col(DeliveryRow.endpoint) == endpoint_id,
        col(DeliveryRow.state) == "DEAD",
        col(DeliveryRow.create_time) >= (micros(since) if since else 0),
    )
    count = tx.session.exec(select(func.count()).select_from(DeliveryRow).where(*dead)).one()
    if count > _MOST_AT_ONCE:
        raise refuse(Reason.TOO_LARGE, limit=f"{_MOST_AT_ONCE} deliveries at once: give a later time")
    now = micros(tx.now)
    values = {"state": "PENDING", "attempts": 0, "failure": "", "due_time": now, "update_time": now}
    expires = micros(tx.now + LIFE)
    tx.session.exec(update(DeliveryRow).where(*dead).values(**values, expire_time=expires))
    _record(tx, call, call.merchant_id, endpoint_id, count)
    remember(tx, call, str(count))
    return count


def _record(tx: Transaction, call: Call, owner: str, endpoint: str, count: int) -> None:
    subject = Subject("webhook_endpoint", endpoint)
    tx.record(owner or call.merchant_id, "webhook.redelivered", subject, {"deliveries": str(count)})


def _delivery(row: DeliveryRow) -> Delivery:
    return Delivery(
        row.id,
        row.endpoint,
        row.event_id,
        row.type,
        row.state,
        row.attempts,
        row.failure,
        moment(row.due_time),
        moment(row.create_time),
        moment(row.update_time),
    )
