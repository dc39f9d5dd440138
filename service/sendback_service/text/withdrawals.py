"""The declaration of a statutory withdrawal, as the buyer reads it before making it and in its acknowledgement."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from babel.dates import format_date

from sendback_service.drafts import Draft
from sendback_service.shops import Shop
from sendback_service.text.lines import apart
from sendback_service.text.words import N_, words


def withdrawal_statement(made: Draft, shop: Shop, language: str) -> str:
    counts: dict[str, int] = {}
    for unit in made.units:
        counts[unit.title] = counts.get(unit.title, 0) + 1
    say = words(language)
    zone = ZoneInfo(shop.policy.policy.window.time_zone)
    placed = made.case.order.placed_time.astimezone(zone).date()
    return say(
        N_(
            "I withdraw from my contract with {brand} for these goods of order {order}, placed on {date}: {goods}."
        ),
        brand=apart(shop.display_name),
        order=apart(made.case.order.number),
        date=str(format_date(placed, "long", locale=say.locale)),
        goods=_listed(list(counts.items())),
    )


def _listed(goods: Sequence[tuple[str, int]]) -> str:
    return ", ".join(f"{count} × {apart(title)}" for title, count in goods)
