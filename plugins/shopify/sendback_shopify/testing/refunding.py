"""Refunds and store credit as Shopify makes them: keys are kept for a day, errors have the words that were recorded."""

import json
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sendback_shopify.testing.goods import Node, a_payment, bag, cash
from sendback_shopify.testing.graph import Info, idempotency_key
from sendback_shopify.testing.shop import Shop, of_kind, refused

_KEY_KEPT = timedelta(hours=24)
_MOST_CREDIT = Decimal(15000)
_BACK = ("REFUND", "CHANGE")


class Refunding:
    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    def refund_create(self, _: None, info: Info, input: Node) -> Node:
        key = idempotency_key(info)
        if not key:
            raise refused(
                "BAD_REQUEST", "The @idempotent directive is required for this mutation but was not provided."
            )
        if "write_orders" in self._shop.switched_off:
            raise refused(
                "ACCESS_DENIED", "Access denied for refundCreate field. Required access: `write_orders`"
            )
        body = json.dumps(input, sort_keys=True, default=str)
        known = self._shop.keys.get(key)
        if known and self._shop.clock() - known[1] < _KEY_KEPT:
            if known[0] != body:
                return _wrong("The same idempotency key cannot be used with different operation parameters.")
            return {"refund": known[2], "order": None, "userErrors": []}
        made = self._refund(input)
        if made["refund"]:
            self._shop.keys[key] = (body, self._shop.clock(), made["refund"])
        return made

    def _refund(self, input: Node) -> Node:
        order = self._shop.order(input["orderId"])
        if order is None:
            return _wrong("Order does not exist", ["orderId"])
        if input.get("currency", order["presentmentCurrencyCode"]) != order["presentmentCurrencyCode"]:
            return _wrong("Currency must be the presentment currency of the order", ["currency"])
        wanted, methods = input.get("transactions") or [], input.get("refundMethods") or []
        problem = next((p for one in wanted if (p := _problem(order, one))), None)
        amounts = [Decimal(one["amount"]) for one in wanted]
        amounts += [Decimal(one["storeCreditRefund"]["amount"]["amount"]) for one in methods]
        problem = problem or self._over(order, input, sum(amounts, Decimal(0)))
        if problem:
            return problem
        moved = [self._back(order, one["amount"], one["gateway"], one.get("parentId")) for one in wanted]
        moved += [self._as_credit(order, one["storeCreditRefund"]) for one in methods]
        return {"refund": self._record(order, input, moved), "order": order, "userErrors": []}

    def _over(self, order: Node, input: Node, wanted: Decimal) -> Node | None:
        left = net(order)
        if wanted > left and not input.get("allowOverRefunding"):
            return _wrong(f"Refund amount ${wanted} is greater than net payment received ${left}")
        return None

    def _back(self, order: Node, amount: str, gateway: str, parent: str | None) -> Node:
        id = self._shop.new_id("OrderTransaction").rsplit("/", 1)[1]
        currency, status = order["presentmentCurrencyCode"], self._shop.refund_status
        node = a_payment(id, amount, currency=currency, kind="REFUND", status=status, gateway=gateway)
        node["parentTransaction"] = {"id": parent} if parent else None
        order["transactions"].append(node)
        if status not in ("FAILURE", "ERROR"):
            self._shop.payments += 1
        return node

    def _as_credit(self, order: Node, credit: Node) -> Node:
        amount = credit["amount"]
        self._enter(order["customer"], amount, credit.get("expiresAt"), "ORDER_REFUND")
        return self._back(order, amount["amount"], "shopify_store_credit", None)

    def _record(self, order: Node, input: Node, moved: list[Node]) -> Node:
        refund = {
            "id": self._shop.new_id("Refund"),
            "note": input.get("note"),
            "return": None,
            "transactions": moved,
            "refundLineItems": [],
        }
        order["refunds"].append(refund)
        self._shop.touch(order)
        return refund

    def credit(self, _: None, info: Info, id: str, credit_input: Node) -> Node:
        if "write_store_credit_account_transactions" in self._shop.switched_off:
            raise refused("ACCESS_DENIED", "Access denied for storeCreditAccountCredit field.")
        customer = self._shop.customers.get(of_kind("Customer", id))
        amount, expires = credit_input["creditAmount"], credit_input.get("expiresAt")
        if customer is None:
            return _not_credited("OWNER_NOT_FOUND", "Owner does not exist", ["id"])
        if expires and datetime.fromisoformat(expires) <= self._shop.clock():
            place = ["creditInput", "expiresAt"]
            return _not_credited("EXPIRES_AT_IN_PAST", "The expiry date must be in the future", place)
        place = ["creditInput", "creditAmount", "amount"]
        if Decimal(amount["amount"]) <= 0:
            text = "A positive amount must be used to credit a store credit account"
            return _not_credited("NEGATIVE_OR_ZERO_AMOUNT", text, place)
        if Decimal(amount["amount"]) > _MOST_CREDIT:
            text = "The operation would cause the account's credit limit to be exceeded"
            return _not_credited("CREDIT_LIMIT_EXCEEDED", text, place)
        self._shop.payments += 1
        entry = self._enter(customer, amount, expires, "ADJUSTMENT")
        return {"storeCreditAccountTransaction": entry, "userErrors": []}

    def _enter(self, customer: Node, amount: Node, expires: str | None, event: str) -> Node:
        accounts = customer["storeCreditAccounts"]
        currency = amount["currencyCode"]
        account = next((one for one in accounts if one["currency"] == currency), None)
        if account is None:
            account = {"currency": currency, "transactions": []}
            accounts.append(account)
        entry = {
            "__typename": "StoreCreditAccountCreditTransaction",
            "id": self._shop.new_id("StoreCreditAccountCreditTransaction"),
            "amount": cash(amount["amount"], currency),
            "createdAt": self._shop.now(),
            "expiresAt": expires,
            "event": event,
        }
        account["transactions"].append(entry)
        return entry

    def suggested(self, order: Node, info: Info, refund_line_items: list[Node], **_: Any) -> Node:
        """The discounted price of the units, which Shopify rounds for each line."""
        currency, total = order["presentmentCurrencyCode"], Decimal(0)
        for one in refund_line_items:
            line = next((x for x in order["lineItems"] if x["id"] == one["lineItemId"]), None)
            if line is None or one["quantity"] > line["quantity"]:
                raise refused("BAD_REQUEST", "Quantity cannot refund more items than were purchased")
            off = sum((money(a["allocatedAmountSet"]) for a in line["discountAllocations"]), Decimal(0))
            full = money(line["originalUnitPriceSet"]) * line["quantity"] - off
            total += full * one["quantity"] / line["quantity"]
        return {"amountSet": bag(total, currency), "maximumRefundableSet": bag(net(order), currency)}


