"""A letter's facts as they might be: what previews show and templates are tried on."""

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date
from sendback_sdk.addresses import Address

from sendback_service.messages import Occasion
from sendback_service.rules.quote import QuoteRule, Step
from sendback_service.text.addresses import address_lines
from sendback_service.text.amounts import amount
from sendback_service.text.letters import LetterFacts
from sendback_service.text.steps import step_text
from sendback_service.text.times import moment_text
from sendback_service.text.wording import Wording
from sendback_service.text.words import N_, words

_ADDRESS = Address("Returns", "1 quai Rambaud", "69002", "Lyon", "FR")
_TIME = datetime(2026, 3, 2, 9, 41, 7, tzinfo=UTC)
_PAID, _CREDIT, _FEE = 8_400, 9_790, 500
_CURRENCY = "EUR"
_LABELS = (Occasion.LABEL, Occasion.RENEWED_LABEL, Occasion.ANOTHER_LABEL)
_INSTRUCTED = (Occasion.INSTRUCTIONS, Occasion.PARCEL_INSTRUCTIONS)
_TRACKED = (*_LABELS, Occasion.REMINDER, Occasion.HANDED_OVER, Occasion.RECEIVED)
_FEES = (Occasion.LABEL, Occasion.ANOTHER_LABEL, Occasion.REFUNDED)


@dataclass(frozen=True, slots=True)
class Look:
    """What is the merchant's own in a letter."""

    brand: str
    color: str = ""
    logo_uri: str = ""
    logo_size: tuple[int, int] = (0, 0)
    support_uri: str = ""
    policy_uri: str = ""
    social_uris: tuple[str, ...] = ()
    address: Address | None = None


def sample(occasion: Occasion, language: str, look: Look, wording: Wording | None = None) -> LetterFacts:
    """Two articles of an order in euros; each occasion with whatever its letters may have."""
    say = words(language)
    link = occasion is Occasion.ACCESS_LINK
    paid = _CREDIT if occasion is Occasion.CREDITED else _PAID
    dress, glass = say(N_("Linen dress")), say(N_("Set of six water glasses"))
    return LetterFacts(
        occasion=occasion,
        language=language,
        brand=look.brand,
        color=look.color,
        logo_uri=look.logo_uri,
        logo_size=look.logo_size,
        order_number="#1042",
        reference="" if link else "R7K3F9Q2",
        items=() if link else ((dress, 1), (glass, 2)),
        link="https://returns.example/l",
        amount=amount(paid, _CURRENCY, say),
        fee=amount(_FEE, _CURRENCY, say) if occasion in _FEES else "",
        time=moment_text(_TIME, ZoneInfo("Europe/Paris"), say),
        last_day=str(format_date(_TIME.date(), "long", locale=say.locale)),
        note=say(N_("The period for returns had ended.")) if occasion is Occasion.DECLINED else "",
        refused=(
            (
                dress,
                1,
                say(N_("It was worn.")),
            ),
        )
        if occasion is Occasion.NOT_ACCEPTED
        else (),
        steps=_steps(language) if occasion is Occasion.NOTHING_DUE else (),
        address_lines=address_lines(look.address or _ADDRESS, say) if occasion in _INSTRUCTED else (),
        enclose=say(N_("Please enclose the packing slip.")) if occasion in _INSTRUCTED else "",
        tracking_number="6A12345678901" if occasion in _TRACKED else "",
        code=occasion in _LABELS,
        support_uri=look.support_uri,
        policy_uri=look.policy_uri,
        social_uris=look.social_uris,
        wording=wording,
    )


def _steps(language: str) -> tuple[str, ...]:
    """A label's fee that is as much as the items are worth."""
    steps = (Step(QuoteRule.GOODS, _FEE, _FEE, _FEE), Step(QuoteRule.LABEL_FEE, _FEE, -_FEE, 0))
    return tuple(step_text(step, _CURRENCY, language) for step in steps)
