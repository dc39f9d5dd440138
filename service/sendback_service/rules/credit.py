"""Who may choose store credit."""

from sendback_sdk.orders import Order

from sendback_service.rules.policy import CreditTerms


def credit_refusal(terms: CreditTerms, order: Order, amount: int = 0) -> str:
    """Why this order's buyer cannot have so much store credit, in minor units of its currency; empty where they can."""
    if not terms.enabled:
        return "the merchant does not offer it"
    if not order.customer_id:
        return "the buyer has no customer account in the shop"
    largest = dict(terms.maximum).get(order.currency)
    if largest is not None and amount > largest:
        return f"more than the largest credit, {largest} {order.currency} in minor units"
    return ""
