"""Buying labels: candidate after candidate, each call claimed before it is made.

A definite no or a "later" goes on to the next candidate. An unknown outcome never does: the parcel waits for the
reconciler, which asks the carrier where it can be asked.
"""

from collections.abc import Callable
from dataclasses import dataclass

from sendback_sdk import (
    Carrier,
    Finds,
    Label,
    LabelFormat,
    LabelRequest,
    Money,
    OutcomeUnknown,
    Paper,
    Parcel,
    Repeat,
)
from sqlmodel import select

from sendback_service.effects.engine import step
from sendback_service.effects.outside import End, Ended, call
from sendback_service.effects.papers import document_problem, keep_documents
from sendback_service.effects.patience import LABEL_ROUNDS, next_try
from sendback_service.effects.work import ask_staff
from sendback_service.held import HeldReturn, hold
from sendback_service.messages import Occasion, request
from sendback_service.routing import Candidate, ParcelFacts
from sendback_service.rules.labels import LabelOfferKind
from sendback_service.rules.states import LabelState
from sendback_service.rules.territory import territory
from sendback_service.store import Database
from sendback_service.store.documents import address_from
from sendback_service.store.tables import AttemptRow, ParcelRow, SerialRow
from sendback_service.store.times import micros
from sendback_service.store.transaction import Author, Intent, Subject, Transaction

LANE = "labels"
WORKER = Author("effect", "worker")
_NEVER_AGAIN = frozenset({End.DECLINED, End.MISCONFIGURED})


@dataclass(frozen=True, slots=True)
class Buying:
    """What buying needs: the database, the carriers by account, and who may be asked for a parcel."""

    database: Database
    carrier: Callable[[str], Carrier]
    candidates: Callable[[ParcelFacts], tuple[Candidate, ...]]
    sandbox: Callable[[str], bool]

    def buy_label(self, merchant_id: str, parcel_id: str, round: int) -> None:
        """The workflow: one step finds whom to ask, one asks."""
        while number := step("next", self._next, merchant_id, parcel_id, round):
            step("call", self._call, merchant_id, parcel_id, number)

    def _next(self, merchant_id: str, parcel_id: str, round: int) -> int:
        """The number of the attempt to make now; 0 when there is none left to make."""
        return self.database.transact(lambda tx: self._claim(tx, merchant_id, parcel_id, round), WORKER)

    def _claim(self, tx: Transaction, merchant_id: str, parcel_id: str, round: int) -> int:
        held, parcel = lock(tx, merchant_id, parcel_id)
        attempts = attempts_of(tx, parcel)
        if attempts and not attempts[-1].outcome:
            return attempts[-1].number
        if parcel.label != LabelState.REQUESTED:
            return 0
        asked = {a.account for a in attempts if a.round == round or a.outcome in _NEVER_AGAIN}
        for candidate in self.candidates(facts_of(parcel)):
            if not candidate.refusal and candidate.account not in asked:
                return _attempt(tx, parcel, len(attempts) + 1, round, candidate.account)
        _conclude(tx, held, parcel, attempts, round)
        return 0

    def _call(self, merchant_id: str, parcel_id: str, number: int) -> str:
        key = (merchant_id, parcel_id, number)
        attempt, parcel = self.database.transact(lambda tx: _called(tx, key), WORKER)
        if attempt.outcome:
            return attempt.outcome
        ended = call("label", attempt.account, parcel_id, lambda: self.ask(attempt, parcel))
        wrong = document_problem(ended.answer, parcel.format) if ended.answer else ""
        if wrong:
            ended = Ended(End.UNKNOWN, note=f"the answer is no label: {wrong}")
        self.database.transact(lambda tx: record(tx, key, ended), WORKER)
        return ended.end

    def ask(self, attempt: AttemptRow, parcel: ParcelRow) -> Label:
        """A call that may have been made before is not made blindly again."""
        carrier = self.carrier(attempt.account)
        wanted = request_of(parcel, attempt, sandbox=self.sandbox(attempt.account))
        if attempt.calls > 1 and carrier.repeat is not Repeat.SAFE:
            found = ask_again(carrier, parcel.id)
            if found is not None:
                return found
        return carrier.create_label(wanted)


