"""The declaration of a statutory withdrawal, as the buyer reads it before making it and in its acknowledgement."""

from collections.abc import Sequence

from babel.dates import format_datetime

from sendback_service.drafts import Draft
from sendback_service.shops import Shop
from sendback_service.text.lines import plain
from sendback_service.text.words import N_, words


def withdrawal_statement(made: Draft, shop: Shop, language: str) -> str:
    counts: dict[str, int] = {}
    for unit in made.units:
        counts[unit.title] = counts.get(unit.title, 0) + 1
    say = words(language)
    placed = str(format_datetime(made.case.order.placed_time, "long", locale=say.locale))
    return say(
        N_(
            "I withdraw from my contract with {brand} for these goods of order {order}, placed on {date}: {goods}."
        ),
        brand=plain(shop.display_name),
        order=plain(made.case.order.number),
        date=placed,
        goods=_listed(list(counts.items())),
    )


def _listed(goods: Sequence[tuple[str, int]]) -> str:
    return ", ".join(f"{count} × {plain(title)}" for title, count in goods)
