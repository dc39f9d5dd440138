"""Everybody at one return at once: each verb by several callers, some of whom name the version that they saw."""

import random
import threading
from collections.abc import Callable

import grpc
from sendback.v1 import label_service_pb2, return_pb2, returns_service_pb2
from sendback_client import SendbackError
from sendback_service.demo.world import Shop

from tests.shops import accept, get

_CALLERS = 24
# Whatever stands in the way of a verb is told; these are answers of ours that nobody should meet.
_BROKEN = (grpc.StatusCode.INTERNAL, grpc.StatusCode.UNKNOWN)


class Scrum:
    """`made` is a return whose units nobody else wants. `surprises` are answers that no caller should meet."""

    def __init__(self, shop: Shop, made: return_pb2.Return, drawn: random.Random) -> None:
        self._client = shop.client
        self._made = made
        self._drawn = drawn
        self.surprises: list[str] = []

    def play(self) -> None:
        verbs = [self._drawn.choice(_VERBS) for _ in range(_CALLERS)]
        callers = [
            threading.Thread(target=self._call, args=(verb, self._drawn.random() < 0.5)) for verb in verbs
        ]
        for caller in callers:
            caller.start()
        for caller in callers:
            caller.join()

    def _call(self, verb: "Callable[[Scrum, str], object]", careful: bool) -> None:
        try:
            verb(self, get(self._client, self._made.id).etag if careful else "")
        except SendbackError as refused:
            if refused.code in _BROKEN:
                self.surprises.append(f"{verb.__name__}: {refused}")

    def cancel(self, etag: str) -> object:
        request = returns_service_pb2.CancelReturnRequest(return_id=self._made.id, etag=etag)
        return self._client.returns.CancelReturn(request)

    def take_off(self, etag: str) -> object:
        unit = self._made.units[0]
        units = [returns_service_pb2.UnitRef(order_line_id=unit.order_line_id, unit=unit.unit)]
        request = returns_service_pb2.CancelUnitsRequest(return_id=self._made.id, units=units, etag=etag)
        return self._client.returns.CancelUnits(request)

    def void(self, _etag: str) -> object:
        request = label_service_pb2.VoidLabelRequest(parcel_id=self._made.parcels[0].id)
        return self._client.labels.VoidLabel(request)

    def scan(self, _etag: str) -> object:
        request = label_service_pb2.ReportTrackingRequest(
            parcel_id=self._made.parcels[0].id, transit="HANDED_OVER"
        )
        return self._client.labels.ReportTracking(request)

    def receive(self, etag: str) -> object:
        request = returns_service_pb2.ReceiveParcelRequest(return_id=self._made.id, etag=etag)
        return self._client.returns.ReceiveParcel(request)

    def inspect(self, _etag: str) -> object:
        return accept(self._client, get(self._client, self._made.id))

    def settle(self, etag: str) -> object:
        asked = returns_service_pb2.QuoteSettlementRequest(return_id=self._made.id)
        seen = self._client.returns.QuoteSettlement(asked)
        request = returns_service_pb2.SettleReturnRequest(
            return_id=self._made.id, quote_hash=seen.hash, etag=etag
        )
        return self._client.returns.SettleReturn(request)

    def reverse(self, _etag: str) -> object:
        for settlement in get(self._client, self._made.id).settlements:
            request = returns_service_pb2.ReverseSettlementRequest(
                return_id=self._made.id, settlement_id=settlement.id, note="bounced"
            )
            return self._client.returns.ReverseSettlement(request)
        return None

    def close(self, etag: str) -> object:
        request = returns_service_pb2.CloseReturnRequest(return_id=self._made.id, etag=etag)
        return self._client.returns.CloseReturn(request)


_VERBS = (
    Scrum.cancel,
    Scrum.take_off,
    Scrum.void,
    Scrum.scan,
    Scrum.receive,
    Scrum.inspect,
    Scrum.inspect,
    Scrum.settle,
    Scrum.settle,
    Scrum.reverse,
    Scrum.close,
)
