"""Until when a unit can come back."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sendback_sdk.orders import Fulfilment, OrderLine
from sendback_sdk.testing.builders import an_order
from sendback_service.rules.policy import Window
from sendback_service.rules.units import Unit, units_of
from sendback_service.rules.window import last_day, returnable_until

PARIS = ZoneInfo("Europe/Paris")
LINE = OrderLine("1", "Robe en lin", 1, 8900)
PLACED = datetime(2026, 1, 5, 12, tzinfo=UTC)
ZONES = st.sampled_from(sorted(available_timezones() - {"localtime", "Factory"}))


def until(window: Window, *, shipped: datetime | None = None, delivered: datetime | None = None) -> datetime:
    return returnable_until(Unit(LINE, 0, True, shipped, delivered), PLACED, window)


@pytest.mark.holds("window-last-day")
def test_delivered_on_1_march_at_2330_with_14_days_is_until_the_end_of_15_march() -> None:
    end = until(Window(14, "Europe/Paris"), delivered=datetime(2026, 3, 1, 23, 30, tzinfo=PARIS))
    assert end == datetime(2026, 3, 16, tzinfo=PARIS)
    assert end.tzinfo is UTC


def test_the_day_is_the_merchants_and_not_greenwichs() -> None:
    delivered = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
    assert until(Window(14, "Europe/Paris"), delivered=delivered) == datetime(2026, 3, 17, tzinfo=PARIS)
    assert until(Window(14, "UTC"), delivered=delivered) == datetime(2026, 3, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    "zone", ["Etc/GMT+12", "America/Los_Angeles", "Europe/Paris", "Pacific/Auckland", "Pacific/Kiritimati"]
)
def test_the_last_day_is_that_of_the_place(zone: str) -> None:
    delivered = datetime(2026, 1, 1, 12, tzinfo=ZoneInfo(zone))
    assert last_day(until(Window(14, zone), delivered=delivered), zone) == date(2026, 1, 15)


@pytest.mark.holds("window")
def test_counted_from_delivery_else_shipping_else_the_order() -> None:
    window = Window(10, "UTC")
    shipped, delivered = datetime(2026, 1, 8, tzinfo=UTC), datetime(2026, 1, 10, tzinfo=UTC)
    assert until(window) == datetime(2026, 1, 16, tzinfo=UTC)
    assert until(window, shipped=shipped) == datetime(2026, 1, 19, tzinfo=UTC)
    assert until(window, shipped=shipped, delivered=delivered) == datetime(2026, 1, 21, tzinfo=UTC)


@pytest.mark.parametrize("zone", ["America/New_York", "Pacific/Kiritimati"])
def test_of_old_orders_that_say_never_or_nothing_days_are_counted_all_the_same(zone: str) -> None:
    never = until(Window(3650, zone), delivered=datetime.max.replace(tzinfo=UTC))
    nothing = until(Window(3650, zone), delivered=datetime.min.replace(tzinfo=UTC))
    assert (never.year, nothing.year) == (2209, 1979)
    assert last_day(never, zone).year == 2209


def test_no_days_leave_the_day_itself() -> None:
    assert until(Window(0, "UTC")) == datetime(2026, 1, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "delivered", "days", "end"),
    [
        # 29 March 2026 has 23 hours in Paris, 25 October 25.
        ("Europe/Paris", date(2026, 3, 28), 1, datetime(2026, 3, 29, 22, tzinfo=UTC)),
        ("Europe/Paris", date(2026, 10, 24), 1, datetime(2026, 10, 25, 23, tzinfo=UTC)),
        # Clocks go forward at midnight: 24 April 2026 begins at one o'clock in Cairo.
        ("Africa/Cairo", date(2026, 4, 22), 1, datetime(2026, 4, 23, 22, tzinfo=UTC)),
        # Clocks go back at midnight: 31 October 2024 begins only after its eve's last hour was lived twice.
        ("Africa/Cairo", date(2024, 10, 30), 1, datetime(2024, 10, 31, 22, tzinfo=UTC)),
        # Midnight is twice on 1 November 2026 in Havana; the day ends at the first.
        ("America/Havana", date(2026, 10, 30), 1, datetime(2026, 11, 1, 4, tzinfo=UTC)),
    ],
)
def test_days_of_23_and_25_hours(zone: str, delivered: date, days: int, end: datetime) -> None:
    noon = datetime(delivered.year, delivered.month, delivered.day, 12, tzinfo=ZoneInfo(zone))
    assert until(Window(days, zone), delivered=noon) == end


@given(
    ZONES,
    st.integers(0, 3650),
    st.datetimes(datetime(2000, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)),
)
def test_the_last_day_counts_whole_and_the_next_not_at_all(zone: str, days: int, delivered: datetime) -> None:
    local = ZoneInfo(zone)
    end = until(Window(days, zone), delivered=delivered)
    last = delivered.astimezone(local).date() + timedelta(days=days)
    before, after = ((end + delta).astimezone(local).date() for delta in (timedelta(seconds=-1), timedelta()))
    assert before <= last < after
    # Where a zone leapt over a whole day, the day before the end is not the last one.
    assert before == last or after - before > timedelta(days=1)


def test_a_longer_window_never_ends_earlier() -> None:
    ends = [until(Window(days, "America/Sao_Paulo")) for days in range(400)]
    assert ends == sorted(set(ends))


def test_fulfilments_take_the_units_in_the_order_in_which_they_stand() -> None:
    first, second = datetime(2026, 1, 6, tzinfo=UTC), datetime(2026, 1, 9, tzinfo=UTC)
    order = an_order(
        lines=(OrderLine("1", "Robe en lin", 4, 8900), OrderLine("2", "Ceinture", 1, 1900)),
        fulfilments=(
            Fulfilment("f1", (("1", 1),), first, second),
            Fulfilment("f2", (("2", 1), ("1", 2)), second),
        ),
    )
    assert [(u.line.id, u.number, u.fulfilled, u.shipped, u.delivered) for u in units_of(order)] == [
        ("1", 0, True, first, second),
        ("1", 1, True, second, None),
        ("1", 2, True, second, None),
        ("1", 3, False, None, None),
        ("2", 0, True, second, None),
    ]


def test_a_later_parcel_leaves_the_numbers_of_the_earlier_ones_alone() -> None:
    shipped = datetime(2026, 1, 6, tzinfo=UTC)
    line = OrderLine("1", "Robe en lin", 3, 8900)
    one = Fulfilment("f1", (("1", 2),), shipped, shipped)
    before = units_of(an_order(lines=(line,), fulfilments=(one,)))
    after = units_of(an_order(lines=(line,), fulfilments=(one, Fulfilment("f2", (("1", 1),), shipped))))
    assert before[:2] == after[:2]
    assert not before[2].fulfilled
    assert after[2].fulfilled


def test_more_sent_than_sold_makes_no_units() -> None:
    order = an_order(fulfilments=(Fulfilment("f1", (("1", 5), ("9", 1))),))
    assert [(u.line.id, u.number) for u in units_of(order)] == [("1", 0)]
