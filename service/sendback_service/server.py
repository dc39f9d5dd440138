"""The composition root: everything that a server is made of, put together in one place."""

import asyncio
import os
import signal
import threading
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import grpc
import structlog
import uvloop
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_health.v1.health import aio as health
from grpc_reflection.v1alpha import reflection
from sendback.v1 import (
    carrier_service_pb2,
    carrier_service_pb2_grpc,
    event_service_pb2,
    event_service_pb2_grpc,
    label_service_pb2,
    label_service_pb2_grpc,
    merchant_service_pb2,
    merchant_service_pb2_grpc,
    order_service_pb2,
    order_service_pb2_grpc,
    portal_service_pb2,
    portal_service_pb2_grpc,
    returns_service_pb2,
    returns_service_pb2_grpc,
)

from sendback_service import routing, turning
from sendback_service.access import Doorkeeper
from sendback_service.api.carriers import CarrierServicer
from sendback_service.api.events import EventServicer
from sendback_service.api.interceptor import Interceptor
from sendback_service.api.labels import LabelServicer
from sendback_service.api.merchants import MerchantServicer
from sendback_service.api.orders import OrderServicer
from sendback_service.api.portal import PortalServicer
from sendback_service.api.returns import ReturnsServicer
from sendback_service.buyers import Buyers
from sendback_service.clock import Clock
from sendback_service.configuration import Configuration, ConfigurationError
from sendback_service.creation import Creation
from sendback_service.feed import Feed
from sendback_service.host import Host, coverage
from sendback_service.keys import Keys
from sendback_service.merchants import Merchants
from sendback_service.offspring import Offspring
from sendback_service.orders import Orders
from sendback_service.parcels import Parcels
from sendback_service.returns import Returns
from sendback_service.shops import Shops
from sendback_service.store import Database, opened, schema

_DRAIN_SECONDS = 10
_SERVICES = (
    carrier_service_pb2,
    event_service_pb2,
    label_service_pb2,
    merchant_service_pb2,
    order_service_pb2,
    portal_service_pb2,
    returns_service_pb2,
)


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


def register(server: Any, configuration: Configuration, database: Database, clock: Clock, host: Host) -> None:
    """Puts the use cases together and hands them to the servicers."""
    doorkeeper = Doorkeeper(configuration.secret(), timedelta(minutes=configuration.portal.session_minutes))

    def covered(merchant_id: str) -> frozenset[str]:
        return coverage(host, routing.accounts_for(configuration.routes, merchant_id))

    shops = Shops(database)
    returns = Returns(database)
    parcels = Parcels(database, shops)
    creation = Creation(
        database,
        shops,
        clock,
        covered,
        host.rules,
        timedelta(minutes=configuration.portal.estimate_minutes),
    )
    merchants = Merchants(database, shops, configuration.support_url)
    orders = Orders(database, shops, doorkeeper, configuration.portal.base_url)
    buyers = Buyers(database, shops, doorkeeper, clock)
    feed = Feed(database)
    portal_service_pb2_grpc.add_PortalServiceServicer_to_server(
        PortalServicer(shops, buyers, creation, returns, parcels), server
    )
    returns_service_pb2_grpc.add_ReturnsServiceServicer_to_server(ReturnsServicer(creation, returns), server)
    label_service_pb2_grpc.add_LabelServiceServicer_to_server(LabelServicer(parcels), server)
    order_service_pb2_grpc.add_OrderServiceServicer_to_server(OrderServicer(orders), server)
    merchant_service_pb2_grpc.add_MerchantServiceServicer_to_server(
        MerchantServicer(merchants, shops, Keys(database, clock)), server
    )
    carrier_service_pb2_grpc.add_CarrierServiceServicer_to_server(CarrierServicer(host), server)
    event_service_pb2_grpc.add_EventServiceServicer_to_server(
        EventServicer(feed, parcels, host, clock), server
    )


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
    names = [
        service.full_name for module in _SERVICES for service in module.DESCRIPTOR.services_by_name.values()
    ]
    reflection.enable_server_reflection([*names, "grpc.health.v1.Health", reflection.SERVICE_NAME], server)

    async def say(status: int) -> None:
        for name in ("", *names):
            await servicer.set(name, status)

    return say


async def _told_to_stop() -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await stop.wait()
