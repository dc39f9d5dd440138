"""The pages for those who run the service."""

import json
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest
from prometheus_client import CollectorRegistry, Counter
from sendback_service.configuration import ConfigurationError, Metrics
from sendback_service.observability import metrics, pages
from sendback_service.observability.pages import Pages, shown
from sendback_service.observability.readiness import Report

GOOD = Report({"database": "", "schema": "", "plugins": ""})
BAD = Report({"database": "cannot be asked: ConnectionError", "schema": "", "plugins": ""})


def a_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def read(port: int, path: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, refused.read().decode()


@pytest.fixture
def port() -> Iterator[int]:
    first, second = CollectorRegistry(), CollectorRegistry()
    Counter("one", "1", registry=first).inc()
    Counter("two", "2", registry=second).inc(2)
    free = a_port()
    with shown(Pages((first, second), lambda: GOOD), "127.0.0.1", free):
        yield free


def test_three_pages_and_no_more(port: int) -> None:
    status, body = read(port, "/metrics")
    assert status == 200
    assert {"one_total 1.0", "two_total 2.0"} <= set(body.splitlines())
    assert read(port, "/live") == (200, "alive\n")
    assert read(port, "/ready?verbose=1")[0] == 200
    assert read(port, "/")[0] == read(port, "/metrics/x")[0] == 404


def test_what_is_wrong_is_said() -> None:
    asked = Pages((), lambda: BAD, lambda: "the event loop has stood still for 99 s")
    status, _, body = asked.answer("/ready", "")
    assert status == 503
    assert json.loads(body) == {
        "ready": False,
        "database": "cannot be asked: ConnectionError",
        "schema": "ok",
        "plugins": "ok",
    }
    assert asked.answer("/live", "")[0] == 503


def test_a_crowd_that_connects_and_says_nothing_gets_no_more_than_its_places(port: int) -> None:
    silent = [socket.create_connection(("127.0.0.1", port)) for _ in range(40)]
    for connection in silent:
        connection.close()
    for _ in range(500):
        try:
            assert read(port, "/live") == (200, "alive\n")
            return
        except (urllib.error.URLError, ConnectionError):
            continue
    pytest.fail("no place came free")


def test_a_port_that_somebody_has_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "_PATIENCE_SECONDS", 0.0)
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        with (
            pytest.raises(ConfigurationError, match=rf"127\.0\.0\.1:{taken}.*metrics\.port"),
            shown(Pages((), lambda: GOOD), "127.0.0.1", taken),
        ):
            pass


def test_without_a_port_nothing_is_shown() -> None:
    with shown(Pages((), lambda: GOOD), "nowhere.invalid", 0):
        assert True


def test_each_process_has_a_port_of_its_own() -> None:
    on = Metrics(port=9464, worker_port=9564)
    assert [on.server(0), on.server(3), on.worker(1)] == [9464, 9467, 9565]
    assert [Metrics().server(2), Metrics().worker(2)] == [0, 0]


def test_accounts_of_merchants_count_together() -> None:
    """Labels of metrics must have few values."""
    count = {"workflow": "buy_label", "account": "connected", "outcome": "DONE"}
    before = metrics.REGISTRY.get_sample_value("sendback_effects_total", count) or 0
    for merchant in ("mer_1/post", "mer_2/post"):
        metrics.effect("buy_label", merchant, "DONE", 0.1)
    assert metrics.REGISTRY.get_sample_value("sendback_effects_total", count) == before + 2
