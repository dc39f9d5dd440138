"""What every call goes through: key and scope, validation, the work, errors as statuses, one line in the log."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, AbstractContextManager, asynccontextmanager
from typing import Any

import grpc
import structlog
from google.protobuf.message import DecodeError, Message

from sendback_service.api.admission import Admission, caller_of, whose
from sendback_service.api.answers import Behavior, answered
from sendback_service.api.caller import CALLER, Caller, buyer_address
from sendback_service.api.observed import LASTING, CallLine
from sendback_service.api.scopes import TABLE, admit
from sendback_service.api.status import CODES, status_of
from sendback_service.api.validation import Validation, Wrong
from sendback_service.credentials import Credentials
from sendback_service.effects.error_summary import described
from sendback_service.keys import KeyKind
from sendback_service.observability import traces
from sendback_service.records import KeyRecord
from sendback_service.refusal import Reason, Refusal, invalid, refuse
from sendback_service.rules.states import ImpossibleMove
from sendback_service.store.outage import is_outage
from sendback_service.text.words import language_for

_BEARER = "bearer "
_LONGEST_ACTOR = 100
# How long a stream may go on by a key that is worth nothing any more.
_KEY_SECONDS = 5.0
# Between two pieces of an upload or an import: whoever says nothing for longer keeps no place.
_SILENCE_SECONDS = 60.0

Handler = Any
Context = grpc.aio.ServicerContext[Any, Any]


class Interceptor(grpc.aio.ServerInterceptor):
    """`largest` is how many bytes an answer may have."""

    def __init__(self, keys: Credentials, admission: Admission, largest: int) -> None:
        self._keys = keys
        self._admission = admission
        self._largest = largest
        self._validation = Validation()
        # Bound once: the library's proxy finds out anew what it stands for with every line.
        self._log = structlog.get_logger().bind()
        self._wrapped: dict[str, Handler] = {}

    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[Handler]],
        details: grpc.HandlerCallDetails,
    ) -> Handler:
        wrapped = self._wrapped.get(details.method)
        if wrapped is not None:
            return wrapped
        handler = await continuation(details)
        if handler is None or details.method not in TABLE:
            return handler
        self._wrapped[details.method] = self._wrap(details.method, handler)
        return self._wrapped[details.method]

    def _wrap(self, method: str, handler: Handler) -> Handler:
        if handler.request_streaming:
            return grpc.stream_unary_rpc_method_handler(
                self._unary(method, handler.stream_unary, handler.response_serializer, streamed=True),
                _reader(handler.request_deserializer),
            )
        if handler.response_streaming:
            return grpc.unary_stream_rpc_method_handler(
                self._stream(method, handler.unary_stream),
                _reader(handler.request_deserializer),
                handler.response_serializer,
            )
        return grpc.unary_unary_rpc_method_handler(
            self._unary(method, handler.unary_unary, handler.response_serializer, streamed=False),
            _reader(handler.request_deserializer),
        )

    def _unary(
        self, method: str, behavior: Behavior, write: Callable[[Message], bytes], *, streamed: bool
    ) -> Handler:
        """Answers bytes: nothing is left for gRPC to write."""

        async def answer(request: Any, context: Context) -> bytes:
            return await answered(behavior, request, context, write, self._largest)

        async def run(request: Any, context: Context) -> Any:
            with traces.call(method, context), CallLine(method, self._log) as line:
                try:
                    with self._admission.entered():
                        key = await self._enter(method, context, line)
                        if streamed:
                            with self._admission.lasting(whose(key, None), caller_of(key, None)):
                                return await answer(self._checked_stream(request), context)
                        self._check(request)
                        async with self._place(method, whose(key, request)):
                            if _late(context):
                                await _too_late(context)
                            return await answer(request, context)
                except Exception as broken:
                    await self._refuse(context, broken, line)

        return run

    def _stream(self, method: str, behavior: Callable[..., AsyncIterator[Message]]) -> Handler:
        async def run(request: Message, context: Context) -> AsyncIterator[Message]:
            with CallLine(method, self._log) as line:
                try:
                    with self._admission.entered():
                        key = await self._enter(method, context, line)
                        self._check(request)
                        with self._admission.lasting(whose(key, request), caller_of(key, request)):
                            async for message in self._while_valid(behavior(request, context), context):
                                yield message
                except Exception as broken:
                    await self._refuse(context, broken, line)

        return run

    async def _while_valid(
        self, messages: AsyncIterator[Message], context: Context
    ) -> AsyncIterator[Message]:
        """A key that was revoked, or expired, ends the streams that it opened before they say anything more."""
        looked = time.monotonic()
        async for message in messages:
            if time.monotonic() - looked > _KEY_SECONDS:
                await self._key(_metadata(context), context)
                looked = time.monotonic()
            yield message

    def _place(self, method: str, merchant: str) -> AbstractAsyncContextManager[None]:
        if method in LASTING:
            # No place to work on is held while it waits.
            return _awaited(self._admission.lasting(merchant))
        return self._admission.turn(merchant)

    async def _enter(self, method: str, context: Context, line: dict[str, Any]) -> KeyRecord:
        if _late(context):
            await _too_late(context)
        metadata = _metadata(context)
        language = language_for(str(metadata.get("accept-language", "")))
        line["language"] = language
        key = await self._key(metadata, context)
        line["key"], line["merchant_id"] = key.id, key.merchant_id
        admit(key, method)
        person = str(metadata.get("actor", ""))[:_LONGEST_ACTOR]
        actor = f"{key.id}/{person}" if person.isprintable() and person else key.id
        address = buyer_address(key, str(metadata.get("buyer-address", "")))
        chosen = str(metadata.get("buyer-language", "")) if key.kind == KeyKind.PORTAL else ""
        CALLER.set(Caller(key, method, language, actor, address, chosen))
        return key

    async def _key(self, metadata: Mapping[str, Any], context: Context) -> KeyRecord:
        secret = str(metadata.get("authorization", ""))
        if not secret.lower().startswith(_BEARER):
            return self._keys.certified(context.auth_context())
        return await self._keys.holder(secret[len(_BEARER) :].strip())

    def _check(self, request: Message | Refusal) -> None:
        if isinstance(request, Refusal):
            raise request
        problems = self._validation.problems(request)
        if problems:
            raise Refusal(Reason.INVALID_FIELD, {"field": problems[0].field}, problems)

    async def _checked_stream(
        self, requests: AsyncIterator[Message | Refusal]
    ) -> AsyncIterator[Message | Wrong]:
        """Each message of a stream is judged by itself; what is wrong with one is handed on beside it."""
        behind = aiter(requests)
        while True:
            try:
                async with asyncio.timeout(_SILENCE_SECONDS):
                    request = await anext(behind)
            except StopAsyncIteration:
                return
            except TimeoutError:
                raise Refusal(Reason.OVERLOADED, retry_after=0.1) from None
            if isinstance(request, Refusal):
                yield Wrong(None, request)
                continue
            try:
                self._check(request)
            except Refusal as refusal:
                yield Wrong(request, refusal)
            else:
                yield request

    async def _refuse(self, context: Context, broken: Exception, line: dict[str, Any]) -> None:
        if isinstance(broken, grpc.aio.AbortError):
            raise broken
        refusal = _refusal(broken, line)
        line["reason"] = refusal.reason.value
        line["code"] = CODES[refusal.reason].name
        caller = CALLER.get(None)
        language = caller.language if caller is not None else line.get("language", "en")
        await context.abort_with_status(status_of(refusal, language))


def _metadata(context: Context) -> Mapping[str, Any]:
    return {key.lower(): value for key, value in context.invocation_metadata() or ()}


def _late(context: Context) -> bool:
    """Nobody waits for the answer to a call whose deadline has passed: no work is done for it."""
    left = context.time_remaining()
    return left is not None and left <= 0


async def _too_late(context: Context) -> None:
    await context.abort(grpc.StatusCode.DEADLINE_EXCEEDED, "the deadline passed before the call's turn came")


def _reader(deserialize: Callable[[bytes], Message]) -> Callable[[bytes], Message | Refusal]:
    """Bytes that are no message are refused like any other bad request, where gRPC itself would say that we broke."""

    def read(data: bytes) -> Message | Refusal:
        try:
            return deserialize(data)
        except DecodeError:
            return invalid("", "these bytes are no message of this RPC; is the client made for another API?")

    return read


@asynccontextmanager
async def _awaited(place: AbstractContextManager[None]) -> AsyncIterator[None]:
    with place:
        yield


def _refusal(broken: Exception, line: dict[str, Any]) -> Refusal:
    if isinstance(broken, Refusal):
        return broken
    if isinstance(broken, ImpossibleMove):
        return refuse(Reason.STATE_FORBIDS, state=broken.state, wanted=broken.wanted)
    if is_outage(broken):
        line["error"] = type(broken).__name__
        return Refusal(Reason.OVERLOADED, retry_after=1.0)
    structlog.get_logger().error(
        "rpc.broken", rpc=line["rpc"], request=line["request"], error=described(broken)
    )
    return refuse(Reason.INTERNAL, request=line["request"])
