"""What is kept about a buyer, found by e-mail address or customer account; and for what of it they are still needed."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlmodel import col, select

from sendback_service import credit
from sendback_service.refusal import Reason, refuse
from sendback_service.rules.privacy import email_key
from sendback_service.rules.states import LIVE, LabelState, SettlementState, Transit
from sendback_service.store.ordering import valued
from sendback_service.store.tables import (
    BuyerKeyRow,
    OrderRow,
    OrderVersionRow,
    ParcelRow,
    ReturnRow,
    SettlementRow,
)
from sendback_service.store.transaction import Transaction

# More than one person orders or sends. Whoever has more is a reseller's address, or a shop's own.
_MOST_ORDERS = 500
_MOST_LABELS = 1000
MOST_MATTERS = 100

_LABEL_CALLS = (LabelState.REQUESTED, LabelState.UNKNOWN, LabelState.VOID_PENDING)
_ON_ITS_WAY = (Transit.HANDED_OVER, Transit.IN_TRANSIT, Transit.EXCEPTION)
_OPEN_MONEY = (SettlementState.SUBMITTED, SettlementState.UNKNOWN)


class KeyKind(StrEnum):
    EMAIL = "EMAIL"
    CUSTOMER = "CUSTOMER"


@dataclass(frozen=True, slots=True)
class Buyer:
    """One of the two is given."""

    email: str = ""
    customer_id: str = ""

    @property
    def keys(self) -> list[tuple[KeyKind, str]]:
        both = ((KeyKind.EMAIL, email_key(self.email)), (KeyKind.CUSTOMER, self.customer_id))
        return [(kind, value) for kind, value in both if value]


class Matter(StrEnum):
    """For what a buyer's data can still be needed."""

    RETURN = "RETURN"
    SETTLEMENT = "SETTLEMENT"
    LABEL = "LABEL"
    PARCEL = "PARCEL"
    CREDIT = "CREDIT"


@dataclass(frozen=True, slots=True)
class OpenMatter:
    kind: Matter
    id: str


@dataclass(frozen=True, slots=True)
class Holdings:
    """`label_ids` are parcels without a return. `customer_ids` are accounts of which no other order is kept: what they
    have in the ledger is this buyer's alone."""

    merchant_id: str
    order_ids: tuple[str, ...] = ()
    return_ids: tuple[str, ...] = ()
    label_ids: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    customer_ids: tuple[str, ...] = ()


def buyer_keys(merchant_id: str, subject_id: str, buyer: Buyer) -> list[BuyerKeyRow]:
    """Rows that say whose an order or a label is, so that it can be found by them."""
    return [
        BuyerKeyRow(merchant_id=merchant_id, kind=kind, value=value, subject_id=subject_id)
        for kind, value in buyer.keys
    ]


def holdings_of(tx: Transaction, merchant_id: str, buyer: Buyer) -> Holdings:
    """An order is the buyer's if any of its versions names them."""
    found = _subjects(tx, merchant_id, buyer)
    _refuse_many(found)
    written = _emails_of(tx, merchant_id, found)
    subjects = [subject for subject in found if _is_theirs(buyer, written[subject])]
    orders = tuple(s for s in subjects if _is_order(s))
    named = [*_keys_of(tx, merchant_id, subjects), *buyer.keys]
    accounts = {value for kind, value in named if kind == KeyKind.CUSTOMER}
    emails = {value for kind, value in named if kind == KeyKind.EMAIL}
    return Holdings(
        merchant_id=merchant_id,
        order_ids=orders,
        return_ids=tuple(_returns_of(tx, merchant_id, orders)),
        label_ids=tuple(s for s in subjects if not _is_order(s)),
        emails=tuple(sorted(_as_written(emails, {e for subject in subjects for e in written[subject]}))),
        customer_ids=tuple(sorted(a for a in accounts if _alone(tx, merchant_id, a, subjects))),
    )


def _refuse_many(subjects: Sequence[str]) -> None:
    orders = sum(map(_is_order, subjects))
    labels = len(subjects) - orders
    for count, most, what in ((orders, _MOST_ORDERS, "orders"), (labels, _MOST_LABELS, "labels")):
        if count > most:
            raise refuse(Reason.TOO_LARGE, limit=f"{most} {what} of one buyer")


def _is_order(subject_id: str) -> bool:
    return subject_id.startswith("ord_")


def _is_theirs(buyer: Buyer, written: set[str]) -> bool:
    """Keys kept by older versions are folded, so that two addresses may have one: then what is written decides."""
    email = email_key(buyer.email)
    return not email or email in written or email.casefold() not in _folded(written)


def _as_written(emails: set[str], written: set[str]) -> set[str]:
    return written | (emails - _folded(written))


def _folded(emails: set[str]) -> set[str]:
    return {email.casefold() for email in emails}


def lock(tx: Transaction, holdings: Holdings) -> None:
    """The returns first, as every verb locks them, then the orders."""
    for table, ids in ((ReturnRow, holdings.return_ids), (OrderRow, holdings.order_ids)):
        query = select(table.id).where(table.merchant_id == holdings.merchant_id, col(table.id).in_(ids))
        list(tx.session.exec(query.order_by(table.id).with_for_update()))


