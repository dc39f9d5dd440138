"""Returns between the records of the domain and the wire. Words are in the caller's language."""

from collections.abc import Iterable
from typing import Any

from google.type.money_pb2 import Money
from sendback.v1 import event_pb2, portal_service_pb2, return_pb2
from sendback_sdk import LabelFormat, Paper
from sendback_sdk.orders import OrderLine

from sendback_service.api.money import money_message
from sendback_service.api.order_wire import address_of
from sendback_service.api.policy_wire import kind_of
from sendback_service.api.return_fields import parcel_fields, return_fields
from sendback_service.api.times import last_date, stamp
from sendback_service.new_return import Print
from sendback_service.records import EventRecord, ParcelRecord, ReturnRecord
from sendback_service.returns import WorkItem
from sendback_service.rules.eligibility import Verdict
from sendback_service.rules.labels import LabelOffer
from sendback_service.rules.quote import Quote
from sendback_service.rules.states import Basis
from sendback_service.text.steps import step_text
from sendback_service.text.verdicts import offer_text, verdict_text, work_text
from sendback_service.unit_selection import Item, Wish

_FORMATS = {1: "PDF", 2: "PNG", 3: "ZPL"}
_PAPERS = {1: "A6", 2: "LABEL_4X6"}


def wish_of(message: Any, override_note: str = "", basis: Basis = Basis.GOODWILL) -> Wish:
    """From any message with items, outcome and ship_from."""
    ship_from = address_of(message.ship_from, "ship_from") if message.HasField("ship_from") else None
    items = tuple(_item(i) for i in message.items)
    return Wish(items, kind_of(message.outcome), ship_from, override_note, basis)


def _item(m: return_pb2.ReturnItem) -> Item:
    return Item(
        m.order_line_id, m.quantity, m.reason_code, m.comment, tuple(m.evidence_image_ids), m.seal_intact
    )


def items_message(items: Iterable[Item]) -> list[return_pb2.ReturnItem]:
    return [
        return_pb2.ReturnItem(
            order_line_id=i.line_id,
            quantity=i.quantity,
            reason_code=i.reason_code,
            comment=i.comment,
            evidence_image_ids=i.evidence,
            seal_intact=i.seal_intact,
        )
        for i in items
    ]


def print_of(format: int, paper: int) -> Print:
    return Print(LabelFormat(_FORMATS[format or 1]), Paper(_PAPERS[paper or 1]))


def return_message(record: ReturnRecord, language: str) -> return_pb2.Return:
    return return_pb2.Return(**return_fields(record, language))


def parcel_message(parcel: ParcelRecord) -> return_pb2.Parcel:
    return return_pb2.Parcel(**parcel_fields(parcel))


def offer_message(offer: LabelOffer, currency: str, language: str) -> return_pb2.LabelOffer:
    return return_pb2.LabelOffer(
        kind=str(offer.kind),
        fee=money_message(offer.fee, currency) if offer.fee else None,
        explanation=offer_text(offer, currency, language),
    )


def quote_message(quote: Quote, hash: str, language: str) -> return_pb2.Quote:
    def money(minor: int) -> Money:
        return money_message(minor, quote.currency)

    return return_pb2.Quote(
        hash=hash,
        amount=money(quote.amount),
        goods=money(quote.goods),
        shipping=money(quote.shipping),
        label_fee=money(quote.label_fee),
        unrecovered_fee=money(quote.unrecovered_fee),
        bonus=money(quote.bonus),
        outcome=str(quote.outcome),
        steps=[
            return_pb2.QuoteStep(
                rule=step.rule,
                base=money(step.base),
                amount=money(step.amount),
                running=money(step.running),
                explanation=step_text(step, quote.currency, language),
            )
            for step in quote.steps
        ],
    )


def verdict_message(verdict: Verdict, time_zone: str, language: str) -> return_pb2.UnitVerdict:
    return return_pb2.UnitVerdict(
        order_line_id=verdict.line_id,
        unit=verdict.unit,
        returnable=verdict.returnable,
        code=verdict.code or "",
        rule=verdict.rule,
        explanation=verdict_text(verdict.code, language) if verdict.code else "",
        until_time=stamp(verdict.until),
        policy_version=verdict.policy_version,
        last_day=last_date(verdict.until, time_zone),
    )


def work_item_message(item: WorkItem, language: str) -> return_pb2.WorkItem:
    return return_pb2.WorkItem(
        id=item.id,
        kind=item.kind,
        return_id=item.return_id,
        explanation=work_text(item.kind, language),
        create_time=stamp(item.create_time),
    )


def event_message(event: EventRecord) -> event_pb2.Event:
    return event_pb2.Event(
        id=event.id,
        resume_token=str(event.position),
        merchant_id=event.merchant_id,
        type=event.type,
        subject=event_pb2.EventSubject(type=event.subject_type, id=event.subject_id, sequence=event.sequence),
        create_time=stamp(event.time),
        schema_version=1,
        cause=event.cause,
        actor=event.actor,
        attributes=event.attributes,
    )


def lines_message(
    verdicts: Iterable[Verdict], lines: Iterable[OrderLine], time_zone: str, language: str
) -> list[portal_service_pb2.ReturnableLine]:
    by_line: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        by_line.setdefault(verdict.line_id, []).append(verdict)
    return [
        portal_service_pb2.ReturnableLine(
            order_line_id=line.id,
            title=line.title,
            variant=line.variant,
            image_uri=line.image_url,
            quantity=line.quantity,
            returnable_quantity=sum(v.returnable for v in by_line[line.id]),
            units=[verdict_message(v, time_zone, language) for v in by_line[line.id]],
            seal_required=line.hygiene_sealed,
        )
        for line in lines
    ]
