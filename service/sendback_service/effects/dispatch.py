"""Handing intents to the engine: each in the lane of the account that it will call, and merchants in turn.

A lane gets a part of a worker's slots, so that a slow account holds up nobody but those who want it. Within a lane
effects are ordered by a virtual clock: a merchant is taken to want a few a second, and what it asks for beyond that
stands behind what others ask for meanwhile. So one merchant's ten thousand labels do not delay another's one.
(After L. Zhang's virtual clock for packet networks, 1990.)
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from sendback_service.effects.attempts import attempts_of, facts_of
from sendback_service.effects.engine import QueuedIntent
from sendback_service.routing import Candidate, ParcelFacts
from sendback_service.store import Database, prepared
from sendback_service.store.tables import MirrorRow, ParcelRow, ReceiverRow, TransferRow
from sendback_service.store.transaction import Intent, Transaction

_FAIR_PER_SECOND = 20
# Ids of the engine's priorities are seconds since then; they last for 68 years.
_EPOCH = 1_767_225_600
_LABELS = ("buy_label", "reconcile_label", "void_label")


class Starts(Protocol):
    """What is needed of the engine."""

    def start(self, wanted: Sequence[QueuedIntent]) -> None: ...


@dataclass(slots=True)
class Turns:
    """Whose turn it is: the lower the number, the sooner. Each relay counts for itself."""

    clock: Callable[[], float] = time.time
    _next: dict[str, float] = field(default_factory=dict)

    def of(self, merchant_id: str) -> int:
        now = self.clock()
        tag = max(now, self._next.get(merchant_id, 0.0))
        self._next = {id: at for id, at in self._next.items() if at > now}
        self._next[merchant_id] = tag + 1 / _FAIR_PER_SECOND
        return max(1, int(tag) - _EPOCH)


@dataclass(frozen=True, slots=True)
class Dispatch:
    """`candidates` tells who would be asked for a parcel's label; `refunds` and `channel` are the accounts that are
    called where a row names none."""

    database: Database
    engine: Starts
    candidates: Callable[[ParcelFacts], tuple[Candidate, ...]]
    refunds: str
    channel: str
    turns: Turns = field(default_factory=Turns)

    def start(self, merchant_id: str, intent: Intent, origin: str) -> None:
        """`origin` is the event or deadline that asks for it."""
        self.start_all([QueuedIntent(merchant_id, intent, origin)])

    def start_all(self, wanted: Sequence[QueuedIntent]) -> None:
        """Together, or none of them."""
        if wanted:
            lanes = self.database.look(lambda tx: [self._lane(tx, one) for one in wanted])
            self.engine.start([self._in_turn(one, lane) for one, lane in zip(wanted, lanes, strict=True)])

    def _in_turn(self, one: QueuedIntent, lane: str) -> QueuedIntent:
        return replace(one, lane=lane, priority=self.turns.of(one.merchant_id))

    def _lane(self, tx: Transaction, one: QueuedIntent) -> str:
        account = self._account(tx, one.merchant_id, one.intent)
        return f"{one.intent.lane or one.intent.workflow}:{account}"

    def _account(self, tx: Transaction, merchant_id: str, intent: Intent) -> str:
        """Which account the intent will call first; empty where nobody knows yet."""
        key = {"merchant_id": merchant_id, "id": intent.subject_id}
        if intent.workflow in _LABELS:
            parcel = tx.session.exec(prepared.PARCEL, params=key).first()
            return "" if parcel is None else self._carrier(tx, parcel, intent)
        if intent.workflow == "pay":
            transfer = tx.session.get(TransferRow, (merchant_id, intent.subject_id))
            return "" if transfer is None else transfer.account or self.refunds
        if intent.workflow in ("mirror", "compare"):
            mirror = tx.session.get(MirrorRow, (merchant_id, intent.subject_id))
            return "" if mirror is None else mirror.account
        if intent.workflow in ("track", "synchronise"):
            return intent.subject_id
        if intent.workflow == "tell":
            return _pace(tx.session.get(ReceiverRow, (merchant_id, intent.subject_id)))
        if intent.workflow == "send":
            return tx.session.exec(prepared.CHANNEL, params=key).first() or self.channel
        return ""

    def _carrier(self, tx: Transaction, parcel: ParcelRow, intent: Intent) -> str:
        if parcel.account:
            return parcel.account
        nobody_yet = intent.workflow == "buy_label" and not intent.round
        attempts = [] if nobody_yet else attempts_of(tx, parcel)
        if attempts:
            return attempts[-1].account
        wanted = (c.account for c in self.candidates(facts_of(parcel)) if not c.refusal)
        return next(wanted, "")


def _pace(receiver: ReceiverRow | None) -> str:
    """Receivers that were slow or failed wait for each other, and nobody else for them."""
    return "slow" if receiver is not None and (receiver.slow or receiver.failures) else "quick"