def ask_again(carrier: Carrier, reference: str) -> Label | None:
    """What the carrier made under a reference. A carrier that cannot be asked leaves the outcome unknown."""
    if carrier.repeat is Repeat.FINDABLE and isinstance(carrier, Finds):
        return carrier.find_label(reference)
    raise OutcomeUnknown("the call was cut off, and this carrier cannot be asked what became of it")


def lock(tx: Transaction, merchant_id: str, parcel_id: str) -> tuple[HeldReturn | None, ParcelRow]:
    """The parcel and its return; always the return first, so that nobody waits crosswise."""
    row = tx.session.get_one(ParcelRow, (merchant_id, parcel_id))
    if not row.return_id:
        return None, tx.session.get_one(ParcelRow, (merchant_id, parcel_id), with_for_update=True)
    held = hold(tx, merchant_id, row.return_id)
    tx.session.refresh(row)
    return held, row


def attempts_of(tx: Transaction, parcel: ParcelRow) -> list[AttemptRow]:
    query = select(AttemptRow).where(
        AttemptRow.merchant_id == parcel.merchant_id, AttemptRow.parcel_id == parcel.id
    )
    return sorted(tx.session.exec(query), key=lambda a: a.number)


def facts_of(parcel: ParcelRow) -> ParcelFacts:
    sender = address_from(parcel.request["sender"])
    country = sender.country if sender else ""
    place = territory(country, sender.postal_code, sender.city) if sender else ""
    return ParcelFacts(place, country, parcel.merchant_id, LabelFormat(parcel.format))


def request_of(parcel: ParcelRow, attempt: AttemptRow, *, sandbox: bool) -> LabelRequest:
    sender, recipient = address_from(parcel.request["sender"]), address_from(parcel.request["recipient"])
    if sender is None or recipient is None:
        raise ValueError("a label needs both addresses")
    value = parcel.request.get("value_minor", 0)
    money = Money(value, parcel.request["currency"]) if value else None
    return LabelRequest(
        reference=parcel.id,
        serial=attempt.serial,
        return_reference=parcel.return_reference,
        sender=sender,
        recipient=recipient,
        parcel=Parcel(weight_grams=parcel.request["weight_grams"], value=money),
        format=LabelFormat(parcel.format),
        paper=Paper(parcel.paper),
        sandbox=sandbox,
    )


def record(tx: Transaction, key: tuple[str, str, int], ended: Ended[Label]) -> None:
    """What came of a call: the attempt's outcome, and what it means for the parcel."""
    attempt = tx.session.get_one(AttemptRow, key, with_for_update=True)
    held, parcel = lock(tx, key[0], key[1])
    attempt.outcome = ended.end
    attempt.note = ended.note
    attempt.retry_after = int(ended.after or 0)
    attempt.end_time = micros(tx.now)
    tx.session.add(attempt)
    if ended.end is End.DONE and ended.answer is not None:
        bought(tx, held, parcel, attempt.account, ended.answer)
    elif ended.end is End.UNKNOWN:
        _in_doubt(tx, held, parcel)
    elif ended.end is End.MISCONFIGURED:
        ask_staff(tx, parcel.merchant_id, "account.misconfigured", parcel.return_id)


def bought(tx: Transaction, held: HeldReturn | None, parcel: ParcelRow, account: str, label: Label) -> None:
    """A label that was cancelled meanwhile is kept only to be voided."""
    parcel.account = account
    parcel.tracking_number = label.tracking_number
    parcel.tracking_uri = label.tracking_url
    parcel.carrier_reference = label.carrier_reference
    parcel.expire_time = None if label.expires is None else micros(label.expires)
    parcel.update_time = micros(tx.now)
    keep_documents(tx, parcel, label)
    cancelled = parcel.label == LabelState.VOID_PENDING
    intents = [Intent("void_label", parcel.id, LANE, 1)] if cancelled else []
    if not cancelled:
        parcel.label = LabelState.PURCHASED
        intents = _letter(held, Occasion.LABEL)
    tx.session.add(parcel)
    attributes = {"parcel_id": parcel.id, "account": account, "tracking_number": label.tracking_number}
    _tell(tx, held, parcel, "label.purchased", attributes, intents)


