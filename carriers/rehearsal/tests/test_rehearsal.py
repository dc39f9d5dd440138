from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from sendback_rehearsal import Rehearsal
from sendback_sdk import Declined
from sendback_sdk.testing import CarrierEmulator, CarrierTests, Fault, a_label_request, made


class TestRehearsal(CarrierTests):
    carrier_class = Rehearsal

    @pytest.fixture
    def emulator(self) -> Iterator[CarrierEmulator]:
        with CarrierEmulator() as emulator:
            yield emulator

    def settings_for(self, emulator: CarrierEmulator) -> Mapping[str, Any]:
        return {"base_url": emulator.url, "token": emulator.token, "timeout_seconds": 1.5}


def test_what_was_sold_before_the_line_went_dead_is_found_again() -> None:
    with CarrierEmulator() as emulator:
        carrier = made(Rehearsal, {"base_url": emulator.url, "token": emulator.token, "timeout_seconds": 1.5})
        emulator.fail(Fault.ACT_THEN_HANG)
        with pytest.raises(Exception, match="Timeout"):
            carrier.create_label(a_label_request(reference="par_dead"))
        found = carrier.find_label("par_dead")
        assert found is not None
        assert [label.tracking_number for label in emulator.sold] == [found.tracking_number]


def test_a_label_of_a_parcel_on_its_way_is_not_voided() -> None:
    with CarrierEmulator() as emulator:
        carrier = made(Rehearsal, {"base_url": emulator.url, "token": emulator.token})
        label = carrier.create_label(a_label_request())
        emulator.scan(label.tracking_number)
        with pytest.raises(Declined):
            carrier.void_label(label)
