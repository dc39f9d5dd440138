"""The rest of a policy as a form, and back: reasons, what may not come back, approval, money, limits, reminders."""

from collections.abc import Iterator

from sendback.v1.policy_pb2 import (
    ApprovalTerms,
    Exclusions,
    GradeTerm,
    LocalizedText,
    Policy,
    ReturnLimits,
    ReturnReason,
    ServiceTerms,
)

from sendback_web.console.entries import Entry, amounts_text, filled, words_of
from sendback_web.console.particulars import FIELDS as PARTICULAR_FIELDS
from sendback_web.console.particulars import particulars, particulars_values
from sendback_web.console.rules import Reading, Say
from sendback_web.words import LANGUAGES, N_

GRADES = ("A_RESELL", "B_OPENED", "C_DAMAGED", "D_UNUSABLE")
# Rows to fill in behind those that are there.
_NEW_ROWS = 2
_MOST_ROWS = 50
NO_TITLE = N_("Name the reason in at least one language.")
NO_CODE = N_("Give the reason a code: capital letters, digits and underscores.")
FIELDS = {
    "policy.reasons": "reason_0_code",
    "policy.exclusions.tags": "excluded_tags",
    "policy.exclusions.product_ids": "excluded_products",
    "policy.exclusions.region_codes": "excluded_regions",
    "policy.exclusions.order_tags": "excluded_order_tags",
    "policy.exclusions.customer_ids": "excluded_customers",
    "policy.exclusions.discount": "excluded_discount",
    "policy.approval.above": "approval_above",
    "policy.approval.reason_codes": "approval_reasons",
    "policy.approval": "approval_always",
    "policy.limits.values": "limit_values",
    "policy.limits.returns": "limit_returns",
    "policy.limits": "limit_days",
    "policy.restocking_percent": "restocking",
    "policy.unused_label_days": "unused_days",
    "policy.grades": "grade_B_OPENED",
    "policy.service.reminder_days": "reminder_days",
    "policy.service.parcel_days": "parcel_days",
    "policy.service.inspection_days": "inspection_days",
    "policy.service.refund_days": "refund_days",
    **PARTICULAR_FIELDS,
}
FIELDS.update({f"policy.reasons[{row}]": f"reason_{row}_code" for row in range(_MOST_ROWS)})


def reason_rows(entry: Entry) -> range:
    """As many rows as the form has, or the policy needs."""
    return range(min(_MOST_ROWS, entry.number("reason_rows") or _NEW_ROWS))


def terms_entry(policy: Policy) -> Entry:
    out, limits, service = policy.exclusions, policy.limits, policy.service
    percents = {term.grade: term.percent for term in policy.grades}
    return filled(
        **_reason_values(policy),
        **particulars_values(policy),
        excluded_tags=", ".join(out.tags),
        excluded_products=", ".join(out.product_ids),
        excluded_regions=", ".join(out.region_codes),
        excluded_order_tags=", ".join(out.order_tags),
        excluded_customers=", ".join(out.customer_ids),
        excluded_discount=out.discount_at_least_percent or "",
        approval_always=policy.approval.always,
        approval_above=amounts_text(policy.approval.above),
        approval_reasons=", ".join(policy.approval.reason_codes),
        approval_customers=", ".join(policy.approval.customer_ids),
        settlement=int(policy.settlement) or 4,
        shipping=int(policy.shipping) or 1,
        restocking=policy.restocking_percent or "",
        unused_days=policy.unused_label_days or "",
        limit_days=limits.days or "",
        limit_returns=limits.returns or "",
        limit_values=amounts_text(limits.values),
        reminder_days=service.reminder_days or "",
        parcel_days=service.parcel_days or "",
        inspection_days=service.inspection_days or "",
        refund_days=service.refund_days or "",
        **{f"grade_{grade}": percents.get(grade, "") for grade in GRADES},
    )


