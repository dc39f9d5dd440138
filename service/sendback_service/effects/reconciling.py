"""Labels in doubt: the carrier is asked what became of the call, before anything else is tried."""

from dataclasses import dataclass
from datetime import datetime

from sendback_sdk import Billing, Carrier, Finds, Label, OutcomeUnknown, Repeat

from sendback_service.effects.engine import step
from sendback_service.effects.labels import (
    LANE,
    WORKER,
    Buying,
    attempts_of,
    bought,
    give_up,
    lock,
)
from sendback_service.effects.outside import End, Ended, call
from sendback_service.effects.papers import document_problem
from sendback_service.effects.patience import GIVE_UP_ASKING, next_try
from sendback_service.rules.states import LabelState
from sendback_service.store.tables import AttemptRow, ParcelRow
from sendback_service.store.times import moment
from sendback_service.store.transaction import Intent, Subject, Transaction

_NOTHING_MADE = "NOTHING_MADE"
_GIVEN_UP = "GIVEN_UP"
_TRIES_AFTER_DOUBT = 2


@dataclass(frozen=True, slots=True)
class Reconciling:
    buying: Buying

    def reconcile_label(self, merchant_id: str, parcel_id: str, round: int) -> None:
        step("ask", self._ask, merchant_id, parcel_id, round)

    def _ask(self, merchant_id: str, parcel_id: str, round: int) -> str:
        attempt, parcel = self.buying.database.look(lambda tx: _in_doubt(tx, merchant_id, parcel_id))
        if attempt is None:
            return "settled"
        ended = call("label.find", attempt.account, parcel_id, lambda: self._find(attempt, parcel))
        if ended.answer is not None and document_problem(ended.answer, parcel.format):
            ended = Ended(End.UNKNOWN, note="what was found is no label")
        self.buying.database.transact(
            lambda tx: self._record(tx, merchant_id, parcel_id, attempt.number, ended, round), WORKER
        )
        return ended.end

    def _find(self, attempt: AttemptRow, parcel: ParcelRow) -> Label | None:
        """None: the carrier says that nothing was made."""
        carrier = self.buying.carrier(attempt.account)
        if carrier.repeat is Repeat.SAFE:
            return self.buying.ask(attempt, parcel)
        if isinstance(carrier, Finds):
            return carrier.find_label(parcel.id)
        raise OutcomeUnknown("this carrier cannot be asked")

    def _record(
        self, tx: Transaction, merchant_id: str, parcel_id: str, number: int, ended: Ended[Label | None], round: int
    ) -> None:
        attempt = tx.session.get_one(AttemptRow, (merchant_id, parcel_id, number), with_for_update=True)
        held, parcel = lock(tx, merchant_id, parcel_id)
        if attempt.outcome != End.UNKNOWN:
            return
        if ended.end is End.DONE and ended.answer is not None:
            attempt.outcome = End.DONE
            bought(tx, held, parcel, attempt.account, ended.answer)
        elif ended.end is End.DONE:
            attempt.outcome = _NOTHING_MADE
            self._again(tx, parcel, attempt)
        elif tx.now - _since(attempt, tx.now) < GIVE_UP_ASKING:
            due = next_try(tx.now, round % 100, ended.after)
            tx.set_deadline(merchant_id, "label.reconcile", parcel_id, due, number=round + 1)
        else:
            attempt.outcome = _GIVEN_UP
            if self._costs_nothing_unused(attempt) and _doubts(tx, parcel) <= _TRIES_AFTER_DOUBT:
                self._again(tx, parcel, attempt)
            elif parcel.label == LabelState.UNKNOWN:
                give_up(tx, held, parcel, "label.unknown", f"{attempt.account}: no answer for ten minutes")
        tx.session.add(attempt)

    def _again(self, tx: Transaction, parcel: ParcelRow, attempt: AttemptRow) -> None:
        """Nothing was made, or what was made costs nothing unused: candidates are asked anew."""
        if parcel.label != LabelState.UNKNOWN:
            return
        parcel.label = LabelState.REQUESTED
        tx.session.add(parcel)
        intent = Intent("buy_label", parcel.id, LANE, 100 * attempt.number)
        held, _ = lock(tx, parcel.merchant_id, parcel.id)
        subject = held.subject if held else Subject("parcel", parcel.id)
        tx.record(parcel.merchant_id, "label.requested", subject, {"parcel_id": parcel.id}, [intent])

    def _costs_nothing_unused(self, attempt: AttemptRow) -> bool:
        carrier: Carrier = self.buying.carrier(attempt.account)
        return carrier.billed_on is Billing.HAND_OVER


def _in_doubt(tx: Transaction, merchant_id: str, parcel_id: str) -> tuple[AttemptRow | None, ParcelRow]:
    parcel = tx.session.get_one(ParcelRow, (merchant_id, parcel_id))
    doubtful = [a for a in attempts_of(tx, parcel) if a.outcome == End.UNKNOWN]
    return (doubtful[-1] if doubtful else None), parcel


def _doubts(tx: Transaction, parcel: ParcelRow) -> int:
    return sum(a.outcome in (_GIVEN_UP, End.UNKNOWN) for a in attempts_of(tx, parcel))


def _since(attempt: AttemptRow, now: datetime) -> datetime:
    return moment(attempt.end_time) or now
