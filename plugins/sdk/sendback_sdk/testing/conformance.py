"""Tests that plugins inherit. They hold a plugin to what it declares, and may not be overridden in silence.

A class that has good reason to leave one out says so: `waived = {"test_name": "why"}`.
"""

import logging
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

import pytest

from sendback_sdk.carriers import Carrier, Finds, LabelFormat, LabelRequest, Repeat, Voids
from sendback_sdk.channels import Attachment, Channel
from sendback_sdk.errors import Declined, Misconfigured, OutcomeUnknown, PluginError, TryLater
from sendback_sdk.money import Money
from sendback_sdk.platforms import FindsRefund, Platform, ReceiptState, Refunds
from sendback_sdk.testing.builders import (
    a_label_request,
    a_message,
    a_refund_request,
    a_webhook_request,
    an_address,
    made,
)
from sendback_sdk.testing.documents import parse
from sendback_sdk.testing.emulator import Emulator, Fault
from sendback_sdk.testing.inherited import Conformance, secrets_of
from sendback_sdk.webhooks import Hears


class CarrierTests(Conformance):
    """Give `carrier_class` and `settings` (a mapping, or `carrier()` overridden to make the object). A carrier with
    an API gives `emulator()`, a fixture's value, so that faults can be tried; offline ones leave it None."""

    made_by = "carrier"
    carrier_class: ClassVar[type[Carrier]]
    settings: ClassVar[Mapping[str, Any]] = {}

    @pytest.fixture
    def emulator(self) -> Any:
        return None

    @pytest.fixture
    def carrier(self, emulator: Emulator | None) -> Carrier:
        return made(self.carrier_class, self.settings_for(emulator))

    def settings_for(self, emulator: Any) -> Mapping[str, Any]:
        return self.settings

    def request(self, **changes: Any) -> LabelRequest:
        """A request from a place that the carrier covers."""
        country = "FR" if "FR" in self.carrier_class.coverage else min(self.carrier_class.coverage)
        usual = {"format": min(self.carrier_class.formats), "sender": an_address(country=country)}
        return a_label_request(**{**usual, **changes})

    def test_it_declares_what_it_can(self) -> None:
        cls = self.carrier_class
        assert cls.id
        assert cls.id == cls.id.lower()
        assert cls.coverage
        assert all(re.fullmatch(r"[A-Z]{2}(-[A-Z0-9]{2,3})?", place) for place in cls.coverage)
        assert cls.formats
        assert cls.formats <= set(LabelFormat)
        assert cls.repeat is not Repeat.FINDABLE or issubclass(cls, Finds)

    def test_every_format_is_what_it_says(self, carrier: Carrier) -> None:
        for number, format in enumerate(sorted(carrier.formats)):
            request = self.request(reference=f"par_f{number}", serial=100 + number, format=format)
            label = carrier.create_label(request)
            assert label.tracking_number.strip()
            assert label.format == format
            parse(label.document, format)

    def test_outside_coverage_is_declined(self, carrier: Carrier) -> None:
        outside = next(place for place in ("AQ", "BV", "HM") if place not in carrier.coverage)
        with pytest.raises(Declined):
            carrier.create_label(self.request(sender=an_address(country=outside)))

    def test_a_format_that_it_lacks_is_declined(self, carrier: Carrier) -> None:
        for format in set(LabelFormat) - carrier.formats:
            with pytest.raises(Declined):
                carrier.create_label(self.request(format=format))

    def test_a_repetition_is_what_it_declares(self, carrier: Carrier) -> None:
        request = self.request(reference="par_twice", serial=777)
        first = carrier.create_label(request)
        if carrier.repeat is Repeat.SAFE:
            again = carrier.create_label(request)
            assert (again.tracking_number, again.document) == (first.tracking_number, first.document)
        if carrier.repeat is Repeat.FINDABLE:
            assert isinstance(carrier, Finds)
            found = carrier.find_label("par_twice")
            assert found is not None
            assert found.tracking_number == first.tracking_number
            assert carrier.find_label("par_never") is None

    def test_text_from_anywhere_is_harmless(self, carrier: Carrier) -> None:
        hostile = an_address(
            name="Łódź ^XZ^XA~JA \u202egnp.exe\x00\r\n",
            street="<script>" + "x" * 300,
            city="Αθήνα",
            country=self.request().sender.country,
        )
        for number, format in enumerate(sorted(carrier.formats)):
            request = self.request(reference=f"par_h{number}", serial=200 + number, format=format)
            parse(carrier.create_label(_sent_by(request, hostile)).document, format)

    def test_voiding_twice_is_harmless(self, carrier: Carrier) -> None:
        if isinstance(carrier, Voids):
            label = carrier.create_label(self.request(reference="par_void", serial=888))
            carrier.void_label(label)
            carrier.void_label(label)

    def test_no_secret_is_logged(self, carrier: Carrier, caplog: pytest.LogCaptureFixture) -> None:
        with caplog.at_level(logging.DEBUG):
            carrier.create_label(self.request(reference="par_log", serial=999))
        for secret in secrets_of(carrier):
            assert secret not in caplog.text

    def test_a_busy_carrier_is_asked_later(self, carrier: Carrier, emulator: Emulator | None) -> None:
        for fault in (Fault.BUSY, Fault.THROTTLED):
            error = self._failing(carrier, emulator, fault)
            if error is not None:
                assert isinstance(error, TryLater)
                assert error.after == 1

    def test_a_refusal_is_declined(self, carrier: Carrier, emulator: Emulator | None) -> None:
        error = self._failing(carrier, emulator, Fault.REFUSE)
        assert error is None or isinstance(error, Declined)

    @pytest.mark.parametrize(
        "fault",
        [
            *(Fault.ACT_THEN_HANG, Fault.ACT_THEN_CUT, Fault.BREAK),
            *(Fault.NONSENSE, Fault.DEEP, Fault.HALF, Fault.HUGE),
        ],
    )
    def test_an_answer_that_never_came_is_unknown(
        self, carrier: Carrier, emulator: Emulator | None, fault: Fault
    ) -> None:
        """And no second call is made."""
        error = self._failing(carrier, emulator, fault)
        assert error is None or isinstance(error, OutcomeUnknown)
        sold = getattr(emulator, "sold", [])
        assert len(sold) <= 1

    def _failing(self, carrier: Carrier, emulator: Emulator | None, fault: Fault) -> PluginError | None:
        """The error of a call that meets this fault; None for carriers without a network."""
        if emulator is None:
            return None
        emulator.fail(fault)
        with pytest.raises(PluginError) as raised:
            carrier.create_label(self.request(reference=f"par_{fault.lower()}", serial=300))
        return raised.value


