"""A return's page follows it: one line whenever the return changes, as server-sent events."""

import asyncio
from collections.abc import AsyncIterator

from grpc import StatusCode
from sendback.v1.portal_service_pb2 import PortalWatchReturnRequest
from sendback_client import SendbackError
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from sendback_web.portal.front import Front
from sendback_web.portal.session import signed_in
from sendback_web.service import pieces

_BEAT_SECONDS = 20.0
# Then the browser asks again, so that no stream outlives a replica by much.
_LONGEST_SECONDS = 900.0
_AGAIN = b"retry: 5000\n\n"
_BEAT = b": still here\n\n"
_ENDED = b"event: ended\ndata: -\n\n"
# The service is elsewhere in a moment, as while it is started anew: the browser asks again by itself.
_PASSING = (StatusCode.UNAVAILABLE, StatusCode.RESOURCE_EXHAUSTED)


@signed_in
async def follow(request: Request, at: Front) -> Response:
    asked = PortalWatchReturnRequest(session_token=at.signed_in_as, return_id=request.path_params["id"])
    return StreamingResponse(
        _events(at, asked), media_type="text/event-stream", headers={"x-accel-buffering": "no"}
    )


async def _events(at: Front, asked: PortalWatchReturnRequest) -> AsyncIterator[bytes]:
    """`changed` with the return's etag, now and whenever it changes; `ended` once there is nothing more to see."""
    yield _AGAIN
    changes = pieces(at.client.portal.WatchReturn(asked, metadata=at.metadata))
    until = asyncio.get_running_loop().time() + _LONGEST_SECONDS
    waiting = asyncio.ensure_future(anext(changes))
    try:
        while asyncio.get_running_loop().time() < until:
            done, _ = await asyncio.wait({waiting}, timeout=_BEAT_SECONDS)
            if not done:
                yield _BEAT
                continue
            yield f"event: changed\ndata: {waiting.result().etag}\n\n".encode()
            waiting = asyncio.ensure_future(anext(changes))
    except StopAsyncIteration:
        yield _ENDED
    except SendbackError as refused:
        if refused.code not in _PASSING:
            yield _ENDED
    finally:
        waiting.cancel()
