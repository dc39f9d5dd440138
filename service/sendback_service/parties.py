"""What the configuration says of the parties outside: accounts with them, which carriers are tried in what order, and
who is told of events."""

from typing import Any

from pydantic import Field

from sendback_service.configuration_part import Part
from sendback_service.routing import Route, Share


class Caps(Part):
    """What an account may be asked for, 0 for no bound: labels begun in a minute and in 24 hours, calls under way at a
    time, and what labels of the last 24 hours may have cost, in minor units by currency."""

    per_minute: int = Field(0, ge=0)
    per_day: int = Field(0, ge=0)
    at_once: int = Field(0, ge=0)
    price_per_day: dict[str, int] = Field(default_factory=dict)


class Account(Part):
    """An account of a plugin: `plugin` is the class's id, `settings` what that class asks for. `merchant` is the id of
    the merchant whose shop it is, for platforms that tell of orders."""

    plugin: str
    merchant: str = Field("", pattern=r"^(mer_[0-9a-z]+)?$")
    settings: dict[str, Any] = Field(default_factory=dict)
    sandbox: bool = False
    caps: Caps = Caps()


class RoutePart(Part):
    """Accounts to try in order, for parcels from these countries, of these merchants, in these formats, of these
    weights; what is left out is for all. `{ dhl = 70, colissimo = 30 }` in the place of a name shares its parcels."""

    accounts: tuple[str | dict[str, int], ...] = Field(min_length=1)
    countries: frozenset[str] = frozenset()
    merchants: frozenset[str] = frozenset()
    formats: frozenset[str] = frozenset()
    min_grams: int = Field(0, ge=0)
    max_grams: int = Field(0, ge=0)

    def route(self) -> Route:
        places = tuple(
            (Share(place),) if isinstance(place, str) else tuple(Share(a, w) for a, w in place.items())
            for place in self.accounts
        )
        return Route(places, self.countries, self.merchants, self.formats, self.min_grams, self.max_grams)


class WebhookPart(Part):
    """An account that is told of events: those of these `types` (`return.*` for all that begin so) and of these
    merchants; what is left out is for all."""

    account: str
    types: frozenset[str] = frozenset()
    merchants: frozenset[str] = frozenset()
