from dataclasses import dataclass
from datetime import datetime
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

class Hears(Protocol):
    def hear(self, request: WebhookRequest) -> list[TrackingUpdate | RefundUpdate | OrderChange]: ...
