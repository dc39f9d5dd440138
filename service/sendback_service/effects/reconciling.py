"""Labels in doubt: the carrier is asked what became of the call, before anything else is tried."""

from dataclasses import dataclass, replace

from sendback_sdk import Billing, Finds, Label, OutcomeUnknown, Repeat

from sendback_service.effects.attempts import GIVEN_UP, HUNDRED, NOTHING_MADE, attempts_of, in_doubt, lock
from sendback_service.effects.backoff import GIVE_UP_ASKING, KEEP_ASKING, STILL_UNDER_WAY, next_try
from sendback_service.effects.label_documents import document_problem
from sendback_service.effects.labels import Buying
from sendback_service.effects.outcomes import LANE, bought, give_up, instruct, instructed, tell
from sendback_service.effects.plugin_call import End, Ended, call
from sendback_service.effects.work import kept
from sendback_service.held import HeldReturn
from sendback_service.host import AccountBroken
from sendback_service.rules.states import LabelState
from sendback_service.store.tables import AttemptRow, ParcelRow
from sendback_service.store.times import moment
from sendback_service.store.transaction import Intent, Transaction
from sendback_service.work_items import ask_staff


@dataclass(frozen=True, slots=True)
class Manners:
    """What an account declares that matters here. Of one that is gone nothing can be asked or hoped; one that cannot
    be made for now is asked once it can."""

    askable: bool = False
    free_until_used: bool = False


@dataclass(frozen=True, slots=True)
class Reconciling:
    buying: Buying

    def reconcile_label(self, merchant_id: str, parcel_id: str, round: int) -> None:
        found = self.buying.database.look(lambda tx: _in_doubt(tx, merchant_id, parcel_id))
        if found is None:
            return
        attempt, parcel = found
        ended = self._answer(attempt, parcel)
        asked = _Asked(attempt, ended, round, self._manners(attempt.account))
        kept(self.buying.database, lambda tx: _record(tx, asked))

    def _answer(self, attempt: AttemptRow, parcel: ParcelRow) -> Ended[Label | None]:
        """DONE with None: the carrier says that nothing was made."""
        if self.buying.repeat(attempt.account) is Repeat.SAFE:
            repeated = self.buying.create(attempt, parcel)
            return Ended(repeated.end, repeated.answer, repeated.note, repeated.after)
        return call(
            "reconcile_label",
            attempt.account,
            parcel.id,
            lambda: self._find(attempt.account, parcel.id),
            lambda label: "" if label is None else document_problem(label, parcel.format),
        )

    def _find(self, account: str, reference: str) -> Label | None:
        carrier = self.buying.carrier(account)
        if not isinstance(carrier, Finds):
            raise OutcomeUnknown("this carrier cannot be asked")
        return carrier.find_label(reference)

    def _manners(self, account: str) -> Manners:
        try:
            carrier = self.buying.carrier(account)
        except AccountBroken:
            return Manners(askable=True)
        except Exception:
            return Manners()
        askable = isinstance(carrier, Finds) or carrier.repeat is Repeat.SAFE
        return Manners(askable, carrier.billed_on is Billing.HAND_OVER)


@dataclass(frozen=True, slots=True)
class _Asked:
    """One asking: after which attempt, and how that ended."""

    attempt: AttemptRow
    ended: Ended[Label | None]
    round: int
    manners: Manners


def _record(tx: Transaction, asked: _Asked) -> None:
    held, parcel = lock(tx, asked.attempt.merchant_id, asked.attempt.parcel_id)
    key = (parcel.merchant_id, parcel.id, asked.attempt.number)
    attempt = tx.session.get_one(AttemptRow, key, with_for_update=True)
    if attempt.outcome != End.UNKNOWN:
        return
    tx.session.add(attempt)
    asked = replace(asked, attempt=attempt)
    waited = tx.now - moment(attempt.end_time or attempt.start_time)
    if asked.ended.end is End.DONE and asked.ended.answer is not None:
        attempt.outcome = End.DONE
        bought(tx, held, parcel, attempt.account, asked.ended.answer)
    elif asked.ended.end is End.DONE and waited >= STILL_UNDER_WAY:
        attempt.outcome = NOTHING_MADE
        _go_on(tx, held, parcel, attempt)
    elif waited < GIVE_UP_ASKING:
        _ask_again(tx, parcel, asked)
    else:
        _people_take_over(tx, held, parcel, asked)


def _ask_again(tx: Transaction, parcel: ParcelRow, asked: _Asked) -> None:
    due = next_try(tx.now, asked.round % HUNDRED, asked.ended.after)
    number = min(asked.round + 1, HUNDRED * asked.attempt.number + HUNDRED - 1)
    tx.set_deadline(parcel.merchant_id, "label.reconcile", parcel.id, due, number=number)


def _people_take_over(tx: Transaction, held: HeldReturn | None, parcel: ParcelRow, asked: _Asked) -> None:
    """After ten minutes. What costs nothing unused is let go; what can be asked after is asked after for a week, so
    that a label that turns up is used or voided; the buyer does not wait for it."""
    attempt, manners = asked.attempt, asked.manners
    waited = tx.now - moment(attempt.end_time or attempt.start_time)
    if manners.free_until_used:
        attempt.outcome = GIVEN_UP
        _go_on(tx, held, parcel, attempt)
    elif manners.askable and waited < KEEP_ASKING:
        _ask_again(tx, parcel, asked)
        if held is not None and parcel.label == LabelState.UNKNOWN and not instructed(held, parcel):
            parcel.failure = f"{attempt.account} does not say what became of the call: {attempt.note}"
            tell(tx, held, parcel, "label.unknown", {}, instruct(tx, held, parcel, "label.unknown"))
        ask_staff(tx, parcel.merchant_id, "label.unknown", parcel.return_id)
    else:
        attempt.outcome = GIVEN_UP
        ask_staff(tx, parcel.merchant_id, "label.unknown", parcel.return_id)
        if parcel.label == LabelState.UNKNOWN:
            note = f"{attempt.account} never said what became of the call: {attempt.note}"
            give_up(tx, held, parcel, "label.unknown", note)


def _go_on(tx: Transaction, held: HeldReturn | None, parcel: ParcelRow, attempt: AttemptRow) -> None:
    """Nothing was made, or what was made costs nothing unused: candidates are asked anew, if the buyer still waits."""
    if parcel.label != LabelState.UNKNOWN:
        return
    if instructed(held, parcel):
        give_up(tx, held, parcel, "label.failed", f"{attempt.account}: {attempt.outcome}")
        return
    parcel.label = LabelState.REQUESTED
    intent = Intent("buy_label", parcel.id, LANE, HUNDRED * attempt.number)
    tell(tx, held, parcel, "label.requested", {}, [intent])


def _in_doubt(tx: Transaction, merchant_id: str, parcel_id: str) -> tuple[AttemptRow, ParcelRow] | None:
    parcel = tx.session.get_one(ParcelRow, (merchant_id, parcel_id))
    attempt = in_doubt(attempts_of(tx, parcel))
    return None if attempt is None else (attempt, parcel)
