"""The worker's process: relay, sweep and engine, until it is told to stop."""

import os
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path

import structlog
from sendback_sdk import ListsOrders, Mirrors

from sendback_service import clock_offset, garbage_collection
from sendback_service.configuration import Configuration, ConfigurationError
from sendback_service.correspondence import Correspondence
from sendback_service.effects.dispatch import Dispatch
from sendback_service.effects.engine import Engine
from sendback_service.effects.error_summary import described
from sendback_service.effects.forgetting import Forgetting
from sendback_service.effects.gate import Gate
from sendback_service.effects.labels import Buying
from sendback_service.effects.letters import Sending
from sendback_service.effects.mirroring import Following, Mirroring
from sendback_service.effects.observers import Observers
from sendback_service.effects.polling import Due, Polling
from sendback_service.effects.pruning import Pruning
from sendback_service.effects.reaper import Reaper
from sendback_service.effects.reconciling import Reconciling
from sendback_service.effects.refund_comparison import Comparing
from sendback_service.effects.relay import Relay
from sendback_service.effects.retention import Retention
from sendback_service.effects.sorting import Sorting
from sendback_service.effects.sweep import Sweep
from sendback_service.effects.synchronising import Pace, Synchronising, Watching
from sendback_service.effects.tellers import Tellers
from sendback_service.effects.telling import DueDeliveries, Telling
from sendback_service.effects.transfers import Paying
from sendback_service.effects.voiding import Voiding
from sendback_service.effects.workflow_traces import told_by
from sendback_service.host import Host
from sendback_service.live_configuration import LiveConfiguration
from sendback_service.message_settings import Channels
from sendback_service.observability import metrics
from sendback_service.observability.outlook import outlook
from sendback_service.observability.traces import traced
from sendback_service.processes import Child, Ready, keep
from sendback_service.store import Database, opened, schema
from sendback_service.store.executors import Executors, Lock
from sendback_service.store.outage import is_stuck
from sendback_service.vault import vault_of

_DRAIN_SECONDS = 20
# How long each rests when it found nothing: what a buyer waits for is looked for most often, and less often where
# nobody does anything.
_RELAY_SECONDS = 0.05
_RELAY_SECONDS_AT_MOST = 0.2
# What happens meanwhile is handed over together, and seen together by those who follow it; unless it was much already.
_RELAY_GATHERS_SECONDS = 0.05
_OBSERVERS_GATHER_SECONDS = 0.5
_MUCH = 100
_LONGER = 1.2
_SWEEP_SECONDS = 0.25
_SWEEP_SECONDS_AT_MOST = 0.5
_TRACKING_SECONDS = 2.0
_OBSERVE_SECONDS = 0.5
_OBSERVE_SECONDS_AT_MOST = 1.5
_WATCH_SECONDS = 2.0
_RETENTION_SECONDS = 30.0
_RETENTION = timedelta(days=1)
# The exit status of sysexits(3) for a failure that passes: whoever keeps workers starts another.
_TRY_AGAIN = 75


def crew(configuration: Configuration, config: Path | None, processes: int, name: str = "") -> None:
    """Runs a worker here, or several as processes of their own. A name is for one. `config` is where the configuration
    was read, and is followed."""
    if processes == 1:
        work(configuration, config, name)
        return
    if name or configuration.worker.executor:
        raise ConfigurationError(
            "one name is for one worker: give none, and each takes the first free number"
        )
    keep([Child("worker", partial(_one, configuration, config, number)) for number in range(processes)])


def _one(configuration: Configuration, config: Path | None, number: int, _ready: Ready) -> None:
    work(configuration, config, number=number)


