import base64
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError
from sendback_refund import BY_HAND, HearingRefund, Refund
from sendback_refund.signature import key_of, signed_headers
from sendback_sdk import (
    Declined,
    Hears,
    Misconfigured,
    Money,
    OutcomeUnknown,
    Receipt,
    ReceiptState,
    RefundUpdate,
    TryLater,
    WebhookRequest,
)
from sendback_sdk.testing import PlatformTests, RefundEmulator, a_refund_request, made
from sendback_sdk.testing.emulator import Answer
from sendback_sdk.testing.refunds import SECRET
from standardwebhooks import Webhook


class TestRefund(PlatformTests):
    platform_class = Refund

    @pytest.fixture
    def emulator(self) -> Iterator[RefundEmulator]:
        with RefundEmulator() as emulator:
            yield emulator

    @pytest.fixture
    def platform(self, emulator: RefundEmulator) -> Refund:
        return made(Refund, self.settings_for(emulator), timeout=2)

    def settings_for(self, emulator: RefundEmulator) -> Mapping[str, Any]:
        return {"endpoint": f"{emulator.url}/refunds", "secret": emulator.secret}


def test_without_an_endpoint_people_pay() -> None:
    assert made(Refund, {}).refund(a_refund_request()) == Receipt(BY_HAND, ReceiptState.SUBMITTED)


def test_the_signature_is_what_standard_webhooks_expects() -> None:
    secret, body = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", b'{"test": 2432232314}'
    headers = signed_headers([secret], "msg_p5jXN8AQM9LWM0D4loKWxJek", body, now=1614265330)
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    fresh = signed_headers([secret], "msg_1", body)
    assert Webhook(secret).verify(body, fresh) == {"test": 2432232314}


def test_a_wrong_secret_is_a_matter_of_settings() -> None:
    with RefundEmulator() as endpoint:
        other = "whsec_" + "A" * 44
        refund = made(Refund, {"endpoint": endpoint.url, "secret": other})
        with pytest.raises(Misconfigured):
            refund.refund(a_refund_request())
        assert endpoint.payments == 0


@pytest.mark.parametrize(
    ("status", "error"),
    [
        *((status, Misconfigured) for status in (401, 403)),
        *((status, TryLater) for status in (429, 503)),
        *((status, Declined) for status in (400, 402, 404, 409, 410, 422)),
        *((status, OutcomeUnknown) for status in (302, 500, 502, 504)),
    ],
)
def test_an_endpoint_answers_as_the_readme_has_it(
    status: int, error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    with RefundEmulator() as endpoint:
        monkeypatch.setattr(endpoint, "answer", lambda _: Answer(status, {"error": "no"}))
        with pytest.raises(error):
            made(Refund, {"endpoint": endpoint.url, "secret": endpoint.secret}).refund(a_refund_request())


def test_the_same_key_with_another_amount_is_refused() -> None:
    with RefundEmulator() as endpoint:
        refund = made(Refund, {"endpoint": endpoint.url, "secret": endpoint.secret})
        refund.refund(a_refund_request())
        with pytest.raises(Declined):
            refund.refund(a_refund_request(amount=Money(1, "EUR")))
        assert endpoint.paid == {"trf_1": (8900, "EUR")}


@pytest.mark.parametrize("secret", ["", "hunter2", "whsec_c2hvcnQ=", "whsec_***"])
def test_a_secret_that_cannot_sign_is_refused_at_once(secret: str) -> None:
    with pytest.raises(ValueError, match="whsec_"):
        key_of(secret)


def test_an_endpoint_needs_a_secret() -> None:
    with pytest.raises(ValidationError, match="needs a secret"):
        Refund.Settings(endpoint="https://shop.example/refunds")


NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
OLD = "whsec_" + base64.b64encode(b"an older secret, which is turned").decode()
SETTLED = {"type": "refund.settled", "data": {"key": "trf_1", "reference": "R9"}}


def told(
    body: object = SETTLED, *, secret: str = SECRET, sent: datetime = NOW, now: datetime = NOW
) -> WebhookRequest:
    """Signed by the library that Standard Webhooks publishes."""
    raw = body if isinstance(body, str) else json.dumps(body)
    signature = Webhook(secret).sign("msg_1", sent, raw)
    headers = {
        "Webhook-Id": "msg_1",
        "Webhook-Timestamp": str(int(sent.timestamp())),
        "Webhook-Signature": signature,
    }
    return WebhookRequest(tuple(headers.items()), raw.encode(), now)


@pytest.fixture
def refund() -> HearingRefund:
    settings = {"endpoint": "https://shop.example/refunds", "secret": SECRET, "old_secret": OLD}
    made_ = made(Refund, settings)
    assert isinstance(made_, HearingRefund)
    return made_


def test_what_became_of_a_refund_is_told_later(refund: HearingRefund) -> None:
    assert refund.hear(told()) == [RefundUpdate("trf_1", settled=True, reference="R9")]
    amount = {"key": "trf_1", "amount_minor": 8900, "currency": "EUR"}
    [update] = refund.hear(told({"type": "refund.settled", "data": amount}))
    assert update.amount == Money(8900, "EUR")
    [failed] = refund.hear(told({"type": "refund.failed", "data": {"key": "trf_1", "text": "closed"}}))
    assert (failed.settled, failed.text) == (False, "closed")


def test_while_the_secret_is_turned_either_counts(refund: HearingRefund) -> None:
    assert refund.hear(told(secret=OLD)) == refund.hear(told(secret=SECRET))
    headers = signed_headers([SECRET, OLD], "msg_1", b"{}")
    for secret in (SECRET, OLD):
        assert Webhook(secret).verify(b"{}", headers) == {}


@pytest.mark.parametrize(
    "request_",
    [
        told(secret="whsec_" + "A" * 44),
        told(sent=NOW - timedelta(minutes=6)),
        told(sent=NOW + timedelta(minutes=6)),
        told("nonsense"),
        told({"type": "refund.other", "data": {"key": "trf_1"}}),
        told({"type": "refund.settled", "data": {"key": ""}}),
        told({"type": "refund.settled", "data": {"key": "trf_1", "amount_minor": 5}}),
        told({"type": "refund.settled", "data": {"key": "trf_1", "amount_minor": "5", "currency": "EUR"}}),
        WebhookRequest((("webhook-id", "x"), ("webhook-timestamp", "é")), b"{}", NOW),
    ],
)
def test_forged_late_and_unreadable_webhooks_are_refused(
    refund: HearingRefund, request_: WebhookRequest
) -> None:
    with pytest.raises(Declined):
        refund.hear(request_)


def test_without_an_endpoint_nobody_tells_anything() -> None:
    assert not isinstance(made(Refund, {}), Hears)
    assert isinstance(made(Refund, {"endpoint": "https://shop.example", "secret": SECRET}), Hears)
