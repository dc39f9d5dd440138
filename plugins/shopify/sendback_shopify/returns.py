"""Our returns in Shopify's books. Its mutations take no key, so that every piece of news first looks at what is there
and then does only what is missing; our return is known again by its reference in the notes of its lines."""

from collections.abc import Callable
from typing import Any

from pydantic import RootModel
from sendback_sdk import Change, Declined

from sendback_shopify import documents
from sendback_shopify.admin import Admin, done
from sendback_shopify.answers import Answer, Page, UserError
from sendback_shopify.dispositions import lacking
from sendback_shopify.documents import Document
from sendback_shopify.gid import gid
from sendback_shopify.notes import key_in, marked
from sendback_shopify.paging import all_pages
from sendback_shopify.return_facts import (
    Delivery,
    MoreReturnable,
    ReturnableAnswer,
    ReturnableLine,
    ReturnableParcel,
    ReturnFacts,
    ReturnsAnswer,
    ReverseOrder,
)

_LONGEST_NOTE, _LONGEST_DECLINE = 255, 500
# The enumeration is deprecated in favour of a shop's own definitions, whose ids nobody can know beforehand.
_REASON = "OTHER"


class _Outcome(Answer):
    user_errors: list[UserError]


class _Done(RootModel[dict[str, _Outcome]]):
    """A mutation's one field, whatever its name."""


