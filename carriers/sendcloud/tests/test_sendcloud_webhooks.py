"""Webhooks of Sendcloud: signed, of this time, and read with care."""

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sendback_sdk import Declined, TrackingState, TrackingUpdate, WebhookRequest
from sendback_sdk.testing import made
from sendback_sendcloud import Sendcloud
from sendback_sendcloud.webhook import LARGEST_BODY

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
SECRET = "secretkey"
# From Sendcloud's documentation.
DOCUMENTED = b'{"key": "value"}', "1eed4b3d41f4653ac64fd56f1bf1cbfd349e4482cbc11dff7134bd93e5da4b0a"


def a_webhook(body: bytes, signature: str | None = None, secret: str = SECRET) -> WebhookRequest:
    signed = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest() if signature is None else signature
    return WebhookRequest((("sendcloud-signature", signed),), body, NOW)


def changed(**changes: Any) -> bytes:
    parcel = {"id": 1, "tracking_number": "3SSEND1", "status": {"id": 11, "message": "Delivered"}}
    stamp = int(NOW.timestamp() * 1000)
    return json.dumps(
        {"action": "parcel_status_changed", "timestamp": stamp, "parcel": parcel, **changes}
    ).encode()


@pytest.fixture
def carrier() -> Sendcloud:
    return made(Sendcloud, {"public_key": "p", "secret_key": SECRET, "options": [{"code": "dpd:return"}]})


def test_a_status_is_heard(carrier: Sendcloud) -> None:
    assert carrier.hear(a_webhook(changed())) == [
        TrackingUpdate("3SSEND1", TrackingState.DELIVERED, NOW, "Delivered")
    ]


def test_the_carriers_own_time_is_told_where_there_is_one(carrier: Sendcloud) -> None:
    seen = NOW - timedelta(hours=3)
    (update,) = carrier.hear(a_webhook(changed(carrier_status_change_timestamp=seen.timestamp())))
    assert isinstance(update, TrackingUpdate)
    assert update.time == seen


def test_the_signature_is_that_of_the_documentation(carrier: Sendcloud) -> None:
    with pytest.raises(Declined, match="without a time"):
        carrier.hear(a_webhook(*DOCUMENTED))


def test_a_key_of_its_own_signs_where_there_is_one() -> None:
    settings = {
        "public_key": "p",
        "secret_key": SECRET,
        "options": [{"code": "x"}],
        "webhook_secret": "other",
    }
    carrier = made(Sendcloud, settings)
    assert carrier.hear(a_webhook(changed(), secret="other"))
    with pytest.raises(Declined, match="signature"):
        carrier.hear(a_webhook(changed()))


@pytest.mark.parametrize("signature", ["", "0" * 64, "é", "\ud800", hashlib.sha256(changed()).hexdigest()])
def test_what_is_not_signed_is_refused(carrier: Sendcloud, signature: str) -> None:
    with pytest.raises(Declined, match="signature"):
        carrier.hear(a_webhook(changed(), signature))


@pytest.mark.parametrize("age", [timedelta(hours=25), timedelta(minutes=-6)])
def test_what_is_not_of_this_time_is_refused(carrier: Sendcloud, age: timedelta) -> None:
    with pytest.raises(Declined, match="not of this time"):
        carrier.hear(a_webhook(changed(timestamp=(NOW - age).timestamp())))


@pytest.mark.parametrize("stamp", [None, True, "now", 1e300, -1e300, [1]])
def test_a_time_that_is_none_is_refused(carrier: Sendcloud, stamp: Any) -> None:
    with pytest.raises(Declined):
        carrier.hear(a_webhook(changed(timestamp=stamp)))


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"\xff", b"[" * 100_000, b" " * (LARGEST_BODY + 1)])
def test_nonsense_is_refused(carrier: Sendcloud, body: bytes) -> None:
    with pytest.raises(Declined):
        carrier.hear(a_webhook(body))


@pytest.mark.parametrize(
    "changes",
    [
        {"action": "return_created", "data": {"id": 42}},
        {"parcel": None},
        {"parcel": {"tracking_number": None, "status": {"message": "Delivered"}}},
        {"parcel": {"tracking_number": "3S", "status": {"message": "Ready to send"}}},
        {"parcel": {"tracking_number": "3S", "status": "Delivered"}},
        {"parcel": {"tracking_number": "3S", "status": {"message": ["Delivered"]}}},
    ],
)
def test_what_says_nothing_of_the_parcels_way_is_nothing(carrier: Sendcloud, changes: dict[str, Any]) -> None:
    assert carrier.hear(a_webhook(changed(**changes))) == []
