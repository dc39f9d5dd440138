"""Refunds at a practice Stripe: once for each key, and no doubt left standing that can be settled."""

import logging
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import httpx
import pytest
from pydantic import ValidationError
from sendback_sdk import (
    Declined,
    FindsTransfer,
    Hears,
    Misconfigured,
    Money,
    OutcomeUnknown,
    Receipt,
    ReceiptState,
    RefundRequest,
    RefundUpdate,
    TryLater,
    WebhookRequest,
)
from sendback_sdk.testing import Fault, PlatformTests, a_refund_request, made
from sendback_stripe import Stripe
from sendback_stripe.amounts import from_stripe, to_stripe
from sendback_stripe.emulator import SECRET_KEY, WEBHOOK_SECRET, StripeEmulator

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


class TestStripe(PlatformTests):
    platform_class = Stripe
    waived: ClassVar = {
        "test_a_refund_is_answered": "Stripe has no thousandths; see test_every_currency_is_refunded"
    }

    @pytest.fixture
    def emulator(self) -> Iterator[StripeEmulator]:
        with StripeEmulator() as emulator:
            emulator.charge("pay_1", 8900)
            emulator.charge("pi_1", 8900)
            yield emulator

    @pytest.fixture
    def platform(self, emulator: StripeEmulator) -> Stripe:
        return made(ByIntent, self.settings_for(emulator), timeout=2)

    def settings_for(self, emulator: StripeEmulator) -> Mapping[str, Any]:
        return emulator.settings


class ByIntent(Stripe):
    """The requests that are inherited name a payment of nobody's."""

    def refund(self, request: RefundRequest) -> Receipt:
        return super().refund(a_refund(key=request.key, amount=request.amount))


@pytest.fixture
def bank() -> Iterator[StripeEmulator]:
    with StripeEmulator() as emulator:
        emulator.charge("pi_1", 10_000)
        yield emulator


@pytest.fixture
def desk(bank: StripeEmulator) -> Stripe:
    return made(Stripe, bank.settings, timeout=2)


def a_refund(**changes: Any) -> RefundRequest:
    return a_refund_request(**{"payment_id": "pi_1", **changes})


def test_it_has_the_roles_that_money_needs(desk: Stripe) -> None:
    assert isinstance(desk, FindsTransfer)
    assert isinstance(desk, Hears)


def test_a_part_is_refunded_and_known_by_its_key(bank: StripeEmulator, desk: Stripe) -> None:
    receipt = desk.refund(a_refund(key="trf_1", amount=Money(4599, "EUR"), order_id="1001", note="Return R7"))
    [refund] = bank.refunds()
    assert receipt == Receipt(refund["id"], ReceiptState.SETTLED, Money(4599, "EUR"))
    assert refund["metadata"] == {"sendback_key": "trf_1", "order": "1001", "note": "Return R7"}
    assert refund["reason"] == "requested_by_customer"
    assert desk.find_transfer(a_refund(key="trf_1")) == receipt
    assert desk.find_transfer(a_refund(key="trf_2")) is None


@pytest.mark.parametrize(
    ("reason", "told"), [("duplicate", "duplicate"), ("fraud", "fraudulent"), ("", "requested_by_customer")]
)
def test_reasons_are_stripes(bank: StripeEmulator, desk: Stripe, reason: str, told: str) -> None:
    desk.refund(a_refund(reason=reason))
    assert bank.refunds()[0]["reason"] == told


def test_a_charge_is_a_payment_too(bank: StripeEmulator, desk: Stripe) -> None:
    charge = bank.charge("", 500)
    assert desk.refund(a_refund(payment_id=charge.id, amount=Money(500, "EUR"))).reference
    assert charge.left == 0


def test_whatever_is_no_payment_of_stripes_is_declined_unasked(bank: StripeEmulator, desk: Stripe) -> None:
    with pytest.raises(Declined, match="no payment of Stripe"):
        desk.refund(a_refund(payment_id="payment_1"))
    with pytest.raises(Declined, match="resource_missing"):
        desk.refund(a_refund(payment_id="pi_gone"))
    assert bank.payments == 0


@pytest.mark.parametrize(
    ("money", "units"),
    [
        (Money(1050, "EUR"), 1050),
        (Money(500, "JPY"), 500),
        (Money(12340, "KWD"), 12340),
        (Money(700, "ISK"), 70000),
        (Money(700, "UGX"), 70000),
        (Money(50000, "HUF"), 50000),
        (Money(50000, "MGA"), 500),
    ],
)
def test_every_currency_is_refunded(bank: StripeEmulator, desk: Stripe, money: Money, units: int) -> None:
    bank.charge("pi_2", units, money.currency.lower())
    assert desk.refund(a_refund(payment_id="pi_2", amount=money)).amount == money
    assert bank.refunds()[-1]["amount"] == units == to_stripe(money)
    assert from_stripe(units, money.currency) == money


