"""Processes that belong together: born again, told to end, ending with their parent."""

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from sendback_service.configuration import ConfigurationError
from sendback_service.ports import reserved
from sendback_service.processes import Child, _Parent

_FAMILY = """
import os, signal, time
from sendback_service.processes import Child, keep

def say(what):
    os.write(1, f"{what}\\n".encode())

def life(ready):
    ended = []
    signal.signal(signal.SIGTERM, lambda *_: ended.append(1))
    ready()
    say(f"born {os.getpid()}")
    while not ended:
        time.sleep(0.01)
    say(f"ended {os.getpid()}")

keep([Child("one", life), Child("two", life)], lambda: say("all ready"))
say("parent ended")
"""


class Family:
    def __init__(self, folder: Path) -> None:
        self.said = folder / "said"
        with self.said.open("a") as out:
            self.parent = subprocess.Popen([sys.executable, "-c", _FAMILY], stdout=out, stderr=out)

    def pids(self, word: str) -> list[int]:
        lines = (line.split() for line in self.said.read_text().splitlines())
        return [int(parts[1]) for parts in lines if parts[0] == word and parts[1].isdigit()]

    def until(self, reached: Callable[[], bool]) -> None:
        until = time.monotonic() + 10
        while not reached():
            assert time.monotonic() < until, self.said.read_text()
            time.sleep(0.01)


@pytest.fixture
def family(tmp_path: Path) -> Iterator[Family]:
    made = Family(tmp_path)
    made.until(lambda: "all ready" in made.said.read_text() and len(made.pids("born")) == 2)
    yield made
    made.parent.kill()
    made.parent.wait()


def test_whoever_dies_is_born_again(family: Family) -> None:
    os.kill(family.pids("born")[0], signal.SIGKILL)
    family.until(lambda: len(family.pids("born")) == 3)
    assert family.said.read_text().count("all ready") == 1
    assert "process.died" in family.said.read_text()


def test_what_the_reborn_say_is_heard_too_and_keeps_nobody_awake() -> None:
    ready: list[str] = []
    parent = _Parent([Child("one", lambda _: None)], lambda: ready.append("all"))
    for _ in range(2):
        os.write(parent._saying, b".")
        parent._rest()
        assert select.select([parent._heard], [], [], 0)[0] == []
    assert ready == ["all"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_told_to_stop_it_tells_its_children_and_waits(family: Family, number: signal.Signals) -> None:
    family.parent.send_signal(number)
    assert family.parent.wait(10) == 0
    assert set(family.pids("ended")) == set(family.pids("born"))
    assert family.said.read_text().endswith("parent ended\n")


def test_children_end_with_their_parent_however_it_ends(family: Family) -> None:
    family.parent.kill()
    family.until(lambda: len(family.pids("ended")) == 2)


@contextmanager
def listening(**options: int) -> Iterator[int]:
    import socket

    with socket.create_server(("127.0.0.1", 0), **options) as server:  # type: ignore[arg-type]
        yield server.getsockname()[1]


@pytest.mark.parametrize("options", [{}, {"reuse_port": True}])
def test_a_port_where_somebody_listens_is_refused(options: dict[str, int]) -> None:
    with listening(**options) as port, pytest.raises(ConfigurationError, match="another server"):
        reserved("127.0.0.1", port, patience_seconds=0.3).__enter__()


def test_a_server_that_is_just_ending_is_waited_for() -> None:
    with ThreadPoolExecutor(1) as arriving:
        with listening(reuse_port=True) as port:
            served = arriving.submit(_serve_for_a_moment, port)
            time.sleep(0.2)
            assert not served.done()
        assert served.result(20) == port


def _serve_for_a_moment(port: int) -> int:
    with reserved("127.0.0.1", port, patience_seconds=20) as held:
        return held


def test_a_host_that_nobody_knows_is_named() -> None:
    with pytest.raises(ConfigurationError, match=r"server\.host 'no host'"):
        reserved("no host", 0).__enter__()
