"""The worker's process: relay, sweep and engine, until it is told to stop."""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import structlog

from sendback_service import turning
from sendback_service.configuration import Configuration
from sendback_service.correspondence import Correspondence
from sendback_service.effects.engine import Engine
from sendback_service.effects.labels import Buying
from sendback_service.effects.letters import Sending
from sendback_service.effects.reconciling import Reconciling
from sendback_service.effects.relay import Relay
from sendback_service.effects.sweep import Sweep
from sendback_service.effects.transfers import Paying
from sendback_service.effects.voiding import Voiding
from sendback_service.host import Host
from sendback_service.routing import candidates
from sendback_service.store import Database, executors, opened

_DRAIN_SECONDS = 20
_QUIET_SECONDS = 0.05
_RETENTION_MS = 24 * 3600 * 1000


def work(configuration: Configuration) -> None:
    """Runs until SIGTERM or SIGINT; then lets steps in flight finish."""
    lock = executors.take(configuration.worker.executor, configuration.database, configuration.data_dir)
    clock = turning.clock_for(test_mode=configuration.test_mode)
    database = opened(configuration.database, clock)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    turning.follow(clock, database, stop)
    host = Host(configuration.accounts)
    engine = _engine(configuration, database, host)
    engine.launch()
    relay = Relay(database, engine.start, host.tell)
    sweep = Sweep(database, engine.start)
    threads = [
        _loop("relay", relay.turn, _QUIET_SECONDS, stop),
        _loop("sweep", sweep.turn, configuration.worker.poll_seconds, stop),
        _loop("forget", lambda: engine.forget(_now_ms() - _RETENTION_MS), 600, stop),
    ]
    structlog.get_logger().info("worker.ready", executor=configuration.worker.executor, pid=os.getpid())
    stop.wait()
    for thread in threads:
        thread.join()
    engine.stop(_DRAIN_SECONDS)
    database.shut()
    structlog.get_logger().info("worker.stopped", executor=configuration.worker.executor)
    lock.close()


def stop_with_parent() -> None:
    """For the child: ends this process when the parent's end of the pipe is gone."""

    def watch() -> None:
        sys.stdin.buffer.read()
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="parent", daemon=True).start()


def engine_url(configuration: Configuration) -> str:
    """Beside ours in a file of its own, which spares locks; in PostgreSQL in the same database."""
    if configuration.database.startswith("sqlite"):
        path = Path(configuration.database.removeprefix("sqlite:///"))
        return f"sqlite:///{path.with_name('dbos.db')}"
    return configuration.database


def _engine(configuration: Configuration, database: Database, host: Host) -> Engine:
    def sandbox(account: str) -> bool:
        return configuration.accounts[account].sandbox

    buying = Buying(
        database,
        host.carrier,
        lambda parcel: candidates(configuration.routes, host.carriers(), parcel),
        sandbox,
    )
    handlers = {
        "buy_label": buying.buy_label,
        "reconcile_label": Reconciling(buying).reconcile_label,
        "void_label": Voiding(buying).void_label,
        "pay": Paying(database, host.platform, configuration.refunds).pay,
        "send": Sending(
            database, host.channel, configuration.channel, Correspondence(configuration).compose
        ).send,
    }
    return Engine(
        engine_url(configuration),
        configuration.worker.executor,
        handlers,
        concurrency=configuration.worker.concurrency,
        poll_seconds=configuration.worker.poll_seconds,
    )


def _loop(name: str, turn: Callable[[], int], quiet: float, stop: threading.Event) -> threading.Thread:
    """Turns as long as there is work, rests when there is none, and outlives what goes wrong in one turn."""

    def run() -> None:
        while not stop.is_set():
            try:
                busy = turn()
            except Exception as broken:
                structlog.get_logger().error(f"{name}.failed", error=repr(broken))
                busy = 0
                stop.wait(1)
            if not busy:
                stop.wait(quiet)

    thread = threading.Thread(target=run, name=name)
    thread.start()
    return thread


def _now_ms() -> int:
    return int(time.time() * 1000)
