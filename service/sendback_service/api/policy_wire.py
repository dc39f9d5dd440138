"""Policies between the wire and the values of the domain."""

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sendback.v1 import policy_pb2

from sendback_service.api.money import amounts_of, money_message
from sendback_service.api.times import stamp
from sendback_service.refusal import invalid
from sendback_service.rules import policy as p
from sendback_service.rules.states import SettlementKind
from sendback_service.rules.territory import LABEL_COUNTRIES, OUTLYING
from sendback_service.shops import PolicyVersion

_UNUSED_DAYS = 30


def policy_of(m: policy_pb2.Policy, at: str = "policy") -> p.Policy:
    """`at` is the field that it stands in."""
    codes = [reason.code for reason in m.reasons]
    if len(codes) != len(set(codes)):
        raise invalid(f"{at}.reasons", "each code stands once")
    return p.Policy(
        window=_window(m, at),
        labels=_labels(m.labels, f"{at}.labels"),
        credit=_credit(m.credit, f"{at}.credit"),
        reasons=tuple(_reason(r) for r in m.reasons),
        exclusions=p.Exclusions(
            tags=frozenset(m.exclusions.tags),
            product_ids=frozenset(m.exclusions.product_ids),
            countries=frozenset(m.exclusions.region_codes),
            discount_at_least_percent=m.exclusions.discount_at_least_percent,
            order_tags=frozenset(m.exclusions.order_tags),
            customer_ids=frozenset(m.exclusions.customer_ids),
        ),
        approval=p.Approval(
            m.approval.always,
            amounts_of(m.approval.above, f"{at}.approval.above"),
            frozenset(m.approval.reason_codes),
            frozenset(m.approval.customer_ids),
        ),
        settlement=_moment(m.settlement, p.SettlementMoment.INSPECTION),
        shipping=p.ShippingRefund(policy_pb2.ShippingRefund.Kind.Name(m.shipping or 1)),
        restocking_percent=m.restocking_percent,
        grades=p.GradeTerms(tuple((g.grade, g.percent) for g in m.grades)),
        unused_label_days=m.unused_label_days or _UNUSED_DAYS,
        limits=_limits(m.limits, f"{at}.limits"),
        particulars=tuple(_particular(t, f"{at}.particulars[{i}]") for i, t in enumerate(m.particulars)),
        service=_service(m.service),
    )


def policy_message(version: PolicyVersion) -> policy_pb2.Policy:
    policy = version.policy
    return policy_pb2.Policy(
        version=version.version,
        publish_time=stamp(version.publish_time),
        window=policy_pb2.ReturnWindow(
            days=policy.window.days,
            time_zone=policy.window.time_zone,
            demand_delivery=policy.window.demand_delivery,
        ),
        labels=policy_pb2.LabelTerms(
            policy=str(policy.labels.policy),
            fees=[money_message(minor, currency) for currency, minor in policy.labels.fees],
            region_codes=sorted(policy.labels.countries),
            outlying_codes=sorted(policy.labels.outlying),
        ),
        credit=_credit_message(policy.credit),
        reasons=[_reason_message(reason) for reason in policy.reasons],
        exclusions=policy_pb2.Exclusions(
            tags=sorted(policy.exclusions.tags),
            product_ids=sorted(policy.exclusions.product_ids),
            region_codes=sorted(policy.exclusions.countries),
            discount_at_least_percent=policy.exclusions.discount_at_least_percent,
            order_tags=sorted(policy.exclusions.order_tags),
            customer_ids=sorted(policy.exclusions.customer_ids),
        ),
        approval=policy_pb2.ApprovalTerms(
            always=policy.approval.always,
            above=[money_message(minor, currency) for currency, minor in policy.approval.above],
            reason_codes=sorted(policy.approval.reason_codes),
            customer_ids=sorted(policy.approval.customer_ids),
        ),
        settlement=str(policy.settlement),
        shipping=str(policy.shipping),
        restocking_percent=policy.restocking_percent,
        grades=[
            policy_pb2.GradeTerm(grade=grade, percent=percent) for grade, percent in policy.grades.percent
        ],
        unused_label_days=policy.unused_label_days,
        limits=_limits_message(policy.limits),
        particulars=[_particular_message(terms) for terms in policy.particulars],
        service=policy_pb2.ServiceTerms(
            reminder_days=policy.service.reminder_days,
            parcel_days=policy.service.parcel_days,
            inspection_days=policy.service.inspection_days,
            refund_days=policy.service.refund_days,
        ),
        etag=str(version.version),
    )


def _window(m: policy_pb2.Policy, at: str) -> p.Window:
    if not m.HasField("window"):
        return p.Window()
    zone = m.window.time_zone or p.Window().time_zone
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise invalid(f"{at}.window.time_zone", "give an IANA time zone such as Europe/Paris") from None
    return p.Window(m.window.days, zone, m.window.demand_delivery)


