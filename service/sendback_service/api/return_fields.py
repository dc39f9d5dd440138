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
from sendback_service.rules.states import Decision, UnitKind, resolution, shipment
from sendback_service.text.addresses import address_lines
from sendback_service.text.words import words

Fields = dict[str, Any]

# Asking an enum for a member takes as long as five other steps.
_ANNOUNCED = UnitKind.ANNOUNCED


def return_fields(record: ReturnRecord, language: str) -> Fields:
    """Of `sendback.v1.Return`."""
    currency, fee, decision = record.currency, record.shown_fee_minor, record.decision
    return {
        "id": record.id,
        "reference": record.reference,
        "order_id": record.order_id,
        "order_number": record.order_number,
        "decision": decision,
        "shipment": shipment(
            {parcel.transit for parcel in record.parcels},
            {unit.inspection for unit in record.units if unit.kind == _ANNOUNCED and not unit.cancelled},
        ),
        "resolution": resolution(decision, work_item_open=record.open_work_items > 0),
        "outcome": record.outcome,
        "units": [_unit_fields(unit) for unit in record.units],
        "parcels": [parcel_fields(parcel) for parcel in record.parcels],
        "settlements": [_settlement_fields(one) for one in record.settlements] or None,
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
        "instructions": _instructions(record, language),
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
        "has_qr": bool(parcel.has_qr) or None,
        "expire_time": stamp_fields(parcel.expire_time),
        "failure": parcel.failure or None,
    }


def _unit_fields(unit: UnitRecord) -> Fields:
    line_id, number, title, reason, comment, evidence, *state = unit
    inspection, grade, disposition, note, kind, cancelled = state
    fields: Fields = {
        "order_line_id": line_id,
        "unit": number,
        "title": title,
        "reason_code": reason,
        "inspection": inspection,
        "kind": kind,
    }
    if comment:
        fields["comment"] = comment
    if evidence:
        fields["evidence_image_ids"] = evidence.get("images")
        fields["finding_image_ids"] = evidence.get("findings")
    if grade or disposition or note or cancelled:
        fields["grade"] = grade or None
        fields["disposition"] = disposition or None
        fields["rejection_note"] = note
        fields["cancelled"] = bool(cancelled)
    return fields


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


def _instructions(record: ReturnRecord, language: str) -> Fields | None:
    """For those whom no label tells where to."""
    if record.warehouse is None or record.decision != Decision.APPROVED:
        return None
    return {**_where_to(record.warehouse, language), "reference": record.reference}


@lru_cache(256)
def _where_to(warehouse: WarehouseRecord, language: str) -> Fields:
    """Alike for all that goes there."""
    return {
        "address": address_message(warehouse.address),
        "address_lines": address_lines(warehouse.address, words(language)),
        "text": enclosed(warehouse, language),
    }