def with_terms(base: Policy, entry: Entry, say: Say) -> tuple[Policy, Entry]:
    """The base with these terms; the entry comes back with what is wrong."""
    read = Reading(entry, say)
    draft = Policy()
    draft.CopyFrom(base)
    for name in ("reasons", "exclusions", "approval", "grades", "limits", "particulars", "service"):
        draft.ClearField(name)
    draft.MergeFrom(
        Policy(
            reasons=list(_reasons(read)),
            exclusions=_exclusions(read),
            approval=_approval(read),
            grades=[term for grade in GRADES if (term := _grade(read, grade))],
            limits=_limits(read),
            particulars=list(particulars(read)),
            service=_service(read),
        )
    )
    draft.settlement = read.choice("settlement")  # type: ignore[assignment]
    draft.shipping = read.choice("shipping")  # type: ignore[assignment]
    draft.restocking_percent = read.number("restocking")
    draft.unused_label_days = read.number("unused_days")
    return draft, entry.wrong(read.problems)


def _reason_values(policy: Policy) -> dict[str, object]:
    rows = min(_MOST_ROWS, len(policy.reasons) + _NEW_ROWS)
    values: dict[str, object] = {"reason_rows": rows}
    for row, reason in enumerate(policy.reasons):
        texts = {title.language_code: title.text for title in reason.titles}
        values |= {f"reason_{row}_{language}": texts.get(language, "") for language in LANGUAGES}
        values |= {
            f"reason_{row}_code": reason.code,
            f"reason_{row}_fault": int(reason.fault) or 2,
            f"reason_{row}_evidence": int(reason.evidence) or 1,
        }
    return values


def _reasons(read: Reading) -> Iterator[ReturnReason]:
    for row in reason_rows(read.entry):
        code = read.entry.one(f"reason_{row}_code").upper()
        titles = [
            LocalizedText(language_code=language, text=text)
            for language in LANGUAGES
            if (text := read.entry.one(f"reason_{row}_{language}"))
        ]
        if not code and not titles:
            continue
        if not titles:
            read.wrong(f"reason_{row}_en", NO_TITLE)
        if not code:
            read.wrong(f"reason_{row}_code", NO_CODE)
        fault, evidence = read.choice(f"reason_{row}_fault"), read.choice(f"reason_{row}_evidence")
        yield ReturnReason(code=code, titles=titles, fault=fault, evidence=evidence)  # type: ignore[arg-type]


def _exclusions(read: Reading) -> Exclusions:
    one = read.entry.one
    return Exclusions(
        tags=words_of(one("excluded_tags")),
        product_ids=words_of(one("excluded_products")),
        region_codes=words_of(one("excluded_regions").upper()),
        discount_at_least_percent=read.number("excluded_discount"),
        order_tags=words_of(one("excluded_order_tags")),
        customer_ids=words_of(one("excluded_customers")),
    )


def _approval(read: Reading) -> ApprovalTerms:
    return ApprovalTerms(
        always=read.entry.ticked("approval_always"),
        above=read.amounts("approval_above"),
        reason_codes=words_of(read.entry.one("approval_reasons").upper()),
        customer_ids=words_of(read.entry.one("approval_customers")),
    )


def _grade(read: Reading, grade: str) -> GradeTerm | None:
    said = read.entry.one(f"grade_{grade}")
    return GradeTerm(grade=grade, percent=read.number(f"grade_{grade}")) if said else None


def _limits(read: Reading) -> ReturnLimits | None:
    found = ReturnLimits(
        days=read.number("limit_days"),
        returns=read.number("limit_returns"),
        values=read.amounts("limit_values"),
    )
    return found if found.ByteSize() else None


def _service(read: Reading) -> ServiceTerms | None:
    names = ("reminder_days", "parcel_days", "inspection_days", "refund_days")
    found = ServiceTerms(**{name: read.number(name) for name in names})
    return found if found.ByteSize() else None
