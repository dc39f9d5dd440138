"""Other terms for some territories or customers, row by row."""

from collections.abc import Iterator

from sendback.v1.policy_pb2 import ParticularTerms, Policy

from sendback_web.console.entries import Entry, amounts_text, words_of
from sendback_web.console.rules import Reading

_NEW_ROWS = 1
_MOST_ROWS = 100
FIELDS = {
    f"policy.particulars[{row}].{path}": f"particular_{row}_{name}"
    for row in range(_MOST_ROWS)
    for path, name in (
        ("region_codes", "regions"),
        ("customer_ids", "customers"),
        ("window_days", "window"),
        ("label_policy", "labels"),
        ("label_fees", "fees"),
        ("restocking_percent", "restocking"),
        ("", "regions"),
    )
}


def particular_rows(entry: Entry) -> range:
    return range(min(_MOST_ROWS, entry.number("particular_rows") or _NEW_ROWS))


def particulars_values(policy: Policy) -> dict[str, object]:
    rows = min(_MOST_ROWS, len(policy.particulars) + _NEW_ROWS)
    values: dict[str, object] = {"particular_rows": rows}
    for row, terms in enumerate(policy.particulars):
        values |= {f"particular_{row}_{name}": value for name, value in _values(terms).items()}
    return values


def _values(terms: ParticularTerms) -> dict[str, object]:
    return {
        "regions": ", ".join(terms.region_codes),
        "customers": ", ".join(terms.customer_ids),
        "window": terms.window_days if terms.HasField("window_days") else "",
        "labels": int(terms.label_policy) or "",
        "fees": amounts_text(terms.label_fees),
        "restocking": terms.restocking_percent if terms.HasField("restocking_percent") else "",
        "approve": terms.always_approve,
    }


def particulars(read: Reading) -> Iterator[ParticularTerms]:
    for row in particular_rows(read.entry):
        found = _terms(read, f"particular_{row}_")
        if found.ByteSize():
            yield found


def _terms(read: Reading, row: str) -> ParticularTerms:
    one = read.entry.one
    found = ParticularTerms(
        region_codes=words_of(one(f"{row}regions").upper()),
        customer_ids=words_of(one(f"{row}customers")),
        label_policy=read.choice(f"{row}labels"),  # type: ignore[arg-type]
        label_fees=read.amounts(f"{row}fees"),
        always_approve=read.entry.ticked(f"{row}approve"),
    )
    if one(f"{row}window"):
        found.window_days = read.number(f"{row}window")
    if one(f"{row}restocking"):
        found.restocking_percent = read.number(f"{row}restocking")
    return found
