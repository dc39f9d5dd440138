from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from pydantic import ValidationError
from sendback_refund import BY_HAND, Refund
from sendback_refund.signature import key_of, signed_headers
from sendback_sdk import Declined, Misconfigured, Money, Receipt, ReceiptState
from sendback_sdk.testing import PlatformTests, RefundEmulator, a_refund_request, made
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
    headers = signed_headers(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", body, now=1614265330)
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    fresh = signed_headers(secret, "msg_1", body)
    assert Webhook(secret).verify(body, fresh) == {"test": 2432232314}


def test_a_wrong_secret_is_a_matter_of_settings() -> None:
    with RefundEmulator() as endpoint:
        other = "whsec_" + "A" * 44
        refund = made(Refund, {"endpoint": endpoint.url, "secret": other})
        with pytest.raises(Misconfigured):
            refund.refund(a_refund_request())
        assert endpoint.payments == 0


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