@pytest.mark.parametrize("money", [Money(12345, "KWD"), Money(50001, "MGA")])
def test_an_amount_that_stripe_has_not_is_declined_and_never_rounded(money: Money) -> None:
    with pytest.raises(Declined, match="fewer decimals"):
        to_stripe(money)


def test_more_than_is_left_is_declined(bank: StripeEmulator, desk: Stripe) -> None:
    desk.refund(a_refund(key="trf_1", amount=Money(6000, "EUR")))
    with pytest.raises(Declined, match="greater than unrefunded"):
        desk.refund(a_refund(key="trf_2", amount=Money(6000, "EUR")))
    desk.refund(a_refund(key="trf_3", amount=Money(4000, "EUR")))
    with pytest.raises(Declined, match="charge_already_refunded"):
        desk.refund(a_refund(key="trf_4", amount=Money(1, "EUR")))
    assert bank.payments == 2


def test_already_refunded_by_this_very_refund_is_its_receipt(bank: StripeEmulator, desk: Stripe) -> None:
    whole = a_refund(amount=Money(10_000, "EUR"))
    first = desk.refund(whole)
    bank.forget_keys()
    assert desk.refund(whole) == first
    assert bank.payments == 1


def test_the_same_key_with_another_amount_is_refused(bank: StripeEmulator, desk: Stripe) -> None:
    desk.refund(a_refund(key="trf_1", amount=Money(100, "EUR")))
    with pytest.raises(Declined, match="same parameters"):
        desk.refund(a_refund(key="trf_1", amount=Money(200, "EUR")))
    assert bank.payments == 1


@pytest.mark.parametrize("fault", ["in_use", "locked"])
def test_a_key_in_use_and_a_locked_charge_are_asked_again(
    bank: StripeEmulator, desk: Stripe, fault: str
) -> None:
    setattr(bank, fault, 1)
    with pytest.raises(TryLater):
        desk.refund(a_refund())
    assert desk.refund(a_refund()).state is ReceiptState.SETTLED
    assert bank.payments == 1


@pytest.mark.parametrize("fault", ["broken_before", "broken_after"])
def test_an_error_that_stripe_keeps_with_the_key_is_not_the_end(
    bank: StripeEmulator, desk: Stripe, fault: str
) -> None:
    setattr(bank, fault, 1)
    with pytest.raises(OutcomeUnknown):
        desk.refund(a_refund())
    assert desk.refund(a_refund()).state is ReceiptState.SETTLED
    assert desk.refund(a_refund()).state is ReceiptState.SETTLED
    assert bank.payments == 1


@pytest.mark.parametrize("fault", [Fault.ACT_THEN_CUT, Fault.NONSENSE, Fault.HALF])
def test_a_lost_answer_is_found_by_asking(bank: StripeEmulator, desk: Stripe, fault: Fault) -> None:
    bank.fail(fault)
    with pytest.raises(OutcomeUnknown):
        desk.refund(a_refund())
    found = desk.find_transfer(a_refund())
    assert found == desk.refund(a_refund())
    assert bank.payments == 1


def test_a_payment_with_many_refunds_is_read_to_its_end(bank: StripeEmulator, desk: Stripe) -> None:
    first = desk.refund(a_refund(key="trf_first", amount=Money(1, "EUR")))
    for number in range(150):
        bank._made(next(iter(bank.charges.values())), 1, {"metadata": {"sendback_key": f"trf_{number}"}})
    assert desk.find_transfer(a_refund(key="trf_first")) == first


def test_a_pending_refund_is_submitted_and_a_failed_one_declined(bank: StripeEmulator, desk: Stripe) -> None:
    bank.status = "pending"
    assert desk.refund(a_refund(key="trf_1", amount=Money(1, "EUR"))).state is ReceiptState.SUBMITTED
    bank.status = "failed"
    with pytest.raises(Declined, match="failed"):
        desk.refund(a_refund(key="trf_2", amount=Money(1, "EUR")))


def test_a_refused_key_is_a_matter_of_settings_and_is_not_told(bank: StripeEmulator) -> None:
    desk = made(Stripe, {**bank.settings, "secret_key": "sk_test_another"})
    with pytest.raises(Misconfigured) as refused:
        desk.refund(a_refund())
    assert "sk_test" not in str(refused.value)


