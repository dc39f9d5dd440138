"""Voiding labels, with the account that bought them."""

from dataclasses import dataclass
from datetime import timedelta

from sendback_sdk import Billing, Declined, Label, LabelFormat, Voids

from sendback_service.effects.attempts import GIVEN_UP, OPEN, attempts_of, in_doubt, lock
from sendback_service.effects.backoff import VOID_ROUNDS, next_try
from sendback_service.effects.labels import Buying
from sendback_service.effects.outcomes import tell
from sendback_service.effects.plugin_call import End, Ended, call
from sendback_service.effects.work import WORKER, kept
from sendback_service.held import HeldReturn
from sendback_service.rules.states import LabelState
from sendback_service.settlements import give_fee_back
from sendback_service.store.tables import ParcelRow
from sendback_service.store.transaction import Transaction
from sendback_service.work_items import ask_staff

# How often to look whether a label is still to come.
_LOOK_AGAIN = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Voiding:
    buying: Buying

    def void_label(self, merchant_id: str, parcel_id: str, round: int) -> None:
        parcel = self.buying.database.transact(
            lambda tx: _voidable(tx, merchant_id, parcel_id, round), WORKER
        )
        if parcel is None:
            return
        ended = call("void_label", parcel.account, parcel_id, lambda: self._ask(parcel))
        kept(self.buying.database, lambda tx: _record(tx, merchant_id, parcel_id, ended, round))

    def _ask(self, parcel: ParcelRow) -> None:
        """Voiding twice is harmless by the contract, so it is asked again after every doubt."""
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


def _voidable(tx: Transaction, merchant_id: str, parcel_id: str, round: int) -> ParcelRow | None:
    """The parcel whose label is to be voided now. A label that may still come is waited for."""
    held, parcel = lock(tx, merchant_id, parcel_id)
    if parcel.label != LabelState.VOID_PENDING:
        return None
    if parcel.tracking_number:
        return parcel
    attempts = attempts_of(tx, parcel)
    if in_doubt(attempts) is not None or any(a.outcome == OPEN for a in attempts):
        tx.set_deadline(merchant_id, "label.void", parcel_id, tx.now + _LOOK_AGAIN, round)
        return None
    _never_bought(tx, held, parcel, given_up=any(a.outcome == GIVEN_UP for a in attempts))
    return None


def _never_bought(tx: Transaction, held: HeldReturn | None, parcel: ParcelRow, *, given_up: bool) -> None:
    """There is no label, or none that anybody knows of; the latter is for staff to clear up with the carrier."""
    parcel.label = LabelState.VOIDED
    note = "nobody knows whether it was made" if given_up else "it was not made yet"
    if given_up:
        ask_staff(tx, parcel.merchant_id, "label.unknown", parcel.return_id)
    tell(tx, held, parcel, "label.voided", {"note": note})
    if held is not None:
        give_fee_back(held)


def _record(tx: Transaction, merchant_id: str, parcel_id: str, ended: Ended[None], round: int) -> None:
    """A label that cannot be voided stays what it is, bought; staff are told. An account that is gone or not set
    up may be set up again."""
    held, parcel = lock(tx, merchant_id, parcel_id)
    if parcel.label != LabelState.VOID_PENDING:
        return
    if ended.end is End.DONE:
        parcel.label = LabelState.VOIDED
        tx.drop_deadline(merchant_id, "label.expire", parcel_id)
        tell(tx, held, parcel, "label.voided")
        if held is not None:
            give_fee_back(held)
    elif ended.end is not End.DECLINED and round < VOID_ROUNDS:
        if ended.end is End.MISCONFIGURED:
            ask_staff(tx, merchant_id, "account.misconfigured", parcel.return_id)
        tx.set_deadline(merchant_id, "label.void", parcel_id, next_try(tx.now, round, ended.after), round + 1)
    else:
        parcel.label = LabelState.PURCHASED
        parcel.failure = f"not voided: {ended.note}"
        ask_staff(tx, merchant_id, "label.not_voided", parcel.return_id)
        tell(tx, held, parcel, "label.not_voided")
