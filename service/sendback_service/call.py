"""Who calls, for whom, in what language, under which request id: what every use case is told about its caller."""

import json
from hashlib import sha256
from typing import Any

from sendback_service.refusal import Reason, refuse
from sendback_service.rules.values import frozen
from sendback_service.store.tables import RequestKeyRow
from sendback_service.store.times import micros
from sendback_service.store.transaction import Author, Transaction


@frozen
class Call:
    """`merchant_id` is empty for the operator acting for nobody in particular. `language` is that of the buyer's
    session; empty where staff act for a buyer. `body_sha256` is of the request without its id, so that the same id with
    another body can be told."""

    rpc: str
    merchant_id: str
    actor: str
    language: str = ""
    request_id: str = ""
    body_sha256: str = ""
    cause: str = "rpc"

    @property
    def author(self) -> Author:
        return Author(self.cause, self.actor)


def made_before(tx: Transaction, call: Call) -> str | None:
    """The id of what this request made when it was made before; refuses the same id with another body. Whoever locks a
    row locks it first: the same request, sent again while the first was under way, must find what that one did, and no
    etag that is stale by it."""
    if not call.request_id:
        return None
    row = tx.request_key(call.merchant_id, call.rpc, call.request_id)
    return None if row is None else same_request(call, row.body_sha256, row.resource_id)


def same_request(call: Call, body_sha256: str, resource_id: str) -> str:
    if body_sha256 != call.body_sha256:
        raise refuse(Reason.REQUEST_ID_REUSED, request_id=call.request_id)
    return resource_id


def remember(tx: Transaction, call: Call, resource_id: str) -> None:
    if call.request_id:
        tx.session.add(
            RequestKeyRow(
                merchant_id=call.merchant_id,
                rpc=call.rpc,
                request_id=call.request_id,
                body_sha256=call.body_sha256,
                resource_id=resource_id,
                create_time=micros(tx.now),
            )
        )
        tx.session.flush()


def check_etag(etag: str, version: int) -> None:
    check_version(etag, str(version))


def check_version(etag: str, current: str) -> None:
    if etag and etag != current:
        raise refuse(Reason.ETAG_STALE, current=current)


def digest(value: Any) -> str:
    return sha256(json.dumps(value, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
