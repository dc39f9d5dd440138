"""What becomes of a parcel when a call about its label has ended: the row, its event, and what follows from it."""

from collections.abc import Mapping, Sequence

from sendback_sdk import Label, Money

from sendback_service import deadlines
from sendback_service.amounts_due import expect_again
from sendback_service.effects.label_documents import keep_documents
from sendback_service.held import HeldReturn
from sendback_service.links import is_link
from sendback_service.messages import Occasion, request, request_again
from sendback_service.rules.currency import LARGEST_AMOUNT
from sendback_service.rules.labels import LabelOfferKind
from sendback_service.rules.states import Decision, LabelState
from sendback_service.settlements import give_fee_back
from sendback_service.store.tables import ParcelRow
from sendback_service.store.times import micros
from sendback_service.store.transaction import Intent, Subject, Transaction
from sendback_service.tracking import follow
from sendback_service.work_items import ask_staff

LANE = "labels"
# In a parcel's request: its label was given up although others of the return have theirs.
_INSTRUCTED = "instructed"
_KEEP = (
    "UPDATE parcel SET label = :label, account = :account, tracking_number = :tracking_number,"
    " tracking_uri = :tracking_uri, carrier_reference = :carrier_reference, price_minor = :price_minor,"
    " price_currency = :price_currency, expire_time = :expire_time, failure = :failure, has_qr = :has_qr,"
    " document_size = :document_size, document_sha256 = :document_sha256, update_time = :update_time"
    " WHERE merchant_id = :merchant_id AND id = :id"
)


def bought(tx: Transaction, held: HeldReturn | None, parcel: ParcelRow, account: str, label: Label) -> None:
    """A label that nobody waits for any more is kept only to be voided, by the account that bought it."""
    # What is written by hand is written in one go, with the event.
    tx.session.expunge(parcel)
    intents = _kept(tx, held, parcel, account, label)
    parcel.update_time = micros(tx.now)
    keep_documents(tx, parcel, label)
    tx.write(_KEEP, parcel.model_dump())
    if held is not None:
        held.touched()
    facts = {"account": account, "tracking_number": label.tracking_number}
    _record(tx, held, parcel, "label.purchased", facts, intents)


def _kept(
    tx: Transaction, held: HeldReturn | None, parcel: ParcelRow, account: str, label: Label
) -> list[Intent]:
    """Puts the label down; what is to happen because of it."""
    parcel.account = account
    parcel.tracking_number = label.tracking_number
    parcel.tracking_uri = label.tracking_url if is_link(label.tracking_url) else ""
    parcel.carrier_reference = label.carrier_reference
    if isinstance(label.price, Money) and 0 <= label.price.minor <= LARGEST_AMOUNT:
        parcel.price_minor, parcel.price_currency = label.price.minor, label.price.currency
    parcel.expire_time = None if label.expires is None else micros(label.expires)
    parcel.failure = ""
    if not _wanted(held, parcel):
        parcel.label = LabelState.VOID_PENDING
        return [Intent("void_label", parcel.id, LANE)]
    parcel.label = LabelState.PURCHASED
    if held is not None:
        deadlines.of_label(held)
    if label.expires is not None:
        tx.set_deadline(parcel.merchant_id, "label.expire", parcel.id, label.expires)
    follow(tx, parcel)
    return _label_letter(held, parcel)


def doubtful(tx: Transaction, held: HeldReturn | None, parcel: ParcelRow, round: int) -> None:
    """The carrier is asked at once what became of the call, and then again and again."""
    if parcel.label == LabelState.REQUESTED:
        parcel.label = LabelState.UNKNOWN
    tx.set_deadline(parcel.merchant_id, "label.reconcile", parcel.id, tx.now, number=round)
    tell(tx, held, parcel, "label.unknown")


def instruct(tx: Transaction, held: HeldReturn | None, parcel: ParcelRow, kind: str) -> list[Intent]:
    """The buyer gets instructions, once, and the fee falls away; staff are asked; the return stands. Where another
    parcel of it has its label or waits for it, instructions are for this one alone."""
    ask_staff(tx, parcel.merchant_id, kind, parcel.return_id)
    if held is None or held.decision is not Decision.APPROVED or instructed(held, parcel):
        return []
    if _labelled_otherwise(held, parcel) or _label_to_come(held, parcel):
        parcel.request = {**parcel.request, _INSTRUCTED: True}
        return request_again(tx, parcel.merchant_id, held.row.id, Occasion.PARCEL_INSTRUCTIONS)
    held.row.label_offer = LabelOfferKind.INSTRUCTIONS
    held.row.shown_fee_minor = 0
    expect_again(held)
    return _letter(held, Occasion.INSTRUCTIONS)


def give_up(tx: Transaction, held: HeldReturn | None, parcel: ParcelRow, kind: str, note: str) -> None:
    """No label will come."""
    parcel.label = LabelState.FAILED
    parcel.failure = note
    tell(tx, held, parcel, "label.failed", {}, instruct(tx, held, parcel, kind))
    if held is not None:
        give_fee_back(held)


def tell(
    tx: Transaction,
    held: HeldReturn | None,
    parcel: ParcelRow,
    type: str,
    attributes: Mapping[str, str] | None = None,
    intents: Sequence[Intent] = (),
) -> None:
    """The event, on the return where the parcel belongs to one."""
    parcel.update_time = micros(tx.now)
    tx.session.add(parcel)
    if held is not None:
        held.changed()
    _record(tx, held, parcel, type, attributes or {}, intents)


def _record(
    tx: Transaction,
    held: HeldReturn | None,
    parcel: ParcelRow,
    type: str,
    attributes: Mapping[str, str],
    intents: Sequence[Intent],
) -> None:
    subject = held.subject if held else Subject("parcel", parcel.id)
    tx.record(parcel.merchant_id, type, subject, {"parcel_id": parcel.id, **attributes}, intents)


def instructed(held: HeldReturn | None, parcel: ParcelRow) -> bool:
    """Whether the buyer was told to send the parcel without our label."""
    if held is None:
        return False
    return held.row.label_offer == LabelOfferKind.INSTRUCTIONS or _INSTRUCTED in parcel.request


def _wanted(held: HeldReturn | None, parcel: ParcelRow) -> bool:
    if parcel.label not in (LabelState.REQUESTED, LabelState.UNKNOWN):
        return False
    return held is None or (held.decision is Decision.APPROVED and not instructed(held, parcel))


def _labelled_otherwise(held: HeldReturn, parcel: ParcelRow) -> bool:
    return any(p.label == LabelState.PURCHASED for p in held.parcels if p.id != parcel.id)


def _label_to_come(held: HeldReturn, parcel: ParcelRow) -> bool:
    return any(_wanted(held, p) for p in held.parcels if p.id != parcel.id)


def _label_letter(held: HeldReturn | None, parcel: ParcelRow) -> list[Intent]:
    if held is None:
        return []
    occasion = Occasion.ANOTHER_LABEL if _labelled_otherwise(held, parcel) else Occasion.LABEL
    if "replaces" in parcel.request:
        occasion = Occasion.RENEWED_LABEL
    return request_again(held.tx, parcel.merchant_id, held.row.id, occasion)


def _letter(held: HeldReturn | None, occasion: Occasion) -> list[Intent]:
    return [] if held is None else request(held.tx, held.row.merchant_id, held.row.id, occasion)
