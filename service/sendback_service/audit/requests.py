"""Request ids that were used, and what staff were asked to see to: both name what is there."""

from sendback_service.audit.finding import rows

_RESOURCES = (
    ("ret_", "returns"),
    ("par_", "parcel"),
    ("ord_", "orders"),
    ("era_", "erasure"),
    ("arr_", "arrival"),
    ("msg_", "message"),
    ("wrk_", "work_item"),
)
_MISSING = " OR ".join(
    f"""substr(t.resource_id, 1, 4) = '{prefix}' AND NOT EXISTS (
        SELECT 1 FROM {table} s WHERE s.merchant_id = t.merchant_id AND s.id = t.resource_id)"""
    for prefix, table in _RESOURCES
)
_RETURN = "SELECT 1 FROM returns r WHERE r.merchant_id = t.merchant_id AND r.id = t.return_id"

CHECKS = (
    rows(
        "request_without_resource",
        "6",
        "request_key",
        f"t.resource_id = '' OR {_MISSING}",
        "made {resource_id}, which is not there: a retry is answered with nothing",
        "restore it from a backup, or delete the request key so that the request can be made anew",
    ),
    rows(
        "order_without_version",
        "9",
        "orders",
        """t.version <> 0 AND NOT EXISTS (SELECT 1 FROM order_version v
             WHERE v.merchant_id = t.merchant_id AND v.order_id = t.id AND v.version = t.version)""",
        "its version {version} is not there",
        "restore it from a backup, or import the order again",
    ),
    rows(
        "work_without_return",
        "store",
        "work_item",
        f"t.return_id <> '' AND NOT EXISTS ({_RETURN})",
        "asks staff about return {return_id}, which is not there",
        "restore the return from a backup, or complete the work item",
    ),
    rows(
        "review_left_open",
        "8",
        "work_item",
        f"""t.done_time IS NULL AND t.kind = 'return.review'
            AND EXISTS ({_RETURN} AND r.decision NOT IN ('REQUESTED', 'IN_REVIEW'))""",
        "asks staff to decide about return {return_id}, which is decided",
        "complete the work item",
    ),
)
