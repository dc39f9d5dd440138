"""The rows of a new return: everything that is written with it, together or not at all."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any

from sendback_sdk import LabelFormat, Paper
from sendback_sdk.addresses import Address
from sendback_sdk.orders import Order

from sendback_service.call import Call
from sendback_service.customers import customer_key
from sendback_service.drafts import Draft
from sendback_service.ids import fresh_reference, new_id
from sendback_service.messages import Occasion, intent, message_row
from sendback_service.observability import traces
from sendback_service.records import ParcelRecord, ReturnRecord, UnitRecord
from sendback_service.rules.customs import GUESSED_GRAMS, customs_needed, declaration
from sendback_service.rules.labels import LabelOfferKind
from sendback_service.rules.policy import SettlementMoment
from sendback_service.rules.states import Basis, Decision, LabelState
from sendback_service.rules.territory import place_of
from sendback_service.rules.values import frozen
from sendback_service.store.columns import COLUMNS
from sendback_service.store.documents import (
    address_document,
    customs_document,
    warehouse_document,
)
from sendback_service.store.hot import NewReturn
from sendback_service.store.rows import PARCEL, RETURN, UNIT
from sendback_service.store.times import micros
from sendback_service.store.transaction import Intent, intents_document
from sendback_service.text.words import language_for
from sendback_service.unit_selection import DraftUnit

LABEL_LANE = "labels"
_RETURN, _UNIT, _PARCEL = itemgetter(*RETURN), itemgetter(*UNIT), itemgetter(*PARCEL)
# Directive 2011/83/EU, article 13.
STATUTORY_REFUND_DAYS = 14


@frozen
class Print:
    """How the label is wanted."""

    format: LabelFormat = LabelFormat.PDF
    paper: Paper = Paper.A6


def new_return(call: Call, made: Draft, how: Print) -> NewReturn:
    return _Rows(call, made, how).all()


class _Rows:
    """The rows of one new return, of plain values: JSON is slow with members of enums, and so is their `value`."""

    def __init__(self, call: Call, made: Draft, how: Print) -> None:
        self._call = call
        self._made = made
        self._now = made.case.now
        self._time = micros(made.case.now)
        self._merchant = call.merchant_id
        self._outcome, self._basis = str(made.wish.outcome), str(made.wish.basis)
        self._offer = str(made.offer.kind)
        self._print = {"format": str(how.format), "paper": str(how.paper)}
        self._id = new_id("ret", self._now)
        self._reference = fresh_reference()
        self._parcel_id = "" if made.in_review else new_id("par", self._now)
        self._message_id = "" if self._labelled and not made.in_review else new_id("msg", self._now)
        self._acknowledgement_id = new_id("msg", self._now) if self._statutory else ""

    def all(self) -> NewReturn:
        made = self._made
        return NewReturn(
            returns=self._return(),
            units=[self._unit(unit) for unit in made.units],
            parcels=[self._parcel()] if self._parcel_id else [],
            messages=self._messages(),
            deadlines=self._deadlines(),
            work_items=[self._work_item()] if made.in_review else [],
            events=self._events(),
            request_keys=self._request_keys(),
        )

    def _return(self) -> dict[str, Any]:
        made, facts = self._made, self._made.case.facts
        return {
            "merchant_id": self._merchant,
            "id": self._id,
            "reference": self._reference,
            "order_id": facts.id,
            "order_number": made.case.order.number,
            "order_version": facts.version,
            "policy_version": made.case.policy.version,
            "decision": str(Decision.IN_REVIEW if made.in_review else Decision.APPROVED),
            "outcome": self._outcome,
            "currency": made.quote.currency,
            "estimated_minor": made.quote.amount,
            "label_offer": self._offer,
            "shown_fee_minor": made.offer.fee,
            "region": made.place,
            "language": self._call.language or self._language_of_order(),
            "ship_from": address_document(made.ship_from),
            "warehouse": warehouse_document(made.case.shop.warehouse_for(made.place)),
            **self._print,
            "basis": self._basis,
            "customer_key": customer_key(made.case.order),
            "override_note": made.wish.override_note,
            "create_time": self._time,
            "update_time": self._time,
        }

    def _language_of_order(self) -> str:
        case = self._made.case
        return language_for(case.order.language, default=case.shop.portal.default_language)

    def _unit(self, unit: DraftUnit) -> dict[str, Any]:
        return {
            "merchant_id": self._merchant,
            "return_id": self._id,
            "line_id": unit.line_id,
            "unit": unit.number,
            "order_id": self._made.case.facts.id,
            "title": unit.title,
            "product_id": unit.product_id,
            "sku": unit.sku,
            "reason_code": unit.reason_code,
            "comment": unit.comment,
            "evidence": {"images": list(unit.evidence)} if unit.evidence else {},
        }

    def _parcel(self) -> dict[str, Any]:
        return {
            "merchant_id": self._merchant,
            "id": self._parcel_id,
            "return_id": self._id,
            "return_reference": self._reference,
            "label": str(LabelState.REQUESTED if self._labelled else LabelState.NOT_NEEDED),
            **self._print,
            "request": self._label_request() if self._labelled else {},
            "create_time": self._time,
            "update_time": self._time,
        }

    def _label_request(self) -> dict[str, Any]:
        made = self._made
        recipient = made.case.shop.warehouse_for(made.place).address
        lines = [unit.line_id for unit in made.units]
        return label_request(made.case.order, lines, made.ship_from, recipient, made.quote.goods)

    @property
    def _labelled(self) -> bool:
        return self._made.offer.kind is not LabelOfferKind.INSTRUCTIONS

    def _messages(self) -> list[dict[str, Any]]:
        """With a label the buyer is written to once it is there. A withdrawal is acknowledged at once."""
        wanted = [(Occasion.WITHDRAWAL, self._acknowledgement_id)] if self._statutory else []
        if self._made.in_review:
            wanted.append((Occasion.IN_REVIEW, self._message_id))
        elif self._message_id:
            wanted.append((Occasion.INSTRUCTIONS, self._message_id))
        return [message_row(self._merchant, self._id, occasion, id, self._time) for occasion, id in wanted]

    @property
    def _statutory(self) -> bool:
        return self._made.wish.basis is Basis.STATUTORY_WITHDRAWAL

    def _deadlines(self) -> list[dict[str, Any]]:
        """The law's days for paying back run from the withdrawal, all others once the return is approved."""
        rows = [] if self._made.in_review else self._deadlines_of_approval()
        if self._statutory:
            rows.append(self._deadline("refund.due", self._now + timedelta(days=STATUTORY_REFUND_DAYS)))
        return rows

    def _deadlines_of_approval(self) -> list[dict[str, Any]]:
        """An unused return lapses; money that is due on request is due now."""
        policy = self._made.case.policy.policy
        days = policy.unused_label_days
        rows = [self._deadline("return.unused", self._now + timedelta(days=days))] if days else []
        if policy.settlement_moment(self._made.wish.outcome) is SettlementMoment.ON_REQUEST:
            rows.append(self._deadline("settlement.due", self._now))
        return rows

    def _deadline(self, kind: str, due: datetime) -> dict[str, Any]:
        return {
            "merchant_id": self._merchant,
            "id": f"{kind}:{self._id}",
            "kind": kind,
            "subject_id": self._id,
            "due_time": micros(due),
        }

    def _work_item(self) -> dict[str, Any]:
        return {
            "merchant_id": self._merchant,
            "id": new_id("wrk", self._now),
            "kind": "return.review",
            "return_id": self._id,
            "create_time": self._time,
        }

    def _events(self) -> list[dict[str, Any]]:
        made = self._made
        letter = [intent(self._message_id)] if self._message_id else []
        attributes = {
            "order_id": made.case.facts.id,
            "reference": self._reference,
            "outcome": self._outcome,
            "basis": self._basis,
        }
        if made.in_review:
            return [self._event(1, "return.requested", {**attributes, "review": "true"}, letter)]
        events = [
            self._event(1, "return.requested", attributes),
            self._event(2, "return.approved", {"label_offer": self._offer}, letter),
        ]
        if self._labelled:
            label = [Intent("buy_label", self._parcel_id, LABEL_LANE)]
            events.append(self._event(3, "label.requested", {"parcel_id": self._parcel_id}, label))
        if self._statutory:
            told = [intent(self._acknowledgement_id)]
            events.append(self._event(len(events) + 1, "withdrawal.acknowledged", {}, told))
        return events

    def _event(
        self, sequence: int, type: str, attributes: dict[str, str], intents: Sequence[Intent] = ()
    ) -> dict[str, Any]:
        return {
            "merchant_id": self._merchant,
            "id": new_id("evt", self._now),
            "type": type,
            "subject_type": "return",
            "subject_id": self._id,
            "sequence": sequence,
            "time": self._time,
            "cause": self._call.cause,
            "actor": self._call.actor,
            "attributes": attributes,
            "intents": intents_document(intents, traces.here()),
        }

    def _request_keys(self) -> list[dict[str, Any]]:
        if not self._call.request_id:
            return []
        return [
            {
                "merchant_id": self._merchant,
                "rpc": self._call.rpc,
                "request_id": self._call.request_id,
                "body_sha256": self._call.body_sha256,
                "resource_id": self._id,
                "create_time": self._time,
            }
        ]


