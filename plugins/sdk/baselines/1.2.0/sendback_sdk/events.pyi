from collections.abc import Callable as Callable
from dataclasses import dataclass, field
from datetime import datetime
from sendback_sdk.orders import Order as Order, OrderLine as OrderLine

@dataclass(frozen=True, slots=True)
class Event:
    id: str
    merchant_id: str
    type: str
    subject_type: str
    subject_id: str
    sequence: int
    time: datetime
    attributes: dict[str, str] = field(default_factory=dict)

@dataclass(frozen=True, slots=True)
class Rule:
    id: str
    excludes: Callable[[Order, OrderLine], str]