def money(value: Node) -> Decimal:
    return Decimal(value["presentmentMoney"]["amount"])


def net(order: Node) -> Decimal:
    """What came in and has not gone back."""
    total = Decimal(0)
    for one in order["transactions"]:
        if one["kind"] in ("SALE", "CAPTURE") and one["status"] == "SUCCESS":
            total += money(one["amountSet"])
        elif one["kind"] in _BACK and one["status"] not in ("FAILURE", "ERROR"):
            total -= money(one["amountSet"])
    return total


def _problem(order: Node, wanted: Node) -> Node | None:
    if wanted["kind"] != "REFUND":
        return _wrong(f"Kind {wanted['kind'].lower()} is not a valid transaction")
    parent = next((one for one in order["transactions"] if one["id"] == wanted.get("parentId")), None)
    if parent is None or parent["gateway"] != wanted["gateway"]:
        return _wrong("Transactions require a parent_id associated with the order", ["transactions"])
    return None


def _wrong(message: str, field: list[str] | None = None) -> Node:
    return {"refund": None, "order": None, "userErrors": [{"field": field, "message": message}]}


def _not_credited(code: str, message: str, field: list[str]) -> Node:
    error = {"code": code, "field": field, "message": message}
    return {"storeCreditAccountTransaction": None, "userErrors": [error]}
