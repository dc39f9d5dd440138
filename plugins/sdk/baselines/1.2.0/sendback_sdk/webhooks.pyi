from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from sendback_sdk.carriers import TrackingUpdate as TrackingUpdate
from sendback_sdk.money import Money as Money
from sendback_sdk.orders import Order as Order
from typing import Protocol

@dataclass(frozen=True, slots=True)
class WebhookRequest:
    headers: tuple[tuple[str, str], ...]
    body: bytes
    now: datetime
    def header(self, name: str) -> str: ...

@dataclass(frozen=True, slots=True)
class RefundUpdate:
    key: str
    settled: bool
    reference: str = ...
    amount: Money | None = ...
    text: str = ...

@dataclass(frozen=True, slots=True)
class OrderChange:
    order: Order

class PrivacyKind(StrEnum):
    TELL_BUYER = 'TELL_BUYER'
    ERASE_BUYER = 'ERASE_BUYER'
    ERASE_SHOP = 'ERASE_SHOP'

@dataclass(frozen=True, slots=True)
class PrivacyRequest:
    kind: PrivacyKind
    key: str
    emails: tuple[str, ...] = ...
    customer_ids: tuple[str, ...] = ...
    order_ids: tuple[str, ...] = ...

class Hears(Protocol):
    def hear(self, request: WebhookRequest) -> Sequence[TrackingUpdate | RefundUpdate | OrderChange | PrivacyRequest]: ...
