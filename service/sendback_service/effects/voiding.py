"""Voiding labels, with the account that bought them."""

from dataclasses import dataclass

from sendback_sdk import Billing, Declined, Label, LabelFormat, Voids

from sendback_service.effects.engine import step
from sendback_service.effects.labels import WORKER, Buying, attempts_of, lock
from sendback_service.effects.outside import End, Ended, call
from sendback_service.effects.patience import next_try
from sendback_service.effects.work import ask_staff
from sendback_service.rules.states import LabelState
from sendback_service.store.tables import ParcelRow
from sendback_service.store.times import micros
from sendback_service.store.transaction import Subject, Transaction

_NOTHING = "nothing to void"
_ROUNDS = 20


@dataclass(frozen=True, slots=True)
class Voiding:
    buying: Buying

    def void_label(self, merchant_id: str, parcel_id: str, round: int) -> None:
        step("void", self._void, merchant_id, parcel_id, round)

    def _void(self, merchant_id: str, parcel_id: str, round: int) -> str:
        parcel, asked = self.buying.database.look(lambda tx: _what(tx, merchant_id, parcel_id))
        if parcel.label != LabelState.VOID_PENDING:
            return "settled"
        if not parcel.tracking_number:
            ended = self._never_bought(parcel, asked)
        else:
            ended = call("label.void", parcel.account, parcel_id, lambda: self._ask(parcel))
        self.buying.database.transact(lambda tx: _record(tx, merchant_id, parcel_id, ended, round), WORKER)
        return ended.end

    def _never_bought(self, parcel: ParcelRow, asked: str) -> Ended[None]:
        """A call under way may still bring a label; one without an answer may have made one."""
        if asked == "open":
            return Ended(End.LATER, note="the label is being bought")
        return Ended(End.UNKNOWN, note="in doubt") if asked == "unknown" else Ended(End.DONE, note=_NOTHING)

    def _ask(self, parcel: ParcelRow) -> None:
        carrier = self.buying.carrier(parcel.account)
        if isinstance(carrier, Voids):
            carrier.void_label(label_of(parcel))
        elif carrier.billed_on is not Billing.HAND_OVER:
            raise Declined("this carrier voids no labels and bills them when they are made")


def label_of(parcel: ParcelRow) -> Label:
    """The label as far as carriers need it to void or follow it: without its document."""
    return Label(
        tracking_number=parcel.tracking_number,
        document=b"",
        format=LabelFormat(parcel.format),
        carrier_reference=parcel.carrier_reference,
    )


def _what(tx: Transaction, merchant_id: str, parcel_id: str) -> tuple[ParcelRow, str]:
    parcel = tx.session.get_one(ParcelRow, (merchant_id, parcel_id))
    outcomes = [a.outcome for a in attempts_of(tx, parcel)]
    if "" in outcomes:
        return parcel, "open"
    return parcel, "unknown" if End.UNKNOWN in outcomes else "none"


def _record(tx: Transaction, merchant_id: str, parcel_id: str, ended: Ended[None], round: int) -> None:
    held, parcel = lock(tx, merchant_id, parcel_id)
    if parcel.label != LabelState.VOID_PENDING:
        return
    parcel.update_time = micros(tx.now)
    tx.session.add(parcel)
    if ended.end in (End.LATER, End.UNKNOWN) and round < _ROUNDS:
        tx.set_deadline(merchant_id, "label.void", parcel_id, next_try(tx.now, round, ended.after), round + 1)
        return
    if ended.end is not End.DONE:
        parcel.failure = ended.note
        parcel.label = LabelState.PURCHASED if parcel.tracking_number else LabelState.VOIDED
        ask_staff(tx, merchant_id, "label.not_voided", parcel.return_id)
    else:
        parcel.label = LabelState.VOIDED
        subject = held.subject if held else Subject("parcel", parcel_id)
        tx.record(merchant_id, "label.voided", subject, {"parcel_id": parcel_id, "note": ended.note})
    if held is not None:
        held.changed()

