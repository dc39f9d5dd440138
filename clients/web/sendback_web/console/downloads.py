"""Documents that are handed on while the service streams them: however large, little of them is here at once."""

from collections.abc import AsyncIterator

from sendback.v1.document_pb2 import DocumentChunk
from starlette.responses import Response, StreamingResponse


def download(first: DocumentChunk, rest: AsyncIterator[DocumentChunk], name: str) -> Response:
    """`first` was read already, so that a refusal had its chance to be told as a page."""

    async def data() -> AsyncIterator[bytes]:
        yield first.data
        async for piece in rest:
            yield piece.data

    return StreamingResponse(
        data(), media_type=first.media_type, headers={"content-disposition": f'attachment; filename="{name}"'}
    )
