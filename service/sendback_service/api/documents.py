"""Documents as streams: the first piece out says what is coming; pieces in are gathered within a limit."""

from collections.abc import AsyncIterator, Iterator
from hashlib import sha256
from typing import Any, TypeVar

from google.protobuf.message import Message
from sendback.v1.document_pb2 import DocumentChunk

from sendback_service.api.validation import Wrong
from sendback_service.pictures import Gathering
from sendback_service.refusal import invalid

M = TypeVar("M", bound=Message)

_PIECE = 64 * 1024


def chunks(media_type: str, data: bytes, sha256_hex: str = "") -> Iterator[DocumentChunk]:
    digest = sha256_hex or sha256(data).hexdigest()
    yield DocumentChunk(media_type=media_type, size=len(data), sha256=digest, data=data[:_PIECE])
    for start in range(_PIECE, len(data), _PIECE):
        yield DocumentChunk(data=data[start : start + _PIECE])


async def streamed(media_type: str, texts: AsyncIterator[str]) -> AsyncIterator[DocumentChunk]:
    """A document that is written while it is sent: the last piece holds the checksum that makes it whole."""
    whole, waiting = sha256(), bytearray()
    yield DocumentChunk(media_type=media_type)
    async for text in texts:
        waiting += text.encode()
        while len(waiting) >= _PIECE:
            yield _piece(waiting, whole)
    yield _piece(waiting, whole)
    yield DocumentChunk(sha256=whole.hexdigest())


def _piece(waiting: bytearray, whole: Any) -> DocumentChunk:
    data = bytes(waiting[:_PIECE])
    del waiting[:_PIECE]
    whole.update(data)
    return DocumentChunk(data=data)


async def gathered(requests: AsyncIterator[M | Wrong]) -> tuple[M, bytes]:
    """The first message of an upload, and the bytes of all."""
    gathering = Gathering()
    first: M | None = None
    async for request in requests:
        if isinstance(request, Wrong):
            raise request.refusal
        first = first or request
        piece: Any = request
        gathering.add(piece.data)
    if first is None:
        raise invalid("data", "no piece came")
    return first, gathering.whole()
