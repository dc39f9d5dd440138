"""Traces: one story across caller, server, relay, worker and plugin call, for OpenTelemetry.

Off unless the configuration gives a ratio, and then nothing is loaded and nothing is done: each place asks whether
there is a tracer, which costs less than a microsecond. Where a call goes on in another process, its context stands on
the event that asks for it. Spans know ids, names and outcomes, and of errors the kind: nothing of buyers. The contexts
of callers are taken up; nothing is handed on to those outside.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

from structlog.contextvars import bound_contextvars

_PARENT = "traceparent"
# A context is this long, whatever a caller sends.
_LONGEST = 55
_NOTHING: AbstractContextManager[None] = nullcontext()
# One a process, as the log and the metrics are.
_tracer: Any = None


@contextmanager
def traced(ratio: float, role: str, exporter: Any = None) -> Iterator[None]:
    """While the block lasts, this part of the calls is traced. Spans go where OTEL_EXPORTER_OTLP_ENDPOINT says, unless
    an `exporter` is given. Call it in the process that is to be traced: threads do not survive a fork."""
    global _tracer
    if not ratio:
        yield
        return
    provider = _provider(ratio, role, exporter)
    _tracer = provider.get_tracer("sendback")
    try:
        yield
    finally:
        _tracer = None
        provider.shutdown()


def on() -> bool:
    return _tracer is not None


def here() -> str:
    """The context of the span at hand as a `traceparent`; "" where there is none."""
    if _tracer is None:
        return ""
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    carrier: dict[str, str] = {}
    TraceContextTextMapPropagator().inject(carrier)
    return carrier.get(_PARENT, "")


def span(name: str, parent: str = "", **attributes: str) -> AbstractContextManager[None]:
    """A part of the story, beneath `parent` or else the span at hand. Lines of the log within it bear its trace."""
    return _NOTHING if _tracer is None else _span(name, parent, attributes)


def call(rpc: str, context: Any) -> AbstractContextManager[None]:
    """A call to us, beneath what the caller says that it is part of."""
    if _tracer is None:
        return _NOTHING
    metadata = context.invocation_metadata() or ()
    parent = next((str(value) for key, value in metadata if key.lower() == _PARENT), "")
    return _span(rpc.lstrip("/"), parent, {"rpc.system": "grpc"})


def note(**attributes: str) -> None:
    """What became of the span at hand."""
    if _tracer is not None:
        from opentelemetry import trace

        for name, value in attributes.items():
            trace.get_current_span().set_attribute(f"sendback.{name}", value)


@contextmanager
def _span(name: str, parent: str, attributes: dict[str, str]) -> Iterator[None]:
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    within = TraceContextTextMapPropagator().extract({_PARENT: parent[:_LONGEST]}) if parent else None
    known = {key if "." in key else f"sendback.{key}": value for key, value in attributes.items()}
    quiet = {"record_exception": False, "set_status_on_exception": False}
    with _tracer.start_as_current_span(name, within, attributes=known, **quiet) as made:
        context = made.get_span_context()
        told = {"trace_id": f"{context.trace_id:032x}"} if context.trace_flags.sampled else {}
        try:
            with bound_contextvars(**told):
                yield
        except BaseException as broken:
            made.set_attribute("error.type", type(broken).__name__)
            raise


def _provider(ratio: float, role: str, exporter: Any) -> Any:
    try:
        from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
        from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
    except ImportError:
        from sendback_service.configuration import ConfigurationError

        raise ConfigurationError(
            "traces.ratio needs what is not installed: pip install 'sendback-service[otel]'"
        ) from None
    provider = TracerProvider(
        sampler=ParentBased(TraceIdRatioBased(ratio)),
        resource=Resource.create({"service.name": f"sendback-{role}"}),
    )
    provider.add_span_processor(BatchSpanProcessor(exporter or OTLPSpanExporter()))
    return provider
