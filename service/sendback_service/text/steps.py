"""A quote's steps, told one by one, and what it comes to."""

from sendback_service.rules.quote import Quote, QuoteRule, Step
from sendback_service.rules.states import SettlementKind
from sendback_service.text.amounts import amount
from sendback_service.text.words import N_, words

_SENTENCES: dict[QuoteRule, str] = {
    QuoteRule.GOODS: N_("Price of the items: {amount}"),
    QuoteRule.LINE_DISCOUNT: N_("Discount on the items: {amount}"),
    QuoteRule.ORDER_DISCOUNT: N_("Share of the order’s discount: {amount}"),
    QuoteRule.TAX: N_("Tax: {amount}"),
    QuoteRule.INSPECTION: N_("Items missing, rejected or of lesser value: {amount}"),
    QuoteRule.SHIPPING: N_("Delivery: {amount}"),
    QuoteRule.RESTOCKING: N_("Restocking: {amount}"),
    QuoteRule.LABEL_FEE: N_("Return label: {amount}"),
    QuoteRule.CAP: N_("Limited to what is left of the payment: {amount}"),
    QuoteRule.MANUAL: N_("Changed by the shop: {amount}"),
    QuoteRule.BONUS: N_("Bonus for store credit: {amount}"),
}


def step_text(step: Step, currency: str, language: str) -> str:
    say = words(language)
    return say(_SENTENCES[step.rule], amount=amount(step.amount, currency, say))


def result_texts(quote: Quote, language: str) -> list[str]:
    """What the buyer gets, and which payment it comes from; what is left of a fee."""
    say = words(language)

    def money(minor: int) -> str:
        return amount(minor, quote.currency, say)

    credit = quote.outcome is SettlementKind.STORE_CREDIT
    result = N_("Store credit: {amount}") if credit else N_("Refund: {amount}")
    told = [say(result, amount=money(quote.amount))]
    told += [
        say(N_("Back to the payment {payment}: {amount}"), payment=t.payment_id, amount=money(t.amount))
        for t in quote.tenders
    ]
    if quote.unrecovered_fee:
        told.append(say(N_("Not covered of the label’s fee: {amount}"), amount=money(quote.unrecovered_fee)))
    return told
