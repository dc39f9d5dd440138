"""Servers that share a port, that are told to stop, that have more to do than they can."""

import json
import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from sendback.v1 import (
    carrier_service_pb2,
    label_service_pb2,
    merchant_pb2,
    portal_service_pb2,
    return_pb2,
    returns_service_pb2,
)
from sendback_client import Client, SendbackError
from sendback_service.command.app import app
from sendback_service.demo.world import Shop, World
from typer.testing import CliRunner

from tests.databases import Databases
from tests.shops import NOW, a_shop, an_address, an_order, items, make

# Several servers and workers at once: one such crowd at a time is enough for a machine.
pytestmark = pytest.mark.xdist_group("crowd")

_LISTED = carrier_service_pb2.ListAccountsRequest()


@pytest.fixture(scope="module")
def pair(postgres: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    environment = {"SENDBACK_SERVER__NOTICE_SECONDS": "1"}
    with World(
        tmp_path_factory.mktemp("pair"), postgres.empty(), servers=2, environment=environment
    ) as world:
        world.set_clock(NOW)
        yield world


@pytest.fixture(scope="module")
def narrow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One call at a time, two may wait."""
    environment = {"SENDBACK_SERVER__CONCURRENCY": "1", "SENDBACK_SERVER__QUEUE": "4"}
    with World(tmp_path_factory.mktemp("narrow"), environment=environment) as world:
        world.set_clock(NOW)
        yield world


def _calls_by_process(world: World) -> Counter[int]:
    """How many processes took calls: each numbers its requests by itself, so the log's order tells them apart."""
    lines = [
        json.loads(line) for line in world.installation.log("server.log").splitlines() if "rpc.done" in line
    ]
    return Counter(line["pid"] for line in lines)


def test_several_processes_serve_one_port(pair: World) -> None:
    for _ in range(20):
        with Client(pair.installation.target, key=pair.installation.operator_key) as client:
            client.carriers.ListAccounts(_LISTED)
    calls = _calls_by_process(pair)
    assert set(calls) == set(pair.installation.serving())
    assert len(calls) == 2


def test_told_to_stop_it_says_so_first_and_sends_nobody_away_who_is_in(pair: World) -> None:
    shop = a_shop(pair, "stopping")
    pair.installation.kill_worker()
    leaving = pair.installation.serving()
    seen, done = _followed(pair, shop), _waiting_for_a_label(pair, shop)
    time.sleep(0.5)
    with grpc.insecure_channel(pair.installation.target) as channel:
        states = health_pb2_grpc.HealthStub(channel).Watch(health_pb2.HealthCheckRequest())
        assert next(states).status == health_pb2.HealthCheckResponse.SERVING
        for pid in leaving:
            os.kill(pid, signal.SIGTERM)
        assert next(states).status == health_pb2.HealthCheckResponse.NOT_SERVING
        states.cancel()
    assert done.result(15).label == return_pb2.LabelStatus.REQUESTED
    pair.installation.start_worker()
    made = make(shop.client)
    pair.until(shop, made.id, "a label", lambda r: r.parcels[0].label == return_pb2.LabelStatus.PURCHASED)
    _wait_for(lambda: "label.purchased" in [event.type for event in seen if event.subject.id == made.id])
    positions = [int(event.resume_token) for event in seen]
    assert positions == sorted(set(positions))
    assert not set(leaving) & set(pair.installation.serving())
    assert pair.installation.log("server.log").count('"server.stopped"') >= 2


def _followed(world: World, shop: Shop) -> list[Any]:
    """A client that follows the feed from a thread of its own, wherever it is served."""
    seen: list[Any] = []

    def follow() -> None:
        with Client(world.installation.target, key=_key_of(world, shop)) as client:
            try:
                seen.extend(client.watch_events())
            except (SendbackError, ValueError):
                return

    threading.Thread(target=follow, daemon=True).start()
    return seen


def _key_of(world: World, shop: Shop) -> str:
    return world._key(
        merchant_pb2.AccessKey(
            kind=merchant_pb2.AccessKey.MERCHANT, merchant_id=shop.id, scopes=["events.read"]
        )
    )


def _waiting_for_a_label(world: World, shop: Shop) -> Any:
    """A call that waits for what nobody makes."""
    request = label_service_pb2.CreateLabelRequest(sender=an_address(), reference="R1", weight_grams=500)
    return ThreadPoolExecutor(1).submit(shop.client.labels.CreateLabel, request, timeout=20)


def _wait_for(reached: Any, seconds: float = 10) -> None:
    until = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.02)


