"""What the store hands out: plain values that nobody changes, one per thing that the domain names.

A return and what belongs to it are rows, made to be shown: columns in the order in which the hot statements read them,
states as the words of the tables, times as their microseconds. A page has hundreds of them, and to turn each column
into what rules work with would take longer than to fetch it. Elsewhere times are aware, UTC.
"""

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import datetime
from typing import NamedTuple

from sendback_sdk.addresses import Address

from sendback_service.rules.values import frozen


class UnitRecord(NamedTuple):
    """`evidence` holds ids of photos: the buyer's under `images`, the warehouse's under `findings`."""

    line_id: str
    unit: int
    title: str
    reason_code: str
    comment: str
    evidence: Mapping[str, Sequence[str]]
    inspection: str
    grade: str
    disposition: str
    note: str
    kind: str
    cancelled: bool

    @property
    def photos(self) -> list[str]:
        return [id for ids in self.evidence.values() for id in ids]


class ParcelRecord(NamedTuple):
    id: str
    return_id: str
    label: str
    transit: str
    account: str
    tracking_number: str
    tracking_uri: str
    format: str
    has_qr: bool
    document_size: int
    document_sha256: str
    failure: str
    expire_time: int | None


class SettlementRecord(NamedTuple):
    """`provider_reference` is what the last of its transfers heard from whoever pays; None before."""

    id: str
    kind: str
    state: str
    currency: str
    amount_minor: int
    label_fee_minor: int
    bonus_minor: int
    create_time: int
    settle_time: int | None
    failure: str
    note: str
    reverses_id: str
    provider_reference: str | None


@frozen
class WarehouseRecord:
    """`enclose` is what buyers should enclose, per language; `version` 0 means that there is none yet."""

    id: str
    address: Address
    regions: frozenset[str] = frozenset()
    enclose: tuple[tuple[str, str], ...] = ()
    version: int = 1


class ReturnRecord(NamedTuple):
    """`shown_fee_minor` is the label fee that the buyer was shown, while it still holds; `warehouse` is None where a
    label says where it is."""

    id: str
    reference: str
    order_id: str
    order_number: str
    policy_version: int
    decision: str
    outcome: str
    currency: str
    estimated_minor: int
    label_offer: str
    shown_fee_minor: int
    region: str
    language: str
    decline_note: str
    version: int
    create_time: int
    update_time: int
    basis: str
    linked_return_id: str
    warehouse: WarehouseRecord | None
    units: tuple[UnitRecord, ...]
    parcels: tuple[ParcelRecord, ...]
    settlements: tuple[SettlementRecord, ...]
    open_work_items: int


@frozen
class MerchantRecord:
    """A merchant as a list shows it: without what it has set up."""

    id: str
    name: str
    entitled: bool
    create_time: datetime


@frozen
class KeyRecord:
    """An access key as the service knows it: never its secret."""

    id: str
    kind: str
    merchant_id: str
    scopes: frozenset[str]
    title: str
    create_time: datetime
    expire_time: datetime | None = None
    revoke_time: datetime | None = None


@frozen
class EventRecord:
    merchant_id: str
    id: str
    position: int
    type: str
    subject_type: str
    subject_id: str
    sequence: int
    time: datetime
    cause: str
    actor: str
    attributes: dict[str, str] = field(default_factory=dict)