class PlatformTests(Conformance):
    """Give `platform_class` and `settings`; with an API, an `emulator` fixture as for carriers."""

    made_by = "platform"
    platform_class: ClassVar[type[Platform]]
    settings: ClassVar[Mapping[str, Any]] = {}

    @pytest.fixture
    def emulator(self) -> Any:
        return None

    @pytest.fixture
    def platform(self, emulator: Emulator | None) -> Platform:
        return made(self.platform_class, self.settings_for(emulator))

    def settings_for(self, emulator: Any) -> Mapping[str, Any]:
        return self.settings

    def test_it_has_an_id(self) -> None:
        assert self.platform_class.id
        assert self.platform_class.id == self.platform_class.id.lower()

    @pytest.mark.parametrize("amount", [Money(8900, "EUR"), Money(8900, "JPY"), Money(8901, "KWD")])
    def test_a_refund_is_answered(self, platform: Platform, amount: Money) -> None:
        if isinstance(platform, Refunds):
            receipt = platform.refund(a_refund_request(key=f"trf_{amount.currency}", amount=amount))
            assert receipt.state in ReceiptState
            assert receipt.reference
            assert receipt.amount in (None, amount)

    def test_the_same_key_is_the_same_refund(self, platform: Platform, emulator: Any) -> None:
        if isinstance(platform, Refunds):
            request = a_refund_request(key="trf_once")
            assert platform.refund(request) == platform.refund(request)
            assert emulator is None or emulator.payments == 1

    def test_a_refund_is_found_by_its_key(self, platform: Platform) -> None:
        if isinstance(platform, Refunds) and isinstance(platform, FindsRefund):
            receipt = platform.refund(a_refund_request(key="trf_found"))
            assert platform.find_refund("trf_found") == receipt
            assert platform.find_refund("trf_never") is None

    @pytest.mark.parametrize("fault", [Fault.BUSY, Fault.THROTTLED])
    def test_a_busy_platform_is_asked_later(self, platform: Platform, emulator: Any, fault: Fault) -> None:
        if isinstance(platform, Refunds) and emulator is not None:
            emulator.fail(fault)
            with pytest.raises(TryLater):
                platform.refund(a_refund_request())

    @pytest.mark.parametrize(
        "fault",
        [
            *(Fault.ACT_THEN_HANG, Fault.ACT_THEN_CUT, Fault.BREAK),
            *(Fault.NONSENSE, Fault.DEEP, Fault.HALF, Fault.HUGE),
        ],
    )
    def test_an_answer_that_never_came_is_unknown(
        self, platform: Platform, emulator: Any, fault: Fault
    ) -> None:
        if isinstance(platform, Refunds) and emulator is not None:
            emulator.fail(fault)
            with pytest.raises(OutcomeUnknown):
                platform.refund(a_refund_request(key="trf_doubt"))
            assert emulator.payments <= 1

    def test_no_secret_is_logged(self, platform: Platform, caplog: pytest.LogCaptureFixture) -> None:
        with caplog.at_level(logging.DEBUG):
            if isinstance(platform, Refunds):
                platform.refund(a_refund_request(key="trf_log"))
        for secret in secrets_of(platform):
            assert secret not in caplog.text

    def test_an_unsigned_webhook_is_refused(self, platform: Platform) -> None:
        if isinstance(platform, Hears):
            with pytest.raises((Declined, Misconfigured)):
                platform.hear(a_webhook_request(b'{"forged": true}'))


