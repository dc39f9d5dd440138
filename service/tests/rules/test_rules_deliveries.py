"""When deliveries are tried again, and who wants which events."""

from datetime import UTC, datetime, timedelta

import pytest
from sendback_service.rules.deliveries import LIFE, RETRIES, next_attempt, rest, wants

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def test_attempts_come_later_and_later_for_more_than_three_days() -> None:
    waits = [next_attempt(NOW, attempts, "dlv_1", None) for attempts in range(1, 11)]
    assert waits[-1] is None
    found = [(at - NOW) for at in waits[:-1] if at]
    assert found == sorted(found)
    assert all(wait <= found_wait <= wait * 1.1 for wait, found_wait in zip(RETRIES, found, strict=True))
    assert timedelta(days=3) < sum(found, timedelta()) < LIFE


def test_those_that_failed_together_come_back_apart() -> None:
    assert len({next_attempt(NOW, 3, f"dlv_{n}", None) for n in range(50)}) > 40


@pytest.mark.parametrize(
    ("asked", "at_least", "below"),
    [(None, 5, 6), (60.0, 60, 61), (10.0**9, 86_400, 86_401), (10.0**30, 86_400, 86_401), (-5.0, 5, 6)],
)
def test_a_receiver_may_ask_for_patience_within_a_day(asked: float | None, at_least: int, below: int) -> None:
    at = next_attempt(NOW, 1, "dlv_1", asked)
    assert at is not None
    assert timedelta(seconds=at_least) <= at - NOW < timedelta(seconds=below)


def test_a_receiver_that_fails_rests_up_to_five_minutes() -> None:
    assert [rest(failures).total_seconds() for failures in (0, 1, 2, 3, 50)] == [0, 5, 10, 20, 300]


@pytest.mark.parametrize(
    ("types", "type", "wanted"),
    [
        (set(), "return.requested", True),
        ({"return.*"}, "return.requested", True),
        ({"return.*"}, "returns.requested", False),
        ({"label.purchased"}, "label.purchased", True),
        ({"label.purchased"}, "label.purchased_again", False),
        ({"label.purchased", "parcel.*"}, "parcel.delivered", True),
        (set(), "webhook.dead", False),
        ({"webhook.*"}, "webhook.dead", False),
    ],
)
def test_who_wants_what(types: set[str], type: str, wanted: bool) -> None:
    assert wants(types, type) is wanted
