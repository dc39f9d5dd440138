"""Units: held once, looked at once, settled once (invariants 1, 2, 7 and 8)."""

from sendback_service.audit.finding import rows

_RETURN = "SELECT 1 FROM returns r WHERE r.merchant_id = t.merchant_id AND r.id = t.return_id"
_ANNOUNCED = "t.kind = 'ANNOUNCED' AND NOT t.cancelled"

CHECKS = (
    rows(
        "unit_without_return",
        "1",
        "unit",
        f"NOT EXISTS ({_RETURN})",
        "belongs to return {return_id}, which is not there",
        "restore the return from a backup, or delete the unit so that it can be returned again",
    ),
    rows(
        "unit_held_twice",
        "1",
        "unit",
        """t.held AND EXISTS (SELECT 1 FROM unit o WHERE o.merchant_id = t.merchant_id AND o.order_id = t.order_id
             AND o.line_id = t.line_id AND o.unit = t.unit AND o.held AND o.return_id <> t.return_id)""",
        "unit {unit} of line {line_id} of order {order_id} is held by another return too",
        "settle one of the returns and cancel the other; then make the unique index unit_held_once again",
    ),
    rows(
        "unit_held_by_ended",
        "1",
        "unit",
        f"t.held AND EXISTS ({_RETURN} AND r.decision IN ('DECLINED', 'CANCELLED', 'EXPIRED'))",
        "held by return {return_id}, which was declined, cancelled or expired",
        "set held to false: the buyer cannot return the unit again until then",
    ),
    rows(
        "unit_not_held",
        "1",
        "unit",
        f"""NOT t.held AND {_ANNOUNCED} AND t.inspection NOT IN ('REJECTED', 'MISSING')
            AND EXISTS ({_RETURN} AND r.decision IN ('REQUESTED', 'IN_REVIEW', 'APPROVED', 'CLOSED'))""",
        "return {return_id} lives or was settled, and does not hold it: it could be returned twice",
        "set held to true, unless another return holds it; then cancel one of them",
    ),
    rows(
        "unit_unfinished",
        "2",
        "unit",
        f"""{_ANNOUNCED} AND t.inspection NOT IN ('ACCEPTED', 'REJECTED', 'MISSING')
            AND EXISTS ({_RETURN} AND r.decision = 'CLOSED')""",
        "is {inspection} although its return is closed",
        "find out in the warehouse what became of it, and note it in a linked return",
    ),
    rows(
        "unit_disposition_wrong",
        "7",
        "unit",
        "t.kind = 'ANNOUNCED' AND (t.inspection IN ('ACCEPTED', 'REJECTED')) <> (t.disposition <> '')",
        "is {inspection} with the disposition '{disposition}'",
        "what was looked at has one disposition, and nothing else has any: ask the warehouse where it went",
    ),
    rows(
        "unit_unsettled",
        "8",
        "unit",
        f"{_ANNOUNCED} AND t.settlement_id = '' AND EXISTS ({_RETURN} AND r.decision = 'CLOSED')",
        "was neither paid nor waived although its return is closed",
        "see whether the buyer was paid; pay by hand what is owed",
    ),
    rows(
        "unit_settled_by_nothing",
        "8",
        "unit",
        """t.settlement_id <> '' AND NOT EXISTS (SELECT 1 FROM settlement s WHERE s.merchant_id = t.merchant_id
             AND s.id = t.settlement_id AND s.return_id = t.return_id AND s.state <> 'FAILED')""",
        "counts as settled by {settlement_id}, which is not a settlement of its return, or failed",
        "empty settlement_id, so that the unit is due again, unless the buyer has the money",
    ),
    rows(
        "inspection_without_event",
        "events",
        "unit",
        """t.kind = 'ANNOUNCED' AND t.inspection IN ('ACCEPTED', 'REJECTED', 'MISSING')
           AND NOT EXISTS (SELECT 1 FROM event e WHERE e.merchant_id = t.merchant_id AND e.subject_id = t.return_id
             AND e.type = 'item.' || lower(t.inspection) AND e.attributes ->> 'order_line_id' = t.line_id
             AND e.attributes ->> 'unit' = CAST(t.unit AS VARCHAR))""",
        "is {inspection}, and no event says so",
        "whoever changed the row did not go through the service: find out who, and what else they changed",
    ),
)
