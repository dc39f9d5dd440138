"""What was to happen outside and has no outcome though its time is past: nobody is at work on it, and nothing will
wake anybody."""

from sendback_service.audit.finding import rows


def _no_deadline(*kinds: str, subject: str = "t.id") -> str:
    """A deadline that is still to come, or was due just now, wakes whoever sees to it."""
    ids = ", ".join(f"'{kind}:' || {subject}" for kind in kinds)
    return f"NOT EXISTS (SELECT 1 FROM deadline d WHERE d.merchant_id = t.merchant_id AND d.id IN ({ids}))"


_STAFF = """EXISTS (SELECT 1 FROM work_item w WHERE w.merchant_id = t.merchant_id AND w.return_id = t.return_id
    AND w.done_time IS NULL AND w.kind IN ('refund.by_hand', 'refund.late', 'settlement.unknown'))"""
_WAKE = "see that a worker runs; if it does, its log says why the intent was lost: `{}` it anew with its key"

CHECKS = (
    rows(
        "label_overdue",
        "intents",
        "parcel",
        f"""t.label IN ('REQUESTED', 'UNKNOWN', 'VOID_PENDING') AND t.update_time < :lost
            AND {_no_deadline("label.retry", "label.reconcile", "label.void")}
            AND NOT EXISTS (SELECT 1 FROM attempt a WHERE a.merchant_id = t.merchant_id AND a.parcel_id = t.id
              AND (a.start_time >= :lost OR a.end_time >= :lost))""",
        "its label is {label} past its time, and nobody sees to it",
        _WAKE.format("buy, reconcile or void"),
        ("buy_label", "reconcile_label", "void_label"),
    ),
    rows(
        "attempt_open",
        "intents",
        "attempt",
        f"""t.outcome IN ('', 'UNKNOWN') AND t.start_time < :lost AND coalesce(t.end_time, 0) < :lost
            AND {_no_deadline("label.retry", "label.reconcile", "label.void", subject="t.parcel_id")}""",
        "the call to {account} has no outcome, and nobody asks after it: there may be a label",
        "look with the carrier for a label by the parcel's id",
        ("buy_label", "reconcile_label", "void_label"),
    ),
    rows(
        "transfer_overdue",
        "intents",
        "transfer",
        f"""t.state IN ('SUBMITTED', 'UNKNOWN') AND t.update_time < :lost
            AND {_no_deadline("transfer.retry", "transfer.confirm")} AND NOT {_STAFF}""",
        "{amount_minor} (minor units) are {state} past their time, and nobody sees to it",
        "ask the provider by the transfer's id; then confirm the settlement, or have staff settle anew",
        ("pay",),
    ),
    rows(
        "message_overdue",
        "intents",
        "message",
        f"t.state = 'REQUESTED' AND t.update_time < :lost AND {_no_deadline('message.retry')}",
        "the letter about {occasion} was not sent, and nobody sees to it",
        _WAKE.format("send"),
        ("send",),
    ),
    rows(
        "erasure_overdue",
        "intents",
        "erasure",
        f"""coalesce(t.erase_time, t.create_time) < :lost
            AND (t.erase_time IS NULL AND {_no_deadline("erasure.due")}
              OR t.erase_time IS NOT NULL AND t.forget_time IS NULL AND {_no_deadline("erasure.forget")})""",
        "the buyer's erasure is not finished, and nobody sees to it",
        _WAKE.format("forget"),
        ("forget",),
    ),
    rows(
        "mirror_overdue",
        "intents",
        "mirror",
        f"""t.done < t.wanted AND t.update_time < :lost AND coalesce(t.rest_time, 0) < :lost
            AND {_no_deadline("mirror.due")}""",
        "shop {account} knows {return_id} up to its event {done} of {wanted}, and nobody tells it more",
        _WAKE.format("mirror"),
        ("mirror",),
    ),
    rows(
        "mirrors_behind",
        "intents",
        "installation",
        """t.name = 'mirrored_position' AND EXISTS (SELECT 1 FROM event e
             WHERE e.position > CAST(t.value AS BIGINT) AND e.time < :lost)""",
        "no event after position {value} was looked at for shops that are to be told",
        "see that a worker runs (`sendback worker`), and what its log says of mirrors",
    ),
    rows(
        "synchronisation_overdue",
        "intents",
        "synchronisation",
        f"""t.update_time < :lost AND coalesce(t.rest_time, 0) < :lost
            AND {_no_deadline("shop.synchronise", subject="t.account")}""",
        "orders of shop {account} are not listed any more, and nothing will wake anybody",
        "see that a worker runs, and that the account is in the configuration; else delete the row",
        ("synchronise",),
    ),
    rows(
        "deadline_unswept",
        "intents",
        "deadline",
        "t.due_time < :late",
        "{kind} of {subject_id} was due, and nobody saw to it",
        "see that a worker runs (`sendback worker`), and what its log says of the sweep",
    ),
    rows(
        "delivery_overdue",
        "intents",
        "delivery",
        """t.state = 'PENDING' AND t.due_time < :lost AND NOT EXISTS (SELECT 1 FROM receiver r
             WHERE r.merchant_id = t.owner AND r.endpoint = t.endpoint AND r.wait_time >= :lost)""",
        "{type} was to be sent to {endpoint}, and nobody sees to it",
        "see that a worker runs; `EventService.RedeliverWebhook` sends it anew",
    ),
    rows(
        "message_without_event",
        "events",
        "message",
        """t.state <> 'REQUESTED' AND NOT EXISTS (SELECT 1 FROM event e WHERE e.merchant_id = t.merchant_id
             AND e.subject_id = t.subject_id AND e.type = 'message.' || lower(t.state)
             AND e.attributes ->> 'message_id' = t.id)""",
        "is {state}, and no event says so",
        "whoever changed the row did not go through the service: find out who, and what else they changed",
    ),
    rows(
        "message_twice",
        "6",
        "message",
        """EXISTS (SELECT 1 FROM message m WHERE m.merchant_id = t.merchant_id AND m.subject_id = t.subject_id
             AND m.occasion = t.occasion AND m.number = t.number AND m.id <> t.id)""",
        "the letter about {occasion} of {subject_id} was asked for twice",
        "delete the one that was not sent; then make the unique index message_once again",
    ),
)
