"""The demo's stories, on both databases; and the demo itself, as its users run it."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sendback_service.demo.stage import Stage
from sendback_service.demo.theatre import ALL_STORIES, ORDERS, open_shops
from sendback_service.demo.world import Shop, World, latest_day

from tests.shops import NOW

pytestmark = pytest.mark.timeout(180)


@pytest.fixture(scope="module")
def stage_shops(world: World) -> Iterator[dict[str, Shop]]:
    world.pass_time(latest_day(sorted(ORDERS.glob("*.jsonl"))) - NOW)
    yield open_shops(world)
    world.set_clock(NOW)


@pytest.mark.parametrize("name", ALL_STORIES)
def test_a_story_comes_out_as_told(
    name: str, world: World, stage_shops: dict[str, Shop], tmp_path: Path
) -> None:
    said: list[str] = []
    ALL_STORIES[name](Stage(world, stage_shops, tmp_path, said.append))
    assert said
    summary = json.loads((tmp_path / "summary.json").read_text())
    assert all(found["labels_bought"] <= 1 for found in summary["returns"])
    events = [json.loads(line) for line in (tmp_path / "events.jsonl").read_text().splitlines()]
    assert [event["type"] for event in events].count("return.requested") == len(summary["returns"])


def test_the_demo_takes_orders_of_ones_own(tmp_path: Path) -> None:
    orders = tmp_path / "orders"
    orders.mkdir()
    lines = (ORDERS / "sol-y-mar.jsonl").read_text().splitlines()[:2]
    (orders / "mine.jsonl").write_text("\n".join(lines))
    done = _demo("--orders", str(orders), "--out", str(tmp_path / "out"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("✓") == 2


def test_orders_that_are_none_are_named(tmp_path: Path) -> None:
    (tmp_path / "bad.jsonl").write_text('{"externalId": 7,\n')
    done = _demo("--orders", str(tmp_path), "--out", str(tmp_path / "out"))
    assert done.returncode == 1
    assert "bad.jsonl:1" in done.stdout.replace("\n", "")


def _demo(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "sendback_service.command", "demo", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
