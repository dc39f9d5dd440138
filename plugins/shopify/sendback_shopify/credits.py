"""Bonus credit: a gift on top of a refund, which belongs to no order. Shopify takes no key with it and keeps no note,
so that one which may have been given can be told again only by its amount and the second at which it ends."""

from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import AwareDatetime
from sendback_sdk import CreditRequest, Declined, OutcomeUnknown, Receipt

from sendback_shopify import documents
from sendback_shopify.admin import Admin, done
from sendback_shopify.amounts import Unreadable, minor
from sendback_shopify.answers import Answer, Cash, Named, Nodes, UserError
from sendback_shopify.gid import gid, tail
from sendback_shopify.refunds import stamp

_BY_HAND_OR_APP = "ADJUSTMENT"
_A_DAY = timedelta(days=1)


class _Made(Answer):
    store_credit_account_transaction: Named | None = None
    user_errors: list[UserError]


class _Answer(Answer):
    store_credit_account_credit: _Made


class _Entry(Answer):
    """Only credits have an id and an end here; debits and expirations have neither."""

    amount: Cash
    event: str
    created_at: AwareDatetime
    id: str | None = None
    expires_at: AwareDatetime | None = None


class _Account(Answer):
    transactions: Nodes[_Entry]


class _Customer(Answer):
    store_credit_accounts: Nodes[_Account]


class _Known(Answer):
    customer: _Customer | None


class CreditDesk:
    def __init__(self, admin: Admin) -> None:
        self._admin = admin

    def give(self, request: CreditRequest) -> Receipt:
        """One that is there already is not given again. Where that cannot be told (as much, without an end, within a
        day) it is `OutcomeUnknown`: better a gift that people look at than one that is given twice."""
        yesterday = datetime.now(UTC) - _A_DAY
        recent = [entry for entry in self._entries(request.customer_id) if entry.created_at > yesterday]
        return _known(recent, request) or self._enter(request)

    def find(self, request: CreditRequest) -> Receipt | None:
        """None: no such credit was given."""
        return _known(self._entries(request.customer_id), request)

    def _enter(self, request: CreditRequest) -> Receipt:
        amount = {"amount": request.amount.decimal(), "currencyCode": request.amount.currency}
        credit: dict[str, Any] = {
            "creditAmount": amount,
            "expiresAt": stamp(request.expires),
            "notify": False,
        }
        customer = gid("Customer", request.customer_id)
        made = self._admin.change(documents.CREDIT, _Answer, customer=customer, credit=credit)
        done(made.store_credit_account_credit.user_errors)
        entry = made.store_credit_account_credit.store_credit_account_transaction
        if entry is None:
            raise OutcomeUnknown("neither a credit nor an error")
        return Receipt(tail(entry.id))

    def _entries(self, customer_id: str) -> list[_Entry]:
        known = self._admin.ask(documents.CREDITS, _Known, customer=gid("Customer", customer_id)).customer
        if known is None:
            raise Declined(f"Shopify has no customer {customer_id}")
        return [
            entry for account in known.store_credit_accounts.nodes for entry in account.transactions.nodes
        ]


def _known(entries: list[_Entry], request: CreditRequest) -> Receipt | None:
    """Without an end one gift looks like another: then people must look."""
    twins = [entry for entry in entries if _alike(entry, request)]
    if not twins:
        return None
    if request.expires is None or len(twins) > 1:
        raise OutcomeUnknown("the customer was given as much before, and Shopify does not say what for")
    return Receipt(tail(twins[0].id or ""))


def _alike(entry: _Entry, request: CreditRequest) -> bool:
    ends = request.expires.astimezone(UTC).replace(microsecond=0) if request.expires else None
    return (
        entry.id is not None
        and entry.event == _BY_HAND_OR_APP
        and entry.expires_at == ends
        and _minor(entry, request) == request.amount.minor
    )


def _minor(entry: _Entry, request: CreditRequest) -> int | None:
    try:
        return minor(entry.amount, request.amount.currency)
    except Unreadable:
        return None
