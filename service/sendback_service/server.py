"""The composition root: everything that a server is made of, put together in one place."""

import asyncio
import os
import signal
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path

import grpc
import structlog
import uvloop
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_health.v1.health import aio as health
from grpc_reflection.v1alpha import reflection

from sendback_service import turning
from sendback_service.api.interceptor import Interceptor
from sendback_service.api.registration import SERVICE_NAMES, register
from sendback_service.clock import Clock
from sendback_service.configuration import Configuration, ConfigurationError
from sendback_service.host import Host
from sendback_service.keys import Keys
from sendback_service.offspring import Offspring
from sendback_service.store import Database, opened, schema

_DRAIN_SECONDS = 10


def serve(configuration: Configuration, config: Path | None = None) -> None:
    """Serves until SIGTERM or SIGINT, then lets calls in flight finish. Prints its address as the first line."""
    _check_schema(configuration)
    offspring = Offspring(config) if configuration.embedded else None
    try:
        uvloop.run(_serve(configuration, offspring))
    finally:
        if offspring is not None:
            offspring.stop()


async def _serve(configuration: Configuration, offspring: Offspring | None) -> None:
    clock = turning.clock_for(test_mode=configuration.test_mode)
    database = opened(configuration.database, clock)
    stopped = threading.Event()
    turning.follow(clock, database, stopped)
    server, port, say = await _started(configuration, database, clock)
    if offspring is not None:
        offspring.start()
    print(f"sendback serves on {configuration.server.host}:{port}", flush=True)
    structlog.get_logger().info("server.ready", port=port, pid=os.getpid())
    await _told_to_stop()
    await say(health_pb2.HealthCheckResponse.NOT_SERVING)
    await server.stop(_DRAIN_SECONDS)
    stopped.set()
    await database.close()
    structlog.get_logger().info("server.stopped")


async def _started(
    configuration: Configuration, database: Database, clock: Clock
) -> tuple[grpc.aio.Server, int, Callable[[int], Awaitable[None]]]:
    host = Host(configuration.accounts)
    largest = configuration.server.max_message_bytes
    server = grpc.aio.server(
        interceptors=[Interceptor(Keys(database, clock))],
        options=[
            ("grpc.max_receive_message_length", largest),
            ("grpc.max_send_message_length", largest),
            ("grpc.so_reuseport", 0),
        ],
    )
    register(server, configuration, database, clock, host)
    say = await _add_health(server)
    address = f"{configuration.server.host}:{configuration.server.port}"
    try:
        port = server.add_insecure_port(address)
    except RuntimeError:
        raise ConfigurationError(f"cannot listen on {address}: is another server running there?") from None
    await server.start()
    await say(health_pb2.HealthCheckResponse.SERVING)
    return server, port, say


def _check_schema(configuration: Configuration) -> None:
    found = schema.revision(configuration.database)
    if not found.current:
        raise ConfigurationError(
            f"the database is at revision {found.present or 'none'}, this version needs {found.wanted}: "
            "run `sendback migrate`"
        )


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