def _labels(m: policy_pb2.LabelTerms, at: str) -> p.LabelTerms:
    unknown = set(m.region_codes) - LABEL_COUNTRIES
    if unknown:
        raise invalid(f"{at}.region_codes", f"no labels can be had in {', '.join(sorted(unknown))}")
    strange = set(m.outlying_codes) - OUTLYING
    if strange:
        raise invalid(f"{at}.outlying_codes", f"must be among {', '.join(sorted(OUTLYING))}")
    return p.LabelTerms(
        p.LabelPolicy(policy_pb2.LabelPolicy.Kind.Name(m.policy or 1)),
        amounts_of(m.fees, f"{at}.fees"),
        frozenset(m.region_codes),
        frozenset(m.outlying_codes),
    )


def _credit(m: policy_pb2.CreditTerms, at: str) -> p.CreditTerms:
    reach = policy_pb2.FreeLabelWhenCreditOn.Kind.Name(m.free_label_when_credit_on or 1)
    return p.CreditTerms(
        enabled=m.enabled,
        free_label=p.FreeLabelWhenCreditOn(reach),
        moment=_moment(m.moment, p.SettlementMoment.FIRST_SCAN),
        maximum=amounts_of(m.maximum, f"{at}.maximum"),
        bonus_percent=m.bonus_percent,
        bonus_maximum=amounts_of(m.bonus_maximum, f"{at}.bonus_maximum"),
        expires_after_days=m.expires_after_days,
    )


def _credit_message(terms: p.CreditTerms) -> policy_pb2.CreditTerms:
    return policy_pb2.CreditTerms(
        enabled=terms.enabled,
        free_label_when_credit_on=str(terms.free_label),
        moment=str(terms.moment),
        maximum=[money_message(minor, currency) for currency, minor in terms.maximum],
        bonus_percent=terms.bonus_percent,
        bonus_maximum=[money_message(minor, currency) for currency, minor in terms.bonus_maximum],
        expires_after_days=terms.expires_after_days,
    )


def _moment(kind: policy_pb2.SettlementMoment.Kind, default: p.SettlementMoment) -> p.SettlementMoment:
    return p.SettlementMoment(policy_pb2.SettlementMoment.Kind.Name(kind)) if kind else default


def _reason(m: policy_pb2.ReturnReason) -> p.Reason:
    return p.Reason(
        m.code,
        tuple((title.language_code, title.text) for title in m.titles),
        p.Fault(policy_pb2.Fault.Party.Name(m.fault or 2)),
        p.Evidence(policy_pb2.Evidence.Kind.Name(m.evidence or 1)),
    )


def _reason_message(reason: p.Reason) -> policy_pb2.ReturnReason:
    return policy_pb2.ReturnReason(
        code=reason.code,
        titles=[policy_pb2.LocalizedText(language_code=lang, text=text) for lang, text in reason.titles],
        fault=str(reason.fault),
        evidence=str(reason.evidence),
    )


def _limits(m: policy_pb2.ReturnLimits, at: str) -> p.Limits:
    if (m.returns or m.values) and not m.days:
        raise invalid(f"{at}.days", "a limit needs the days that it looks back on")
    return p.Limits(m.days, m.returns, amounts_of(m.values, f"{at}.values"))


def _limits_message(limits: p.Limits) -> policy_pb2.ReturnLimits:
    return policy_pb2.ReturnLimits(
        days=limits.days,
        returns=limits.returns,
        values=[money_message(minor, currency) for currency, minor in limits.values],
    )


def _particular(m: policy_pb2.ParticularTerms, at: str) -> p.Particular:
    if not (m.region_codes or m.customer_ids):
        raise invalid(at, "name territories or customers; what holds for all stands in the policy itself")
    kind = policy_pb2.LabelPolicy.Kind.Name(m.label_policy)
    return p.Particular(
        regions=frozenset(m.region_codes),
        customer_ids=frozenset(m.customer_ids),
        window_days=m.window_days if m.HasField("window_days") else None,
        label_policy=p.LabelPolicy(kind) if m.label_policy else None,
        label_fees=amounts_of(m.label_fees, f"{at}.label_fees"),
        restocking_percent=m.restocking_percent if m.HasField("restocking_percent") else None,
        always_approve=m.always_approve,
    )


def _particular_message(terms: p.Particular) -> policy_pb2.ParticularTerms:
    return policy_pb2.ParticularTerms(
        region_codes=sorted(terms.regions),
        customer_ids=sorted(terms.customer_ids),
        window_days=terms.window_days,
        label_policy=str(terms.label_policy) if terms.label_policy else None,
        label_fees=[money_message(minor, currency) for currency, minor in terms.label_fees],
        restocking_percent=terms.restocking_percent,
        always_approve=terms.always_approve,
    )


def _service(m: policy_pb2.ServiceTerms) -> p.Service:
    usual = p.Service()
    return p.Service(
        m.reminder_days or usual.reminder_days,
        m.parcel_days or usual.parcel_days,
        m.inspection_days or usual.inspection_days,
        m.refund_days or usual.refund_days,
    )


def kind_of(number: int, at: str = "outcome") -> SettlementKind:
    """An outcome asked for; a refund unless set."""
    if number > 2:
        raise invalid(at, "a buyer gets a refund or store credit")
    return SettlementKind.STORE_CREDIT if number == 2 else SettlementKind.REFUND
