"""The client's promises, against a server that does what it is told."""

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf.any_pb2 import Any as AnyMessage
from google.rpc import error_details_pb2
from google.rpc.status_pb2 import Status
from grpc_status import rpc_status
from sendback.v1 import (
    document_pb2,
    event_pb2,
    event_service_pb2_grpc,
    label_service_pb2_grpc,
    return_pb2,
    returns_service_pb2,
    returns_service_pb2_grpc,
)
from sendback_client import Client, SendbackError, minor_units, money
from sendback_client.papers import DocumentBroken


class Fake(
    returns_service_pb2_grpc.ReturnsServiceServicer,
    event_service_pb2_grpc.EventServiceServicer,
    label_service_pb2_grpc.LabelServiceServicer,
):
    """Answers with the codes that it is given, one a call, then well."""

    def __init__(self) -> None:
        self.codes: list[grpc.StatusCode] = []
        self.asked: list[Any] = []
        self.metadata: dict[str, Any] = {}
        self.chunks: list[document_pb2.DocumentChunk] = []

    def CreateReturn(self, request: Any, context: Any) -> return_pb2.Return:
        self.asked.append(request)
        self.metadata = dict(context.invocation_metadata())
        if self.codes:
            context.abort_with_status(_status(self.codes.pop(0)))
        return return_pb2.Return(id="ret_1")

    def WatchEvents(self, request: Any, context: Any) -> Iterator[event_pb2.Event]:
        self.asked.append(request)
        start = int(request.resume_token or 0)
        for position in range(start + 1, 7):
            if position == 4 and self.codes:
                context.abort(self.codes.pop(0), "cut")
            yield event_pb2.Event(id=f"evt_{position}", resume_token=str(position))

    def GetLabelDocument(self, request: Any, context: Any) -> Iterator[document_pb2.DocumentChunk]:
        yield from self.chunks

    def ExportReturns(self, request: Any, context: Any) -> Iterator[document_pb2.DocumentChunk]:
        yield from self.chunks
        if self.codes:
            context.abort(self.codes.pop(0), "cut")


def _status(code: grpc.StatusCode) -> Any:
    details = [
        error_details_pb2.ErrorInfo(reason="INVALID_FIELD", domain="sendback.dev", metadata={"field": "x"}),
        error_details_pb2.LocalizedMessage(locale="de", message="Nein."),
        error_details_pb2.BadRequest(
            field_violations=[{"field": "items[0].quantity", "description": "too few"}]
        ),
    ]
    packed = []
    for detail in details:
        packed.append(AnyMessage())
        packed[-1].Pack(detail)
    return rpc_status.to_status(Status(code=code.value[0], message="no", details=packed))


@pytest.fixture
def fake() -> Iterator[tuple[Fake, Client]]:
    servicer = Fake()
    server = grpc.server(ThreadPoolExecutor(4))
    returns_service_pb2_grpc.add_ReturnsServiceServicer_to_server(servicer, server)
    event_service_pb2_grpc.add_EventServiceServicer_to_server(servicer, server)
    label_service_pb2_grpc.add_LabelServiceServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    with Client(f"127.0.0.1:{port}", key="sbk_1", language="de", actor="ana", timeout=3) as client:
        yield servicer, client
    server.stop(None)


def test_only_unavailable_is_tried_again_and_under_the_same_id(fake: tuple[Fake, Client]) -> None:
    servicer, client = fake
    servicer.codes = [grpc.StatusCode.UNAVAILABLE] * 2
    assert client.returns.CreateReturn(returns_service_pb2.CreateReturnRequest()).id == "ret_1"
    assert len(servicer.asked) == 3
    assert len({request.request_id for request in servicer.asked}) == 1
    assert servicer.asked[0].request_id
    assert servicer.metadata["authorization"] == "Bearer sbk_1"
    assert servicer.metadata["accept-language"] == "de"
    assert servicer.metadata["actor"] == "ana"


@pytest.mark.parametrize(
    "code",
    [
        grpc.StatusCode.INVALID_ARGUMENT,
        grpc.StatusCode.ABORTED,
        grpc.StatusCode.INTERNAL,
        grpc.StatusCode.UNKNOWN,
    ],
)
def test_what_is_refused_is_raised_whole_and_at_once(
    fake: tuple[Fake, Client], code: grpc.StatusCode
) -> None:
    servicer, client = fake
    servicer.codes = [code]
    with pytest.raises(SendbackError) as raised:
        client.returns.CreateReturn(returns_service_pb2.CreateReturnRequest())
    error = raised.value
    assert len(servicer.asked) == 1
    assert (error.code, error.reason, error.message) == (code, "INVALID_FIELD", "Nein.")
    assert error.metadata == {"field": "x"}
    assert [(f.field, f.description) for f in error.fields] == [("items[0].quantity", "too few")]


