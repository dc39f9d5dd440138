"""Ids and references: drawn by lot, in order, and never twice."""

import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sendback_service.ids import new_id
from sendback_service.random_text import RandomText

_NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
_COPIED = """
import os
from sendback_service.random_text import RandomText

texts = RandomText("0123456789abcdef", 8)
texts.draw()
read, write = os.pipe()
if os.fork() == 0:
    os.write(write, texts.draw().encode())
    os._exit(0)
os.wait()
print(texts.draw(), os.read(read, 8).decode())
"""


@pytest.mark.parametrize(
    "alphabet", ["0123456789abcdefghjkmnpqrstvwxyz", "23456789ABCDEFGHJKMNPQRSTVWXYZ", "01"]
)
def test_each_letter_is_as_likely_as_any_other(alphabet: str) -> None:
    texts = RandomText(alphabet, 12)
    drawn = [texts.draw() for _ in range(len(alphabet) * 2000)]
    assert {len(text) for text in drawn} == {12}
    counts = Counter("".join(drawn))
    assert set(counts) == set(alphabet)
    assert all(23_100 < n < 24_900 for n in counts.values()), "24,000 each, give or take six deviations"


def test_two_processes_do_not_share_what_is_drawn() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _COPIED], capture_output=True, text=True, check=True, timeout=60
    )
    parents, childs = done.stdout.split()
    assert parents != childs


def test_ids_of_one_moment_sort_by_their_making() -> None:
    ids = [new_id("ret", _NOW) for _ in range(5000)]
    assert ids == sorted(set(ids))
    assert {len(id) for id in ids} == {30}
    assert ids[-1] < new_id("ret", _NOW + timedelta(milliseconds=1))


def test_what_one_thread_makes_keeps_its_order_among_others() -> None:
    """Each has a moment of its own, as each transaction does."""

    def made(thread: int) -> list[str]:
        return [new_id("evt", _NOW + timedelta(milliseconds=thread)) for _ in range(2000)]

    with ThreadPoolExecutor(8) as threads:
        drawn = list(threads.map(made, range(8)))
    assert all(ids == sorted(ids) for ids in drawn)
    assert len({id for ids in drawn for id in ids}) == 16_000