class ReturnBook:
    """`location` is the number of the place that takes back what can be sold again; without one Shopify's staff are
    asked to process such units."""

    def __init__(self, admin: Admin, location: str) -> None:
        self._admin, self._location = admin, location

    def mirror(self, change: Change) -> None:
        """Raises `Declined` where Shopify will not have it so: the return was changed there by others."""
        act = _ACTS.get(change.event)
        if act is not None:
            act(self, change, self._find(change))

    def requested(self, change: Change, known: ReturnFacts | None) -> None:
        if known is None:
            self._open(documents.REQUEST_RETURN, change, "customerNote")

    def approved(self, change: Change, known: ReturnFacts | None) -> None:
        if known is None:
            self._open(documents.CREATE_RETURN, change, "returnReasonNote")
        elif known.status == "REQUESTED":
            self._do(documents.APPROVE_RETURN, input={"id": known.id, "notifyCustomer": False})

    def declined(self, change: Change, known: ReturnFacts | None) -> None:
        if known is not None and known.status == "REQUESTED":
            self._decline(known, change.note)

    def cancelled(self, change: Change, known: ReturnFacts | None) -> None:
        """A mere request cannot be cancelled there, only declined."""
        if known is not None and known.status == "REQUESTED":
            self._decline(known, change.note or "The return was cancelled.")
        elif known is not None and known.status == "OPEN":
            self._do(documents.CANCEL_RETURN, id=known.id)

    def closed(self, change: Change, known: ReturnFacts | None) -> None:
        if known is not None and known.status == "OPEN":
            self.inspected(change, known)
            self._do(documents.CLOSE_RETURN, id=known.id)

    def labelled(self, change: Change, known: ReturnFacts | None) -> None:
        """A later number takes the place of the earlier one: one delivery brings all lines of a return."""
        if known is not None and known.status == "OPEN" and change.tracking_number:
            for order in known.reverse_fulfillment_orders.nodes:
                self._track(order, change)

    def inspected(self, change: Change, known: ReturnFacts | None) -> None:
        if known is None or known.status != "OPEN":
            return
        lines = lacking(known, change.disposals, self._location)
        if lines:
            wanted = {"returnId": known.id, "returnLineItems": lines, "notifyCustomer": False}
            self._do(documents.PROCESS_RETURN, input=wanted)

    def _open(self, document: Document, change: Change, note_field: str) -> None:
        note = marked(f"Return {change.return_reference}", change.return_id, _LONGEST_NOTE)
        lines = [
            {
                "fulfillmentLineItemId": id,
                "quantity": quantity,
                "returnReason": _REASON,
                note_field: note,
            }
            for id, quantity in self._sent(change)
        ]
        self._do(document, input={"orderId": gid("Order", change.order_id), "returnLineItems": lines})

    def _sent(self, change: Change) -> list[tuple[str, int]]:
        """The lines of parcels that left which hold the units of this return."""
        free = self._returnable(gid("Order", change.order_id))
        found: list[tuple[str, int]] = []
        for line in change.lines:
            wanted, line_gid = line.quantity, gid("LineItem", line.line_id)
            for place, (id, of, quantity) in enumerate(free):
                part = min(wanted, quantity) if of == line_gid else 0
                if part:
                    free[place] = (id, of, quantity - part)
                    found.append((id, part))
                    wanted -= part
            if wanted:
                raise Declined(
                    f"Shopify lets {wanted} of {line.quantity} units of {line.line_id} not be returned"
                )
        return found

    def _returnable(self, order: str) -> list[tuple[str, str, int]]:
        def ask(after: str | None) -> Page[ReturnableParcel]:
            answer = self._admin.ask(documents.RETURNABLE, ReturnableAnswer, order=order, after=after)
            return answer.returnable_fulfillments

        lines = [line for parcel in all_pages(ask(None), ask).nodes for line in self._lines(parcel)]
        return [
            (line.fulfillment_line_item.id, line.fulfillment_line_item.line_item.id, line.quantity)
            for line in lines
        ]

    def _lines(self, parcel: ReturnableParcel) -> list[ReturnableLine]:
        def ask(after: str | None) -> Page[ReturnableLine]:
            answer = self._admin.ask(documents.RETURNABLE_LINES, MoreReturnable, id=parcel.id, after=after)
            return answer.returnable_fulfillment.lines

        return all_pages(parcel.lines, ask).nodes

    def _find(self, change: Change) -> ReturnFacts | None:
        """Of several (a declined request and its successor) the newest."""
        order = gid("Order", change.order_id)

        def ask(after: str | None) -> Page[ReturnFacts]:
            answer = self._admin.ask(documents.RETURNS, ReturnsAnswer, order=order, after=after)
            if answer.order is None:
                raise Declined(f"Shopify has no order {change.order_id}")
            return answer.order.returns

        ours = (one for one in all_pages(ask(None), ask).nodes if _bears(one, change.return_id))
        return next(ours, None)

    def _track(self, order: ReverseOrder, change: Change) -> None:
        known = order.reverse_deliveries.nodes
        if any(_number(delivery) == change.tracking_number for delivery in known):
            return
        means: dict[str, Any] = {
            "tracking": {"number": change.tracking_number, "url": change.tracking_url or None},
            "label": {"fileUrl": change.label_url} if change.label_url else None,
        }
        if known:
            self._do(documents.UPDATE_DELIVERY, delivery=known[-1].id, **means)
        else:
            self._do(documents.CREATE_DELIVERY, order=order.id, **means)

    def _decline(self, known: ReturnFacts, note: str) -> None:
        wanted = {"id": known.id, "declineReason": _REASON, "declineNote": note[:_LONGEST_DECLINE]}
        self._do(documents.DECLINE_RETURN, input=wanted)

    def _do(self, document: Document, **variables: Any) -> None:
        for outcome in self._admin.change(document, _Done, **variables).root.values():
            done(outcome.user_errors)


def _bears(one: ReturnFacts, return_id: str) -> bool:
    notes = [
        note for line in one.return_line_items.nodes for note in (line.return_reason_note, line.customer_note)
    ]
    return any(key_in(note) == return_id for note in notes)


def _number(delivery: Delivery) -> str | None:
    tracking = delivery.deliverable.tracking if delivery.deliverable else None
    return tracking.number if tracking else None


_ACTS: dict[str, Callable[[ReturnBook, Change, ReturnFacts | None], None]] = {
    "return.requested": ReturnBook.requested,
    "return.approved": ReturnBook.approved,
    "return.declined": ReturnBook.declined,
    "return.cancelled": ReturnBook.cancelled,
    "return.expired": ReturnBook.cancelled,
    "return.closed": ReturnBook.closed,
    "label.purchased": ReturnBook.labelled,
    "parcel.tracking_added": ReturnBook.labelled,
    "parcel.handed_over": ReturnBook.labelled,
    "parcel.in_transit": ReturnBook.labelled,
    "item.accepted": ReturnBook.inspected,
    "item.rejected": ReturnBook.inspected,
    "item.missing": ReturnBook.inspected,
    "reception.completed": ReturnBook.inspected,
}
