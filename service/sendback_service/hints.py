"""What a merchant may not have meant with its settings, the most important first."""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from enum import StrEnum

from sendback_service.policy_page import PageCheck
from sendback_service.rules.policy import LabelPolicy, Policy
from sendback_service.rules.territory import LABEL_COUNTRIES
from sendback_service.shops import Shop
from sendback_service.websites import Outcome


class HintKind(StrEnum):
    FEE_MISSING = "FEE_MISSING"
    NO_CARRIER = "NO_CARRIER"
    POLICY_PAGE_MISSING = "POLICY_PAGE_MISSING"
    POLICY_PAGE_UNCHECKED = "POLICY_PAGE_UNCHECKED"
    PORTAL_NOT_LINKED = "PORTAL_NOT_LINKED"
    FEE_NOT_TOLD = "FEE_NOT_TOLD"
    SUPPORT_MISSING = "SUPPORT_MISSING"


@dataclass(frozen=True, slots=True)
class Hint:
    kind: HintKind
    currency: str = ""


def hints(
    shop: Shop, currencies: Sequence[str], coverage: Set[str], check: PageCheck | None
) -> tuple[Hint, ...]:
    """`currencies` are those of the merchant's orders, `coverage` the territories that carriers on route serve, `check`
    the last reading of the page that the brand names."""
    found = [Hint(HintKind.FEE_MISSING, c) for c in _without_fee(shop.policy.policy, currencies)]
    if _uncarried(shop.policy.policy, coverage):
        found.append(Hint(HintKind.NO_CARRIER))
    found += _of_page(shop, check)
    if not shop.brand.support_uri and not shop.brand.support_email:
        found.append(Hint(HintKind.SUPPORT_MISSING))
    return tuple(found)


def _without_fee(policy: Policy, currencies: Sequence[str]) -> list[str]:
    if policy.labels.policy is not LabelPolicy.FLAT_FEE:
        return []
    named = {currency for currency, _ in policy.labels.fees}
    return [currency for currency in currencies if currency not in named]


def _uncarried(policy: Policy, coverage: Set[str]) -> bool:
    labelled = policy.labels.policy is not LabelPolicy.NONE or policy.credit.enabled
    return labelled and not coverage & (policy.labels.countries or LABEL_COUNTRIES)


def _of_page(shop: Shop, check: PageCheck | None) -> list[Hint]:
    if not shop.brand.policy_uri:
        return [Hint(HintKind.POLICY_PAGE_MISSING)]
    current = check is not None and (check.uri, check.policy_version) == (
        shop.brand.policy_uri,
        shop.policy.version,
    )
    if check is None or not current or check.outcome is not Outcome.READ:
        return [Hint(HintKind.POLICY_PAGE_UNCHECKED)]
    found = [] if check.links_to_portal else [Hint(HintKind.PORTAL_NOT_LINKED)]
    return found + ([Hint(HintKind.FEE_NOT_TOLD)] if check.fee_expected and not check.fee_mentioned else [])
