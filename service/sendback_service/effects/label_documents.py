"""Label documents: checked to be what they say and to do nothing by themselves, stored once."""

from datetime import datetime
from hashlib import sha256

from sendback_sdk import Label

from sendback_service.effects.active_content import disarmed, packed_problem
from sendback_service.rules.writable import is_writable
from sendback_service.store.tables import ParcelRow
from sendback_service.store.transaction import Transaction

LARGEST_DOCUMENT = 4 * 1024 * 1024
MEDIA_TYPES = {"PDF": "application/pdf", "PNG": "image/png", "ZPL": "application/zpl"}
_KEEP = (
    "INSERT INTO document (merchant_id, parcel_id, kind, media_type, sha256, data) "
    "VALUES (:merchant_id, :parcel_id, :kind, :media_type, :sha256, :data) "
    "ON CONFLICT (merchant_id, parcel_id, kind) "
    "DO UPDATE SET media_type = excluded.media_type, sha256 = excluded.sha256, data = excluded.data"
)
_PNG = b"\x89PNG\r\n\x1a\n"


def document_problem(label: object, format: str) -> str:
    """What is wrong with a label that a carrier gave; empty where nothing is."""
    if not isinstance(label, Label):
        return f"a {type(label).__name__} instead of a label"
    if not all(map(is_writable, (label.tracking_number, label.tracking_url, label.carrier_reference))):
        return "a number, page or reference that is no text"
    if label.expires is not None and not _is_aware(label.expires):
        return f"the time {label.expires!r}, which is not aware"
    if not label.tracking_number.strip() or len(label.tracking_number) > 64:
        return "no tracking number"
    if not 0 < len(label.document) <= LARGEST_DOCUMENT:
        return f"a document of {len(label.document)} bytes"
    if label.format != format:
        return f"{label.format} instead of {format}"
    if not _is(label.document, format):
        return f"a document that is no {format}"
    if format == "PDF" and (problem := packed_problem(label.document)):
        return problem
    if label.qr is not None and (not label.qr.startswith(_PNG) or len(label.qr) > LARGEST_DOCUMENT):
        return "a code that is no PNG"
    return ""


def keep_documents(tx: Transaction, parcel: ParcelRow, label: Label) -> None:
    document = disarmed(label.document) if parcel.format == "PDF" else label.document
    parcel.document_size = len(document)
    parcel.document_sha256 = sha256(document).hexdigest()
    parcel.has_qr = label.qr is not None
    _keep(tx, parcel, "LABEL", MEDIA_TYPES[parcel.format], document)
    if label.qr is not None:
        _keep(tx, parcel, "QR", MEDIA_TYPES["PNG"], label.qr)


def _keep(tx: Transaction, parcel: ParcelRow, kind: str, media_type: str, data: bytes) -> None:
    row = {
        "merchant_id": parcel.merchant_id,
        "parcel_id": parcel.id,
        "kind": kind,
        "media_type": media_type,
        "sha256": sha256(data).hexdigest(),
        "data": data,
    }
    tx.write(_KEEP, row)


def _is_aware(time: object) -> bool:
    return isinstance(time, datetime) and time.utcoffset() is not None


def _is(document: bytes, format: str) -> bool:
    if format == "PDF":
        return document.startswith(b"%PDF-") and b"%%EOF" in document[-1024:]
    if format == "PNG":
        return document.startswith(_PNG)
    return b"^XA" in document and b"^XZ" in document
