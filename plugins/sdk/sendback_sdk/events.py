"""What happened, as observers see it; and rules that plugins add to a merchant's own."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from sendback_sdk.orders import Order, OrderLine


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened. Carries ids and states, never personal data. `sequence` counts the events of its subject
    from 1; `time` is aware; `attributes` depend on the `type`, such as `label.purchased`."""

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
    """`excludes` answers why a line may not come back, or "" where it may. It must be pure and quick."""

    id: str
    excludes: Callable[[Order, OrderLine], str]
