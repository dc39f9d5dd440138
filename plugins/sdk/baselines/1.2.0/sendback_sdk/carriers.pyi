import abc
from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from sendback_sdk.addresses import Address as Address
from sendback_sdk.money import Money as Money
from sendback_sdk.plugin import Plugin as Plugin
from typing import ClassVar, Protocol

class LabelFormat(StrEnum):
    PDF = 'PDF'
    PNG = 'PNG'
    ZPL = 'ZPL'

class Paper(StrEnum):
    A6 = 'A6'
    LABEL_4X6 = 'LABEL_4X6'

class Repeat(StrEnum):
    SAFE = 'SAFE'
    FINDABLE = 'FINDABLE'
    UNSAFE = 'UNSAFE'

class Billing(StrEnum):
    PURCHASE = 'PURCHASE'
    HAND_OVER = 'HAND_OVER'

class TrackingState(StrEnum):
    HANDED_OVER = 'HANDED_OVER'
    IN_TRANSIT = 'IN_TRANSIT'
    DELIVERED = 'DELIVERED'
    EXCEPTION = 'EXCEPTION'
    LOST = 'LOST'

@dataclass(frozen=True, slots=True)
class Parcel:
    weight_grams: int
    length_mm: int = ...
    width_mm: int = ...
    height_mm: int = ...
    contents: str = ...
    value: Money | None = ...

@dataclass(frozen=True, slots=True)
class CustomsItem:
    description: str
    quantity: int
    value: Money
    weight_grams: int
    hs_code: str = ...
    country_of_origin: str = ...

@dataclass(frozen=True, slots=True)
class LabelRequest:
    reference: str
    serial: int
    return_reference: str
    sender: Address
    recipient: Address
    parcel: Parcel
    format: LabelFormat = ...
    paper: Paper = ...
    customs: tuple[CustomsItem, ...] = ...
    sandbox: bool = ...

@dataclass(frozen=True, slots=True)
class Label:
    tracking_number: str
    document: bytes
    format: LabelFormat
    tracking_url: str = ...
    qr: bytes | None = ...
    price: Money | None = ...
    expires: datetime | None = ...
    carrier_reference: str = ...

@dataclass(frozen=True, slots=True)
class TrackingUpdate:
    tracking_number: str
    state: TrackingState
    time: datetime
    description: str = ...

@dataclass(frozen=True, slots=True)
class DropOff:
    id: str
    name: str
    address: Address
    distance_m: int = ...
    opening_hours: str = ...

class Carrier(Plugin, metaclass=abc.ABCMeta):
    coverage: ClassVar[frozenset[str]]
    formats: ClassVar[frozenset[LabelFormat]]
    repeat: ClassVar[Repeat]
    billed_on: ClassVar[Billing]
    @abstractmethod
    def create_label(self, request: LabelRequest) -> Label: ...

class Voids(Protocol):
    def void_label(self, label: Label) -> None: ...

class Tracks(Protocol):
    def track(self, labels: Sequence[Label]) -> list[TrackingUpdate]: ...

class Finds(Protocol):
    def find_label(self, reference: str) -> Label | None: ...

class DropOffs(Protocol):
    def find_drop_offs(self, address: Address, limit: int) -> list[DropOff]: ...