class ChannelTests(Conformance):
    """Give `channel_class`, `settings` (or a `channel` fixture), and `delivered()`: the raw messages that arrived."""

    made_by = "channel"
    channel_class: ClassVar[type[Channel]]
    settings: ClassVar[Mapping[str, Any]] = {}

    @pytest.fixture
    def channel(self) -> Channel:
        return made(self.channel_class, self.settings)

    def delivered(self, channel: Channel) -> list[bytes]:
        raise LookupError("tell where messages arrive: override delivered()")

    def test_a_message_arrives(self, channel: Channel) -> None:
        attachment = Attachment("étiquette.pdf", "application/pdf", b"%PDF-1.4 label %%EOF")
        channel.send(a_message(key="msg_arrives", html="<p>Bonjour</p>", attachments=(attachment,)))
        assert len(self.delivered(channel)) == 1

    def test_a_repetition_can_be_told(self, channel: Channel) -> None:
        first = channel.send(a_message(key="msg_twice"))
        assert channel.send(a_message(key="msg_twice")).reference == first.reference

    def test_nothing_can_be_smuggled_into_headers(self, channel: Channel) -> None:
        for changes in (
            {"recipient": "a@example.com\r\nBcc: b@example.com"},
            {"recipient": "nobody"},
            {"subject": "Hi\r\nBcc: b@example.com"},
        ):
            with pytest.raises(Declined):
                channel.send(a_message(key="msg_evil", **changes))
        assert not any(b"b@example.com" in raw for raw in self.delivered(channel))

    def test_no_secret_is_logged(self, channel: Channel, caplog: pytest.LogCaptureFixture) -> None:
        with caplog.at_level(logging.DEBUG):
            channel.send(a_message(key="msg_log"))
        for secret in secrets_of(channel):
            assert secret not in caplog.text


def _sent_by(request: LabelRequest, sender: Any) -> LabelRequest:
    return replace(request, sender=sender)
