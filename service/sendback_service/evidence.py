"""The evidence of a statutory withdrawal: everything that says what was declared, when, under which terms, and what
followed. One document, complete in itself."""

import json
from typing import Any

from sqlmodel import SQLModel, select

from sendback_service.refusal import Reason, not_found, refuse
from sendback_service.rules.policy import Policy
from sendback_service.rules.states import Basis
from sendback_service.store.documents import order_from, policy_from, spelled_out
from sendback_service.store.ordering import valued
from sendback_service.store.tables import (
    EventRow,
    MessageRow,
    OrderVersionRow,
    ParcelRow,
    PolicyRow,
    ReturnRow,
    SettlementRow,
    TransferRow,
    UnitRow,
)
from sendback_service.store.times import moment
from sendback_service.store.transaction import Transaction

_INSIDE = frozenset({"intents", "position", "customer_key"})


def evidence(tx: Transaction, merchant_id: str, return_id: str) -> bytes:
    """JSON, UTF-8. Times are ISO 8601 in UTC, amounts in minor units."""
    named = ReturnRow.id if return_id.startswith("ret_") else ReturnRow.reference
    row = tx.session.exec(
        select(ReturnRow).where(ReturnRow.merchant_id == merchant_id, named == return_id)
    ).first()
    if row is None:
        raise not_found("return", return_id)
    if row.basis != Basis.STATUTORY_WITHDRAWAL:
        raise refuse(Reason.STATE_FORBIDS, state=row.basis, wanted="evidence of a withdrawal")
    policy = tx.session.get(PolicyRow, (merchant_id, row.policy_version))
    order = tx.session.get_one(OrderVersionRow, (merchant_id, row.order_id, row.order_version))
    document = {
        "kind": "sendback.withdrawal-evidence",
        "version": 1,
        "made_time": tx.now.isoformat(),
        "declared_time": moment(row.create_time).isoformat(),
        "return": _plain(row),
        "units": _all(tx, UnitRow, row),
        "order": spelled_out(order_from(order.document)),
        "policy": spelled_out(Policy() if policy is None else policy_from(policy.document)),
        "parcels": _all(tx, ParcelRow, row),
        "settlements": _all(tx, SettlementRow, row),
        "transfers": _all(tx, TransferRow, row),
        "messages": _about(tx, MessageRow, row),
        "events": _about(tx, EventRow, row),
    }
    return json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True).encode()


def _all(tx: Transaction, table: Any, row: ReturnRow) -> list[dict[str, Any]]:
    query = select(table).where(table.merchant_id == row.merchant_id, table.return_id == row.id)
    return [_plain(found) for found in tx.session.exec(query)]


def _about(tx: Transaction, table: Any, row: ReturnRow) -> list[dict[str, Any]]:
    query = select(table).where(table.merchant_id == row.merchant_id, table.subject_id == row.id)
    return [_plain(found) for found in tx.session.exec(query.order_by(valued(table.id)))]


def _plain(row: SQLModel) -> dict[str, Any]:
    return {
        name: moment(value).isoformat() if _is_time(name) and isinstance(value, int) and value else value
        for name, value in row.model_dump().items()
        if name not in _INSIDE
    }


def _is_time(name: str) -> bool:
    return name == "time" or name.endswith("_time")
