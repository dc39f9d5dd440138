"""What operations do with routes: see them, change them, try a parcel on them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sendback_sdk import Carrier

from sendback_service import route_versions, routing
from sendback_service.call import Call, check_etag
from sendback_service.connections import usable_by
from sendback_service.effects.gate import Gate
from sendback_service.host import Host
from sendback_service.live_configuration import LiveConfiguration
from sendback_service.refusal import Problem, Reason, Refusal, not_found
from sendback_service.route_versions import Routing
from sendback_service.routing import Candidate, ParcelFacts, Route
from sendback_service.store import Database
from sendback_service.store.tables import CircuitRow, MerchantRow
from sendback_service.store.transaction import Transaction
from sendback_service.synchronisation import SynchronisationState, states


@dataclass(frozen=True, slots=True)
class RoutingChange:
    """Routes to come: these, or those of an earlier version. `note` says why."""

    merchant_id: str
    routes: tuple[Route, ...]
    restore_version: int
    etag: str
    note: str


@dataclass(frozen=True, slots=True)
class Health:
    """How an account fares: `resting` says why it is left alone, empty where it is not."""

    failures: int = 0
    resting: str = ""


class Routings:
    def __init__(self, database: Database, host: Host, live: LiveConfiguration) -> None:
        self._database = database
        self._host = host
        self._gate = Gate(live.caps)
        self._live = live

    async def get(self, merchant_id: str, version: int) -> Routing:
        return await self._database.read(lambda tx: route_versions.routing_in(tx, merchant_id, version))

    async def versions(self, merchant_id: str, limit: int, before: int) -> list[Routing]:
        return await self._database.read(
            lambda tx: route_versions.versions_in(tx, merchant_id, limit, before)
        )

    async def update(self, call: Call, wanted: RoutingChange) -> Routing:
        """Makes the next version, in force within two seconds everywhere."""

        def work(tx: Transaction) -> int:
            chosen = self._checked(tx, wanted)
            return route_versions.save(tx, call, wanted.merchant_id, chosen, wanted.etag, _note(wanted))

        version = await self._database.write(work, call.author)
        return await self.get(wanted.merchant_id, version)

    async def validate(self, wanted: RoutingChange) -> Routing:
        """What `update` would make, without making it."""

        def look(tx: Transaction) -> Routing:
            present = route_versions.routing_in(tx, wanted.merchant_id)
            check_etag(wanted.etag, present.version)
            return replace(Routing(wanted.merchant_id, 0, self._checked(tx, wanted)), note=_note(wanted))

        return await self._database.read(look)

    def warnings(self, found: Sequence[Route], merchant_id: str) -> tuple[str, ...]:
        return routing.warnings(found, self._carriers(merchant_id), self._host.away(Carrier))

    async def simulate(self, parcel: ParcelFacts, tried: Sequence[Route] | None) -> list[Candidate]:
        """Who would be asked for a parcel's label, in order, and why others would not; by `tried` routes instead of
        those in force where some are given."""
        if tried is None:
            asked = self._live.candidates(parcel)
        else:
            usable, away = self._usable(parcel.merchant_id), self._host.away(Carrier)
            asked = routing.candidates(tried, usable, parcel, away)
        return await self._database.read(lambda tx: [self._gated(tx, candidate) for candidate in asked])

    async def health(self) -> Mapping[str, Health]:
        """Of every carrier account."""
        return await self._database.read(
            lambda tx: {name: self._health(tx, name) for name in self._host.carriers()}
        )

    async def synchronisation(self) -> Mapping[str, SynchronisationState]:
        """Of every shop whose orders are fetched ahead."""
        return await self._database.read(states)

    def problems(self, tried: Sequence[Route], merchant_id: str) -> tuple[Problem, ...]:
        return routing.problems(tried, self._carriers(merchant_id), self._host.away(Carrier))

    def _checked(self, tx: Transaction, wanted: RoutingChange) -> tuple[Route, ...]:
        if wanted.merchant_id and tx.session.get(MerchantRow, wanted.merchant_id) is None:
            raise not_found("merchant", wanted.merchant_id)
        chosen = wanted.routes
        if wanted.restore_version:
            chosen = route_versions.routing_in(tx, wanted.merchant_id, wanted.restore_version).routes
        problems = self.problems(chosen, wanted.merchant_id)
        if problems:
            raise Refusal(Reason.INVALID_FIELD, {"field": problems[0].field}, problems)
        return chosen

    def _carriers(self, merchant_id: str) -> dict[str, Carrier | None]:
        """Every account that may serve this merchant; the installation's routes name none of a merchant's own."""
        usable = self._usable(merchant_id)
        return {name: usable.get(name) for name in self._host.accounts if usable_by(name, merchant_id)}

    def _usable(self, merchant_id: str) -> dict[str, Carrier]:
        found = self._host.carriers()
        return {name: found[name] for name in found if usable_by(name, merchant_id)}

    def _gated(self, tx: Transaction, candidate: Candidate) -> Candidate:
        if candidate.refusal:
            return candidate
        return Candidate(candidate.account, self._gate.refusal(tx, candidate.account))

    def _health(self, tx: Transaction, account: str) -> Health:
        row = tx.session.get(CircuitRow, account)
        return Health(0 if row is None else row.failures, self._gate.refusal(tx, account))


def _note(wanted: RoutingChange) -> str:
    if wanted.restore_version and not wanted.note:
        return f"back to version {wanted.restore_version}"
    return wanted.note
