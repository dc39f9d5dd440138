"""Calls to carriers as rows: claimed before they are made, so that whoever comes after a crash knows of them."""

from datetime import datetime
from math import ceil, inf

from sendback_sdk import CustomsItem, Label, LabelFormat, LabelRequest, Money, Paper, Parcel
from sqlmodel import text

from sendback_service.effects.backoff import LABEL_PATIENCE
from sendback_service.effects.plugin_call import End, Ended
from sendback_service.held import HeldReturn, hold_of_parcel
from sendback_service.routing import ParcelFacts
from sendback_service.rules.territory import territory
from sendback_service.store import prepared
from sendback_service.store.documents import address_from, customs_from
from sendback_service.store.tables import AttemptRow, ParcelRow
from sendback_service.store.times import micros, moment
from sendback_service.store.transaction import Transaction

# Outcomes beside those of `End`, for calls that ended without an answer: the carrier said later that nothing had
# come of it; nobody could be asked, or nobody answered.
NOTHING_MADE = "NOTHING_MADE"
GIVEN_UP = "GIVEN_UP"
OPEN = ""
# Each hundred rounds is a fresh start: retries count up within one.
HUNDRED = 100
_FIRST = text("INSERT INTO serial (account, next) VALUES (:account, 1) ON CONFLICT DO NOTHING")
_TAKEN = "UPDATE serial SET next = :next WHERE account = :account"
_CLAIM = (
    "INSERT INTO attempt (merchant_id, parcel_id, number, round, account, serial, calls, outcome, note, retry_after,"
    " start_time, end_time) "
    "VALUES (:merchant_id, :parcel_id, :number, :round, :account, :serial, :calls, :outcome, :note, :retry_after,"
    " :start_time, :end_time)"
)
_CLOSE = (
    "UPDATE attempt SET outcome = :outcome, note = :note, retry_after = :retry_after, end_time = :end_time"
    " WHERE merchant_id = :merchant_id AND parcel_id = :parcel_id AND number = :number"
)

Key = tuple[str, str, int]


def lock(tx: Transaction, merchant_id: str, parcel_id: str) -> tuple[HeldReturn | None, ParcelRow]:
    """The parcel and its return; always the return first, so that nobody waits crosswise."""
    held = hold_of_parcel(tx, merchant_id, parcel_id)
    if held is None:
        return None, tx.session.get_one(ParcelRow, (merchant_id, parcel_id), with_for_update=True)
    return held, next(parcel for parcel in held.parcels if parcel.id == parcel_id)


def attempt_of(tx: Transaction, key: Key) -> AttemptRow:
    """One of them, locked."""
    named = dict(zip(("merchant_id", "parcel_id", "number"), key, strict=True))
    return tx.session.exec(prepared.ATTEMPT, params=named).one()


def attempts_of(tx: Transaction, parcel: ParcelRow) -> list[AttemptRow]:
    """In the order in which they were claimed."""
    key = {"merchant_id": parcel.merchant_id, "parcel_id": parcel.id}
    return sorted(tx.session.exec(prepared.ATTEMPTS, params=key), key=lambda a: a.number)


def claim(
    tx: Transaction, parcel: ParcelRow, number: int, round: int, account: str, serial: int
) -> AttemptRow:
    """Says that a call is about to be made to the account, which is held, and counts it."""
    attempt = AttemptRow(
        merchant_id=parcel.merchant_id,
        parcel_id=parcel.id,
        number=number,
        round=round,
        account=account,
        serial=_taken(tx, account, serial),
        calls=1,
        start_time=micros(tx.now),
    )
    tx.write(_CLAIM, attempt.model_dump())
    return attempt


def count(tx: Transaction, attempt: AttemptRow) -> AttemptRow:
    """Counts a call before it is made: the second of an attempt knows that there was a first."""
    attempt.calls += 1
    tx.session.add(attempt)
    return attempt


def close(tx: Transaction, attempt: AttemptRow, ended: Ended[Label]) -> None:
    """Written by hand, with what follows from it. An account that could not be made may be asked later."""
    outcome = {
        "merchant_id": attempt.merchant_id,
        "parcel_id": attempt.parcel_id,
        "number": attempt.number,
        "outcome": End.LATER if ended.away else ended.end.value,
        "note": ended.note,
        "retry_after": ceil(min(ended.after or 0, 86400)),
        "end_time": micros(tx.now),
    }
    tx.write(_CLOSE, outcome)


def facts_of(parcel: ParcelRow) -> ParcelFacts:
    """What routing needs to know of it."""
    sender = address_from(parcel.request["sender"])
    country = sender.country if sender else ""
    place = territory(country, sender.postal_code, sender.city) if sender else ""
    weight = int(parcel.request.get("weight_grams") or 0)
    return ParcelFacts(place, country, parcel.merchant_id, LabelFormat(parcel.format), weight, parcel.id)


def request_of(parcel: ParcelRow, attempt: AttemptRow, *, sandbox: bool) -> LabelRequest:
    """The same for every call of an attempt: the parcel's id names the label for its whole life."""
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
        customs=customs_of(parcel),
        sandbox=sandbox,
    )


def customs_of(parcel: ParcelRow) -> tuple[CustomsItem, ...]:
    """Empty where no customs lie on the way."""
    return customs_from(parcel.request.get("customs", []))


def rests_of(attempts: list[AttemptRow], round: int, now: datetime) -> dict[str, float]:
    """Accounts that said "later" and want to be left alone yet, with the seconds that are left: as long as they asked
    for, and for good where that is, in all, longer than a buyer waits. Each hundred rounds is a fresh start for the
    buyer's patience."""
    rests = {}
    for account in {a.account for a in attempts if a.outcome == End.LATER and a.retry_after}:
        said = [a for a in attempts if a.account == account and a.outcome == End.LATER]
        ended = moment(said[-1].end_time or said[-1].start_time)
        left = said[-1].retry_after - (now - ended).total_seconds()
        asked = sum(a.retry_after for a in said if a.round // HUNDRED == round // HUNDRED)
        if max(asked, left) > LABEL_PATIENCE.total_seconds():
            rests[account] = inf
        elif left > 0:
            rests[account] = left
    return rests


def in_doubt(attempts: list[AttemptRow]) -> AttemptRow | None:
    """The call that ended without an answer and is still asked after."""
    return next((a for a in reversed(attempts) if a.outcome == End.UNKNOWN), None)


def hold_account(tx: Transaction, account: str) -> int:
    """Until the transaction ends nobody else begins a call to it: what is counted meanwhile stays true. Answers the
    serial number that the next one may take."""
    named = {"account": account}
    free = tx.session.exec(prepared.SERIAL, params=named).first()
    if free is None:
        tx.session.connection().execute(_FIRST, named)
        free = tx.session.exec(prepared.SERIAL, params=named).one()
    return free


def next_serial(tx: Transaction, account: str) -> int:
    """Issued once, whatever becomes of the call."""
    return _taken(tx, account, hold_account(tx, account))


def _taken(tx: Transaction, account: str, serial: int) -> int:
    tx.write(_TAKEN, {"account": account, "next": serial + 1})
    return serial
