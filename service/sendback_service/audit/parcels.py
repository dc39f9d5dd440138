"""Parcels with their labels: one live label, its document, and the events that say how it went (6 and 8)."""

from sendback_service.audit.finding import rows

_RETURN = "SELECT 1 FROM returns r WHERE r.merchant_id = t.merchant_id AND r.id = t.return_id"
_EVENT = """SELECT 1 FROM event e WHERE e.merchant_id = t.merchant_id AND e.subject_id IN (t.return_id, t.id)
    AND e.attributes ->> 'parcel_id' = t.id"""
_ERASED = """EXISTS (SELECT 1 FROM event e WHERE e.merchant_id = t.merchant_id
    AND (e.subject_id = t.return_id AND e.type = 'return.erased' OR e.subject_id = t.id AND e.type = 'label.erased'))"""
_BYPASSED = "whoever changed the row did not go through the service: find out who, and what else they changed"

CHECKS = (
    rows(
        "parcel_without_return",
        "1",
        "parcel",
        f"t.return_id <> '' AND NOT EXISTS ({_RETURN})",
        "belongs to return {return_id}, which is not there",
        "restore the return from a backup; void the label if there is one",
    ),
    rows(
        "label_twice_live",
        "6",
        "parcel",
        """(SELECT count(*) FROM attempt a WHERE a.merchant_id = t.merchant_id AND a.parcel_id = t.id
             AND a.outcome = 'DONE') > 1""",
        "more than one call brought a label for it",
        "compare with the carrier's list by the parcel's id; void all but {tracking_number}",
    ),
    rows(
        "label_for_ended",
        "6",
        "parcel",
        f"""t.label IN ('REQUESTED', 'PURCHASED') AND t.transit = 'NOT_SCANNED'
            AND EXISTS ({_RETURN} AND r.decision IN ('DECLINED', 'CANCELLED', 'EXPIRED'))
            AND NOT EXISTS ({_EVENT} AND e.type = 'label.not_voided')""",
        "its label is {label} although return {return_id} was declined, cancelled or expired",
        "void it: `LabelService.VoidLabel`",
    ),
    rows(
        "label_without_document",
        "6",
        "parcel",
        f"t.label = 'PURCHASED' AND t.document_sha256 = '' AND NOT {_ERASED}",
        "a label was bought from {account}, and its document was not kept",
        "fetch it from the carrier by {tracking_number}, or void it and make another return",
    ),
    rows(
        "document_missing",
        "store",
        "parcel",
        """t.document_sha256 <> '' AND NOT EXISTS (SELECT 1 FROM document d WHERE d.merchant_id = t.merchant_id
             AND d.parcel_id = t.id AND d.kind = 'LABEL' AND d.sha256 = t.document_sha256
             AND length(d.data) = t.document_size)""",
        "its document of {document_size} bytes is not there, or is another",
        "restore the document from a backup, or void the label and make another return",
    ),
    rows(
        "label_without_event",
        "events",
        "parcel",
        f"""t.label NOT IN ('NOT_NEEDED', 'VOID_PENDING')
            AND NOT EXISTS ({_EVENT} AND e.type = 'label.' || lower(t.label))""",
        "its label is {label}, and no event says so",
        _BYPASSED,
    ),
    rows(
        "transit_without_event",
        "events",
        "parcel",
        f"t.transit <> 'NOT_SCANNED' AND NOT EXISTS ({_EVENT} AND e.type = 'parcel.' || lower(t.transit))",
        "is {transit}, and no event says so",
        _BYPASSED,
    ),
    rows(
        "transit_moved_back",
        "8",
        "parcel",
        f"""t.transit <> 'DELIVERED'
            AND EXISTS ({_EVENT} AND e.type = 'parcel.delivered' AND e.attributes ->> 'late' = 'false')""",
        "is {transit} although it was delivered",
        "set transit to DELIVERED",
    ),
    rows(
        "serial_not_issued",
        "6",
        "attempt",
        "NOT EXISTS (SELECT 1 FROM serial s WHERE s.account = t.account AND s.next > t.serial)",
        "account {account} never issued the serial number {serial}: it may be given out again",
        "set serial.next of the account above the highest serial of its attempts",
    ),
    rows(
        "attempt_without_parcel",
        "6",
        "attempt",
        "NOT EXISTS (SELECT 1 FROM parcel p WHERE p.merchant_id = t.merchant_id AND p.id = t.parcel_id)",
        "{account} was asked for a label of a parcel that is not there",
        "restore the parcel from a backup, or void with the carrier what it made by this reference",
    ),
    rows(
        "document_corrupt",
        "store",
        "document",
        "encode(sha256(t.data), 'hex') <> t.sha256",
        "the {kind} of parcel {parcel_id} is not what was kept: its checksum differs",
        "restore it from a backup, and look at the disk",
    ),
    rows(
        "document_without_parcel",
        "store",
        "document",
        "NOT EXISTS (SELECT 1 FROM parcel p WHERE p.merchant_id = t.merchant_id AND p.id = t.parcel_id)",
        "belongs to a parcel that is not there",
        "restore the parcel from a backup, or delete the document",
    ),
    rows(
        "image_without_data",
        "store",
        "image",
        """NOT EXISTS (SELECT 1 FROM image_data d WHERE d.merchant_id = t.merchant_id AND d.image_id = t.id)""",
        "a picture for use {use} has no data in any size",
        "restore it from a backup, or have it uploaded again",
    ),
)
