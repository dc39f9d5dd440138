"""The ledger of store credit: never below nothing, each entry once and for a reason (invariants 3 and 6)."""

from sendback_service.audit.finding import rows

CHECKS = (
    rows(
        "credit_below_zero",
        "3",
        "credit_entry",
        """t.kind = 'CREDIT' AND (SELECT sum(c.amount_minor) FROM credit_entry c WHERE c.merchant_id = t.merchant_id
             AND c.customer_id = t.customer_id AND c.currency = t.currency AND c.credit_id = t.id) < 0""",
        "more was taken of this credit than the {amount_minor} (minor units) that it gave",
        "find the entry that took too much, and add its opposite",
    ),
    rows(
        "credit_entered_twice",
        "6",
        "credit_entry",
        """EXISTS (SELECT 1 FROM credit_entry c WHERE c.merchant_id = t.merchant_id AND c.key = t.key
             AND c.id <> t.id)""",
        "the key {key} is another entry's too",
        "add the opposite of one of them; then make the unique index credit_entry_key again",
    ),
    rows(
        "credit_entry_without_credit",
        "6",
        "credit_entry",
        """NOT EXISTS (SELECT 1 FROM credit_entry c WHERE c.merchant_id = t.merchant_id AND c.id = t.credit_id
             AND c.kind = 'CREDIT' AND c.currency = t.currency)""",
        "takes from credit {credit_id}, which is not there",
        "restore the credit from a backup, or add the entry's opposite",
    ),
    rows(
        "credit_unfounded",
        "6",
        "credit_entry",
        """t.kind = 'CREDIT' AND substr(t.key, 1, 4) = 'trf_' AND NOT EXISTS (
             SELECT 1 FROM transfer f WHERE f.merchant_id = t.merchant_id AND f.id = t.key
             AND f.state IN ('SETTLED', 'REVERSED'))""",
        "gives {amount_minor} (minor units) for transfer {key}, which is not there or not settled",
        "settle the transfer if the return is owed the credit, else add the entry's opposite",
    ),
)
