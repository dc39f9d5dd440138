"""Returns: what they were made of, what they were decided to be, and the events that say so (8, 9, 10, 11)."""

from sendback_service.audit.finding import rows

_EVENT = "SELECT 1 FROM event e WHERE e.merchant_id = t.merchant_id AND e.subject_id = t.id"
_FINAL = "'return.declined', 'return.cancelled', 'return.expired', 'return.closed'"
_COUNTED = """SELECT coalesce(sum(s.label_fee_minor), 0) FROM settlement s WHERE s.merchant_id = t.merchant_id
    AND s.return_id = t.id AND s.state IN ('SUBMITTED', 'UNKNOWN', 'SETTLED')"""
_BYPASSED = "whoever changed the row did not go through the service: find out who, and what else they changed"

CHECKS = (
    rows(
        "return_without_order",
        "9",
        "returns",
        "NOT EXISTS (SELECT 1 FROM orders o WHERE o.merchant_id = t.merchant_id AND o.id = t.order_id)",
        "its order {order_id} is not there",
        "restore the order from a backup; nothing of the return can be computed without it",
    ),
    rows(
        "return_without_snapshot",
        "9",
        "returns",
        """NOT EXISTS (SELECT 1 FROM order_version v WHERE v.merchant_id = t.merchant_id
             AND v.order_id = t.order_id AND v.version = t.order_version)""",
        "version {order_version} of order {order_id}, which it was made of, is not there",
        "restore the order's version from a backup",
    ),
    rows(
        "return_without_policy",
        "9",
        "returns",
        """t.policy_version <> 0 AND NOT EXISTS (SELECT 1 FROM policy p WHERE p.merchant_id = t.merchant_id
             AND p.version = t.policy_version)""",
        "version {policy_version} of the policy, which binds it, is not there",
        "restore the policy's version from a backup",
    ),
    rows(
        "return_without_units",
        "1",
        "returns",
        """NOT EXISTS (SELECT 1 FROM unit u WHERE u.merchant_id = t.merchant_id AND u.return_id = t.id
             AND u.kind = 'ANNOUNCED')""",
        "is about no unit at all",
        "restore its units from a backup, or cancel it",
    ),
    rows(
        "return_link_broken",
        "8",
        "returns",
        """t.linked_return_id <> '' AND NOT EXISTS (SELECT 1 FROM returns r WHERE r.merchant_id = t.merchant_id
             AND r.id = t.linked_return_id)""",
        "goes on for return {linked_return_id}, which is not there",
        "restore the first return from a backup",
    ),
    rows(
        "return_without_event",
        "events",
        "returns",
        f"""NOT EXISTS ({_EVENT} AND e.type = 'return.requested') OR t.decision NOT IN ('REQUESTED', 'IN_REVIEW')
            AND NOT EXISTS ({_EVENT} AND e.type = 'return.' || lower(t.decision))""",
        "is {decision}, and no event says so",
        _BYPASSED,
    ),
    rows(
        "return_left_final_state",
        "8",
        "returns",
        f"EXISTS ({_EVENT} AND e.type IN ({_FINAL}) AND e.type <> 'return.' || lower(t.decision))",
        "is {decision}, although an event says that it ended otherwise",
        "final states stay final: set the decision that the event names, and correct by a linked return",
    ),
    rows(
        "override_without_reason",
        "10",
        "returns",
        "t.override_note <> '' AND trim(t.override_note) = ''",
        "staff went beyond the policy, and gave blanks for a reason",
        "ask who made it (the event return.requested names the actor) and note the reason",
    ),
    rows(
        "fee_not_shown",
        "11",
        "returns",
        f"({_COUNTED}) > t.shown_fee_minor",
        "more is charged for the label than the {shown_fee_minor} (minor units) that the buyer was shown",
        "pay the difference back by hand",
    ),
)
