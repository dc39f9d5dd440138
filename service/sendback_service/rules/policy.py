"""A merchant's policy: what it promises to buyers. A value, versioned by the store; nothing here reads or writes."""

from dataclasses import dataclass
from enum import StrEnum

from sendback_service.rules.states import SettlementKind


class LabelPolicy(StrEnum):
    FREE = "FREE"
    FLAT_FEE = "FLAT_FEE"
    NONE = "NONE"


class FreeLabelWhenCreditOn(StrEnum):
    """How far store credit makes labels free: for returns that choose it, or for all of the merchant's returns."""

    CREDIT_RETURNS = "CREDIT_RETURNS"
    ALL_RETURNS = "ALL_RETURNS"


class SettlementMoment(StrEnum):
    """In the order in which they come."""

    ON_REQUEST = "ON_REQUEST"
    FIRST_SCAN = "FIRST_SCAN"
    DELIVERY = "DELIVERY"
    INSPECTION = "INSPECTION"


class ShippingRefund(StrEnum):
    NEVER = "NEVER"
    IF_ALL_RETURNED = "IF_ALL_RETURNED"
    PROPORTIONAL = "PROPORTIONAL"
    ALWAYS = "ALWAYS"
    STATUTORY = "STATUTORY"


class Fault(StrEnum):
    MERCHANT = "MERCHANT"
    BUYER = "BUYER"
    CARRIER = "CARRIER"


class Evidence(StrEnum):
    NONE = "NONE"
    COMMENT = "COMMENT"
    PHOTO = "PHOTO"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why goods come back. `titles` maps languages to the merchant's own words (code → text)."""

    code: str
    titles: tuple[tuple[str, str], ...]
    fault: Fault = Fault.BUYER
    evidence: Evidence = Evidence.NONE


@dataclass(frozen=True, slots=True)
class Window:
    """`days` counted per unit from delivery, else shipping, else the order, in `time_zone`, last day included."""

    days: int = 30
    time_zone: str = "Europe/Paris"
    demand_delivery: bool = False


@dataclass(frozen=True, slots=True)
class Exclusions:
    """What may not come back. Tags are compared without case. Countries are region codes of the order's address."""

    tags: frozenset[str] = frozenset()
    product_ids: frozenset[str] = frozenset()
    countries: frozenset[str] = frozenset()
    discount_at_least_percent: int = 0
    order_tags: frozenset[str] = frozenset()
    customer_ids: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class LabelTerms:
    """`fees` is the flat fee per currency, in minor units. `countries` narrows the 18 (empty = all of them);
    `outlying` switches on Canaries, Ceuta, Melilla, Azores, Madeira and Åland by name."""

    policy: LabelPolicy = LabelPolicy.FREE
    fees: tuple[tuple[str, int], ...] = ()
    countries: frozenset[str] = frozenset()
    outlying: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class CreditTerms:
    """Store credit. `maximum` caps one credit per currency; the bonus is `bonus_percent` of the credited goods,
    at most `bonus_maximum` in that currency."""

    enabled: bool = False
    free_label: FreeLabelWhenCreditOn = FreeLabelWhenCreditOn.CREDIT_RETURNS
    moment: SettlementMoment = SettlementMoment.FIRST_SCAN
    maximum: tuple[tuple[str, int], ...] = ()
    bonus_percent: int = 0
    bonus_maximum: tuple[tuple[str, int], ...] = ()
    expires_after_days: int = 0


@dataclass(frozen=True, slots=True)
class Approval:
    """When staff must agree first: always, above a value (per currency), for some reasons, or for some customers."""

    always: bool = False
    above: tuple[tuple[str, int], ...] = ()
    reason_codes: frozenset[str] = frozenset()
    customer_ids: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class GradeTerms:
    """Per cent of a unit's value that is refunded for a grade; grades not named count in full."""

    percent: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one customer may return within `days`: so many returns (0 = any number), of goods worth so much per
    currency."""

    days: int = 0
    returns: int = 0
    values: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Particular:
    """Other terms for some territories (of the order's address) and customers, empty for all of either; None leaves a
    term as it is for everybody."""

    regions: frozenset[str] = frozenset()
    customer_ids: frozenset[str] = frozenset()
    window_days: int | None = None
    label_policy: LabelPolicy | None = None
    label_fees: tuple[tuple[str, int], ...] = ()
    restocking_percent: int | None = None
    always_approve: bool = False


@dataclass(frozen=True, slots=True)
class Service:
    """Days after which people are reminded: the buyer before an unused label lapses, staff of what is late."""

    reminder_days: int = 7
    parcel_days: int = 14
    inspection_days: int = 5
    refund_days: int = 14


@dataclass(frozen=True, slots=True)
class Policy:
    window: Window = Window()
    labels: LabelTerms = LabelTerms()
    credit: CreditTerms = CreditTerms()
    reasons: tuple[Reason, ...] = ()
    exclusions: Exclusions = Exclusions()
    approval: Approval = Approval()
    settlement: SettlementMoment = SettlementMoment.INSPECTION
    shipping: ShippingRefund = ShippingRefund.NEVER
    restocking_percent: int = 0
    grades: GradeTerms = GradeTerms()
    unused_label_days: int = 30
    limits: Limits = Limits()
    particulars: tuple[Particular, ...] = ()
    service: Service = Service()

    def settlement_moment(self, outcome: str) -> SettlementMoment:
        """When a return is settled whose buyer wants this (a `SettlementKind`)."""
        return self.credit.moment if outcome == SettlementKind.STORE_CREDIT else self.settlement
