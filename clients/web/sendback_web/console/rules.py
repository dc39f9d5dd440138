"""The rules of the settings page as a form, and back: window, labels and store credit of a policy."""

from collections.abc import Callable
from zoneinfo import available_timezones

from google.type.money_pb2 import Money
from sendback.v1.policy_pb2 import (
    CreditTerms,
    FreeLabelWhenCreditOn,
    LabelPolicy,
    LabelTerms,
    Policy,
    ReturnWindow,
    SettlementMoment,
)

from sendback_web.console.entries import NOT_A_NUMBER, NOT_AN_AMOUNT, Entry, amounts, amounts_text, filled
from sendback_web.words import N_

# Those of the original document.
LABEL_COUNTRIES = (
    "FR",
    "AT",
    "BE",
    "CZ",
    "DK",
    "FI",
    "DE",
    "GR",
    "HU",
    "IE",
    "IT",
    "LU",
    "NL",
    "PL",
    "SK",
    "ES",
    "SE",
    "PT",
)
OUTLYING = ("IC", "EA", "PT-20", "PT-30", "AX")
Say = Callable[[str], str]
NO_COUNTRY = N_("Choose at least one country, or offer no labels.")
NO_ZONE = N_("Choose a time zone of the list, such as Europe/Paris.")
NO_FEE = N_("Say how much the fee is.")
# From the paths that the service names to the fields of the form.
FIELDS = {
    "policy.window.days": "window_days",
    "policy.window.time_zone": "time_zone",
    "policy.window": "window_days",
    "policy.labels.fees": "fees",
    "policy.labels.region_codes": "countries",
    "policy.labels.outlying_codes": "outlying",
    "policy.labels": "label_policy",
    "policy.credit.maximum": "credit_maximum",
    "policy.credit.bonus_percent": "bonus_percent",
    "policy.credit.bonus_maximum": "bonus_maximum",
    "policy.credit.expires_after_days": "credit_days",
    "policy.credit": "credit",
}


def rules_entry(policy: Policy) -> Entry:
    window, labels, credit = policy.window, policy.labels, policy.credit
    return filled(
        window_days=window.days if policy.HasField("window") else "",
        time_zone=window.time_zone,
        demand_delivery=window.demand_delivery,
        label_policy=int(labels.policy or LabelPolicy.FREE),
        fees=amounts_text(labels.fees),
        countries=list(labels.region_codes or LABEL_COUNTRIES),
        outlying=list(labels.outlying_codes),
        credit=credit.enabled,
        free_label=int(credit.free_label_when_credit_on or FreeLabelWhenCreditOn.CREDIT_RETURNS),
        credit_moment=int(credit.moment or SettlementMoment.FIRST_SCAN),
        credit_maximum=amounts_text(credit.maximum),
        bonus_percent=credit.bonus_percent or "",
        bonus_maximum=amounts_text(credit.bonus_maximum),
        credit_days=credit.expires_after_days or "",
    )


def with_rules(base: Policy, entry: Entry, say: Say) -> tuple[Policy, Entry]:
    """The base with these rules; the entry comes back with what is wrong."""
    read = Reading(entry, say)
    draft = Policy()
    draft.CopyFrom(base)
    draft.window.CopyFrom(_window(read))
    draft.labels.CopyFrom(_labels(read))
    draft.credit.CopyFrom(_credit(read))
    return draft, entry.wrong(read.problems)


class Reading:
    """Reads an entry's fields and remembers what is wrong with them."""

    def __init__(self, entry: Entry, say: Say) -> None:
        self.entry = entry
        self.problems: dict[str, str] = {}
        self._say = say

    def wrong(self, name: str, sentence: str) -> None:
        self.problems.setdefault(name, self._say(sentence))

    def number(self, name: str, default: int = 0) -> int:
        found = self.entry.number(name, default)
        if found is None or found < 0:
            self.wrong(name, NOT_A_NUMBER)
            return 0
        return found

    def amounts(self, name: str) -> list[Money]:
        found = amounts(self.entry.one(name))
        if found is None:
            self.wrong(name, NOT_AN_AMOUNT)
            return []
        return found

    def choice(self, name: str) -> int:
        return self.entry.number(name) or 0


def _window(read: Reading) -> ReturnWindow:
    zone = read.entry.one("time_zone")
    if zone not in available_timezones():
        read.wrong("time_zone", NO_ZONE)
    if not read.entry.one("window_days"):
        read.wrong("window_days", NOT_A_NUMBER)
    return ReturnWindow(
        days=read.number("window_days"), time_zone=zone, demand_delivery=read.entry.ticked("demand_delivery")
    )


def _labels(read: Reading) -> LabelTerms:
    policy = read.choice("label_policy")
    chosen = [code for code in LABEL_COUNTRIES if code in read.entry.all("countries")]
    if not chosen and policy != LabelPolicy.NONE:
        read.wrong("countries", NO_COUNTRY)
    fees = read.amounts("fees")
    if policy == LabelPolicy.FLAT_FEE and not fees:
        read.wrong("fees", NO_FEE)
    return LabelTerms(
        policy=policy,  # type: ignore[arg-type]
        fees=fees if policy == LabelPolicy.FLAT_FEE else [],
        region_codes=[] if len(chosen) == len(LABEL_COUNTRIES) else chosen,
        outlying_codes=[code for code in OUTLYING if code in read.entry.all("outlying")],
    )


def _credit(read: Reading) -> CreditTerms:
    return CreditTerms(
        enabled=read.entry.ticked("credit"),
        free_label_when_credit_on=read.choice("free_label"),  # type: ignore[arg-type]
        moment=read.choice("credit_moment"),  # type: ignore[arg-type]
        maximum=read.amounts("credit_maximum"),
        bonus_percent=read.number("bonus_percent"),
        bonus_maximum=read.amounts("bonus_maximum"),
        expires_after_days=read.number("credit_days"),
    )