def give_up(tx: Transaction, held: HeldReturn | None, parcel: ParcelRow, kind: str, note: str) -> None:
    """No label will come: the buyer gets instructions, the fee falls away, the return stands."""
    parcel.label = LabelState.FAILED
    parcel.failure = note
    parcel.update_time = micros(tx.now)
    tx.session.add(parcel)
    intents: list[Intent] = []
    if held is not None:
        held.row.label_offer = LabelOfferKind.INSTRUCTIONS
        held.row.shown_fee_minor = 0
        intents = _letter(held, Occasion.INSTRUCTIONS)
    ask_staff(tx, parcel.merchant_id, kind, parcel.return_id)
    _tell(tx, held, parcel, "label.failed", {"parcel_id": parcel.id}, intents)


def _in_doubt(tx: Transaction, held: HeldReturn | None, parcel: ParcelRow) -> None:
    if parcel.label == LabelState.REQUESTED:
        parcel.label = LabelState.UNKNOWN
        tx.session.add(parcel)
    tx.set_deadline(parcel.merchant_id, "label.reconcile", parcel.id, tx.now, number=_next_round(tx, parcel))
    _tell(tx, held, parcel, "label.unknown", {"parcel_id": parcel.id}, [])


def _next_round(tx: Transaction, parcel: ParcelRow) -> int:
    """Rounds of reconciling never repeat within a parcel's life: each attempt has a hundred of them."""
    return 100 * len(attempts_of(tx, parcel))


def _conclude(
    tx: Transaction, held: HeldReturn | None, parcel: ParcelRow, attempts: list[AttemptRow], round: int
) -> None:
    later = [a for a in attempts if a.round == round and a.outcome == End.LATER]
    if later and round % 100 + 1 < LABEL_ROUNDS:
        asked = min((a.retry_after for a in later if a.retry_after), default=0)
        due = next_try(tx.now, round % 100, asked or None)
        tx.set_deadline(parcel.merchant_id, "label.retry", parcel.id, due, number=round + 1)
        return
    note = "; ".join(f"{a.account}: {a.outcome} {a.note}" for a in attempts[-5:]) or "no carrier serves this parcel"
    give_up(tx, held, parcel, "label.failed", note)


def _attempt(tx: Transaction, parcel: ParcelRow, number: int, round: int, account: str) -> int:
    """The claim: a row that says that the call is about to be made."""
    serial = _serial(tx, account)
    tx.session.add(
        AttemptRow(
            merchant_id=parcel.merchant_id,
            parcel_id=parcel.id,
            number=number,
            round=round,
            account=account,
            serial=serial,
            start_time=micros(tx.now),
        )
    )
    return number


def _serial(tx: Transaction, account: str) -> int:
    row = tx.session.get(SerialRow, account, with_for_update=True) or SerialRow(account=account)
    serial = row.next
    row.next += 1
    tx.session.add(row)
    return serial


def _called(tx: Transaction, key: tuple[str, str, int]) -> tuple[AttemptRow, ParcelRow]:
    """Counts the call before it is made."""
    attempt = tx.session.get_one(AttemptRow, key, with_for_update=True)
    if not attempt.outcome:
        attempt.calls += 1
        tx.session.add(attempt)
    return attempt, tx.session.get_one(ParcelRow, key[:2])


def _letter(held: HeldReturn | None, occasion: Occasion) -> list[Intent]:
    return [] if held is None else request(held.tx, held.row.merchant_id, held.row.id, occasion)


def _tell(
    tx: Transaction,
    held: HeldReturn | None,
    parcel: ParcelRow,
    type: str,
    attributes: dict[str, str],
    intents: list[Intent],
) -> None:
    if held is not None:
        held.changed()
    subject = held.subject if held else Subject("parcel", parcel.id)
    tx.record(parcel.merchant_id, type, subject, attributes, intents)
