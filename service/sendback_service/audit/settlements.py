"""Settlements and the transfers that carry them: what adds up, in which state, in which currency (3, 5, 6, 8, 10)."""

from sendback_service.audit.finding import rows

_TRANSFER = "FROM transfer f WHERE f.merchant_id = t.merchant_id AND f.settlement_id = t.id"
_RETURN = "SELECT 1 FROM returns r WHERE r.merchant_id = t.merchant_id AND r.id = t.return_id"
_SETTLEMENT = "SELECT 1 FROM settlement s WHERE s.merchant_id = t.merchant_id AND s.id = t.settlement_id"
_EVENT = "SELECT 1 FROM event e WHERE e.merchant_id = t.merchant_id AND e.subject_id = t.return_id"
_BYPASSED = "whoever changed the row did not go through the service: find out who, and what else they changed"

CHECKS = (
    rows(
        "settlement_without_return",
        "6",
        "settlement",
        f"NOT EXISTS ({_RETURN} AND r.order_id = t.order_id)",
        "belongs to return {return_id} of order {order_id}, which is not there",
        "restore the return from a backup",
    ),
    rows(
        "settlement_without_transfers",
        "6",
        "settlement",
        f"t.reverses_id = '' AND t.amount_minor <> 0 AND NOT EXISTS (SELECT 1 {_TRANSFER})",
        "is to pay {amount_minor} (minor units) and no transfer carries it",
        "see with the provider whether the money went; restore the transfers, or settle anew",
    ),
    rows(
        "settlement_sum_wrong",
        "6",
        "settlement",
        f"""t.reverses_id = '' AND EXISTS (SELECT 1 {_TRANSFER})
            AND (SELECT sum(f.amount_minor) {_TRANSFER}) <> t.amount_minor""",
        "pays {amount_minor} (minor units), and its transfers together another amount",
        "compare with the provider by the transfers' ids; pay the difference by hand or ask for it back",
    ),
    rows(
        "settlement_state_wrong",
        "6",
        "settlement",
        f"""t.reverses_id = '' AND (
            t.state = 'SETTLED' AND EXISTS (SELECT 1 {_TRANSFER} AND f.state <> 'SETTLED')
            OR t.state IN ('SUBMITTED', 'UNKNOWN', 'FAILED')
               AND NOT EXISTS (SELECT 1 {_TRANSFER} AND f.state <> 'SETTLED')
            OR t.state = 'FAILED' AND EXISTS (SELECT 1 {_TRANSFER} AND f.state <> 'FAILED')
            OR t.state = 'REVERSED' AND EXISTS (SELECT 1 {_TRANSFER} AND f.state <> 'REVERSED'))""",
        "is {state}, which its transfers are not",
        "ask the provider what became of each transfer, by its id; then set both alike",
    ),
    rows(
        "settlement_negative",
        "5",
        "settlement",
        "t.reverses_id = '' AND t.amount_minor < 0",
        "takes {amount_minor} (minor units) from the buyer",
        "no outcome is below nothing: set the amount to 0 and note what was lost",
    ),
    rows(
        "settlement_quote_differs",
        "9",
        "settlement",
        """t.reverses_id = '' AND t.kind <> 'WAIVED' AND CAST(t.amount_minor AS VARCHAR) <> t.quote ->> 'amount'""",
        "pays {amount_minor} (minor units), which is not what its quote comes to",
        "the quote is what was agreed: compare the transfers with it",
    ),
    rows(
        "settlement_currency_wrong",
        "3",
        "settlement",
        f"EXISTS ({_RETURN} AND r.currency <> t.currency)",
        "pays in {currency}, which is not the return's currency",
        "see with the provider in which currency the money went",
    ),
    rows(
        "settlement_open_at_close",
        "8",
        "settlement",
        f"t.state IN ('SUBMITTED', 'UNKNOWN') AND EXISTS ({_RETURN} AND r.decision = 'CLOSED')",
        "is {state} although its return is closed",
        "ask the provider by the transfers' ids, then confirm or fail the settlement",
    ),
    rows(
        "reversal_without_record",
        "8",
        "settlement",
        """t.state = 'REVERSED' AND t.reverses_id = '' AND (
            SELECT coalesce(sum(s.amount_minor), 1) FROM settlement s WHERE s.merchant_id = t.merchant_id
              AND s.return_id = t.return_id AND s.reverses_id = t.id) <> -t.amount_minor""",
        "was reversed, and no linked settlement takes {amount_minor} (minor units) back",
        "find the event settlement.reversed, and write the linked record that it names",
    ),
    rows(
        "waiver_without_reason",
        "10",
        "settlement",
        f"t.kind = 'WAIVED' AND trim(t.note) = '' AND EXISTS ({_RETURN} AND r.erase_time IS NULL)",
        "staff paid nothing, and gave no reason",
        "ask who did it (the event settlement.submitted names the actor) and note the reason",
    ),
    rows(
        "settlement_without_event",
        "events",
        "settlement",
        f"""NOT EXISTS ({_EVENT} AND t.reverses_id = '' AND e.type = 'settlement.' || lower(t.state)
              AND e.attributes ->> 'settlement_id' = t.id)
            AND NOT EXISTS ({_EVENT} AND t.reverses_id <> '' AND e.type = 'settlement.reversed'
              AND e.attributes ->> 'linked_settlement_id' = t.id)""",
        "is {state}, and no event says so",
        _BYPASSED,
    ),
    rows(
        "transfer_without_settlement",
        "6",
        "transfer",
        f"NOT EXISTS ({_SETTLEMENT} AND s.return_id = t.return_id)",
        "moves {amount_minor} (minor units) for settlement {settlement_id}, which is not there",
        "ask the provider by the transfer's id whether the money went; restore the settlement from a backup",
    ),
    rows(
        "transfer_not_positive",
        "5",
        "transfer",
        "t.amount_minor <= 0",
        "moves {amount_minor} (minor units)",
        "a transfer moves money to the buyer: delete it, and set the settlement's amount",
    ),
    rows(
        "transfer_currency_wrong",
        "3",
        "transfer",
        f"EXISTS ({_SETTLEMENT} AND s.currency <> t.currency)",
        "moves {currency}, which is not the settlement's currency",
        "see with the provider in which currency the money went",
    ),
    rows(
        "credit_missing",
        "6",
        "transfer",
        """t.account = 'ledger' AND t.state IN ('SETTLED', 'REVERSED')
           AND NOT EXISTS (SELECT 1 FROM credit_entry c WHERE c.merchant_id = t.merchant_id AND c.key = t.id
             AND c.amount_minor = t.amount_minor AND c.currency = t.currency)""",
        "gave {amount_minor} (minor units) of credit, and the ledger has no such entry",
        "add the entry with the transfer's id as its key",
    ),
)
