"""Rows, as mappings of columns, turned into the records that leave the store."""

from collections.abc import Iterable, Mapping
from typing import Any

from sendback_service.records import (
    EventRecord,
    KeyRecord,
    ParcelRecord,
    ReturnRecord,
    SettlementRecord,
    UnitRecord,
)
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
from sendback_service.store.documents import warehouse_from
from sendback_service.store.times import moment

Row = Mapping[str, Any]


def return_record(
    row: Row,
    units: Iterable[Row],
    parcels: Iterable[Row],
    settlements: Iterable[Row],
    open_work_items: int = 0,
) -> ReturnRecord:
    return ReturnRecord(
        merchant_id=row["merchant_id"],
        id=row["id"],
        reference=row["reference"],
        order_id=row["order_id"],
        order_number=row["order_number"],
        order_version=row["order_version"],
        policy_version=row["policy_version"],
        decision=Decision(row["decision"]),
        outcome=SettlementKind(row["outcome"]),
        currency=row["currency"],
        estimated_minor=row["estimated_minor"],
        label_offer=row["label_offer"],
        shown_fee_minor=row["shown_fee_minor"],
        region=row["region"],
        language=row["language"],
        warehouse=warehouse_from(row["warehouse"]),
        override_note=row["override_note"],
        decline_note=row["decline_note"],
        version=row["version"],
        create_time=moment(row["create_time"]),
        update_time=moment(row["update_time"]),
        basis=Basis(row["basis"]),
        linked_return_id=row["linked_return_id"],
        units=tuple(unit_record(u) for u in units),
        parcels=tuple(parcel_record(p) for p in parcels),
        settlements=tuple(settlement_record(s) for s in settlements),
        open_work_items=open_work_items,
    )


def unit_record(row: Row) -> UnitRecord:
    return UnitRecord(
        line_id=row["line_id"],
        unit=row["unit"],
        title=row["title"],
        reason_code=row["reason_code"],
        comment=row["comment"],
        evidence=tuple(row["evidence"].get("images", ())),
        inspection=Inspection(row["inspection"]),
        grade=row["grade"],
        disposition=row["disposition"],
        note=row["note"],
        settlement_id=row["settlement_id"],
        kind=UnitKind(row["kind"]),
        cancelled=bool(row["cancelled"]),
        findings=tuple(row["evidence"].get("findings", ())),
    )


def parcel_record(row: Row) -> ParcelRecord:
    return ParcelRecord(
        id=row["id"],
        return_id=row["return_id"],
        label=LabelState(row["label"]),
        transit=Transit(row["transit"]),
        account=row["account"],
        tracking_number=row["tracking_number"],
        tracking_uri=row["tracking_uri"],
        format=row["format"],
        has_qr=bool(row["has_qr"]),
        document_size=row["document_size"],
        document_sha256=row["document_sha256"],
        failure=row["failure"],
        expire_time=moment(row["expire_time"]),
    )


def settlement_record(row: Row) -> SettlementRecord:
    return SettlementRecord(
        id=row["id"],
        kind=SettlementKind(row["kind"]),
        state=SettlementState(row["state"]),
        currency=row["currency"],
        amount_minor=row["amount_minor"],
        label_fee_minor=row["label_fee_minor"],
        bonus_minor=row["bonus_minor"],
        create_time=moment(row["create_time"]),
        settle_time=moment(row["settle_time"]),
        provider_reference=row.get("provider_reference") or "",
        failure=row["failure"],
        note=row["note"],
        reverses_id=row["reverses_id"],
    )


def key_record(row: Row) -> KeyRecord:
    return KeyRecord(
        id=row["id"],
        kind=row["kind"],
        merchant_id=row["merchant_id"],
        scopes=frozenset(row["scopes"].get("scopes", ())),
        title=row["title"],
        create_time=moment(row["create_time"]),
        expire_time=moment(row["expire_time"]),
        revoke_time=moment(row["revoke_time"]),
    )


def event_record(row: Row) -> EventRecord:
    return EventRecord(
        merchant_id=row["merchant_id"],
        id=row["id"],
        position=row["position"] or 0,
        type=row["type"],
        subject_type=row["subject_type"],
        subject_id=row["subject_id"],
        sequence=row["sequence"],
        time=moment(row["time"]),
        cause=row["cause"],
        actor=row["actor"],
        attributes=dict(row["attributes"]),
    )
