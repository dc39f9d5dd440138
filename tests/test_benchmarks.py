"""What a benchmark's figures come to, and how they are shown. `make bench` itself is no test."""

import json
import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image
from sendback_service.ids import least_id, new_id

from tests.benchmarks import report
from tests.benchmarks.__main__ import main
from tests.benchmarks.figures import TARGETS, calls_in, machine, replicas_in, summed_up
from tests.benchmarks.libraries import libraries_mb
from tests.benchmarks.load import Asked, Measured, measure
from tests.benchmarks.loader import Copies
from tests.benchmarks.processes import Group
from tests.benchmarks.room import RoomMissing, check_room


def _round(per_second: float) -> Measured:
    return Measured(per_second, 1.0, 2.0, 300.0, 100.0)


def test_a_ratio_is_the_median_of_each_rounds_own() -> None:
    found = {
        ("echo", 32): [_round(1000), _round(100), _round(1000)],
        ("create", 32): [_round(300), _round(40), _round(100)],
        ("get", 32): [_round(500), _round(50), _round(500)],
        ("list", 32): [_round(100), _round(10), _round(100)],
    }
    figures = calls_in(found, "postgres")
    assert figures["create_ratio_postgres"] == 0.3
    assert figures["list_over_get_postgres"] == pytest.approx(5)
    assert figures["get_postgres_32_per_second"] == 500


@pytest.mark.parametrize(("patience_seconds", "rounds"), [(0, 3), (60, 5)])
async def test_who_has_no_patience_gets_three_rounds_of_each(patience_seconds: float, rounds: int) -> None:
    made: list[bytes] = []

    async def call(request: bytes) -> None:
        made.append(request)

    asked = {name: Asked(call, [[name.encode()]] * 5, 2, Group()) for name in ("echo", "create")}
    found = await measure(asked, Group(), patience_seconds)
    assert {name: len(measured) for name, measured in found.items()} == {"echo": rounds, "create": rounds}
    assert made == [b"echo", b"create"] * rounds


def test_the_worse_database_is_held_against_the_target() -> None:
    figures = summed_up(
        {"cold_start_s_sqlite": 1.0, "cold_start_s_postgres": 2.5, "effects_p95_s_sqlite": 0.4}
    )
    assert figures["cold_start_s"] == 2.5
    assert figures["effects_p95_s"] == 0.4


def test_what_two_processes_cost_more_is_told_beside_an_echo() -> None:
    def costs(*microseconds: float) -> list[Measured]:
        return [Measured(1.0, 1.0, 1.0, cost, 0.0) for cost in microseconds]

    figures = replicas_in(
        {
            "one": costs(1000, 2000, 1000),
            "two": costs(1440, 2880, 3000),
            "company": costs(1320, 2640, 900),
            "echo_one": costs(100, 200, 100),
            "echo_two": costs(120, 240, 120),
            "echo_company": costs(110, 220, 110),
        }
    )
    assert figures["processes_cpu_growth"] == pytest.approx(0.2)
    assert figures["processes_cpu_growth_alone"] == pytest.approx(0.44)
    assert figures["processes_cpu_growth_of_echo"] == pytest.approx(0.2)
    assert figures["processes_cpu_growth_twice_the_callers"] == pytest.approx(0.2)
    assert figures["two_processes_cpu_us"] == 2880


@pytest.mark.parametrize(
    ("figure", "value", "met"),
    [
        ("create_ratio_sqlite", 0.2, "missed"),
        ("create_ratio_sqlite", 0.25, "first"),
        ("create_ratio_sqlite", 0.4, "second"),
        ("idle_memory_mb", 119.0, "first"),
        ("idle_memory_mb", 121.0, "missed"),
    ],
)
def test_a_target_is_met_or_missed(figure: str, value: float, met: str) -> None:
    assert next(t for t in TARGETS if t.figure == figure).met(value) == met


def test_the_page_is_written_out_of_the_figures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "build").mkdir()
    figures = {"create_ratio_sqlite": 0.31, "get_sqlite_32_per_second": 2000.0, "get_sqlite_32_p50_ms": 9.0}
    figures |= {f"get_sqlite_32_{name}": 1.0 for name in ("p95_ms", "cpu_us", "database_cpu_us")}
    (tmp_path / "build" / "bench.json").write_text(json.dumps(figures))
    (tmp_path / "build" / "bench.machine").write_text("a quiet machine")
    page = tmp_path / "speed.md"
    page.write_text("before\n<!-- bench -->\nold\n<!-- /bench -->\nafter\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", ["bench", "--page", str(page)])
    assert main() == 0
    text = page.read_text()
    assert "old" not in text
    assert text.startswith("before\n<!-- bench -->\nMeasured by `make bench` on: a quiet machine.")
    assert "| create_ratio_sqlite | 0.31 | ≥ 0.25, then 0.35 | first |" in text
    assert "| get | sqlite | 32 | 2,000 |" in text
    assert Image.open(page.with_suffix(".png")).size[0] == 1200


def test_what_processes_use_is_counted() -> None:
    own = Group([os.getpid()])
    before = own.cpu_seconds()
    until = time.process_time() + 0.1  # the system counts in hundredths
    while time.process_time() < until:
        pass
    assert own.cpu_seconds() > before > 0
    assert own.memory_mb() > 10
    assert Group([2**22 + 1]).cpu_seconds() == 0, "who is not there uses nothing"


def test_libraries_are_weighed_without_what_is_ours() -> None:
    assert 50 < libraries_mb("sqlite") < libraries_mb("postgres") - 3, "each database's drivers are theirs"


def test_copies_have_ids_that_sort_by_their_age() -> None:
    copies = Copies(1000, now=1_800_000_000.0)
    first = new_id("ret", datetime.fromtimestamp(copies.now, UTC))
    ids = [copies.of(first, number) for number in range(1000)]
    assert ids[0] == first
    assert ids == sorted(set(ids), reverse=True)
    assert {len(id) for id in ids} == {30}
    aged = datetime.fromtimestamp(copies.now, UTC) - 500 * copies.step
    slack = timedelta(minutes=1)
    assert least_id("ret", aged - slack) < ids[500] < least_id("ret", aged + slack)


def test_a_disk_that_is_too_small_is_told_before_it_is_full() -> None:
    class Answer:
        def __init__(self, value: object) -> None:
            self.value = value

        def fetchone(self) -> tuple[object]:
            return (self.value,)

    def run(statement: str) -> Answer:
        return Answer("/" if statement.startswith("SHOW") else 1_000_000)

    check_room(run, ["returns"], 10)
    with pytest.raises(RoomMissing, match=r"10,000,000,000 copies need some .* GiB, and / has"):
        check_room(run, ["returns"], 10_000_000_000)


def test_the_picture_takes_figures_of_any_size(tmp_path: Path) -> None:
    figures = {t.figure: value for t, value in zip(TARGETS, (0, -0.2, 1e9, 1e-9) * 3, strict=False)}
    report.picture(figures, machine(), tmp_path / "bench.png")
    assert Image.open(tmp_path / "bench.png").size[1] > 300
