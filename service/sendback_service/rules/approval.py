"""Whether staff must agree before a return goes ahead."""

from collections.abc import Set

from sendback_service.rules.policy import Approval


def needs_approval(
    terms: Approval, value: int, currency: str, reason_codes: Set[str], customer_id: str = ""
) -> bool:
    """Always, above a value of goods in this currency, for one of the reasons named, or for one of the customers."""
    if (
        terms.always
        or reason_codes & terms.reason_codes
        or (customer_id and customer_id in terms.customer_ids)
    ):
        return True
    limit = dict(terms.above).get(currency)
    return limit is not None and value > limit
