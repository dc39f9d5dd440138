"""The composition root: everything that a server is made of, put together in one place."""

import asyncio
import os
import signal
import threading
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

import grpc
import structlog
import uvloop
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_health.v1.health import aio as health
from grpc_reflection.v1alpha import reflection

from sendback_service import turning
from sendback_service.api.admission import Admission
from sendback_service.api.interceptor import Interceptor
from sendback_service.api.registration import SERVICE_NAMES, Shared, register
from sendback_service.configuration import Configuration, ConfigurationError
from sendback_service.host import Host
from sendback_service.keys import Keys
from sendback_service.live import Live
from sendback_service.ports import reserved
from sendback_service.processes import Child, Ready, keep
from sendback_service.store import opened, schema
from sendback_service.streams import Streams


def serve(configuration: Configuration, config: Path | None = None, processes: int | None = None) -> None:
    """Serves until SIGTERM or SIGINT, then lets calls in flight finish. Prints its address as the first line. `config`
    is where the configuration was read, and is followed."""
    settings = configuration.server
    count = processes or settings.processes
    _check(configuration, count)
    with reserved(settings.host, settings.port) as port:
        address = f"{settings.host}:{port}"

        def one(ready: Ready) -> None:
            uvloop.run(_serve(configuration, config, address, ready))

        def all_ready() -> None:
            print(f"sendback serves on {address}", flush=True)

        children = [Child("server", one) for _ in range(count)]
        if configuration.embedded:
            children.append(Child("worker", partial(_work, configuration, config)))
        if len(children) > 1:
            keep(children, all_ready)
        else:
            one(all_ready)


def _work(configuration: Configuration, config: Path | None, ready: Ready) -> None:
    """Nobody waits for it: what is to be done stands in the database."""
    from sendback_service.worker import work

    ready()
    work(configuration, config)


async def _serve(configuration: Configuration, config: Path | None, address: str, ready: Ready) -> None:
    clock = turning.clock_for(test_mode=configuration.test_mode)
    database = opened(configuration.database, clock)
    stopped = threading.Event()
    turning.follow(clock, database, stopped)
    host, streams = Host(configuration.accounts), Streams()
    live = Live(configuration, config, host, database)
    live.start(stopped)
    shared = Shared(database, clock, host, live, streams)
    server, say = await _started(configuration, address, shared)
    structlog.get_logger().info("server.ready", port=int(address.rpartition(":")[2]), pid=os.getpid())
    ready()
    await _told_to_stop()
    await say(health_pb2.HealthCheckResponse.NOT_SERVING)
    structlog.get_logger().info("server.stopping", pid=os.getpid())
    await asyncio.sleep(configuration.server.notice_seconds)
    streams.end()
    await server.stop(configuration.server.drain_seconds)
    stopped.set()
    await database.close()
    structlog.get_logger().info("server.stopped", pid=os.getpid())


async def _started(
    configuration: Configuration, address: str, shared: Shared
) -> tuple[grpc.aio.Server, Callable[[int], Awaitable[None]]]:
    settings = configuration.server
    largest = settings.max_message_bytes
    admission = Admission(settings.concurrency, settings.queue, settings.lasting)
    server = grpc.aio.server(
        interceptors=[Interceptor(Keys(shared.database, shared.clock), admission)],
        options=[
            ("grpc.max_receive_message_length", largest),
            ("grpc.max_send_message_length", largest),
            ("grpc.so_reuseport", 1),
        ],
    )
    register(server, configuration, shared)
    say = await _add_health(server)
    server.add_insecure_port(address)
    await server.start()
    await say(health_pb2.HealthCheckResponse.SERVING)
    return server, say


def _check(configuration: Configuration, processes: int) -> None:
    """What nobody but the operator can mend, said before anything is started."""
    if processes > 1 and configuration.database.startswith("sqlite"):
        raise ConfigurationError(
            "SQLite is written by one server process: serve with one, or set database_url to a PostgreSQL"
        )
    found = schema.revision(configuration.database)
    if found.problem:
        raise ConfigurationError(found.problem)


async def _add_health(server: grpc.aio.Server) -> Callable[[int], Awaitable[None]]:
    servicer = health.HealthServicer()
    health_pb2_grpc.add_HealthServicer_to_server(servicer, server)
    reflection.enable_server_reflection(
        [*SERVICE_NAMES, "grpc.health.v1.Health", reflection.SERVICE_NAME], server
    )

    async def say(status: int) -> None:
        for name in ("", *SERVICE_NAMES):
            await servicer.set(name, status)

    return say


async def _told_to_stop() -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await stop.wait()