def test_sqlite_is_for_one_server(tmp_path: Path) -> None:
    file = tmp_path / "sendback.toml"
    file.write_text('data_dir = "data"\n')
    said = CliRunner().invoke(app, ["serve", "--processes", "2", "--config", str(file)])
    assert said.exit_code == 2
    assert "set database_url to a PostgreSQL" in said.stderr


def _sign_in(world: World, shop: Shop, timeout: float = 30.0) -> None:
    """A call that takes a while by design, however it ends."""
    request = portal_service_pb2.StartSessionRequest(
        slug=shop.slug, order={"number": "#1", "email_or_postal_code": "nobody@example.com"}
    )
    try:
        world.portal.portal.StartSession(request, timeout=timeout)
    except SendbackError as refused:
        if refused.reason != "SIGN_IN_FAILED":
            raise


def test_who_finds_no_place_is_told_to_come_again_and_does(narrow: World) -> None:
    """Without patience some are refused at once; with it all of them are served."""
    shop = a_shop(narrow, "crowd")
    with ThreadPoolExecutor(8) as crowd:
        hasty = [crowd.submit(_sign_in, narrow, shop, 0.4) for _ in range(8)]
        errors = [one.exception() for one in hasty]
    refused = [error for error in errors if isinstance(error, SendbackError)]
    busy = [error for error in refused if error.reason == "BUSY"]
    assert busy
    assert {error.code for error in busy} == {grpc.StatusCode.RESOURCE_EXHAUSTED}
    assert all(error.retry_after == 0.5 and error.metadata == {"limit": "merchant"} for error in busy)
    other = a_shop(narrow, "patience")
    with ThreadPoolExecutor(8) as crowd:
        patient = [crowd.submit(_sign_in, narrow, other) for _ in range(8)]
        assert [one.exception() for one in patient] == [None] * 8


def test_for_a_call_whose_time_is_over_no_work_is_done(narrow: World) -> None:
    shop = a_shop(narrow, "late", an_order())
    slow = threading.Thread(target=_sign_in, args=(narrow, shop))
    slow.start()
    time.sleep(0.05)
    with pytest.raises(SendbackError) as late:
        shop.client.returns.CreateReturn(
            returns_service_pb2.CreateReturnRequest(order_id="ext-#1", items=items(l1=1)), timeout=0.05
        )
    assert late.value.code is grpc.StatusCode.DEADLINE_EXCEEDED
    slow.join()
    assert not shop.client.returns.ListReturns(returns_service_pb2.ListReturnsRequest()).returns


def test_one_noisy_merchant_holds_up_nobody_else(narrow: World) -> None:
    """Its calls wait behind each other; another's is the next but one."""
    noisy, quiet = a_shop(narrow, "noisy"), a_shop(narrow, "quiet")
    ended: list[str] = []

    def call(shop: Shop, name: str) -> None:
        _sign_in(narrow, shop)
        ended.append(name)

    crowd = [threading.Thread(target=call, args=(noisy, "noisy")) for _ in range(3)]
    for one in crowd:
        one.start()
    time.sleep(0.1)
    call(quiet, "quiet")
    for one in crowd:
        one.join()
    assert ended == ["noisy", "noisy", "quiet", "noisy"]
