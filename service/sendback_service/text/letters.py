"""What buyers are written: subject, text and HTML, from facts alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined

from sendback_service.messages import Occasion
from sendback_service.text.colors import CARD, DARK_CARD, TEXT, color_or, ground_on, ink_on, seen_on
from sendback_service.text.lines import apart, plain
from sendback_service.text.occasions import MISSING, SKETCHES, Sketch
from sendback_service.text.wording import Said, Wording, said_by
from sendback_service.text.words import N_, Words, words

_LOGO_WIDTH, _LOGO_HEIGHT = 200, 60
_MORE_KNOWN: dict[Occasion, frozenset[str]] = {
    Occasion.WITHDRAWAL: frozenset({"time"}),
    Occasion.REMINDER: frozenset({"date"}),
    Occasion.REFUNDED: frozenset({"amount"}),
    Occasion.CREDITED: frozenset({"amount"}),
}


@dataclass(frozen=True, slots=True)
class LetterFacts:
    """What may stand in a letter, already in the reader's language where it has one. Empty parts are left out.
    `fee_back` is a label fee that was taken before. `refused` are items that were not accepted, so many of each, with
    staff's reason; `missing` were not in the parcel; `unpaid` says that nothing is paid back for either. `steps` tell
    how a payment came to nothing. `code` says that a code to show instead of a printed label is attached. `logo_size`
    is in pixels, (0, 0) where nobody knows. `wording` is the merchant's own, None for ours."""

    occasion: Occasion
    language: str
    brand: str
    order_number: str
    reference: str
    items: Sequence[tuple[str, int]]
    color: str = ""
    logo_uri: str = ""
    logo_size: tuple[int, int] = (0, 0)
    link: str = ""
    amount: str = ""
    fee: str = ""
    fee_back: str = ""
    time: str = ""
    last_day: str = ""
    note: str = ""
    refused: Sequence[tuple[str, int, str]] = ()
    missing: Sequence[tuple[str, int]] = ()
    unpaid: bool = False
    steps: Sequence[str] = ()
    address_lines: Sequence[str] = ()
    enclose: str = ""
    tracking_number: str = ""
    code: bool = False
    support_uri: str = ""
    policy_uri: str = ""
    social_uris: Sequence[str] = ()
    wording: Wording | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    subject: str
    text: str
    html: str


def letter(facts: LetterFacts) -> Letter:
    say = words(facts.language)
    sketch = SKETCHES[facts.occasion]
    values = values_of(facts)
    said = _said(facts, say, values)
    width, height = _fitting(facts.logo_size)
    parts = {
        "say": say,
        "language": say.language,
        "facts": facts,
        "subject": said.subject,
        "preheader": said.paragraphs[0] if said.paragraphs else "",
        "paragraphs": [*said.paragraphs, *_more(facts, say)],
        "closing": [*_unpaid(facts, say), *(say(p, **values) for p in sketch.closing)],
        "refused": _refused(facts, say),
        "button": said.button,
        "items": [(plain(title), count) for title, count in facts.items],
        "address_lines": [plain(line) for line in facts.address_lines] if sketch.instructions else [],
        "enclose": facts.enclose if sketch.instructions else "",
        "social": [(uri, host_of(uri)) for uri in facts.social_uris],
        "brand": plain(facts.brand),
        "colors": _colors(facts.color),
        "logo_width": width,
        "logo_height": height,
    }
    found = templates()
    return Letter(
        subject=plain(parts["subject"]),
        text=found.get_template("letter.txt").render(parts).strip() + "\n",
        html=found.get_template("letter.html").render(parts),
    )


def values_of(facts: LetterFacts) -> dict[str, str]:
    """What sentences and templates may name."""
    return {
        "order": apart(facts.order_number),
        "reference": facts.reference,
        "brand": apart(facts.brand),
        "amount": facts.amount,
        "time": facts.time,
        "date": facts.last_day,
    }


def known_in(occasion: Occasion) -> frozenset[str]:
    """What is known of every letter of this kind."""
    always = {"order", "brand"} if occasion is Occasion.ACCESS_LINK else {"order", "brand", "reference"}
    return frozenset(always | _MORE_KNOWN.get(occasion, frozenset()))


