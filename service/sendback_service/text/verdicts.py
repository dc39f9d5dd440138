"""Why a unit cannot come back, what it is sent with, and what is to be done about it."""

from sendback_service.rules.eligibility import NotReturnable
from sendback_service.rules.labels import LabelOffer, LabelOfferKind, OfferReason
from sendback_service.text.amounts import amount
from sendback_service.text.words import N_, words

_VERDICTS: dict[NotReturnable, str] = {
    NotReturnable.UNFULFILLED: N_("This item has not been shipped yet."),
    NotReturnable.NOT_DELIVERED: N_("This item has not been delivered yet."),
    NotReturnable.ALREADY_RETURNED: N_("A return has already been made for this item."),
    NotReturnable.WINDOW_EXPIRED: N_("The return period for this item has ended."),
    NotReturnable.FINAL_SALE: N_("This item was a final sale and cannot be returned."),
    NotReturnable.PRODUCT_EXCLUDED: N_("This product cannot be returned."),
    NotReturnable.DISCOUNT_EXCLUDED: N_("Items with this discount cannot be returned."),
    NotReturnable.GIFT_CARD: N_("Gift cards cannot be returned."),
    NotReturnable.DIGITAL: N_("Digital products cannot be returned."),
    NotReturnable.HYGIENE_UNSEALED: N_("For reasons of hygiene, this item can only be returned sealed."),
    NotReturnable.PERSONALISED: N_("Personalised items cannot be returned."),
    NotReturnable.COUNTRY_NOT_SERVED: N_("Returns from your country are not possible."),
    NotReturnable.ORDER_BLOCKED: N_("This order cannot be returned online. Please contact the shop."),
    NotReturnable.CUSTOMER_BLOCKED: N_("This order cannot be returned online. Please contact the shop."),
    NotReturnable.LIMIT_REACHED: N_("The limit for returns has been reached. Please contact the shop."),
    NotReturnable.ORDER_CANCELLED: N_("This order was cancelled."),
}

WORK: dict[str, str] = {
    "return.review": N_("A return waits for your approval."),
    "label.failed": N_("No carrier made a label. If it was for a return, its buyer got instructions."),
    "label.expired": N_("Label after label ran out unused; the buyer got instructions."),
    "label.unknown": N_("A carrier gave no answer; check whether it made a label."),
    "label.not_voided": N_("A label could not be voided; ask the carrier."),
    "account.misconfigured": N_("An account is not set up correctly; see the log."),
    "parcel.after_expiry": N_(
        "A parcel came after its return expired, and its items are in another return or no longer in the order."
    ),
    "parcel.unknown": N_("A parcel without a known return came; find out whose it is."),
    "parcel.late": N_("A parcel was handed over long ago and has not arrived; ask the carrier."),
    "parcel.lost": N_("A carrier lost a parcel; claim it there, and decide what the buyer gets."),
    "inspection.due": N_("A parcel arrived and was not inspected yet."),
    "return.unused": N_(
        "Part of a return was inspected or paid, and the rest was never sent; mark it missing or take it off."
    ),
    "refund.due": N_("A refund is due; settle the return."),
    "refund.late": N_("A refund was taken on and not paid for days; ask the provider."),
    "settlement.reversed": N_("Money that was paid came back; decide what follows."),
    "refund.by_hand": N_("Pay this refund by hand, then confirm it."),
    "settlement.failed": N_("A refund was refused; settle the return again."),
    "settlement.unknown": N_("A refund has had no answer for ten minutes; ask the provider."),
    "refund.contradicted": N_(
        "A provider says otherwise about a refund than our books; compare both by hand."
    ),
    "refund.elsewhere": N_(
        "The shop took items of a return off its order and paid something back; settle the return, or waive it."
    ),
    "order.invalid": N_("The shop sent an order that cannot be kept; see the log."),
    "privacy.tell": N_("A buyer asked the shop what is kept of them; export their data and answer in time."),
    "privacy.erase": N_(
        "A buyer asked the shop to be erased, and something of theirs is open; close it in time."
    ),
    "privacy.shop": N_("The shop left its platform and asks for erasure; decide what becomes of its data."),
    "erasure.refused": N_("An account could not erase a buyer’s data; see to it there by hand."),
    "mirror.refused": N_("The shop’s own books could not be told of a return; enter it there by hand."),
    "mirror.late": N_("The shop’s own books lag behind a return; the shop does not answer."),
    "refund.drift": N_(
        "The shop’s platform would refund another amount for these items than our quote; compare both."
    ),
    "shop.unsynchronised": N_("A shop’s orders have not been fetched for an hour; see the log."),
    "effect.broken": N_("Something that the service was to do broke off; see the log."),
    "event.poisoned": N_("An event could not be carried out; see the log."),
    "webhook.dead": N_(
        "A webhook could not be delivered for days; mend its endpoint, then deliver it again."
    ),
    "webhook.disabled": N_("A webhook endpoint answered that it is gone, and was disabled."),
    "message.bounced": N_("A buyer could not be written to; see to it that they get what they need."),
    "deadline.breached": N_("Something that was due could not be done; see the log."),
}


def verdict_text(code: str, language: str) -> str:
    return words(language)(_VERDICTS[NotReturnable(code)]) if code in set(NotReturnable) else ""


def offer_text(offer: LabelOffer, currency: str, language: str) -> str:
    say = words(language)
    if offer.kind is LabelOfferKind.LABEL_WITH_FEE:
        return say(
            N_("You get a return label. {fee} will be taken off your refund."),
            fee=amount(offer.fee, currency, say),
        )
    if offer.kind is LabelOfferKind.FREE_LABEL:
        return say(N_("You get a free return label."))
    if offer.why is OfferReason.COUNTRY:
        return say(
            N_(
                "We cannot offer a return label where you are. You get instructions for sending the parcel yourself."
            )
        )
    return say(N_("You get instructions for sending the parcel yourself."))


def work_text(kind: str, language: str) -> str:
    return words(language)(WORK[kind]) if kind in WORK else kind
