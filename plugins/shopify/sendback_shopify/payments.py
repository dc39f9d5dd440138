"""Money that came in for an order, and what of it went back."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sendback_sdk import Payment

from sendback_shopify.amounts import bag
from sendback_shopify.facts import PaymentFacts, RefundFacts
from sendback_shopify.gid import tail

GIFT_CARD = "gift_card"
_IN = {"SALE", "CAPTURE"}
_BACK = {"REFUND", "CHANGE"}
_FAILED = {"FAILURE", "ERROR"}


@dataclass(slots=True)
class _Till:
    facts: PaymentFacts
    captured: int
    refunded: int = 0
    references: list[str] = field(default_factory=list)

    def give(self, amount: int, reference: str) -> int:
        """Gives back as much as is there; answers what is left of the amount."""
        part = max(0, min(amount, self.captured - self.refunded))
        if part:
            self.refunded += part
            self.references += [reference] if reference and reference not in self.references else []
        return amount - part

    @property
    def time(self) -> datetime:
        return self.facts.processed_at or self.facts.created_at


def payments(
    transactions: Sequence[PaymentFacts], refunds: Sequence[RefundFacts], currency: str
) -> tuple[Payment, ...]:
    """A refund counts against the payment that it names. One that names none (store credit, a payment outside) counts
    against gift cards and then the newest payment, as our own refunds are spread. What is still pending counts too."""
    references = {part.id: tail(refund.id) for refund in refunds for part in refund.transactions.nodes}
    tills = {
        one.id: _Till(one, bag(one.amount_set, currency))
        for one in transactions
        if one.kind in _IN and one.status == "SUCCESS"
    }
    loose: list[tuple[int, str]] = []
    for one in transactions:
        if one.kind in _BACK and one.status not in _FAILED:
            till = tills.get(one.parent_transaction.id) if one.parent_transaction else None
            amount, reference = bag(one.amount_set, currency), references.get(one.id, "")
            loose.append((till.give(amount, reference) if till else amount, reference))
    _spread(list(tills.values()), loose)
    return tuple(_payment(till) for till in tills.values())


def _spread(tills: list[_Till], loose: list[tuple[int, str]]) -> None:
    ranked = sorted(tills, key=lambda till: (till.facts.gateway == GIFT_CARD, till.time), reverse=True)
    for left, reference in loose:
        for till in ranked:
            left = till.give(left, reference)


def _payment(till: _Till) -> Payment:
    return Payment(
        id=tail(till.facts.id),
        captured=till.captured,
        refunded=till.refunded,
        gift_card=till.facts.gateway == GIFT_CARD,
        captured_time=till.time,
        refund_references=tuple(till.references),
    )