def our_words(occasion: Occasion, language: str) -> Wording:
    """Ours, as a merchant would write them: with names in the place of what is filled in."""
    say, sketch = words(language), SKETCHES[occasion]
    names = {name: f"{{{{ {name} }}}}" for name in ("order", "reference", "brand", "amount", "time", "date")}
    body = "\n\n".join(say(paragraph, **names) for paragraph in sketch.paragraphs)
    return Wording(say(sketch.subject, **names), body, say(sketch.button))


def _said(facts: LetterFacts, say: Words, values: Mapping[str, str]) -> Said:
    """In the merchant's words where it has some that can be said, else in ours: a letter is written in any case."""
    own = said_by(facts.wording, values) if facts.wording else None
    sketch = SKETCHES[facts.occasion]
    return Said(
        own.subject if own else say(sketch.subject, **values),
        own.paragraphs if own else tuple(say(p, **values) for p in _ours(facts, sketch)),
        (own and own.button) or say(sketch.button),
    )


def _ours(facts: LetterFacts, sketch: Sketch) -> tuple[str, ...]:
    return (MISSING,) if facts.missing else sketch.paragraphs


def _refused(facts: LetterFacts, say: Words) -> list[tuple[str, int, str]]:
    missing = say(N_("It was not in the parcel."))
    found = [*facts.refused, *((title, count, missing) for title, count in facts.missing)]
    return [(plain(title), count, note) for title, count, note in found]


def _unpaid(facts: LetterFacts, say: Words) -> list[str]:
    return [say(N_("Nothing is paid back for these items."))] if facts.unpaid else []


@dataclass(frozen=True, slots=True)
class _Colors:
    """`bar` is the brand's own; the others are as near to it as they can be read."""

    bar: str
    link: str
    button: str
    ink: str
    dark: str
    dark_ink: str


@lru_cache(1024)
def _colors(brand: str) -> _Colors:
    own = color_or(brand)
    button, dark = ground_on(own, CARD), ground_on(own, DARK_CARD)
    return _Colors(own, seen_on(own, CARD, TEXT), button, ink_on(button), dark, ink_on(dark))


def _fitting(size: tuple[int, int]) -> tuple[int, int]:
    """Outlook takes a picture for as large as it is, whatever the style says."""
    width, height = size
    if width <= 0 or height <= 0:
        return 0, 0
    scale = min(1.0, _LOGO_WIDTH / width, _LOGO_HEIGHT / height)
    return max(1, round(width * scale)), max(1, round(height * scale))


def host_of(uri: str) -> str:
    """`instagram.com` of https://www.instagram.com/shop: what a link is called where it has no name."""
    try:
        host = urlsplit(uri).hostname
    except ValueError:
        host = None
    return plain((host or uri).removeprefix("www."))


def _more(facts: LetterFacts, say: Words) -> list[str]:
    more = []
    if facts.occasion is Occasion.LABEL and facts.fee:
        more.append(say(N_("{fee} for the label will be taken off your refund."), fee=facts.fee))
    if facts.occasion is Occasion.ANOTHER_LABEL and facts.fee:
        more.append(say(N_("However many labels you use, {fee} is taken off once."), fee=facts.fee))
    if facts.code:
        more.append(say(N_("No printer? Show the attached code where you hand the parcel over.")))
    if facts.occasion is Occasion.REFUNDED and facts.fee:
        more.append(say(N_("{fee} for the return label was taken off."), fee=facts.fee))
    if facts.occasion is Occasion.REFUNDED and facts.fee_back:
        told = N_("This includes {fee} that had been taken off for the return label.")
        more.append(say(told, fee=facts.fee_back))
    if facts.occasion is Occasion.DECLINED and facts.note:
        more.append(facts.note)
    return more


@cache
def templates() -> Environment:
    found = Environment(
        loader=PackageLoader("sendback_service.text"),
        autoescape=lambda name: bool(name and name.endswith(".html")),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters["apart"] = apart
    return found
