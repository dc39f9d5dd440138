"""Versions of routes: the installation's, and merchants' own. The latest is in force; an earlier one is brought back
by making it the latest again."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlmodel import col, func, select

from sendback_service.call import Call, check_etag, made_before, remember
from sendback_service.refusal import not_found
from sendback_service.routing import Route
from sendback_service.store.documents import routes_document, routes_from
from sendback_service.store.tables import InstallationRow, RoutingRow
from sendback_service.store.times import micros, moment
from sendback_service.store.transaction import Subject, Transaction

INSTALLATION = ""
_REVISION = "routing_revision"


@dataclass(frozen=True, slots=True)
class Routing:
    """`merchant_id` is empty for the installation's; `version` 0 says that there is none yet."""

    merchant_id: str
    version: int
    routes: tuple[Route, ...]
    note: str = ""
    cause: str = ""
    actor: str = ""
    create_time: datetime | None = None


def routing_in(tx: Transaction, merchant_id: str, version: int = 0) -> Routing:
    """The latest, unless a version is named."""
    query = select(RoutingRow).where(RoutingRow.merchant_id == merchant_id)
    if version:
        query = query.where(RoutingRow.version == version)
    row = tx.session.exec(query.order_by(col(RoutingRow.version).desc()).limit(1)).first()
    if row is None and version:
        raise not_found("routing", f"{merchant_id}/{version}".lstrip("/"))
    return Routing(merchant_id, 0, ()) if row is None else _routing(row)


def versions_in(tx: Transaction, merchant_id: str, limit: int, before: int = 0) -> list[Routing]:
    """Newest first, below the version `before`."""
    query = select(RoutingRow).where(RoutingRow.merchant_id == merchant_id)
    if before:
        query = query.where(RoutingRow.version < before)
    rows = tx.session.exec(query.order_by(col(RoutingRow.version).desc()).limit(limit))
    return [_routing(row) for row in rows]


def save(tx: Transaction, call: Call, merchant_id: str, routes: Sequence[Route], etag: str, note: str) -> int:
    """Makes the next version; answers its number, or that of the same request before. Routes are right already."""
    _locked(tx)
    before = made_before(tx, call)
    if before is not None:
        return int(before)
    version = _next(tx, merchant_id, etag)
    _add(tx, merchant_id, version, routes, note)
    remember(tx, call, str(version))
    return version


def take_from_file(tx: Transaction, routes: Sequence[Route], *, changed: bool) -> bool:
    """The configuration's routes become a version when they were never seen before, or have just been changed. So an
    older process that starts with an older file brings nothing back."""
    digest = digest_of(routes)
    seen = select(RoutingRow.version).where(
        RoutingRow.merchant_id == INSTALLATION, RoutingRow.file_sha256 == digest
    )
    if not changed and tx.session.exec(seen.limit(1)).first() is not None:
        return False
    version = _next(tx, INSTALLATION, "")
    _add(tx, INSTALLATION, version, routes, "from the configuration file", digest)
    return True


def digest_of(routes: Sequence[Route]) -> str:
    return sha256(json.dumps(routes_document(routes), sort_keys=True).encode()).hexdigest()


def revision_in(tx: Transaction) -> str:
    """Another one whenever any routes have changed."""
    row = tx.session.get(InstallationRow, _REVISION)
    return "" if row is None else row.value


def in_force(tx: Transaction) -> Mapping[str, tuple[Route, ...]]:
    """The routes of the installation and of each merchant that has some."""
    latest = (
        select(RoutingRow.merchant_id, func.max(RoutingRow.version).label("version"))
        .group_by(col(RoutingRow.merchant_id))
        .subquery()
    )
    query = select(RoutingRow).join(
        latest,
        (col(RoutingRow.merchant_id) == latest.c.merchant_id) & (col(RoutingRow.version) == latest.c.version),
    )
    return {row.merchant_id: routes_from(row.document) for row in tx.session.exec(query)}


def _locked(tx: Transaction) -> InstallationRow | None:
    return tx.session.get(InstallationRow, _REVISION, with_for_update=True)


def _next(tx: Transaction, merchant_id: str, etag: str) -> int:
    """Who saves first has it; the other is told that it came too late."""
    row = _locked(tx)
    present = routing_in(tx, merchant_id).version
    check_etag(etag, present)
    revision = 1 if row is None else int(row.value) + 1
    tx.session.merge(InstallationRow(name=_REVISION, value=str(revision)))
    tx.session.flush()
    return present + 1


def _add(
    tx: Transaction,
    merchant_id: str,
    version: int,
    routes: Sequence[Route],
    note: str,
    file_sha256: str = "",
) -> None:
    tx.session.add(
        RoutingRow(
            merchant_id=merchant_id,
            version=version,
            document=routes_document(routes),
            note=note,
            cause=tx.author.cause,
            actor=tx.author.actor,
            file_sha256=file_sha256,
            create_time=micros(tx.now),
        )
    )
    subject = Subject("routing", merchant_id or "installation")
    tx.record(merchant_id, "routing.changed", subject, {"version": str(version)})


def _routing(row: RoutingRow) -> Routing:
    return Routing(
        row.merchant_id,
        row.version,
        routes_from(row.document),
        row.note,
        row.cause,
        row.actor,
        moment(row.create_time),
    )
