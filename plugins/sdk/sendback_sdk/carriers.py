"""Carriers: who makes labels, and what else some of them can."""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Protocol, runtime_checkable

from sendback_sdk.addresses import Address
from sendback_sdk.money import Money
from sendback_sdk.plugin import Plugin


class LabelFormat(StrEnum):
    PDF = "PDF"
    PNG = "PNG"
    ZPL = "ZPL"


class Paper(StrEnum):
    """A6 is 105 × 148 mm; LABEL_4X6 is 4 × 6 inches."""

    A6 = "A6"
    LABEL_4X6 = "LABEL_4X6"


class Repeat(StrEnum):
    """What happens when the same request is sent twice. SAFE: one label. FINDABLE: maybe two, but `find_label` tells
    before a second is asked for. UNSAFE: two, and nobody can tell."""

    SAFE = "SAFE"
    FINDABLE = "FINDABLE"
    UNSAFE = "UNSAFE"


class Billing(StrEnum):
    """When a label costs: when it is made, or when the parcel is handed over (an unused one then costs nothing)."""

    PURCHASE = "PURCHASE"
    HAND_OVER = "HAND_OVER"


class TrackingState(StrEnum):
    HANDED_OVER = "HANDED_OVER"
    IN_TRANSIT = "IN_TRANSIT"
    DELIVERED = "DELIVERED"
    EXCEPTION = "EXCEPTION"
    LOST = "LOST"


@dataclass(frozen=True, slots=True)
class Parcel:
    """Weight in grams; sides in millimetres, 0 where unknown; `value` for insurance and customs."""

    weight_grams: int
    length_mm: int = 0
    width_mm: int = 0
    height_mm: int = 0
    contents: str = ""
    value: Money | None = None


@dataclass(frozen=True, slots=True)
class CustomsItem:
    """What customs want to know of one kind of goods in the parcel. `value` and `weight_grams` are of one unit;
    `hs_code` has six to ten digits, `country_of_origin` is a CLDR region code; both are empty where unknown."""

    description: str
    quantity: int
    value: Money
    weight_grams: int
    hs_code: str = ""
    country_of_origin: str = ""


@dataclass(frozen=True, slots=True)
class LabelRequest:
    """`reference` names this label for its whole life and is the key of the call. `serial` is a number unique in the
    account, issued by the host. `return_reference` is what people read. `sender` is the buyer, `recipient` the
    warehouse. `sandbox` asks for a label that costs nothing and carries nothing."""

    reference: str
    serial: int
    return_reference: str
    sender: Address
    recipient: Address
    parcel: Parcel
    format: LabelFormat = LabelFormat.PDF
    paper: Paper = Paper.A6
    customs: tuple[CustomsItem, ...] = ()
    sandbox: bool = False


@dataclass(frozen=True, slots=True)
class Label:
    """`document` holds the bytes in `format`; `qr` a PNG to show where nothing can be printed; `expires` until when
    the carrier accepts it; `carrier_reference` whatever voiding needs."""

    tracking_number: str
    document: bytes
    format: LabelFormat
    tracking_url: str = ""
    qr: bytes | None = None
    price: Money | None = None
    expires: datetime | None = None
    carrier_reference: str = ""


@dataclass(frozen=True, slots=True)
class TrackingUpdate:
    """What a carrier saw. `time` is aware; `description` is the carrier's own, for staff."""

    tracking_number: str
    state: TrackingState
    time: datetime
    description: str = ""


@dataclass(frozen=True, slots=True)
class DropOff:
    id: str
    name: str
    address: Address
    distance_m: int = 0
    opening_hours: str = ""


class Carrier(Plugin):
    """`coverage`: region codes that parcels can be sent from. All else is declared as it is."""

    coverage: ClassVar[frozenset[str]]
    formats: ClassVar[frozenset[LabelFormat]]
    repeat: ClassVar[Repeat] = Repeat.UNSAFE
    billed_on: ClassVar[Billing] = Billing.PURCHASE

    @abstractmethod
    def create_label(self, request: LabelRequest) -> Label:
        """Makes the label. Raises `Declined` outside coverage or formats, and whatever else it cannot carry."""


@runtime_checkable
class Voids(Protocol):
    def void_label(self, label: Label) -> None:
        """Voids an unused label (`document` is empty here). Voiding twice is harmless. Raises `Declined` if used."""


@runtime_checkable
class Tracks(Protocol):
    def track(self, labels: Sequence[Label]) -> list[TrackingUpdate]:
        """Everything known of these labels, oldest first; labels not seen yet are left out."""


@runtime_checkable
class Finds(Protocol):
    def find_label(self, reference: str) -> Label | None:
        """The label made under this reference, whole, or None."""


@runtime_checkable
class DropOffs(Protocol):
    def find_drop_offs(self, address: Address, limit: int) -> list[DropOff]:
        """Points where the parcel can be left, nearest first."""
