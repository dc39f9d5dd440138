"""What the store hands out: plain frozen values, one per thing that the domain names. Times are aware, UTC."""

from dataclasses import field
from datetime import datetime

from sendback_sdk.addresses import Address

from sendback_service.rules.states import (
    Basis,
    Decision,
    Inspection,
    LabelState,
    SettlementKind,
    SettlementState,
    Transit,
    UnitKind,
)
from sendback_service.rules.values import frozen


@frozen
class UnitRecord:
    line_id: str
    unit: int
    title: str
    reason_code: str = ""
    comment: str = ""
    evidence: tuple[str, ...] = ()
    inspection: Inspection = Inspection.EXPECTED
    grade: str = ""
    disposition: str = ""
    note: str = ""
    settlement_id: str = ""
    kind: UnitKind = UnitKind.ANNOUNCED
    cancelled: bool = False
    findings: tuple[str, ...] = ()

    @property
    def expected(self) -> bool:
        """Whether the return is about it."""
        return self.kind is UnitKind.ANNOUNCED and not self.cancelled


@frozen
class ParcelRecord:
    id: str
    return_id: str
    label: LabelState
    transit: Transit
    account: str = ""
    tracking_number: str = ""
    tracking_uri: str = ""
    format: str = "PDF"
    has_qr: bool = False
    document_size: int = 0
    document_sha256: str = ""
    failure: str = ""
    expire_time: datetime | None = None


@frozen
class SettlementRecord:
    id: str
    kind: SettlementKind
    state: SettlementState
    currency: str
    amount_minor: int
    label_fee_minor: int
    bonus_minor: int
    create_time: datetime
    settle_time: datetime | None = None
    provider_reference: str = ""
    failure: str = ""
    note: str = ""
    reverses_id: str = ""


@frozen
class WarehouseRecord:
    """`enclose` is what buyers should enclose, per language; `version` 0 means that there is none yet."""

    id: str
    address: Address
    regions: frozenset[str] = frozenset()
    enclose: tuple[tuple[str, str], ...] = ()
    version: int = 1


@frozen
class ReturnRecord:
    """`shown_fee_minor` is the label fee that the buyer was shown, while it still holds."""

    merchant_id: str
    id: str
    reference: str
    order_id: str
    order_number: str
    order_version: int
    policy_version: int
    decision: Decision
    outcome: SettlementKind
    currency: str
    estimated_minor: int
    label_offer: str
    shown_fee_minor: int
    region: str
    language: str
    warehouse: WarehouseRecord
    override_note: str
    decline_note: str
    version: int
    create_time: datetime
    update_time: datetime
    basis: Basis = Basis.GOODWILL
    linked_return_id: str = ""
    units: tuple[UnitRecord, ...] = ()
    parcels: tuple[ParcelRecord, ...] = ()
    settlements: tuple[SettlementRecord, ...] = ()
    open_work_items: int = 0


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
