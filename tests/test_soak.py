"""The soak, for seconds: it holds as it is, and fails where a guard is taken away. And what it counts."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.soak.count import count

# Several servers and workers at once: one such crowd at a time is enough for a machine.
pytestmark = pytest.mark.xdist_group("crowd")

Line = dict[str, object]


_SMALL = "--nursery --seconds 3 --seed 1 --merchants 2 --orders 48 --clients 4"


def _soak(folder: Path, *options: str, least: int = 12) -> subprocess.CompletedProcess[str]:
    small = [*_SMALL.split(), "--least", str(least)]
    command = [sys.executable, "-m", "tests.soak", *small, "--out", str(folder), *options]
    root, pipe = Path(__file__).resolve().parent.parent, subprocess.PIPE
    with subprocess.Popen(
        command, cwd=root, stdout=pipe, stderr=pipe, text=True, start_new_session=True
    ) as soak:
        try:
            out, said = soak.communicate(timeout=240)
        except subprocess.TimeoutExpired:
            os.killpg(soak.pid, signal.SIGKILL)  # its servers, workers and database too
            raise
    return subprocess.CompletedProcess(command, soak.returncode, out, said)


@pytest.mark.timeout(260)
def test_it_holds_while_processes_are_killed(tmp_path: Path) -> None:
    done = _soak(tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "seed 1" in done.stdout
    assert count(tmp_path).wrong == []
    assert count(tmp_path).sums["returns acknowledged"] > 5


@pytest.mark.timeout(260)
@pytest.mark.parametrize(
    ("mutant", "life", "least", "noticed"),
    # Every whole life shows the one, a close race the other.
    [("refund-key", "whole", 2, "paid without a transfer"), ("unit-rows", "race", 12, " is in ret_")],
)
def test_it_fails_where_a_guard_is_gone(
    tmp_path: Path, mutant: str, life: str, least: int, noticed: str
) -> None:
    done = _soak(tmp_path, "--mutate", mutant, "--lives", life, least=least)
    assert done.returncode == 1, done.stderr
    assert noticed in done.stdout


ACKNOWLEDGED: list[Line] = [
    {
        "did": "create",
        "merchant": "m",
        "order_id": "o",
        "request_id": "q",
        "return_id": "r",
        "units": [["1", 0]],
    }
]
PROVIDER: list[Line] = [
    {"did": "label", "reference": "p", "tracking_number": "t"},
    {"did": "refund", "key": "x", "amount_minor": 100},
    {"did": "message", "message_id": "<s@shop.example>"},
]
BOOKS: list[Line] = [
    {"table": "order", "merchant": "m", "id": "o", "captured": 100},
    {"table": "return", "merchant": "m", "id": "r", "order_id": "o", "decision": "CLOSED"},
    {
        "table": "unit",
        "merchant": "m",
        "return_id": "r",
        "order_id": "o",
        "line_id": "1",
        "unit": 0,
        "held": True,
    },
    {"table": "parcel", "merchant": "m", "id": "p", "label": "PURCHASED", "tracking_number": "t"},
    {
        "table": "transfer",
        "id": "x",
        "order_id": "o",
        "kind": "REFUND",
        "amount_minor": 100,
        "state": "SETTLED",
    },
    {"table": "message", "id": "s", "state": "SENT"},
    {"table": "request", "merchant": "m", "request_id": "q", "resource_id": "r"},
    {"table": "event", "merchant": "m", "subject_id": "r", "sequence": 1, "position": 1},
    {"table": "event", "merchant": "m", "subject_id": "r", "sequence": 2, "position": 2},
]
Files = tuple[list[Line], list[Line], list[Line]]


def _wrong(folder: Path, change: Callable[[Files], object]) -> list[str]:
    files: Files = tuple(json.loads(json.dumps(lines)) for lines in (ACKNOWLEDGED, PROVIDER, BOOKS))  # type: ignore[assignment]
    change(files)
    for name, lines in zip(("acknowledged", "provider", "books"), files, strict=True):
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    return count(folder).wrong


def test_what_agrees_is_not_wrong(tmp_path: Path) -> None:
    assert _wrong(tmp_path, lambda _: None) == []


def test_what_came_back_may_be_paid_again(tmp_path: Path) -> None:
    def change(files: Files) -> None:
        _, provider, books = files
        came_back = next(row for row in books if row["table"] == "transfer")
        books.append({**came_back, "id": "again"})
        came_back["state"] = "REVERSED"
        provider.append({**provider[1], "key": "again"})

    assert _wrong(tmp_path, change) == []


@pytest.mark.parametrize(
    ("change", "noticed"),
    [
        (lambda f: f[2].pop(1), "return r was acknowledged and is not there"),
        (lambda f: f[2][6].update(resource_id="other"), "request q does not name r"),
        (lambda f: f[0].append({**f[0][0], "return_id": "r2"}), "unit ('o', '1', '0') is in r, r2"),
        (lambda f: f[2].append({**f[2][2], "return_id": "r2"}), "unit ('o', '1', '0') is held 2 times"),
        (lambda f: f[1].append({**f[1][0], "tracking_number": "t2"}), "live are ['t', 't2']"),
        (lambda f: f[1].pop(0), "parcel p is PURCHASED t; live are []"),
        (lambda f: f[1].append({**f[1][0], "reference": "nobody"}), "labels of nobody: nobody"),
        (lambda f: f[1].append(f[1][1]), "paid were [100, 100]"),
        (lambda f: f[1].append(f[1][1]), "order o got 200 of 100"),
        (lambda f: f[1].pop(1), "transfer x is SETTLED over 100; paid were []"),
        (lambda f: f[1].append({**f[1][1], "key": "y"}), "paid without a transfer: y [100]"),
        (lambda f: f[1].pop(2), "message s is sent and never arrived"),
        (lambda f: f[2].pop(5), "message of nobody: s"),
        (lambda f: f[2].pop(-2), "r: event 2 is told after 0"),
        (lambda f: f[2].append(f[2].pop(-2)), "r: event 1 is told after 2"),
    ],
)
def test_what_does_not_agree_is_named(
    tmp_path: Path, change: Callable[[Files], object], noticed: str
) -> None:
    assert any(noticed in what for what in _wrong(tmp_path, change))
