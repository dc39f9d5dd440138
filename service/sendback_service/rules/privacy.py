"""What is personal about an order, and for how long it is kept."""

from dataclasses import replace
from datetime import datetime, timedelta

from sendback_sdk.addresses import Address
from sendback_sdk.orders import Order, OrderLine

from sendback_service.rules.territory import territory

# What stands in the place of words that a buyer had written on something.
PERSONALISED = "—"


def email_key(email: str) -> str:
    """Addresses as people type them: without case and spaces around. Not folded: `straße.example` and
    `strasse.example` are two domains (IDNA 2008), and two people."""
    return email.strip().lower()


def anonymous(order: Order) -> Order:
    """The order without its buyer. Everything that money and rules are computed from stays, so that quotes come out
    the same; of the address that is the territory."""
    return replace(
        order,
        email="",
        customer_id="",
        ship_to=None if order.ship_to is None else _territory_only(order.ship_to),
        lines=tuple(_anonymous_line(line) for line in order.lines),
        tags=frozenset(),
    )


def sendable(address: Address | None) -> Address | None:
    """An address that a parcel can leave from; what was left of an erased one is none."""
    return address if address is not None and address.street else None


def months_before(now: datetime, months: int) -> datetime:
    """The same day so many months earlier, or that month's last."""
    year, month = divmod(now.year * 12 + now.month - 1 - months, 12)
    first = now.replace(year=year, month=month + 1, day=1)
    last = (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return first.replace(day=min(now.day, last.day))


def _territory_only(address: Address) -> Address:
    place = territory(address.country, address.postal_code, address.city)
    return Address(name="", street="", postal_code="", city="", country=place)


def _anonymous_line(line: OrderLine) -> OrderLine:
    """Personalised goods may bear a name."""
    return replace(line, title=PERSONALISED, variant="", image_url="") if line.personalised else line
