"""An order as the shop sold it: everything that a returns service needs to decide and to compute.

Amounts are integers in the minor unit of `Order.currency` and are totals of the whole line (or order), never
per unit: a shop that sold three for 10.00 says 1000, not 333. Units of a line are numbered from 0; fulfilments
take them in the order in which they stand, so unit numbers never move when a later parcel leaves.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sendback_sdk.addresses import Address


@dataclass(frozen=True, slots=True)
class TaxLine:
    """One tax on a line or on shipping, as it was charged after all discounts: `amount` in minor units.

    `rate` is in parts per million (20 % is 200_000). `inclusive` says that prices already contain it.
    """

    title: str
    rate: int
    amount: int
    inclusive: bool


@dataclass(frozen=True, slots=True)
class Discount:
    """A reduction: `amount` in minor units, positive. `allocations` (line id → amount) is the shop's own spread of an
    order's discount over its lines; without it the discount is allocated by discounted line value."""

    title: str
    amount: int
    allocations: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class OrderLine:
    """`quantity` units of one product. `price` is what they cost together before discounts, with the tax where
    prices include it, in minor units. `country_of_origin`, `hs_code` and `weight_grams` (per unit) serve customs and
    labels. `final_sale`, `gift_card`, `digital`, `hygiene_sealed` and `personalised` are what rules ask about."""

    id: str
    title: str
    quantity: int
    price: int
    sku: str = ""
    variant: str = ""
    image_url: str = ""
    product_id: str = ""
    tags: frozenset[str] = frozenset()
    discounts: tuple[Discount, ...] = ()
    taxes: tuple[TaxLine, ...] = ()
    weight_grams: int = 0
    hs_code: str = ""
    country_of_origin: str = ""
    final_sale: bool = False
    gift_card: bool = False
    digital: bool = False
    hygiene_sealed: bool = False
    personalised: bool = False


@dataclass(frozen=True, slots=True)
class Fulfilment:
    """A parcel that left: `lines` says which units went (line id → quantity). `shipped_time` and `delivered_time` are
    aware; None where unknown."""

    id: str
    lines: tuple[tuple[str, int], ...]
    shipped_time: datetime | None = None
    delivered_time: datetime | None = None


@dataclass(frozen=True, slots=True)
class Payment:
    """Money `captured` for the order at `captured_time`, and how much of it was `refunded` before, in minor units.
    `gift_card`: it goes back to a gift card. `account` names the configured account
    that can refund it ("" = the merchant's default). `refund_references` name the refunds in `refunded`, so that one
    which the service asked for itself is not counted twice."""

    id: str
    captured: int
    refunded: int = 0
    account: str = ""
    gift_card: bool = False
    captured_time: datetime | None = None
    refund_references: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shipping:
    """What the buyer paid for delivery, in minor units: `price` before `discount`; taxes as charged after it."""

    price: int = 0
    discount: int = 0
    taxes: tuple[TaxLine, ...] = ()


class OrderState(StrEnum):
    """Nothing of a CANCELLED order can be returned."""

    OPEN = "OPEN"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True, slots=True)
class Order:
    """`number` is what the buyer sees (`#1001`); `id` is the shop's own. `language` is BCP 47 (`fr`, `fr-FR`) or
    empty. `customer_id` is the buyer's account in the shop, empty for guests. `placed_time` is aware. `duties` are in
    minor units of `currency` (ISO 4217), as every amount within. `changed_time` (aware) is when the shop last changed
    it, by the shop's clock: an older one that comes later takes no newer one's place. None where nobody says."""

    id: str
    number: str
    currency: str
    placed_time: datetime
    lines: tuple[OrderLine, ...]
    email: str = ""
    language: str = ""
    customer_id: str = ""
    ship_to: Address | None = None
    discounts: tuple[Discount, ...] = ()
    shipping: Shipping = field(default_factory=Shipping)
    duties: int = 0
    payments: tuple[Payment, ...] = ()
    fulfilments: tuple[Fulfilment, ...] = ()
    tags: frozenset[str] = frozenset()
    state: OrderState = OrderState.OPEN
    changed_time: datetime | None = None


@dataclass(frozen=True, slots=True)
class OrderQuery:
    """What a buyer typed: `number` with or without the shop's prefix. Answer only an order that equals it."""

    number: str


@dataclass(frozen=True, slots=True)
class OrderPage:
    """Orders, oldest change first. `cursor` asks for the next page; it is empty on the last. `through` is when the last
    of them changed, by the shop's clock: where to go on from, and how far behind one is."""

    orders: tuple[Order, ...]
    cursor: str = ""
    through: datetime | None = None
