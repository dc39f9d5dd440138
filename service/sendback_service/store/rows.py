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
Values = Sequence[Any]

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


def listed(json: str | None) -> Iterable[Values]:
    """Rows that a statement gathered as a JSON list of lists of columns, in the order of the first ones, which are
    their key."""
    return sorted(from_json(json)) if json else ()


def return_record(
    row: Values,
    warehouse: WarehouseRecord,
    units: Iterable[Values],
    parcels: Iterable[Values],
    settlements: Iterable[Values],
    open_work_items: int = 0,
) -> ReturnRecord:
    """Of the columns `RETURN`, and of what belongs to it: `UNIT`, `PARCEL`, `SETTLEMENT` and what its transfer heard
    from the provider. By place here and below, in the order of the records' fields: a page has hundreds of them, and
    names cost twice as much again."""
    merchant_id, id, reference, order_id, order_number, order_version, policy_version, *rest = row
    decision, outcome, currency, estimated, label_offer, shown_fee, region, language, *rest = rest
    override_note, decline_note, version, created, updated, basis, linked_return_id = rest
    return ReturnRecord(
        merchant_id,
        id,
        reference,
        order_id,
        order_number,
        order_version,
        policy_version,
        _DECISION[decision],
        _SETTLEMENT_KIND[outcome],
        currency,
        estimated,
        label_offer,
        shown_fee,
        region,
        language,
        warehouse,
        override_note,
        decline_note,
        version,
        moment(created),
        moment(updated),
        _BASIS[basis],
        linked_return_id,
        tuple([unit_record(u) for u in units]),
        tuple([parcel_record(p) for p in parcels]),
        tuple([settlement_record(s) for s in settlements]),
        open_work_items,
    )


def unit_record(unit: Values) -> UnitRecord:
    """Of the columns `UNIT`."""
    line_id, number, title, reason, comment, evidence, inspection, grade, disposition, *rest = unit
    note, settlement_id, kind, cancelled = rest
    return UnitRecord(
        line_id,
        number,
        title,
        reason,
        comment,
        tuple(evidence["images"]) if "images" in evidence else (),
        _INSPECTION[inspection],
        grade,
        disposition,
        note,
        settlement_id,
        _UNIT_KIND[kind],
        bool(cancelled),
        tuple(evidence["findings"]) if "findings" in evidence else (),
    )


def parcel_record(parcel: Values) -> ParcelRecord:
    """Of the columns `PARCEL`."""
    id, return_id, label, transit, account, tracking_number, tracking_uri, format, *document = parcel
    has_qr, size, sha256, failure, expire_time = document
    return ParcelRecord(
        id,
        return_id,
        _LABEL_STATE[label],
        _TRANSIT[transit],
        account,
        tracking_number,
        tracking_uri,
        format,
        bool(has_qr),
        size,
        sha256,
        failure,
        moment(expire_time),
    )


def settlement_record(settlement: Values) -> SettlementRecord:
    """Of the columns `SETTLEMENT` and what its transfer heard from the provider."""
    id, kind, state, currency, amount, label_fee, bonus, created, settled, *rest = settlement
    failure, note, reverses_id, provider_reference = rest
    return SettlementRecord(
        id=id,
        kind=_SETTLEMENT_KIND[kind],
        state=_SETTLEMENT_STATE[state],
        currency=currency,
        amount_minor=amount,
        label_fee_minor=label_fee,
        bonus_minor=bonus,
        create_time=moment(created),
        settle_time=moment(settled),
        provider_reference=provider_reference or "",
        failure=failure,
        note=note,
        reverses_id=reverses_id,
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
