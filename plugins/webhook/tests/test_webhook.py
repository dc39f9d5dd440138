"""Webhooks to a receiver that verifies by itself, and to ones that misbehave."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from pydantic import ValidationError
from sendback_sdk import Attachment, Channel, Declined, OutcomeUnknown, PluginError, TryLater
from sendback_sdk.testing import ChannelTests, Fault, ReceiverEmulator, a_message, an_event, made
from sendback_sdk.testing.receiver import SECRET
from sendback_webhook import Webhook
from sendback_webhook.signature import signed_headers
from standardwebhooks import Webhook as Verifier
from standardwebhooks import WebhookVerificationError

OLD = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


class TestWebhook(ChannelTests):
    channel_class = Webhook
    receiver: ReceiverEmulator

    @pytest.fixture
    def channel(self) -> Iterator[Channel]:
        with ReceiverEmulator(SECRET) as receiver:
            type(self).receiver = receiver
            yield _to(receiver)

    def delivered(self, channel: Channel) -> list[bytes]:
        return [asked.body for asked in self.receiver.asked]


def _to(receiver: ReceiverEmulator, **settings: object) -> Webhook:
    return made(Webhook, {"url": receiver.url + "/hook", "secret": SECRET, **settings})


@pytest.fixture
def receiver() -> Iterator[ReceiverEmulator]:
    with ReceiverEmulator(SECRET) as receiver:
        yield receiver


def _refusal(webhook: Webhook) -> PluginError:
    with pytest.raises(PluginError) as raised:
        webhook.tell(an_event())
    return raised.value


def test_an_event_arrives_as_the_public_library_verifies_it(receiver: ReceiverEmulator) -> None:
    event = an_event(time=datetime(2026, 11, 20, 12, 0, 0, 500, tzinfo=UTC))
    assert _to(receiver).tell(event).reference == "evt_1"
    (asked,) = receiver.asked
    assert Verifier(SECRET).verify(asked.body, asked.headers) == {
        "type": "return.approved",
        "timestamp": "2026-11-20T12:00:00.000500Z",
        "data": {
            "id": "evt_1",
            "merchant_id": "mer_1",
            "subject": {"type": "return", "id": "ret_1", "sequence": 2},
            "attributes": {"reference": "R7K3F9Q2"},
        },
    }
    with pytest.raises(WebhookVerificationError):
        Verifier(OLD).verify(asked.body, asked.headers)
    with pytest.raises(WebhookVerificationError):
        Verifier(SECRET).verify(asked.body.replace(b"ret_1", b"ret_2"), asked.headers)


def test_the_signature_is_that_of_the_standard() -> None:
    found = signed_headers([OLD], "msg_p5jXN8AQM9LWM0D4loKWxJek", b'{"test": 2432232314}', 1614265330)
    assert found["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_while_secrets_are_turned_both_verify(receiver: ReceiverEmulator) -> None:
    _to(receiver, secret=OLD, previous_secret=SECRET).tell(an_event())
    (asked,) = receiver.asked
    for secret in (OLD, SECRET):
        assert Verifier(secret).verify(asked.body, asked.headers)


def test_a_repetition_is_told_by_its_id(receiver: ReceiverEmulator) -> None:
    receiver.fail(Fault.ACT_THEN_CUT)
    webhook = _to(receiver)
    assert isinstance(_refusal(webhook), OutcomeUnknown)
    webhook.tell(an_event())
    assert (receiver.calls["evt_1"], len(receiver.taken)) == (2, 1)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (410, Declined),
        (301, TryLater),
        (302, TryLater),
        (400, TryLater),
        (401, TryLater),
        (404, TryLater),
        (429, TryLater),
        (500, TryLater),
        (503, TryLater),
    ],
)
def test_only_gone_is_for_ever(receiver: ReceiverEmulator, status: int, error: type[PluginError]) -> None:
    receiver.say(status, retry_after="70", location=receiver.url + "/elsewhere")
    refusal = _refusal(_to(receiver))
    assert type(refusal) is error
    assert getattr(refusal, "after", 70) == 70
    assert str(status) in str(refusal)
    assert [asked.path for asked in receiver.asked] == ["/hook"]


def test_an_endless_answer_is_not_read(receiver: ReceiverEmulator) -> None:
    receiver.fail(Fault.HUGE)
    assert _to(receiver).tell(an_event()).reference == "evt_1"


def test_nobody_there_is_for_later(receiver: ReceiverEmulator) -> None:
    webhook = _to(receiver)
    with ReceiverEmulator() as gone:
        webhook = _to(gone)
    assert isinstance(_refusal(webhook), TryLater)


@contextmanager
def _a_dripping_server() -> Iterator[int]:
    """Sends its answer a byte at a time, so that no single read takes long."""
    stop = threading.Event()
    listener = socket.create_server(("127.0.0.1", 0))

    def drip() -> None:
        connection, _ = listener.accept()
        with connection:
            try:
                for byte in b"HTTP/1.1 200 OK\r\nx: " + b"y" * 10_000:
                    if stop.wait(0.05):
                        return
                    connection.sendall(bytes([byte]))
            except OSError:
                return

    thread = threading.Thread(target=drip)
    thread.start()
    yield int(listener.getsockname()[1])
    stop.set()
    thread.join()
    listener.close()


def test_a_receiver_that_drips_is_cut_off() -> None:
    with _a_dripping_server() as port:
        webhook = made(
            Webhook, {"url": f"http://127.0.0.1:{port}/", "secret": SECRET, "timeout_seconds": 0.5}
        )
        began = time.monotonic()
        refusal = _refusal(webhook)
    assert isinstance(refusal, OutcomeUnknown)
    assert "within 0.5 s" in str(refusal)
    assert time.monotonic() - began < 20


def test_a_letter_is_handed_over_whole(receiver: ReceiverEmulator) -> None:
    attachment = Attachment("label.pdf", "application/pdf", b"%PDF-1.4 %%EOF")
    _to(receiver).send(a_message(html="<p>ça</p>", sender_name="Maison Lumière", attachments=(attachment,)))
    (body,) = receiver.taken
    assert body["type"] == "letter.label"
    assert body["data"]["recipient"] == "camille@example.com"
    assert (body["data"]["html"], body["data"]["sender_name"]) == ("<p>ça</p>", "Maison Lumière")
    assert body["data"]["attachments"][0]["content"] == "JVBERi0xLjQgJSVFT0Y="


@pytest.mark.parametrize("id", ["evt.1", "evt 1", "evt\r\nx-evil: 1", "", "évt"])
def test_an_id_that_would_confuse_a_signature_is_refused(receiver: ReceiverEmulator, id: str) -> None:
    with pytest.raises(Declined):
        _to(receiver).tell(an_event(id=id))
    assert receiver.asked == []


@pytest.mark.parametrize(
    "settings",
    [
        {"secret": "hunter2"},
        {"secret": "whsec_c2hvcnQ="},
        {"secret": SECRET, "previous_secret": "whsec_!"},
        {"secret": SECRET, "url": "ftp://shop.example"},
        {"secret": SECRET, "url": "https://shop.example/ x"},
        {"secret": SECRET, "timeout_seconds": 3600},
    ],
)
def test_settings_that_cannot_work_are_refused(settings: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Webhook.Settings(**{"url": "https://shop.example", **settings})


def test_what_is_sent_is_json_in_utf_8(receiver: ReceiverEmulator) -> None:
    _to(receiver).tell(an_event(attributes={"note": "déjà \u2028 vu"}))
    (asked,) = receiver.asked
    assert "déjà" in asked.body.decode()
    assert json.loads(asked.body)["data"]["attributes"]["note"] == "déjà \u2028 vu"
