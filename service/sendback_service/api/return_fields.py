"""What a return's message is made of: mappings of fields, which gRPC's messages are filled from in place.

A message that is put into another is copied, and a page of fifty returns is made of five hundred of them. What is
mostly empty is None then, which is passed over: setting a field to nothing takes as long as to something.
"""

from functools import lru_cache
from typing import Any

from sendback_service.api.money import money_fields
from sendback_service.api.order_wire import address_message
from sendback_service.api.times import stamp_fields
from sendback_service.correspondence import enclosed
from sendback_service.records import (
    ParcelRecord,
    ReturnRecord,
    SettlementRecord,
    UnitRecord,
    WarehouseRecord,
)
from sendback_service.rules.labels import LabelOfferKind
from sendback_service.rules.states import Decision, resolution, shipment
from sendback_service.text.amounts import address_lines
from sendback_service.text.words import words

Fields = dict[str, Any]


def return_fields(record: ReturnRecord, language: str) -> Fields:
    """Of `sendback.v1.Return`."""
    currency, fee = record.currency, record.shown_fee_minor
    return {
        "id": record.id,
        "reference": record.reference,
        "order_id": record.order_id,
        "order_number": record.order_number,
        "decision": record.decision,
        "shipment": shipment(
            {p.transit for p in record.parcels}, {u.inspection for u in record.units if u.expected}
        ),
        "resolution": resolution(record.decision, work_item_open=record.open_work_items > 0),
        "outcome": record.outcome,
        "units": [_unit_fields(u) for u in record.units],
        "parcels": [parcel_fields(p) for p in record.parcels],
        "settlements": [_settlement_fields(s) for s in record.settlements] or None,
        "estimated_amount": money_fields(record.estimated_minor, currency),
        "shown_fee": money_fields(fee, currency) if fee else None,
        "label_offer": record.label_offer,
        "region_code": record.region,
        "language_code": record.language,
        "policy_version": record.policy_version,
        "decline_note": record.decline_note or None,
        "create_time": stamp_fields(record.create_time),
        "update_time": stamp_fields(record.update_time),
        "etag": str(record.version),
        "basis": record.basis,
        "linked_return_id": record.linked_return_id or None,
        "instructions": _instructions(record, language) if _instructed(record) else None,
    }


def parcel_fields(parcel: ParcelRecord) -> Fields:
    """Of `sendback.v1.Parcel`."""
    return {
        "id": parcel.id,
        "return_id": parcel.return_id,
        "label": parcel.label,
        "transit": parcel.transit,
        "carrier_account": parcel.account or None,
        "tracking_number": parcel.tracking_number or None,
        "tracking_uri": parcel.tracking_uri or None,
        "format": parcel.format,
        "document_size": parcel.document_size or None,
        "document_sha256": parcel.document_sha256 or None,
        "has_qr": parcel.has_qr or None,
        "expire_time": stamp_fields(parcel.expire_time),
        "failure": parcel.failure or None,
    }


def _unit_fields(unit: UnitRecord) -> Fields:
    return {
        "order_line_id": unit.line_id,
        "unit": unit.unit,
        "title": unit.title,
        "reason_code": unit.reason_code,
        "comment": unit.comment or None,
        "inspection": unit.inspection,
        "grade": unit.grade or None,
        "disposition": unit.disposition or None,
        "rejection_note": unit.note or None,
        "evidence_image_ids": unit.evidence or None,
        "kind": unit.kind,
        "cancelled": unit.cancelled or None,
        "finding_image_ids": unit.findings or None,
    }


def _settlement_fields(settlement: SettlementRecord) -> Fields:
    currency, fee, bonus = settlement.currency, settlement.label_fee_minor, settlement.bonus_minor
    return {
        "id": settlement.id,
        "kind": settlement.kind,
        "state": settlement.state,
        "amount": money_fields(settlement.amount_minor, currency),
        "label_fee": money_fields(fee, currency) if fee else None,
        "bonus": money_fields(bonus, currency) if bonus else None,
        "provider_reference": settlement.provider_reference,
        "create_time": stamp_fields(settlement.create_time),
        "settle_time": stamp_fields(settlement.settle_time),
        "failure": settlement.failure,
        "note": settlement.note,
        "reverses_settlement_id": settlement.reverses_id,
    }


def _instructed(record: ReturnRecord) -> bool:
    offered = record.label_offer == LabelOfferKind.INSTRUCTIONS
    return record.decision is Decision.APPROVED and offered


def _instructions(record: ReturnRecord, language: str) -> Fields:
    return {**_where_to(record.warehouse, language), "reference": record.reference}


@lru_cache(256)
def _where_to(warehouse: WarehouseRecord, language: str) -> Fields:
    """Alike for all that goes there."""
    return {
        "address": address_message(warehouse.address),
        "address_lines": address_lines(warehouse.address, words(language)),
        "text": enclosed(warehouse, language),
    }
