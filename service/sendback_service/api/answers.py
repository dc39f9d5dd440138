"""Answers as they go out: as bytes, and none larger than whoever asked can take."""

from collections.abc import Awaitable, Callable
from typing import Any

from google.protobuf.message import Message

from sendback_service.refusal import Reason, refuse

# What clients take unless they are told otherwise.
_CLIENTS_TAKE = 4 * 1024 * 1024
# Of what would fit if all were of one size.
_LIKELY = 0.9

Behavior = Callable[[Any, Any], Awaitable[Message]]


async def answered(
    behavior: Behavior, request: Any, context: Any, write: Callable[[Message], bytes], largest: int
) -> bytes:
    """Beyond `largest` bytes gRPC would refuse the answer without a word that programs understand. A page is read again
    with fewer on it until it fits: its token goes on behind them, and nobody measures those that fit at once."""
    paged = _is_paged(request)
    room = min(largest, _CLIENTS_TAKE) if paged else largest
    while True:
        answer = await behavior(request, context)
        data = write(answer)
        if len(data) <= room:
            return data
        count = _count(answer) if paged else 0
        if count < 2:
            raise refuse(Reason.TOO_LARGE, limit=f"{room} bytes")
        request.page_size = max(1, int(count * room / len(data) * _LIKELY))


def _is_paged(request: Any) -> bool:
    return isinstance(request, Message) and "page_size" in request.DESCRIPTOR.fields_by_name


def _count(answer: Message) -> int:
    """How many a page has of what it lists."""
    return max((len(value) for field, value in answer.ListFields() if field.is_repeated), default=0)
