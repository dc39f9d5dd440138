"""Documents as streams: the first piece says what is coming."""

from collections.abc import Iterator

from sendback.v1.document_pb2 import DocumentChunk

from sendback_service.parcels import Document

_PIECE = 64 * 1024


def chunks(document: Document) -> Iterator[DocumentChunk]:
    data = document.data
    yield DocumentChunk(
        media_type=document.media_type, size=len(data), sha256=document.sha256, data=data[:_PIECE]
    )
    for start in range(_PIECE, len(data), _PIECE):
        yield DocumentChunk(data=data[start : start + _PIECE])
