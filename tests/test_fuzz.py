"""A short run of the fuzz: every RPC, by keys of each kind, with messages that are right, wrong and nearly none."""

import pytest
from sendback_service.demo.world import World

from tests.fuzz.run import Fuzz, broken_lines
from tests.rpcs import METHODS

SEED = 20261120
EACH = 5


@pytest.mark.parametrize("vaulted", ["sqlite"], indirect=True)
def test_whatever_is_sent_nothing_breaks(vaulted: World) -> None:
    outcome = Fuzz(vaulted, SEED).round(list(METHODS), each=EACH)
    assert outcome.broken == []
    assert list(broken_lines(vaulted)) == []
    assert outcome.calls == EACH * len(METHODS)
    reached = {
        path for path, code in outcome.answers if code not in ("INVALID_ARGUMENT", "PERMISSION_DENIED")
    }
    assert len(reached) > len(METHODS) * 0.8, "too little gets past the door for this to prove anything"
