"""The composition root: everything that a server is made of, put together in one place."""

import asyncio
import os
import signal
import threading
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import grpc
import structlog
import uvloop
from grpc_health.v1 import health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from sendback_service import clock_offset, garbage_collection
from sendback_service.api.admission import Admission
from sendback_service.api.interceptor import Interceptor
from sendback_service.api.registration import SERVICE_NAMES, Shared, register
from sendback_service.api.switchboard import Switchboard
from sendback_service.configuration import Configuration, ConfigurationError
from sendback_service.credentials import Credentials
from sendback_service.host import Host
from sendback_service.keys import Keys
from sendback_service.live_configuration import LiveConfiguration
from sendback_service.observability.health import Health
from sendback_service.observability.outlook import outlook
from sendback_service.observability.traces import traced
from sendback_service.ports import reserved
from sendback_service.processes import Child, Ready, keep
from sendback_service.store import opened, schema
from sendback_service.streams import Streams

_OWN_MACHINE = ("127.0.0.1", "localhost", "::1")


def serve(configuration: Configuration, config: Path | None = None, processes: int | None = None) -> None:
    """Serves until SIGTERM or SIGINT, then lets calls in flight finish. Prints its address as the first line. `config`
    is where the configuration was read, and is followed."""
    settings = configuration.server
    count = processes or settings.processes
    _check(configuration, count)
    with reserved(settings.host, settings.port) as port:
        address = f"{settings.host}:{port}"

        def one(number: int, ready: Ready) -> None:
            shown = configuration.metrics.server(number)
            uvloop.run(_serve(configuration, config, Address(address, shown), ready))

        def all_ready() -> None:
            print(f"sendback serves on {address}", flush=True)

        children = [Child("server", partial(one, number)) for number in range(count)]
        if configuration.embedded:
            children.append(Child("worker", partial(_work, configuration, config)))
        if len(children) > 1:
            keep(children, all_ready, leave_seconds=settings.notice_seconds + settings.drain_seconds)
        else:
            one(0, all_ready)


@dataclass(frozen=True, slots=True)
class Address:
    """Where calls are taken, and the port on which this process is shown (0: nowhere)."""

    calls: str
    shown: int = 0


def _work(configuration: Configuration, config: Path | None, ready: Ready) -> None:
    """Nobody waits for it: what is to be done stands in the database."""
    from sendback_service.worker import work

    ready()
    work(configuration, config)


async def _serve(configuration: Configuration, config: Path | None, address: Address, ready: Ready) -> None:
    clock = clock_offset.clock_for(test_mode=configuration.test_mode)
    database = opened(configuration.database, clock)
    stopped = threading.Event()
    clock_offset.follow(clock, database, stopped)
    host, streams = Host(configuration.accounts), Streams()
    live = LiveConfiguration(configuration, config, host, database)
    live.start(stopped)
    shared = Shared(database, clock, host, live, streams)
    settings, health = configuration.server, Health(SERVICE_NAMES)
    admission = Admission(settings.concurrency, settings.queue, settings.lasting, settings.lasting_per_caller)
    seen = outlook(
        configuration, clock, host, database, address.shown, calls=admission.counts, alive=health.alive
    )
    with traced(configuration.traces.ratio, "server"), seen as readiness:
        server = await _started(configuration, address.calls, shared, admission, health)
        await health.start(readiness)
        structlog.get_logger().info(
            "server.ready", port=int(address.calls.rpartition(":")[2]), pid=os.getpid()
        )
        garbage_collection.settle()
        ready()
        await _told_to_stop()
        await health.end()
        structlog.get_logger().info("server.stopping", pid=os.getpid())
        await asyncio.sleep(settings.notice_seconds)
        streams.end()
        await server.stop(settings.drain_seconds)
    stopped.set()
    await database.close()
    structlog.get_logger().info("server.stopped", pid=os.getpid())


async def _started(
    configuration: Configuration, address: str, shared: Shared, admission: Admission, health: Health
) -> grpc.aio.Server:
    settings = configuration.server
    largest = settings.max_message_bytes
    server = grpc.aio.server(
        interceptors=[Interceptor(_credentials(configuration, shared), admission, largest)],
        options=[
            ("grpc.max_receive_message_length", largest),
            ("grpc.max_send_message_length", largest),
            ("grpc.so_reuseport", 1),
            # No connection holds more calls than the server would take on; one that is dead is found out.
            ("grpc.max_concurrent_streams", settings.concurrency + settings.queue + settings.lasting),
            ("grpc.keepalive_time_ms", 120_000),
            ("grpc.keepalive_timeout_ms", 20_000),
            # Clients that wait for events ask as often whether we are still there.
            ("grpc.http2.min_ping_interval_without_data_ms", 30_000),
        ],
    )
    services = Switchboard(server)
    register(services, configuration, shared)
    _add_probes(services, health)
    if configuration.server.tls is None:
        server.add_insecure_port(address)
        if settings.host not in _OWN_MACHINE:
            structlog.get_logger().warning("server.plain", host=settings.host)
    else:
        from sendback_service import tls

        server.add_secure_port(address, tls.credentials(configuration.server.tls))
    await server.start()
    return server


def _credentials(configuration: Configuration, shared: Shared) -> Credentials:
    certified = configuration.server.tls.grants if configuration.server.tls else ()
    identities = None
    if configuration.issuers:
        from sendback_service.identities import Identities

        identities = Identities(configuration.issuers, shared.clock)
    return Credentials(Keys(shared.database, shared.clock), shared.clock, identities, certified)


def _check(configuration: Configuration, processes: int) -> None:
    """What nobody but the operator can mend, said before anything is started."""
    if processes > 1 and configuration.database.startswith("sqlite"):
        raise ConfigurationError(
            "SQLite is written by one server process: serve with one, or set database_url to a PostgreSQL"
        )
    found = schema.revision(configuration.database)
    if found.problem:
        raise ConfigurationError(found.problem)


def _add_probes(services: Any, health: Health) -> None:
    health_pb2_grpc.add_HealthServicer_to_server(health.servicer, services)
    reflection.enable_server_reflection(
        [*SERVICE_NAMES, "grpc.health.v1.Health", reflection.SERVICE_NAME], services
    )


async def _told_to_stop() -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await stop.wait()
