"""Orders as Shopify's graph holds them: nodes with the fields of the schema, lists where it has connections."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

Node = dict[str, Any]

PLACED = datetime(2026, 11, 3, 9, 30, tzinfo=UTC)


def number(amount: str | Decimal) -> str:
    """As Shopify writes amounts: at least one decimal, no zeros behind it."""
    whole, _, decimals = f"{Decimal(amount):f}".partition(".")
    return f"{whole}.{decimals.rstrip('0') or '0'}"


def cash(amount: str | Decimal, currency: str) -> Node:
    return {"amount": number(amount), "currencyCode": currency}


def bag(amount: str | Decimal, currency: str) -> Node:
    """The shop's own currency is given another amount, so that nobody takes the one for the other."""
    return {"presentmentMoney": cash(amount, currency), "shopMoney": cash(Decimal(amount) * 3, "SEK")}


def tax(title: str, rate: str | None, amount: str, currency: str = "EUR") -> Node:
    return {"title": title, "rate": rate and float(rate), "priceSet": bag(amount, currency)}


def an_allocation(
    index: int, title: str, amount: str, *, method: str = "ACROSS", currency: str = "EUR", code: str = ""
) -> Node:
    kind = "DiscountCodeApplication" if code else "ManualDiscountApplication"
    named = {"code": code} if code else {"title": title}
    application = {"__typename": kind, "index": index, "allocationMethod": method, **named}
    return {"allocatedAmountSet": bag(amount, currency), "discountApplication": application}


def a_line(id: str, *, quantity: int = 1, unit: str = "89.00", currency: str = "EUR", **changes: Any) -> Node:
    return {
        "__typename": "LineItem",
        "id": f"gid://shopify/LineItem/{id}",
        "title": "Robe en lin",
        "variantTitle": "38",
        "sku": f"SKU-{id}",
        "quantity": quantity,
        "currentQuantity": quantity,
        "isGiftCard": False,
        "requiresShipping": True,
        "image": {"url": "https://cdn.example/robe.jpg"},
        "product": {"id": "gid://shopify/Product/7", "tags": ["linen"]},
        "variant": {"inventoryItem": {"harmonizedSystemCode": "620442", "countryCodeOfOrigin": "PT"}},
        "weight": {"unit": "KILOGRAMS", "value": 0.35},
        "originalUnitPriceSet": bag(unit, currency),
        "discountAllocations": [],
        "taxLines": [],
        **changes,
    }


def a_payment(
    id: str,
    amount: str,
    *,
    currency: str = "EUR",
    kind: str = "SALE",
    status: str = "SUCCESS",
    **changes: Any,
) -> Node:
    return {
        "id": f"gid://shopify/OrderTransaction/{id}",
        "kind": kind,
        "status": status,
        "gateway": "shopify_payments",
        "createdAt": PLACED.isoformat(),
        "processedAt": PLACED.isoformat(),
        "amountSet": bag(amount, currency),
        "parentTransaction": None,
        **changes,
    }


def a_parcel(id: str, lines: list[tuple[Node, int]], **changes: Any) -> Node:
    """`lines`: line and units."""
    sent = [
        {"id": f"gid://shopify/FulfillmentLineItem/{id}{place}", "quantity": units, "lineItem": line}
        for place, (line, units) in enumerate(lines)
    ]
    return {
        "id": f"gid://shopify/Fulfillment/{id}",
        "status": "SUCCESS",
        "createdAt": PLACED.isoformat(),
        "deliveredAt": PLACED.isoformat(),
        "fulfillmentLineItems": sent,
        **changes,
    }


def a_return(id: str, sent: list[tuple[Node, int]], **changes: Any) -> Node:
    """`sent`: lines of parcels and units. Closed, and opened by staff, who write no notes."""
    lines = [
        {
            "__typename": "ReturnLineItem",
            "id": f"gid://shopify/ReturnLineItem/{id}{place}",
            "quantity": units,
            "returnReasonNote": "",
            "customerNote": None,
            "fulfillmentLineItem": line,
        }
        for place, (line, units) in enumerate(sent)
    ]
    return {
        "id": f"gid://shopify/Return/{id}",
        "name": f"#{id}-R1",
        "status": "CLOSED",
        "returnLineItems": lines,
        "reverseFulfillmentOrders": [],
        **changes,
    }


def a_refund(
    id: str, lines: list[tuple[Node, int]], *, in_return: Node | None = None, **changes: Any
) -> Node:
    """`lines`: line and units, which had been sent. Recorded by staff; no money moved, unless it is said otherwise."""
    back = [{"quantity": units, "restockType": "RETURN", "lineItem": line} for line, units in lines]
    return {
        "id": f"gid://shopify/Refund/{id}",
        "note": None,
        "return": in_return,
        "transactions": [],
        "refundLineItems": back,
        **changes,
    }


def an_order(
    id: str = "1001", *, lines: list[Node] | None = None, currency: str = "EUR", **changes: Any
) -> Node:
    """All of it paid by one card payment `pay_1` and delivered in one parcel, unless it is said otherwise."""
    lines = [a_line("1", currency=currency)] if lines is None else lines
    total = sum(
        (Decimal(x["originalUnitPriceSet"]["presentmentMoney"]["amount"]) * x["quantity"] for x in lines),
        Decimal(0),
    )
    return {
        "__typename": "Order",
        "id": f"gid://shopify/Order/{id}",
        "name": f"#{id}",
        "email": "camille@example.com",
        "customerLocale": "fr-FR",
        "presentmentCurrencyCode": currency,
        "taxesIncluded": True,
        "createdAt": PLACED.isoformat(),
        "processedAt": PLACED.isoformat(),
        "updatedAt": PLACED.isoformat(),
        "cancelledAt": None,
        "tags": ["vip"],
        "customer": {"__typename": "Customer", "id": "gid://shopify/Customer/55"},
        "shippingAddress": an_address(),
        "originalTotalDutiesSet": None,
        "shippingLines": [],
        "lineItems": lines,
        "transactions": [a_payment("pay_1", str(total), currency=currency)],
        "fulfillments": [a_parcel("f1", [(line, line["quantity"]) for line in lines])],
        "refunds": [],
        "returns": [],
        **changes,
    }


def an_address(**changes: Any) -> Node:
    return {
        "name": "Camille Martin",
        "company": None,
        "address1": "12 bis rue des Lilas",
        "address2": None,
        "zip": "75020",
        "city": "Paris",
        "provinceCode": None,
        "countryCodeV2": "FR",
        "phone": "+33600000000",
        **changes,
    }
