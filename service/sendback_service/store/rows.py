"""Rows, as mappings of columns, turned into the records that leave the store."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from pydantic_core import from_json

from sendback_service.records import (
    EventRecord,
    KeyRecord,
    ParcelRecord,
    ReturnRecord,
    SettlementRecord,
    UnitRecord,
    WarehouseRecord,
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
from sendback_service.store.times import moment

Row = Mapping[str, Any]

# What the records below are made of, in the order in which hot statements read it.
RETURN = (
    "merchant_id",
    "id",
    "reference",
    "order_id",
    "order_number",
    "order_version",
    "policy_version",
    "decision",
    "outcome",
    "currency",
    "estimated_minor",
    "label_offer",
    "shown_fee_minor",
    "region",
    "language",
    "override_note",
    "decline_note",
    "version",
    "create_time",
    "update_time",
    "basis",
    "linked_return_id",
)
UNIT = (
    "line_id",
    "unit",
    "title",
    "reason_code",
    "comment",
    "evidence",
    "inspection",
    "grade",
    "disposition",
    "note",
    "settlement_id",
    "kind",
    "cancelled",
)
PARCEL = (
    "id",
    "return_id",
    "label",
    "transit",
    "account",
    "tracking_number",
    "tracking_uri",
    "format",
    "has_qr",
    "document_size",
    "document_sha256",
    "failure",
    "expire_time",
)
SETTLEMENT = (
    "id",
    "kind",
    "state",
    "currency",
    "amount_minor",
    "label_fee_minor",
    "bonus_minor",
    "create_time",
    "settle_time",
    "failure",
    "note",
    "reverses_id",
)
# Asking an enum for a member by its value takes six times as long.
_DECISION = {member.value: member for member in Decision}
_SETTLEMENT_KIND = {member.value: member for member in SettlementKind}
_BASIS = {member.value: member for member in Basis}
_INSPECTION = {member.value: member for member in Inspection}
_UNIT_KIND = {member.value: member for member in UnitKind}
_LABEL_STATE = {member.value: member for member in LabelState}
_TRANSIT = {member.value: member for member in Transit}
_SETTLEMENT_STATE = {member.value: member for member in SettlementState}

KEY = ("id", "kind", "merchant_id", "title", "create_time", "expire_time", "revoke_time")


def listed(names: Sequence[str], json: str | None) -> Iterable[dict[str, Any]]:
    """Rows that a statement gathered as a JSON list of lists of these columns, in the order of the first ones, which
    are their key."""
    return (dict(zip(names, values, strict=True)) for values in sorted(from_json(json) if json else ()))


def return_record(
    row: Row,
    warehouse: WarehouseRecord,
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
        decision=_DECISION[row["decision"]],
        outcome=_SETTLEMENT_KIND[row["outcome"]],
        currency=row["currency"],
        estimated_minor=row["estimated_minor"],
        label_offer=row["label_offer"],
        shown_fee_minor=row["shown_fee_minor"],
        region=row["region"],
        language=row["language"],
        warehouse=warehouse,
        override_note=row["override_note"],
        decline_note=row["decline_note"],
        version=row["version"],
        create_time=moment(row["create_time"]),
        update_time=moment(row["update_time"]),
        basis=_BASIS[row["basis"]],
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
        inspection=_INSPECTION[row["inspection"]],
        grade=row["grade"],
        disposition=row["disposition"],
        note=row["note"],
        settlement_id=row["settlement_id"],
        kind=_UNIT_KIND[row["kind"]],
        cancelled=bool(row["cancelled"]),
        findings=tuple(row["evidence"].get("findings", ())),
    )


def parcel_record(row: Row) -> ParcelRecord:
    return ParcelRecord(
        id=row["id"],
        return_id=row["return_id"],
        label=_LABEL_STATE[row["label"]],
        transit=_TRANSIT[row["transit"]],
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
        kind=_SETTLEMENT_KIND[row["kind"]],
        state=_SETTLEMENT_STATE[row["state"]],
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
    return _key_record(row, row["scopes"])


@lru_cache(1024)
def key_read(values: tuple[Any, ...], scopes: str) -> KeyRecord:
    """As `key_record`, of the columns `KEY` and the text of its scopes. What is remembered is how they read; what they
    are is asked of the database each time."""
    return _key_record(dict(zip(KEY, values, strict=True)), from_json(scopes))


def _key_record(row: Row, scopes: Row) -> KeyRecord:
    return KeyRecord(
        id=row["id"],
        kind=row["kind"],
        merchant_id=row["merchant_id"],
        scopes=frozenset(scopes.get("scopes", ())),
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
