"""Processes killed, the database and the way to it gone, clocks that jump: on PostgreSQL with two servers and two
workers."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from sendback_sdk.testing.emulator import Fault

from tests.faults.cable import Cable
from tests.faults.ground import Ground, every
from tests.faults.postgres import Cluster
from tests.shops import make


def kill(pids: list[int]) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def test_servers_killed_while_returns_are_made(ground: Ground) -> None:
    installation = ground.world.installation
    with ground.at_work():
        every(0.6, 4, lambda: kill(installation.serving()[:1]))


def test_everything_killed_at_once(ground: Ground) -> None:
    """Those that keep the processes alive too, as when a machine goes."""
    installation = ground.world.installation
    with ground.at_work(4):
        installation.kill_server()
        installation.kill_worker()
        installation.start_server()
        installation.start_worker()


@pytest.mark.parametrize("part", ["carrier", "bank", "post"])
def test_workers_killed_in_the_middle_of_a_call(ground: Ground, part: str) -> None:
    """As soon as the outside has acted, and before anybody has noted it."""
    world = ground.world
    acted: dict[str, Callable[[], int]] = {
        "carrier": lambda: len(world.carrier.sold),
        "bank": lambda: world.bank.payments,
        "post": lambda: len(world.post.mails),
    }
    with ground.at_work():
        for _ in range(3):
            before = acted[part]()
            ground.wait_for(lambda: acted[part]() > before, part)  # noqa: B023
            kill(world.installation.working())
            ground.wait_for(lambda: len(world.installation.working()) == 2, "new workers")


def test_the_database_crashes_and_comes_back(ground: Ground, cluster: Cluster) -> None:
    with ground.at_work(4):
        every(1.0, 2, cluster.crash)


def test_every_connection_is_cut(ground: Ground, cluster: Cluster) -> None:
    with ground.at_work():
        every(0.5, 4, cluster.cut_connections)


def test_the_network_to_the_database_is_cut(ground: Ground, cable: Cable) -> None:
    """Nobody is told: packets are lost, connections hang, and then they are gone."""
    with ground.at_work(6):
        cable.cut()
        every(2.0, 1, cable.mend)


def test_connections_break_while_commits_are_made(ground: Ground, cable: Cable) -> None:
    """Nobody is told whether they were: they are asked for again, and what was taken up is not let fall."""
    with ground.at_work(5), cable.fraying(0.04, seed=1):
        ground.wait_for(lambda: min(cable.frayed["unheard"], cable.frayed["unanswered"]) > 5, "breaks")


def test_the_clock_jumps(ground: Ground) -> None:
    jumps = iter([timedelta(hours=3), timedelta(hours=-3), timedelta(minutes=-10), timedelta(minutes=10)])
    with ground.at_work():
        every(0.6, 4, lambda: ground.world.pass_time(next(jumps)))


@pytest.mark.parametrize("part", ["carrier", "bank"])
def test_the_outside_fails_in_every_way(ground: Ground, part: str) -> None:
    """Acts and is silent, answers late, twice, with nonsense, half an answer, five megabytes."""
    outside = getattr(ground.world, part)
    slow = {Fault.ACT_THEN_HANG, Fault.LATE} if part == "bank" else set()
    with ground.at_work(5):
        outside.fail(*(fault for fault in Fault if fault not in slow | {Fault.REFUSE}))


def test_the_post_hangs_up_when_it_has_taken_a_message(ground: Ground) -> None:
    """It is sent again, and the mailbox finds it once: the Message-ID is the same."""
    post = ground.world.post
    with ground.at_work():
        post.fail("cut", "451 4.7.1 later, please", "cut")
        ground.wait_for(lambda: any(times > 1 for times in post.seen.values()), "the same message again", 30)


def test_what_the_post_takes_and_loses_is_all_that_is_lost(ground: Ground) -> None:
    """Nobody can know of it; everything else arrives."""
    before = ground.lost()
    with ground.at_work(2, lost=1):
        ground.world.post.fail("drop")
        ground.wait_for(lambda: ground.lost() > before, "a message to lose")


def test_a_second_process_of_a_worker_s_name_does_not_start(ground: Ground) -> None:
    environment = {**os.environ, "SENDBACK_CONFIG": str(ground.world.installation.file)}
    command = [sys.executable, "-m", "sendback_service.command", "worker", "--name", "worker-1"]
    second = subprocess.run(command, env=environment, capture_output=True, timeout=120, check=False)
    assert second.returncode == 2
    assert b"a worker named 'worker-1' is running already" in second.stderr


_POISON = """INSERT INTO event (merchant_id, id, type, subject_type, subject_id, sequence, time, cause, actor,
    attributes, intents)
    SELECT merchant_id, 'evt_' || subject_id, 'return.reminded', 'return', subject_id, max(sequence) + 1, max(time),
      'timer', '', '{}', '{"start": [["no", "intent"], 7]}' FROM event WHERE subject_id = %s
    GROUP BY merchant_id, subject_id"""
_REPORTED = "SELECT count(*) FROM work_item WHERE return_id = %s AND kind = 'event.poisoned'"


def test_a_poisoned_event_holds_up_nothing(ground: Ground) -> None:
    with psycopg.connect(ground.database, autocommit=True) as connection, ground.at_work(2) as shop:
        made = make(shop.client, "ext-#29")
        connection.execute(_POISON, (made.id,))
        ground.wait_for(
            lambda: connection.execute(_REPORTED, (made.id,)).fetchone() == (1,), "staff to be asked"
        )


def test_no_position_of_the_feed_is_missing_or_given_twice(ground: Ground) -> None:
    """Two relays were at work all the time."""
    with psycopg.connect(ground.database) as connection:
        rows = connection.execute("SELECT position FROM event ORDER BY position").fetchall()
    positions = [position for (position,) in rows]
    assert len(positions) == len(set(positions)) > 100
    assert positions[-1] - len(positions) <= 1


def test_what_was_logged_holds_no_error_of_ours(ground: Ground) -> None:
    """Whatever happened outside, nothing broke inside."""
    for name in ("server.log", "worker.log"):
        log = Path(ground.folder / "world" / "installation" / name).read_text()
        assert "rpc.broken" not in log
        assert "effect.broken" not in log
