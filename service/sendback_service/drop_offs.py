"""Where a buyer can leave a parcel: asked of the carrier whose label it has, and remembered for a few minutes."""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import astuple, replace
from typing import Any

from sendback_sdk import Address, Declined, DropOff, DropOffs

from sendback_service.host import AccountMissing, Host
from sendback_service.plugin_lookups import Lookups
from sendback_service.refusal import Reason, refuse
from sendback_service.rules.states import LabelState
from sendback_service.rules.writable import writable
from sendback_service.store import Database
from sendback_service.store.documents import address_from
from sendback_service.store.tables import ParcelRow
from sendback_service.store.transaction import Transaction
from sendback_service.tracking import parcel_of

# Opening hours change by the day.
_KEPT_SECONDS = 300.0
_MOST_KEPT = 512
# Once round the earth.
_FARTHEST_M = 40_000_000

_Key = tuple[str, Address, int]


class DropOffPoints:
    def __init__(
        self,
        database: Database,
        host: Host,
        lookups: Lookups,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._host = host
        self._lookups = lookups
        self._clock = clock
        self._kept: OrderedDict[_Key, tuple[float, tuple[DropOff, ...]]] = OrderedDict()

    async def near(
        self, merchant_id: str, parcel_id: str, shown: Callable[[Address], Address], limit: int
    ) -> tuple[DropOff, ...]:
        """Near the sender, as far as whoever asks may know of the address. None where the carrier has none there, or
        cannot be asked."""
        parcel = await self._database.read(lambda tx: _labelled(tx, merchant_id, parcel_id))
        sender = address_from(parcel.request.get("sender"))
        carrier = self._carrier(parcel.account)
        if sender is None or carrier is None:
            return ()
        seen = shown(sender)
        points = await self._points(parcel.account, carrier, seen, limit)
        return points if seen == sender else tuple(replace(point, distance_m=0) for point in points)

    async def _points(
        self, account: str, carrier: DropOffs, address: Address, limit: int
    ) -> tuple[DropOff, ...]:
        key = (account, replace(address, name="", company="", phone="", email=""), limit)
        known = self._kept.get(key)
        if known is not None and self._clock() - known[0] < _KEPT_SECONDS:
            return known[1]
        try:
            found = await self._lookups.ask(account, lambda: carrier.find_drop_offs(key[1], limit), _nonsense)
        except Declined:
            found = []
        points = tuple(map(_legible, found[:limit]))
        self._kept[key] = (self._clock(), points)
        self._kept.move_to_end(key)
        while len(self._kept) > _MOST_KEPT:
            self._kept.popitem(last=False)
        return points

    def _carrier(self, account: str) -> DropOffs | None:
        try:
            carrier: Any = self._host.carrier(account)
        except AccountMissing:
            return None
        return carrier if isinstance(carrier, DropOffs) else None


def _labelled(tx: Transaction, merchant_id: str, parcel_id: str) -> ParcelRow:
    parcel = parcel_of(tx, merchant_id, parcel_id)
    if parcel.label != LabelState.PURCHASED:
        raise refuse(Reason.LABEL_NOT_READY, label=parcel.label)
    return parcel


def _nonsense(answer: object) -> str:
    if not isinstance(answer, list | tuple):
        return f"a {type(answer).__name__} instead of drop-off points"
    return next(
        (f"a {type(point).__name__} among the points" for point in answer if not _is_point(point)), ""
    )


def _is_point(point: object) -> bool:
    if not isinstance(point, DropOff) or not isinstance(point.address, Address):
        return False
    words = (point.id, point.name, point.opening_hours, *astuple(point.address))
    near = type(point.distance_m) is int and point.distance_m <= _FARTHEST_M
    return near and all(isinstance(word, str) for word in words)


def _legible(point: DropOff) -> DropOff:
    """Its words can be sent to whoever asks."""
    address = Address(*map(writable, astuple(point.address)))
    id, name, hours = map(writable, (point.id, point.name, point.opening_hours))
    return DropOff(id, name, address, point.distance_m, hours)