def open_matters(tx: Transaction, holdings: Holdings, *, credit_too: bool = True) -> list[OpenMatter]:
    """Why the data cannot go yet; empty where it can."""
    found = [
        *_live_returns(tx, holdings),
        *_open_settlements(tx, holdings),
        *_open_parcels(tx, holdings),
    ]
    if credit_too:
        found += [
            OpenMatter(Matter.CREDIT, credit_id)
            for customer_id in holdings.customer_ids
            for _, credit_id in credit.open_credits(tx, holdings.merchant_id, customer_id)
        ]
    return found


def _subjects(tx: Transaction, merchant_id: str, buyer: Buyer) -> list[str]:
    """All of them; or so many that they are too many orders or too many labels."""
    found: set[str] = set()
    for kind, value in {
        *buyer.keys,
        *((kind, v.casefold()) for kind, v in buyer.keys if kind == KeyKind.EMAIL),
    }:
        query = select(BuyerKeyRow.subject_id).where(
            BuyerKeyRow.merchant_id == merchant_id, BuyerKeyRow.kind == kind, BuyerKeyRow.value == value
        )
        found.update(tx.session.exec(query.limit(_MOST_ORDERS + _MOST_LABELS + 1)))
    return sorted(found)


def _emails_of(tx: Transaction, merchant_id: str, subjects: Sequence[str]) -> dict[str, set[str]]:
    """As the orders' versions and the labels' senders have them."""
    versions = select(OrderVersionRow.order_id, OrderVersionRow.document).where(
        OrderVersionRow.merchant_id == merchant_id, col(OrderVersionRow.order_id).in_(subjects)
    )
    requests = select(ParcelRow.id, ParcelRow.request).where(
        ParcelRow.merchant_id == merchant_id, col(ParcelRow.id).in_(subjects)
    )
    found: dict[str, set[str]] = {subject: set() for subject in subjects}
    for id, order in tx.session.exec(versions):
        found[id].add(email_key(order.get("email", "")))
    for id, request in tx.session.exec(requests):
        found[id].add(email_key(request.get("sender", {}).get("email", "")))
    return {id: emails - {""} for id, emails in found.items()}


def _keys_of(tx: Transaction, merchant_id: str, subjects: Sequence[str]) -> list[tuple[str, str]]:
    query = select(BuyerKeyRow.kind, BuyerKeyRow.value).where(
        BuyerKeyRow.merchant_id == merchant_id, col(BuyerKeyRow.subject_id).in_(subjects)
    )
    return list(tx.session.exec(query))


def _alone(tx: Transaction, merchant_id: str, customer_id: str, subjects: Sequence[str]) -> bool:
    query = select(BuyerKeyRow.subject_id).where(
        BuyerKeyRow.merchant_id == merchant_id,
        BuyerKeyRow.kind == KeyKind.CUSTOMER,
        BuyerKeyRow.value == customer_id,
        col(BuyerKeyRow.subject_id).not_in(subjects),
    )
    return tx.session.exec(query).first() is None


def _returns_of(tx: Transaction, merchant_id: str, order_ids: Sequence[str]) -> list[str]:
    query = select(ReturnRow.id).where(
        ReturnRow.merchant_id == merchant_id, col(ReturnRow.order_id).in_(order_ids)
    )
    return list(tx.session.exec(query.order_by(valued(ReturnRow.id))))


def _live_returns(tx: Transaction, holdings: Holdings) -> list[OpenMatter]:
    query = select(ReturnRow.id).where(
        ReturnRow.merchant_id == holdings.merchant_id,
        col(ReturnRow.id).in_(holdings.return_ids),
        col(ReturnRow.decision).in_(LIVE),
    )
    return [OpenMatter(Matter.RETURN, id) for id in tx.session.exec(query.order_by(ReturnRow.id))]


def _open_settlements(tx: Transaction, holdings: Holdings) -> list[OpenMatter]:
    query = select(SettlementRow.id).where(
        SettlementRow.merchant_id == holdings.merchant_id,
        col(SettlementRow.return_id).in_(holdings.return_ids),
        col(SettlementRow.state).in_(_OPEN_MONEY),
    )
    return [
        OpenMatter(Matter.SETTLEMENT, id) for id in tx.session.exec(query.order_by(valued(SettlementRow.id)))
    ]


def _open_parcels(tx: Transaction, holdings: Holdings) -> list[OpenMatter]:
    """A label without a return can be used until it is voided, lapses, or its parcel arrives."""
    found: list[OpenMatter] = []
    for id, return_id, label, transit in sorted(_parcels(tx, holdings)):
        usable = not return_id and label == LabelState.PURCHASED and transit == Transit.NOT_SCANNED
        if transit in _ON_ITS_WAY:
            found.append(OpenMatter(Matter.PARCEL, id))
        elif label in _LABEL_CALLS or usable:
            found.append(OpenMatter(Matter.LABEL, id))
    return found


def _parcels(tx: Transaction, holdings: Holdings) -> set[tuple[str, str, str, str]]:
    """Id, return, label and transit of those of the returns, and of labels without one: each by its own index."""
    query = select(ParcelRow.id, ParcelRow.return_id, ParcelRow.label, ParcelRow.transit).where(
        ParcelRow.merchant_id == holdings.merchant_id
    )
    of_returns = query.where(col(ParcelRow.return_id).in_(holdings.return_ids))
    own = query.where(col(ParcelRow.id).in_(holdings.label_ids))
    return {
        (id, return_id, label, transit)
        for asked in (of_returns, own)
        for id, return_id, label, transit in tx.session.exec(asked)
    }
