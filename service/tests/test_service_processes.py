"""Processes that belong together: born again, told to end, ending with their parent."""

import json
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
from sendback_service import server
from sendback_service.configuration import Configuration, ConfigurationError, Server
from sendback_service.ports import reserved
from sendback_service.processes import Child, _Parent

from tests.databases import Databases

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


# Who takes a second to leave, and a parent of little patience.
_SLOW = """
import signal, time
from sendback_service import processes

def life(ready):
    signal.signal(signal.SIGTERM, lambda *_: time.sleep(1.0))
    ready()
    signal.pause()
    print("ended", flush=True)

processes._STOP_SECONDS = processes._SPARE_SECONDS = 0.1
processes.keep([processes.Child("one", life)], lambda: print("all ready", flush=True), leave_seconds={given})
"""


_FAILING = """
from sendback_service import log
from sendback_service.configuration import ConfigurationError
from sendback_service.processes import Child, keep

log.set_up(pretty=False)

def life(ready):
    raise {error}

keep([Child("one", life)])
"""


class Family:
    def __init__(self, folder: Path, script: str = _FAMILY) -> None:
        self.said = folder / "said"
        with self.said.open("a") as out:
            self.parent = subprocess.Popen([sys.executable, "-c", script], stdout=out, stderr=out)

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


@pytest.mark.parametrize(
    ("error", "why"),
    [
        ("ConfigurationError('no signing key')", "no signing key"),
        ("KeyError('what a row held')", "KeyError at processes.py"),
    ],
)
def test_who_dies_at_its_start_says_why(tmp_path: Path, error: str, why: str) -> None:
    family = Family(tmp_path, _FAILING.format(error=error))
    try:
        family.until(lambda: "process.died" in family.said.read_text())
    finally:
        family.parent.kill()
        family.parent.wait()
    failed = [json.loads(line) for line in family.said.read_text().splitlines()]
    said = {line["why"].partition(":")[0] for line in failed if line["event"] == "process.failed"}
    assert said == {why}


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


@pytest.mark.parametrize(("given", "end"), [(0, "process.killed"), (30, "ended")])
def test_who_was_given_time_to_leave_has_it(tmp_path: Path, given: int, end: str) -> None:
    family = Family(tmp_path, _SLOW.format(given=given))
    family.until(lambda: "all ready" in family.said.read_text())
    family.parent.terminate()
    assert family.parent.wait(10) == 0
    assert end in family.said.read_text()


def test_a_server_s_processes_are_given_notice_and_drain(
    monkeypatch: pytest.MonkeyPatch, sqlite: Databases
) -> None:
    given: list[float] = []
    monkeypatch.setattr(server, "keep", lambda *_, leave_seconds: given.append(leave_seconds))
    settings = Server(host="127.0.0.1", port=0, notice_seconds=60, drain_seconds=30)
    server.serve(Configuration(database_url=sqlite.migrated(), server=settings))
    assert given == [90]


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
