"""What promotes a portal, in words: inserts, blocks for tracking e-mails, the site's link."""

from dataclasses import dataclass

from babel.dates import format_date
from babel.units import format_unit

from sendback_service.inserts.sheet import Insert
from sendback_service.rules.buyer_case import BuyerCase, Told
from sendback_service.text.amounts import amount
from sendback_service.text.letters import templates
from sendback_service.text.lines import plain
from sendback_service.text.words import N_, Words, words

_CASES: dict[BuyerCase, str] = {
    BuyerCase.FREE_LABEL: N_("Your return label is free."),
    BuyerCase.LABEL_WITH_FEE: N_("You get a return label. {fee} will be taken off your refund."),
    BuyerCase.INSTRUCTIONS: N_("You send the parcel with a carrier of your choice; we tell you where to."),
    BuyerCase.WINDOW_CLOSED: N_("The return period for this order has ended."),
    BuyerCase.NOT_RETURNABLE: N_("The items of this order cannot be returned online."),
}
_OVER = frozenset({BuyerCase.WINDOW_CLOSED, BuyerCase.NOT_RETURNABLE})


@dataclass(frozen=True, slots=True)
class PromotionFacts:
    """`link` opens the buyer's own case, `address` is the portal's, to be typed. `qr_image_uri` is where an e-mail
    finds the code's picture."""

    told: Told
    language: str
    currency: str
    brand: str
    order_number: str
    link: str
    address: str
    color: str = ""
    support: str = ""
    code_on_slip: bool = True
    typed_on_slip: bool = False
    qr_image_uri: str = ""


def sentences(facts: PromotionFacts) -> tuple[str, ...]:
    """The buyer's own case, sentence by sentence."""
    say, told = words(facts.language), facts.told
    found = [] if told.case in _OVER else [_window(told, say)]
    found.append(say(_CASES[told.case], fee=amount(told.fee, facts.currency, say)))
    if told.credit:
        found.append(_credit(told, say))
    if told.case in _OVER and facts.support:
        found.append(say(N_("Questions? {contact}"), contact=_contact(facts)))
    return tuple(found)


def insert(facts: PromotionFacts) -> Insert:
    say, number = words(facts.language), plain(facts.order_number)
    over = facts.told.case in _OVER
    address = facts.address.partition("://")[2] or facts.address
    typed = say(N_("Open {address} and enter order number {order}."), address=address, order=number)
    if facts.code_on_slip:
        typed = say(N_("Or open {address} and enter order number {order}."), address=address, order=number)
    return Insert(
        brand=plain(facts.brand),
        color=facts.color,
        heading=say(N_("Your returns")) if over else say(N_("Would you like to return something?")),
        intro=_intro(facts, say) if facts.code_on_slip else "",
        sentences=sentences(facts),
        link=facts.link if facts.code_on_slip else "",
        typed=(typed,) if facts.typed_on_slip or not facts.code_on_slip else (),
        foot=" · ".join(part for part in (say(N_("Order {order}"), order=number), _contact(facts)) if part),
    )


def email_block(facts: PromotionFacts, *, html: bool) -> str:
    say = words(facts.language)
    over = facts.told.case in _OVER
    parts = {
        "say": say,
        "language": say.language,
        "heading": say(N_("Your returns")) if over else say(N_("Would you like to return something?")),
        "sentences": sentences(facts),
        "button": say(N_("See your order")) if over else say(N_("Start your return")),
        "facts": facts,
        "color": facts.color or "#1f2933",
    }
    return templates().get_template("promotion.html" if html else "promotion.txt").render(parts)


def site_link(address: str, language: str) -> str:
    say = words(language)
    return (
        templates()
        .get_template("site_link.html")
        .render({"address": address, "text": say(N_("Return an item")), "language": say.language})
    )


def _contact(facts: PromotionFacts) -> str:
    """Where help is, as it is typed."""
    return plain(facts.support.partition("://")[2] or facts.support)


def _intro(facts: PromotionFacts, say: Words) -> str:
    if facts.told.case in _OVER:
        return say(N_("Scan the code to see your order."))
    return say(N_("Scan the code to start your return. You need no order number."))


def _window(told: Told, say: Words) -> str:
    if told.last_day is not None:
        day = str(format_date(told.last_day, "long", locale=say.locale))
        return say(N_("You can return items until {date}."), date=day)
    days = str(format_unit(told.days, "duration-day", locale=say.locale))
    return say(N_("Return period: {days} from delivery."), days=days)


def _credit(told: Told, say: Words) -> str:
    if told.credit_frees_label:
        return say(N_("You choose between a refund and store credit; with store credit the label is free."))
    return say(N_("You choose between a refund and store credit."))