def test_no_secret_is_logged_by_stripes_library(
    bank: StripeEmulator, desk: Stripe, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        desk.refund(a_refund())
        desk.hear(bank.event("refund.updated", bank.refunds()[0], NOW))
    assert SECRET_KEY not in caplog.text
    assert WEBHOOK_SECRET not in caplog.text


def test_the_connected_account_and_the_version_are_named(bank: StripeEmulator) -> None:
    seen: list[httpx.Headers] = []
    desk = made(Stripe, {**bank.settings, "stripe_account": "acct_1"})
    desk.http.event_hooks["request"].append(lambda request: seen.append(request.headers))
    desk.refund(a_refund())
    assert seen[0]["stripe-account"] == "acct_1"
    assert seen[0]["stripe-version"] == "2026-10-28.endive"
    assert seen[0]["idempotency-key"] == "trf_1"


@pytest.mark.parametrize("base", ["http://stripe.example", "ftp://127.0.0.1:1"])
def test_secrets_go_nowhere_in_clear(base: str) -> None:
    with pytest.raises(ValidationError):
        Stripe.Settings(secret_key=SECRET_KEY, api_base=base)  # type: ignore[arg-type]


def refunded(bank: StripeEmulator, desk: Stripe, **changes: Any) -> dict[str, Any]:
    desk.refund(a_refund())
    return {**bank.refunds()[0], **changes}


@pytest.mark.parametrize(
    ("type", "changes", "settled"),
    [
        ("refund.updated", {"status": "succeeded"}, True),
        ("refund.created", {"status": "succeeded"}, True),
        ("refund.failed", {"status": "failed", "failure_reason": "lost_or_stolen_card"}, False),
        ("charge.refund.updated", {"status": "canceled"}, False),
    ],
)
def test_what_became_of_a_refund_is_told(
    bank: StripeEmulator, desk: Stripe, type: str, changes: dict[str, Any], settled: bool
) -> None:
    refund = refunded(bank, desk, **changes)
    [update] = desk.hear(bank.event(type, refund, NOW))
    assert (update.key, update.reference, update.settled) == ("trf_1", refund["id"], settled)
    assert update.text == ("" if settled else refund.get("failure_reason", "canceled"))


@pytest.mark.parametrize(
    ("type", "changes"),
    [
        ("refund.updated", {"status": "pending"}),
        ("refund.updated", {"metadata": {}}),
        ("charge.refunded", {}),
        ("payment_intent.succeeded", {}),
    ],
)
def test_nothing_is_told_of_what_is_under_way_or_others_refunds(
    bank: StripeEmulator, desk: Stripe, type: str, changes: dict[str, Any]
) -> None:
    assert desk.hear(bank.event(type, refunded(bank, desk, **changes), NOW)) == []


def test_an_amount_is_told_in_our_units(bank: StripeEmulator, desk: Stripe) -> None:
    refund = refunded(bank, desk, amount=70000, currency="isk", status="succeeded")
    [update] = desk.hear(bank.event("refund.updated", refund, NOW))
    assert update == RefundUpdate("trf_1", settled=True, reference=refund["id"], amount=Money(700, "ISK"))


def test_forged_late_and_foreign_events_are_refused(bank: StripeEmulator, desk: Stripe) -> None:
    refund = refunded(bank, desk)
    good = bank.event("refund.updated", refund, NOW)
    late = WebhookRequest(good.headers, good.body, NOW + timedelta(minutes=6))
    early = WebhookRequest(good.headers, good.body, NOW - timedelta(minutes=6))
    changed = WebhookRequest(good.headers, good.body.replace(b"succeeded", b"failed___"), NOW)
    twice = WebhookRequest((("Stripe-Signature", f"t=1=2,{good.headers[0][1]}"),), good.body, NOW)
    forged = bank.event("refund.updated", refund, NOW, secret="whsec_another")
    live = bank.event("refund.updated", refund, NOW, live=True)
    foreign = WebhookRequest((("Stripe-Signature", f"{good.headers[0][1][:-1]}é"),), good.body, NOW)
    for request in (late, early, changed, twice, forged, live, foreign):
        with pytest.raises(Declined):
            desk.hear(request)
    assert desk.hear(good) != []


@pytest.mark.parametrize(
    "body", ["[]", "nonsense", '{"type": "refund.updated", "livemode": false, "data": 7}']
)
def test_a_signed_body_that_is_no_event_is_refused(desk: Stripe, body: str) -> None:
    import stripe

    stamp = int(NOW.timestamp())
    header = stripe.WebhookSignature.generate_signature_header(body, WEBHOOK_SECRET, stamp)
    with pytest.raises(Declined):
        desk.hear(WebhookRequest((("stripe-signature", header),), body.encode(), NOW))


def test_without_a_webhook_secret_nothing_is_heard(bank: StripeEmulator) -> None:
    desk = made(Stripe, {"secret_key": SECRET_KEY, "api_base": bank.url})
    with pytest.raises(Misconfigured):
        desk.hear(WebhookRequest((), b"{}", NOW))
