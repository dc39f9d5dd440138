"""What buyers are written: subject, text and HTML, from facts alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from sendback_service.messages import Occasion
from sendback_service.text.words import N_, Words, words

_LONGEST_TITLE = 120
_LINES_SHOWN = 30
_INVISIBLE: dict[int, str | None] = {
    **dict.fromkeys(range(0x20), " "),
    **dict.fromkeys([0x7F, *range(0x80, 0xA0), *range(0x200B, 0x2010), *range(0x2028, 0x202F)]),
    **dict.fromkeys([*range(0x2060, 0x2070), 0xFEFF]),
}


@dataclass(frozen=True, slots=True)
class LetterFacts:
    """What may stand in a letter, already in the reader's language where it has one. Empty parts are left out."""

    occasion: Occasion
    language: str
    brand: str
    order_number: str
    reference: str
    items: Sequence[tuple[str, int]]
    color: str = ""
    link: str = ""
    amount: str = ""
    fee: str = ""
    note: str = ""
    address_lines: Sequence[str] = ()
    enclose: str = ""
    tracking_number: str = ""
    support_uri: str = ""
    policy_uri: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class _Sketch:
    """One occasion's sentences."""

    subject: str
    paragraphs: tuple[str, ...]
    instructions: bool = False


_SKETCHES: dict[Occasion, _Sketch] = {
    Occasion.IN_REVIEW: _Sketch(
        N_("We are looking at your return {reference}"),
        (
            N_("Thank you, your return for order {order} has reached us."),
            N_("{brand} will look at it and write to you soon. Please do not send anything yet."),
        ),
    ),
    Occasion.LABEL: _Sketch(
        N_("Your return label for order {order}"),
        (
            N_("Your return {reference} is confirmed. The label is attached to this e-mail."),
            N_("Print it, stick it on the parcel and hand the parcel over to the carrier."),
        ),
    ),
    Occasion.INSTRUCTIONS: _Sketch(
        N_("How to send back your items from order {order}"),
        (
            N_(
                "Your return {reference} is confirmed. Please send the parcel to the address "
                "below, with a carrier of your choice."
            ),
            N_("Write the reference {reference} on the parcel. No label fee will be taken off your refund."),
        ),
        instructions=True,
    ),
    Occasion.DECLINED: _Sketch(
        N_("About your return {reference}"),
        (N_("We are sorry: {brand} cannot accept your return for order {order}."),),
    ),
    Occasion.CANCELLED: _Sketch(
        N_("Your return {reference} is cancelled"),
        (
            N_("Your return for order {order} has been cancelled. If you got a label, please do not use it."),
            N_("You can make a new return as long as the return period lasts."),
        ),
    ),
    Occasion.HANDED_OVER: _Sketch(
        N_("Your parcel is on its way"),
        (
            N_(
                "The carrier has taken over the parcel with your return {reference}. We will "
                "write to you when it arrives."
            ),
        ),
    ),
    Occasion.RECEIVED: _Sketch(
        N_("Your parcel has arrived"),
        (N_("The parcel with your return {reference} has arrived. We will now look at the items."),),
    ),
    Occasion.REFUNDED: _Sketch(
        N_("Your refund for order {order}"),
        (
            N_(
                "We have refunded {amount} for your return {reference}. Depending on your bank "
                "it may take a few days to arrive."
            ),
        ),
    ),
    Occasion.CREDITED: _Sketch(
        N_("Your store credit from {brand}"),
        (
            N_(
                "We have added {amount} of store credit to your customer account for your return "
                "{reference}. You can spend it right away."
            ),
        ),
    ),
    Occasion.EXPIRED: _Sketch(
        N_("Your return {reference} has ended"),
        (
            N_(
                "We have received no parcel for your return, so it has ended. If you have sent "
                "it, please contact {brand}."
            ),
        ),
    ),
}


def letter(facts: LetterFacts) -> Letter:
    say = words(facts.language)
    sketch = _SKETCHES[facts.occasion]
    values = {
        "order": plain(facts.order_number),
        "reference": facts.reference,
        "brand": plain(facts.brand),
        "amount": facts.amount,
    }
    parts = {
        "say": say,
        "language": say.language,
        "facts": facts,
        "subject": say(sketch.subject, **values),
        "paragraphs": [say(p, **values) for p in sketch.paragraphs] + _more(facts, say),
        "items": [(plain(title), count) for title, count in facts.items[:_LINES_SHOWN]],
        "address_lines": [plain(line) for line in facts.address_lines] if sketch.instructions else [],
        "enclose": facts.enclose if sketch.instructions else "",
        "brand": values["brand"],
        "color": facts.color or "#1f2933",
    }
    templates = _templates()
    return Letter(
        subject=plain(parts["subject"]),
        text=templates.get_template("letter.txt").render(parts).strip() + "\n",
        html=templates.get_template("letter.html").render(parts),
    )


def plain(text: object) -> str:
    """One line without anything invisible, shortened: product titles come from anywhere."""
    line = " ".join(part for part in str(text).translate(_INVISIBLE).split(" ") if part)
    return line if len(line) <= _LONGEST_TITLE else line[: _LONGEST_TITLE - 1] + "…"


def _more(facts: LetterFacts, say: Words) -> list[str]:
    more = []
    if facts.occasion is Occasion.LABEL and facts.fee:
        more.append(say(N_("{fee} for the label will be taken off your refund."), fee=facts.fee))
    if facts.occasion is Occasion.REFUNDED and facts.fee:
        more.append(say(N_("{fee} for the return label was taken off."), fee=facts.fee))
    if facts.occasion is Occasion.DECLINED and facts.note:
        more.append(facts.note)
    return more


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("sendback_service.text"),
        autoescape=lambda name: bool(name and name.endswith(".html")),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
