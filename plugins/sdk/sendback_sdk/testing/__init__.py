"""What plugin authors test with: builders, strict counting emulators, and tests to inherit.

    from sendback_sdk.testing import CarrierTests
    from sendback_pigeon import Pigeon

    class TestPigeon(CarrierTests):
        carrier_class = Pigeon
        settings = {"loft": "https://loft.example"}

The emulators are real servers on free loopback ports. They refuse what a real one refuses, count what they really
did, and fail on demand: `emulator.fail(Fault.ACT_THEN_HANG)`.
"""

from sendback_sdk.testing.builders import (
    a_credit_request,
    a_label_request,
    a_message,
    a_parcel,
    a_refund_request,
    a_webhook_request,
    an_address,
    an_erasure,
    an_event,
    an_order,
    made,
)
from sendback_sdk.testing.carrier import CarrierEmulator
from sendback_sdk.testing.conformance import CarrierTests, ChannelTests, PlatformTests
from sendback_sdk.testing.emulator import Answer, Asked, Emulator, Fault
from sendback_sdk.testing.mail import MailEmulator
from sendback_sdk.testing.receiver import ReceiverEmulator
from sendback_sdk.testing.refunds import RefundEmulator

__all__ = [
    "Answer",
    "Asked",
    "CarrierEmulator",
    "CarrierTests",
    "ChannelTests",
    "Emulator",
    "Fault",
    "MailEmulator",
    "PlatformTests",
    "ReceiverEmulator",
    "RefundEmulator",
    "a_credit_request",
    "a_label_request",
    "a_message",
    "a_parcel",
    "a_refund_request",
    "a_webhook_request",
    "an_address",
    "an_erasure",
    "an_event",
    "an_order",
    "made",
]
