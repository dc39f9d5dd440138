"""Streams that outlive their welcome: by a key that is worth nothing any more, or from a caller who says nothing."""

import asyncio
from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any

import pytest
from sendback.v1 import event_pb2, order_service_pb2
from sendback_service.api import interceptor as module
from sendback_service.api.admission import Admission
from sendback_service.api.interceptor import Interceptor
from sendback_service.refusal import Reason, Refusal, refuse


class Keys:
    """Credentials that are revoked after so many looks."""

    def __init__(self, looks: int) -> None:
        self.looks = looks

    async def holder(self, _secret: str) -> None:
        self.looks -= 1
        if self.looks < 0:
            raise refuse(Reason.KEY_INVALID)


def _context() -> Any:
    return SimpleNamespace(invocation_metadata=lambda: (("authorization", "Bearer sbk_x"),))


def _interceptor(looks: int = 0) -> Any:
    keys: Any = Keys(looks)
    return Interceptor(keys, Admission(1, 1, 1), 4 * 1024 * 1024)


async def _events(count: int) -> AsyncIterator[event_pb2.Event]:
    for number in range(count):
        yield event_pb2.Event(id=str(number))


async def test_a_stream_ends_with_the_key_that_opened_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_KEY_SECONDS", -1.0)
    stream = _interceptor(looks=2)._while_valid(_events(5), _context())
    assert [(await anext(stream)).id for _ in range(2)] == ["0", "1"]
    with pytest.raises(Refusal) as ended:
        await anext(stream)
    assert ended.value.reason == "KEY_INVALID"


async def test_a_key_is_not_looked_at_for_every_message() -> None:
    interceptor = _interceptor(looks=0)
    assert len([event async for event in interceptor._while_valid(_events(500), _context())]) == 500


async def test_a_caller_that_falls_silent_keeps_no_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_SILENCE_SECONDS", 0.05)

    async def silent() -> AsyncIterator[Any]:
        yield order_service_pb2.ImportOrdersRequest(order={"external_id": "1"})
        await asyncio.Event().wait()

    stream = _interceptor()._checked_stream(silent())
    assert await anext(stream)
    with pytest.raises(Refusal) as ended:
        await asyncio.wait_for(anext(stream), 30)
    assert ended.value.reason == "OVERLOADED"
