"""One trace across caller, server, relay, worker and plugin call; and what their processes show of it."""

import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import grpc
import pytest
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2, trace_service_pb2_grpc
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from sendback.v1 import returns_service_pb2
from sendback_service.configuration import ConfigurationError
from sendback_service.demo.world import World
from sendback_service.observability import traces
from sendback_service.observability.traces import traced
from sendback_service.store.transaction import Intent, intents_document

from service.tests.observability.test_observability_pages import a_port, read
from tests.shops import NOW, a_shop, items

TRACE = "0af7651916cd43dd8448eb211c80319c"
CALLER = f"00-{TRACE}-b7ad6b7169203331-01"


class Collector(trace_service_pb2_grpc.TraceServiceServicer):
    """What OpenTelemetry's collector would be sent."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._spans: list[tuple[str, Span]] = []

    def Export(
        self, request: trace_service_pb2.ExportTraceServiceRequest, context: grpc.ServicerContext
    ) -> trace_service_pb2.ExportTraceServiceResponse:
        with self._lock:
            for resource in request.resource_spans:
                names = {a.key: a.value.string_value for a in resource.resource.attributes}
                for scope in resource.scope_spans:
                    self._spans += [(names["service.name"], span) for span in scope.spans]
        return trace_service_pb2.ExportTraceServiceResponse()

    def of(self, trace_id: str) -> dict[str, tuple[str, Span]]:
        """By name."""
        with self._lock:
            return {span.name: (who, span) for who, span in self._spans if span.trace_id.hex() == trace_id}

    def everything(self) -> str:
        with self._lock:
            return str(self._spans)


@pytest.fixture
def collector() -> Iterator[tuple[Collector, str]]:
    server, made = grpc.server(ThreadPoolExecutor(4)), Collector()
    trace_service_pb2_grpc.add_TraceServiceServicer_to_server(made, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    yield made, f"http://127.0.0.1:{port}"
    server.stop(None)


def test_a_return_is_one_story(collector: tuple[Collector, str], tmp_path: Path) -> None:
    """The caller's, though most of it happens in another process, and later."""
    found, endpoint = collector
    server_port, worker_port = a_port(), a_port()
    environment = {
        "SENDBACK_METRICS__PORT": str(server_port),
        "SENDBACK_METRICS__WORKER_PORT": str(worker_port),
        "SENDBACK_TRACES__RATIO": "0.000001",
        "OTEL_EXPORTER_OTLP_ENDPOINT": endpoint,
        "OTEL_BSP_SCHEDULE_DELAY": "100",
    }
    expected = {
        "sendback.v1.ReturnsService/CreateReturn",
        "relay buy_label",
        "workflow buy_label",
        "plugin buy_label",
        "workflow send",
        "plugin send",
    }
    with World(tmp_path, environment=environment) as world:
        world.set_clock(NOW)
        shop = a_shop(world, "traced")
        wanted = returns_service_pb2.CreateReturnRequest(order_id="ext-#1", items=items(l1=1))
        shop.client.returns.CreateReturn(wanted, metadata=(("traceparent", CALLER),))
        until = time.monotonic() + 60
        while expected - set(found.of(TRACE)):
            assert time.monotonic() < until, expected - set(found.of(TRACE))
            time.sleep(0.1)
        lines = world.installation.log("worker.log")
        _shows(server_port, 'sendback_calls_total{code="OK",rpc="ReturnsService/CreateReturn"} 1.0')
        _shows(server_port, "sendback_database_up 1.0")
        _shows(worker_port, 'sendback_effects_total{account="post",outcome="DONE",workflow="buy_label"} 1.0')
        _shows(worker_port, 'sendback_loop_turn_timestamp_seconds{loop="relay"}')
        for port in (server_port, worker_port):
            assert read(port, "/ready")[0] == read(port, "/live")[0] == 200
        assert "ready" in world.installation.run("health", "--address", world.installation.target)
        assert "ready" in world.installation.run("health", "--worker")
    told = found.of(TRACE)
    parents = {name: span.parent_span_id.hex() for name, (_, span) in told.items()}
    called = told["sendback.v1.ReturnsService/CreateReturn"][1]
    assert parents["sendback.v1.ReturnsService/CreateReturn"] == "b7ad6b7169203331"
    assert parents["workflow buy_label"] == called.span_id.hex()
    assert parents["plugin buy_label"] == told["workflow buy_label"][1].span_id.hex()
    assert {who for who, _ in told.values()} == {"sendback-server", "sendback-worker"}
    assert any(TRACE in line and '"effect.done"' in line for line in lines.splitlines())
    assert "example.com" not in found.everything(), "spans know nothing of buyers"


def _shows(port: int, line: str) -> None:
    status, page = read(port, "/metrics")
    assert status == 200
    assert any(found.startswith(line) for found in page.splitlines()), f"{line}\n{page}"


def test_switched_off_tracing_loads_and_does_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The extra need not even be installed."""
    monkeypatch.setitem(sys.modules, "opentelemetry", None)
    with traced(0.0, "server"):
        assert not traces.on()
        assert traces.span("a") is traces.span("b", CALLER)
        assert traces.call("/x/Y", None) is traces.span("a")
        assert traces.here() == ""
        traces.note(code="OK")
    began = time.process_time()
    for _ in range(10_000):
        with traces.span("a"):
            traces.here()
    assert (time.process_time() - began) / 10_000 < 20e-6


def test_without_the_extra_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)
    with pytest.raises(ConfigurationError, match=r"sendback-service\[otel\]"), traced(1.0, "server"):
        pass


def test_of_an_error_only_the_kind_is_told() -> None:
    kept = InMemorySpanExporter()
    with (
        pytest.raises(KeyError),
        traced(1.0, "server", kept),
        traces.span("outer", "nonsense" * 100, account="post"),
    ):
        raise KeyError("Ana Buyer, 1 rue de la Paix")
    (span,) = kept.get_finished_spans()
    assert span.attributes == {"sendback.account": "post", "error.type": "KeyError"}
    assert span.events == ()
    assert span.status.description is None
    assert span.parent is None, "a context that makes no sense is none"


def test_what_nobody_traces_leaves_nothing_on_events() -> None:
    intent = Intent("buy_label", "par_1")
    assert intents_document([intent], "") == {"start": [["buy_label", "par_1", "", 0]]}
    assert intents_document([intent], CALLER)["trace"] == CALLER
    assert intents_document([], CALLER) == {}
