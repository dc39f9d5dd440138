"""How far the orders of shops are here, as operations see it."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import select

from sendback_service.store.tables import SynchronisationRow
from sendback_service.store.times import moment
from sendback_service.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class SynchronisationState:
    """`lag_seconds`: all that the shop changed so long ago, and before, is here; None before that is known. `through`
    is the last change that was read, by the shop's clock; `synced` when the last pass began that came to its end."""

    account: str
    merchant_id: str
    lag_seconds: int | None = None
    through: datetime | None = None
    synced: datetime | None = None
    orders: int = 0
    failures: int = 0
    failure: str = ""


def state_of(row: SynchronisationRow, now: datetime) -> SynchronisationState:
    """A first pass that is under way lags as far as the last change that it read."""
    through, synced = moment(row.through_time), moment(row.synced_time)
    known = synced or through
    return SynchronisationState(
        row.account,
        row.merchant_id,
        None if known is None else max(0, round((now - known).total_seconds())),
        through,
        synced,
        row.orders,
        row.failures,
        row.failure,
    )


def states(tx: Transaction) -> dict[str, SynchronisationState]:
    """By account."""
    return {row.account: state_of(row, tx.now) for row in tx.session.exec(select(SynchronisationRow))}