def work(configuration: Configuration, config: Path | None, name: str = "", number: int = 0) -> None:
    """Runs until SIGTERM or SIGINT; then lets calls in flight finish. Raises `ExecutorTaken`. `number` tells
    those apart that were started together."""
    if problem := schema.revision(configuration.database).problem:
        raise ConfigurationError(problem)
    executors = Executors(configuration.database, configuration.data_dir)
    name = name or configuration.worker.executor
    name, lock = (name, executors.take(name)) if name else executors.take_any()
    stop = threading.Event()
    for told in (signal.SIGTERM, signal.SIGINT):
        signal.signal(told, lambda *_: stop.set())
    clock = clock_offset.clock_for(test_mode=configuration.test_mode)
    database = opened(configuration.database, clock)
    clock_offset.follow(clock, database, stop)
    host = Host(configuration.accounts)
    live = LiveConfiguration(configuration, config, host, database)
    live.start(stop)
    shown = configuration.metrics.worker(number)
    with traced(configuration.traces.ratio, "worker"), outlook(configuration, clock, host, database, shown):
        _until(stop, _Shift(configuration, name, lock, executors, database, host, live))
    database.shut()
    structlog.get_logger().info("worker.stopped", executor=name, pid=os.getpid())
    lock.close()
    _leave_nothing_behind()


@dataclass(frozen=True, slots=True)
class _Shift:
    """What a worker works with. `lock` is that of its name."""

    configuration: Configuration
    name: str
    lock: Lock
    executors: Executors
    database: Database
    host: Host
    live: LiveConfiguration


def _until(stop: threading.Event, shift: _Shift) -> None:
    """Works, and at the end lets calls in flight finish."""
    configuration, database, live = shift.configuration, shift.database, shift.live
    engine = _engine(shift)
    dispatch = Dispatch(database, engine, live.candidates, configuration.refunds, configuration.channel)
    engine.launch()
    sorting = Sorting(database, configuration.webhooks)
    retention = Retention(database, configuration.privacy.retention_months)
    reaper = Reaper(database, engine, shift.executors)
    threads = [
        *_loops(database, shift.host, engine, dispatch, reaper, stop),
        *_shop_loops(database, shift.host, _pace(configuration), stop),
        _loop("lock", lambda: _end_if_lost(shift.lock), 1.0, stop),
        _loop("retention", retention.turn, _RETENTION_SECONDS, stop),
        _loop(
            "history", Pruning(database, configuration.privacy.history_months).turn, _RETENTION_SECONDS, stop
        ),
        _observing("sorting", sorting.turn, stop),
        _observing("deliveries", DueDeliveries(database, dispatch.start).turn, stop),
        _loop("forget_deliveries", sorting.forget, _RETENTION_SECONDS, stop),
    ]
    garbage_collection.settle()
    structlog.get_logger().info("worker.ready", executor=shift.name, pid=os.getpid())
    stop.wait()
    for thread in threads:
        thread.join()
    engine.stop(_DRAIN_SECONDS)


def _engine(shift: _Shift) -> Engine:
    configuration, database, host, live = shift.configuration, shift.database, shift.host, shift.live
    buying = Buying(database, host.carrier, live.candidates, live.sandbox, Gate(live.caps))
    compose = Correspondence(configuration).compose
    channels = Channels(configuration.channel, configuration.channels)
    vault, private_hosts = vault_of(configuration.secrets_key), configuration.portal.private_hosts
    tellers = Tellers(database, host, vault, private_hosts)
    handlers = {
        "buy_label": buying.buy_label,
        "reconcile_label": Reconciling(buying).reconcile_label,
        "void_label": Voiding(buying).void_label,
        "pay": Paying(database, host.platform, configuration.refunds, host.serves).pay,
        "track": Polling(database, host.carrier).track,
        "send": Sending(database, host.channel, channels, compose).send,
        "forget": Forgetting(database, host.kinds_for, host.plugin).forget,
        "tell": Telling(database, tellers.of).tell,
        "mirror": Mirroring(database, host.platform).mirror,
        "compare": Comparing(database, host.platform).compare,
        "synchronise": Synchronising(database, host.plugin, _pace(configuration)).synchronise,
    }
    return Engine(
        configuration.engine,
        shift.name,
        handlers,
        concurrency=configuration.worker.concurrency,
        poll_seconds=configuration.worker.poll_seconds,
        around=told_by(database),
    )


