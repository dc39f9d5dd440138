"""What buyers are written: subject, text and HTML, from facts alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined

from sendback_service.messages import Occasion
from sendback_service.text.occasions import SKETCHES
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
    """What may stand in a letter, already in the reader's language where it has one. Empty parts are left out.
    `refused` are items that were not accepted, each with staff's reason. `code` says that a code to show instead of a
    printed label is attached."""

    occasion: Occasion
    language: str
    brand: str
    order_number: str
    reference: str
    items: Sequence[tuple[str, int]]
    color: str = ""
    logo_uri: str = ""
    link: str = ""
    amount: str = ""
    fee: str = ""
    time: str = ""
    last_day: str = ""
    note: str = ""
    refused: Sequence[tuple[str, str]] = ()
    address_lines: Sequence[str] = ()
    enclose: str = ""
    tracking_number: str = ""
    code: bool = False
    support_uri: str = ""
    policy_uri: str = ""
    social_uris: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Letter:
    subject: str
    text: str
    html: str


def letter(facts: LetterFacts) -> Letter:
    say = words(facts.language)
    sketch = SKETCHES[facts.occasion]
    values = {
        "order": plain(facts.order_number),
        "reference": facts.reference,
        "brand": plain(facts.brand),
        "amount": facts.amount,
        "time": facts.time,
        "date": facts.last_day,
    }
    parts = {
        "say": say,
        "language": say.language,
        "facts": facts,
        "subject": say(sketch.subject, **values),
        "paragraphs": [say(p, **values) for p in sketch.paragraphs] + _more(facts, say),
        "closing": [say(p, **values) for p in sketch.closing],
        "refused": [(plain(title), note) for title, note in facts.refused[:_LINES_SHOWN]],
        "button": say(sketch.button),
        "items": [(plain(title), count) for title, count in facts.items[:_LINES_SHOWN]],
        "address_lines": [plain(line) for line in facts.address_lines] if sketch.instructions else [],
        "enclose": facts.enclose if sketch.instructions else "",
        "social": [(uri, host_of(uri)) for uri in facts.social_uris],
        "brand": values["brand"],
        "color": facts.color or "#1f2933",
    }
    found = templates()
    return Letter(
        subject=plain(parts["subject"]),
        text=found.get_template("letter.txt").render(parts).strip() + "\n",
        html=found.get_template("letter.html").render(parts),
    )


def host_of(uri: str) -> str:
    """`instagram.com` of https://www.instagram.com/shop: what a link is called where it has no name."""
    return plain((urlsplit(uri).hostname or uri).removeprefix("www."))


def plain(text: object) -> str:
    """One line without anything invisible, shortened: product titles come from anywhere."""
    line = " ".join(part for part in str(text).translate(_INVISIBLE).split(" ") if part)
    return line if len(line) <= _LONGEST_TITLE else line[: _LONGEST_TITLE - 1] + "…"


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
    if facts.occasion is Occasion.DECLINED and facts.note:
        more.append(facts.note)
    return more


@cache
def templates() -> Environment:
    return Environment(
        loader=PackageLoader("sendback_service.text"),
        autoescape=lambda name: bool(name and name.endswith(".html")),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