def label_request(
    order: Order, line_ids: Sequence[str], sender: Address | None, recipient: Address, value: int
) -> dict[str, Any]:
    """What a carrier needs to know to make the label; kept with the parcel."""
    weights = {line.id: line.weight_grams or GUESSED_GRAMS for line in order.lines}
    request: dict[str, Any] = {
        "sender": address_document(sender),
        "recipient": address_document(recipient),
        "weight_grams": sum(weights[line_id] for line_id in line_ids),
        "value_minor": value,
        "currency": order.currency,
    }
    if sender is not None and customs_needed(place_of(sender), place_of(recipient)):
        request["customs"] = customs_document(declaration(order, line_ids))
    return request


def record_of(new: NewReturn, made: Draft) -> ReturnRecord:
    """What was just written, as reading it would give it."""
    units = sorted([_UNIT(COLUMNS["unit"].whole(row)) for row in new.units])
    parcels = [_PARCEL(COLUMNS["parcel"].whole(row)) for row in new.parcels]
    instructed = made.offer.kind is LabelOfferKind.INSTRUCTIONS
    warehouse = made.case.shop.warehouse_for(made.place) if instructed else None
    return ReturnRecord._make(
        (
            *_RETURN(COLUMNS["returns"].whole(new.returns)),
            warehouse,
            tuple(map(UnitRecord._make, units)),
            tuple(map(ParcelRecord._make, parcels)),
            (),
            len(new.work_items),
        )
    )
