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
    """What a label's document is: a page, a picture, or commands for a label printer."""

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
    """What was seen of a parcel. HANDED_OVER: the carrier's first scan. EXCEPTION: held up, may go on. LOST: it will
    not."""

    HANDED_OVER = "HANDED_OVER"
    IN_TRANSIT = "IN_TRANSIT"
    DELIVERED = "DELIVERED"
    EXCEPTION = "EXCEPTION"
    LOST = "LOST"


@dataclass(frozen=True, slots=True)
class Parcel:
    """What is sent: its weight in grams, its sides in millimetres, 0 where unknown. `contents` in words; `value` of all
    of it, for insurance and customs, None where it does not matter."""

    weight_grams: int
    length_mm: int = 0
    width_mm: int = 0
    height_mm: int = 0
    contents: str = ""
    value: Money | None = None


@dataclass(frozen=True, slots=True)
class CustomsItem:
    """What customs want to know of one kind of goods in the parcel: `quantity` units of it, where `value` and
    `weight_grams` are of one. `hs_code` has six to ten digits, `country_of_origin` is a CLDR region code; both are
    empty where unknown."""

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
    warehouse. `paper` is the size of a PDF or PNG. `customs` is empty within the customs union. `sandbox` asks for a
    label that costs nothing and carries nothing."""

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
    """`tracking_number` has at most 64 characters. `document` holds the bytes in `format`, 4 MiB at most; `qr` a PNG to
    show where nothing can be printed. `tracking_url` is a page for buyers. `price` is what the carrier charges for it,
    None where a contract says so elsewhere; `expires` (aware) until when the carrier accepts it; `carrier_reference`
    whatever voiding needs."""

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
    """A place where a parcel can be left. `distance_m` in metres from the address asked for, 0 where unknown;
    `opening_hours` as the carrier writes them."""

    id: str
    name: str
    address: Address
    distance_m: int = 0
    opening_hours: str = ""


class Carrier(Plugin):
    """Who makes labels. Declares what it can, and is held to it by `CarrierTests`:

    `coverage`: CLDR region codes that parcels can be sent from; Monaco (`MC`), the Canaries (`IC`), Ceuta and Melilla
    (`EA`), Azores (`PT-20`), Madeira (`PT-30`) and Åland (`AX`) are places of their own, whatever country an address
    names. `formats`: what its documents can be. `repeat`: what the same request does a second time. `billed_on`: when
    a label costs.

    Whatever it is asked, it raises one of the four errors where that did not go well. What else it can it says by
    inheriting roles: `Voids`, `Tracks`, `Finds`, `DropOffs`, `Hears`, `Forgets`."""

    coverage: ClassVar[frozenset[str]]
    formats: ClassVar[frozenset[LabelFormat]]
    repeat: ClassVar[Repeat] = Repeat.UNSAFE
    billed_on: ClassVar[Billing] = Billing.PURCHASE

    @abstractmethod
    def create_label(self, request: LabelRequest) -> Label:
        """Makes the label; the only call that may cost. `Declined` outside coverage or formats, and for whatever else
        it cannot carry; `TryLater` only where certainly nothing was made; `OutcomeUnknown` where nobody can tell."""


@runtime_checkable
class Voids(Protocol):
    """Labels can be voided before they are used."""

    def void_label(self, label: Label) -> None:
        """Voids an unused label (`document` is empty here). Voiding twice is harmless. Raises `Declined` if used."""


@runtime_checkable
class Tracks(Protocol):
    """Parcels can be asked after."""

    def track(self, labels: Sequence[Label]) -> list[TrackingUpdate]:
        """Everything known of these labels (`document` is empty here), oldest first; labels not seen yet are left out,
        and are no error. The host gives one label at a time. `TryLater` where the carrier is busy: it asks again."""


@runtime_checkable
class Finds(Protocol):
    """A label can be found by the reference that it was asked for under: what makes a repetition FINDABLE."""

    def find_label(self, reference: str) -> Label | None:
        """The label made under this reference, whole; None only where certainly none was made, since another is
        bought then. `OutcomeUnknown` where the carrier cannot tell either."""


@runtime_checkable
class DropOffs(Protocol):
    """Points where parcels can be left can be looked up while a buyer waits."""

    def find_drop_offs(self, address: Address, limit: int) -> list[DropOff]:
        """At most `limit` points where the parcel can be left, nearest first. `Declined` for an address that cannot be
        found; an empty list where there is no point near it."""