def _loops(
    database: Database,
    host: Host,
    engine: Engine,
    dispatch: Dispatch,
    reaper: Reaper,
    stop: threading.Event,
) -> list[threading.Thread]:
    relay = Relay(database, dispatch.start_all)
    sweep = Sweep(database, dispatch.start)
    observers = Observers(database, host.tell)
    return [
        _loop("relay", relay.turn, _RELAY_SECONDS, stop, _RELAY_SECONDS_AT_MOST, _RELAY_GATHERS_SECONDS),
        _loop("sweep", sweep.turn, _SWEEP_SECONDS, stop, _SWEEP_SECONDS_AT_MOST),
        _loop("tracking", Due(database, dispatch.start).turn, _TRACKING_SECONDS, stop),
        _observing("observers", observers.turn, stop),
        _loop("reaper", reaper.turn, 1.0, stop),
        _loop("forget", lambda: engine.forget(_RETENTION), 600.0, stop),
    ]


def _shop_loops(database: Database, host: Host, pace: Pace, stop: threading.Event) -> list[threading.Thread]:
    following = Following(database, lambda: host.shops_with(Mirrors), host.shops_that_may)
    watching = Watching(database, lambda: host.shops_with(ListsOrders), pace, host.shops_that_may)
    return [
        _observing("mirrors", following.turn, stop),
        _loop("synchronisation", watching.turn, _WATCH_SECONDS, stop),
    ]


def _pace(configuration: Configuration) -> Pace:
    wanted = configuration.synchronisation
    return Pace(timedelta(seconds=wanted.every_seconds), timedelta(days=wanted.history_days))


def _observing(name: str, turn: Callable[[], int], stop: threading.Event) -> threading.Thread:
    """For those who tell others what happened: nobody waits at the counter for it."""
    return _loop(name, turn, _OBSERVE_SECONDS, stop, _OBSERVE_SECONDS_AT_MOST, _OBSERVERS_GATHER_SECONDS)


def _loop(
    name: str,
    turn: Callable[[], int],
    quiet: float,
    stop: threading.Event,
    at_most: float = 0.0,
    gathers: float = 0.0,
) -> threading.Thread:
    """Turns as long as there is work, `gathers` seconds apart while it is little; rests `quiet` seconds when there is
    none, each time somewhat longer up to `at_most`, and outlives what goes wrong in one turn. A first turn that never
    ends is seen too: the loop is shown from its beginning."""
    turned, failures = metrics.LOOP_TURN.labels(name), metrics.LOOP_FAILURES.labels(name)
    turned.set_to_current_time()

    def run() -> None:
        rest = quiet
        while not stop.is_set():
            try:
                busy = turn()
                turned.set_to_current_time()
            except Exception as broken:
                failures.inc()
                structlog.get_logger().error(f"{name}.failed", error=described(broken))
                if is_stuck(broken):
                    _start_anew("worker.cannot_write")
                busy = 0
                stop.wait(1)
            if busy < _MUCH:
                stop.wait(gathers if busy else rest)
            rest = quiet if busy else min(rest * _LONGER, max(quiet, at_most))

    thread = threading.Thread(target=run, name=name)
    thread.start()
    return thread


def _end_if_lost(lock: Lock) -> int:
    """Without its lock this process counts as dead, and others take over its work: it must not go on with it."""
    if not lock.held():
        _start_anew("worker.lost_its_lock")
    return 0


def _start_anew(why: str) -> None:
    """Ends this process at once, for whoever keeps workers to start another; nothing is lost by that."""
    structlog.get_logger().error(why)
    os._exit(_TRY_AGAIN)


def _leave_nothing_behind() -> None:
    """A plugin call that outlasts the drain is cut off, like by a crash; the next worker sees to it."""
    for thread in threading.enumerate():
        if thread is not threading.main_thread() and not thread.daemon:
            thread.join(1)
            if thread.is_alive():
                structlog.get_logger().warning("worker.cut_off", thread=thread.name)
                sys.stderr.flush()
                os._exit(0)