def test_the_deadline_bounds_the_retries(fake: tuple[Fake, Client]) -> None:
    servicer, client = fake
    servicer.codes = [grpc.StatusCode.UNAVAILABLE] * 1000
    with pytest.raises(SendbackError) as raised:
        client.returns.CreateReturn(returns_service_pb2.CreateReturnRequest(), timeout=0.6)
    assert raised.value.code in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED)
    assert len(servicer.asked) < 20


def test_a_request_id_of_the_callers_own_is_kept(fake: tuple[Fake, Client]) -> None:
    servicer, client = fake
    client.returns.CreateReturn(returns_service_pb2.CreateReturnRequest(request_id="mine"))
    assert servicer.asked[0].request_id == "mine"


def test_a_feed_that_is_cut_goes_on_without_gap_or_repetition(fake: tuple[Fake, Client]) -> None:
    servicer, client = fake
    servicer.codes = [grpc.StatusCode.UNAVAILABLE]
    assert [event.id for event in client.watch_events("1")] == [f"evt_{n}" for n in range(2, 7)]
    assert [request.resume_token for request in servicer.asked] == ["1", "3"]
    servicer.codes = [grpc.StatusCode.PERMISSION_DENIED]
    with pytest.raises(SendbackError):
        list(client.watch_events())


@pytest.mark.parametrize(("size", "sha256"), [(4, "0" * 64), (9, "")])
def test_a_document_that_is_not_what_was_promised_is_not_saved(
    fake: tuple[Fake, Client], tmp_path: Path, size: int, sha256: str
) -> None:
    servicer, client = fake
    servicer.chunks = [
        document_pb2.DocumentChunk(media_type="application/pdf", size=size, sha256=sha256, data=b"%PDF")
    ]
    with pytest.raises(DocumentBroken):
        client.save_label("par_1", tmp_path)
    assert list(tmp_path.iterdir()) == []


_WRITTEN = [
    document_pb2.DocumentChunk(media_type="text/csv; charset=utf-8; header=present"),
    document_pb2.DocumentChunk(data=b"return_id\r\n"),
    document_pb2.DocumentChunk(data=b"ret_1\r\n"),
]
_SUM = hashlib.sha256(b"return_id\r\nret_1\r\n").hexdigest()


def test_a_file_that_was_written_while_it_was_sent_is_whole_by_its_last_piece(
    fake: tuple[Fake, Client], tmp_path: Path
) -> None:
    servicer, client = fake
    servicer.chunks = [*_WRITTEN, document_pb2.DocumentChunk(sha256=_SUM)]
    request = returns_service_pb2.ExportReturnsRequest()
    file = client.save_returns(request, tmp_path)
    assert (file.name, file.read_bytes()) == ("returns.csv", b"return_id\r\nret_1\r\n")
    named = client.save_returns(request, tmp_path / "mine.csv")
    assert named.read_bytes() == file.read_bytes()


@pytest.mark.parametrize("last", [[], [document_pb2.DocumentChunk(sha256="0" * 64)]])
def test_one_that_broke_off_is_not_saved(
    fake: tuple[Fake, Client], tmp_path: Path, last: list[document_pb2.DocumentChunk]
) -> None:
    servicer, client = fake
    servicer.chunks = [*_WRITTEN, *last]
    with pytest.raises(DocumentBroken):
        client.save_returns(returns_service_pb2.ExportReturnsRequest(), tmp_path)
    servicer.codes = [grpc.StatusCode.UNAVAILABLE]
    with pytest.raises(SendbackError):
        client.save_returns(returns_service_pb2.ExportReturnsRequest(), tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("minor", "currency"), [(1099, "EUR"), (-1099, "EUR"), (1099, "JPY"), (1099, "KWD"), (0, "EUR")]
)
def test_money_there_and_back(minor: int, currency: str) -> None:
    assert minor_units(money(minor, currency)) == minor


def test_half_a_cent_is_no_money() -> None:
    with pytest.raises(ValueError, match="no whole minor unit"):
        minor_units(money(1, "EUR").__class__(currency_code="EUR", nanos=5_000_000))
