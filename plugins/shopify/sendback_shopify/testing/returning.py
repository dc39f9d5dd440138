"""Returns as Shopify keeps them. None of these mutations has a key: the same one twice is done twice, or refused for
what the first has changed."""

from collections import Counter
from typing import Any

from sendback_shopify.testing.goods import Node
from sendback_shopify.testing.graph import Info
from sendback_shopify.testing.shop import Shop, of_kind, refused

_NOTHING = ("DECLINED", "CANCELED")


class Wrong(Exception):
    """A user error: code, message, field."""

    def __init__(self, code: str | None, message: str, *field: str) -> None:
        super().__init__(message)
        self.shown = {"code": code, "message": message, "field": list(field)}


class Returning:
    """One method for each mutation; `resolver` turns what is wrong into `userErrors`."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    def resolver(self, method: Any, answers: str = "return") -> Any:
        def resolve(_: None, info: Info, **arguments: Any) -> Node:
            if "write_returns" in self._shop.switched_off:
                raise refused("ACCESS_DENIED", f"Access denied for {info.field_name} field.")
            try:
                return {answers: method(**arguments), "userErrors": []}
            except Wrong as wrong:
                return {answers: None, "userErrors": [wrong.shown]}

        return resolve

    def request(self, input: Node) -> Node:
        return self._made(input, "input", "customerNote", "REQUESTED")

    def create(self, return_input: Node) -> Node:
        made = self._made(return_input, "returnInput", "returnReasonNote", "OPEN")
        self._reverse(made)
        return made

    def approve(self, input: Node) -> Node:
        node = self._requested(
            input, "Return is not approvable. Only returns with status REQUESTED can be approved."
        )
        node["status"] = "OPEN"
        self._reverse(node)
        return node

    def decline(self, input: Node) -> Node:
        text = "Return is not declinable. Only non-refunded returns with status REQUESTED can be declined."
        node = self._requested(input, text)
        node["status"], node["decline"] = "DECLINED", input["declineReason"]
        node["declineNote"] = input.get("declineNote")
        return node

    def cancel(self, id: str, **_: Any) -> Node:
        node = self._known(id, "id")
        worked = any(line["dispositions"] for line in _reverse_lines(node))
        if node["status"] != "OPEN" or worked:
            raise Wrong("INVALID_STATE", "Return is not cancelable.", "id")
        node["status"] = "CANCELED"
        return node

    def close(self, id: str) -> Node:
        node = self._known(id, "id")
        if node["status"] != "OPEN":
            raise Wrong("INVALID_STATE", "Return status is invalid.", "id")
        node["status"] = "CLOSED"
        return node

    def process(self, input: Node) -> Node:
        node = self._known(input["returnId"], "input", "returnId")
        if node["status"] != "OPEN":
            raise Wrong("INVALID_STATE", "Return status is invalid.", "input", "returnId")
        lines = {line["id"]: line for line in node["returnLineItems"]}
        for place, wanted in enumerate(input["returnLineItems"]):
            if wanted["id"] not in lines:
                at = ("input", "returnLineItems", str(place), "id")
                raise Wrong("NOT_FOUND", "Return line item was not found.", *at)
            for one in wanted.get("dispositions") or []:
                _dispose(node, one, place)
        return node

    def deliver(
        self,
        reverse_fulfillment_order_id: str,
        reverse_delivery_line_items: list[Node],
        tracking_input: Node | None = None,
        label_input: Node | None = None,
        **_: Any,
    ) -> Node:
        """An empty list stands for all lines; they can be delivered once."""
        order = self._reverse_order(reverse_fulfillment_order_id)
        if order["reverseDeliveries"]:
            at = ("reverseDeliveryLineItems", "0", "quantity")
            raise Wrong(None, "cannot deliver more items than are returned", *at)
        node = {
            "id": self._shop.new_id("ReverseDelivery"),
            "deliverable": _deliverable(tracking_input, label_input),
        }
        order["reverseDeliveries"].append(node)
        return node

    def ship(
        self,
        reverse_delivery_id: str,
        tracking_input: Node | None = None,
        label_input: Node | None = None,
        **_: Any,
    ) -> Node:
        for known in self._shop.returns():
            for order in known["reverseFulfillmentOrders"]:
                for node in order["reverseDeliveries"]:
                    if node["id"] == reverse_delivery_id:
                        node["deliverable"] = _deliverable(tracking_input, label_input)
                        return dict(node)
        raise Wrong("NOT_FOUND", "Reverse delivery was not found.", "reverseDeliveryId")

    def returnable(self, _: None, info: Info, order_id: str, **__: Any) -> list[Node]:
        order = self._shop.order(order_id)
        return [self._parcel(order, one) for one in order["fulfillments"]] if order else []

    def returnable_parcel(self, _: None, info: Info, id: str) -> Node | None:
        for order in self._shop.orders.values():
            for one in order["fulfillments"]:
                if self._parcel(order, one)["id"] == of_kind("ReturnableFulfillment", id):
                    return self._parcel(order, one)
        return None

    def _parcel(self, order: Node, parcel: Node) -> Node:
        gone = _gone(order)
        lines = [
            {"quantity": one["quantity"] - gone[one["id"]], "fulfillmentLineItem": one}
            for one in parcel["fulfillmentLineItems"]
            if parcel["status"] == "SUCCESS" and one["quantity"] > gone[one["id"]]
        ]
        id = parcel["id"].rsplit("/", 1)[1]
        return {"id": f"gid://shopify/ReturnableFulfillment/{id}", "returnableFulfillmentLineItems": lines}

    def _made(self, input: Node, root: str, note: str, status: str) -> Node:
        order = self._shop.order(input["orderId"])
        if order is None:
            raise Wrong("NOT_FOUND", "Order not found.", root, "orderId")
        lines = [
            self._line(order, one, (root, "returnLineItems", str(place)), note)
            for place, one in enumerate(input["returnLineItems"])
        ]
        if not lines:
            raise Wrong("BLANK", "Return line items can't be blank", root, "returnLineItems")
        node = {
            "id": self._shop.new_id("Return"),
            "name": f"{order['name']}-R{len(order['returns']) + 1}",
            "status": status,
            "returnLineItems": lines,
            "reverseFulfillmentOrders": [],
        }
        order["returns"].append(node)
        self._shop.touch(order)
        return node

    def _line(self, order: Node, wanted: Node, at: tuple[str, ...], note: str) -> Node:
        sent = [one for parcel in order["fulfillments"] for one in parcel["fulfillmentLineItems"]]
        known = next((one for one in sent if one["id"] == wanted["fulfillmentLineItemId"]), None)
        if known is None:
            raise Wrong("NOT_FOUND", "Fulfillment Line Item was not found.", *at, "fulfillmentLineItemId")
        if not 0 < wanted["quantity"] <= known["quantity"] - _gone(order)[known["id"]]:
            raise Wrong("INVALID", "Return line item has an invalid quantity.", *at, "quantity")
        if not wanted.get("returnReason") and not wanted.get("returnReasonDefinitionId"):
            raise Wrong("BLANK", "Return reason can't be blank", *at, "returnReason")
        if note == "returnReasonNote" and wanted.get("returnReason") == "OTHER" and not wanted.get(note):
            raise Wrong("BLANK", 'The note is required when the return reason is "Other"', *at, note)
        if len(wanted.get(note) or "") > (300 if note == "customerNote" else 255):
            raise Wrong("TOO_LONG", f"{note} is too long", *at, note)
        return {
            "__typename": "ReturnLineItem",
            "id": self._shop.new_id("ReturnLineItem"),
            "quantity": wanted["quantity"],
            "returnReasonNote": "",
            "customerNote": None,
            note: wanted.get(note),
            "fulfillmentLineItem": known,
        }

    def _reverse(self, node: Node) -> None:
        lines = [
            {
                "id": self._shop.new_id("ReverseFulfillmentOrderLineItem"),
                "totalQuantity": line["quantity"],
                "dispositions": [],
                "fulfillmentLineItem": line["fulfillmentLineItem"],
            }
            for line in node["returnLineItems"]
        ]
        id = self._shop.new_id("ReverseFulfillmentOrder")
        node["reverseFulfillmentOrders"] = [{"id": id, "lineItems": lines, "reverseDeliveries": []}]

    def _requested(self, input: Node, text: str) -> Node:
        node = self._known(input["id"], "input", "id")
        if node["status"] != "REQUESTED":
            raise Wrong("INVALID_STATE", text, "input", "id")
        return node

    def _known(self, id: str, *field: str) -> Node:
        of_kind("Return", id)
        for node in self._shop.returns():
            if node["id"] == id:
                return node
        raise Wrong("NOT_FOUND", "Return not found.", *field)

    def _reverse_order(self, id: str) -> Node:
        for node in self._shop.returns():
            for order in node["reverseFulfillmentOrders"]:
                if order["id"] == id:
                    return dict(order)
        raise Wrong("NOT_FOUND", "Reverse fulfillment order was not found.", "reverseFulfillmentOrderId")


def _gone(order: Node) -> Counter[str]:
    """Units of each sent line that are in a return already."""
    gone: Counter[str] = Counter()
    for node in order["returns"]:
        if node["status"] not in _NOTHING:
            for line in node["returnLineItems"]:
                gone[line["fulfillmentLineItem"]["id"]] += line["quantity"]
    return gone


def _reverse_lines(node: Node) -> list[Node]:
    return [line for order in node["reverseFulfillmentOrders"] for line in order["lineItems"]]


def _dispose(node: Node, wanted: Node, place: int) -> None:
    at = ("input", "returnLineItems", str(place), "dispositions")
    line = next(
        (x for x in _reverse_lines(node) if x["id"] == wanted["reverseFulfillmentOrderLineItemId"]), None
    )
    if line is None:
        raise Wrong("NOT_FOUND", "Reverse fulfillment order line item was not found.", *at)
    done = sum(one["quantity"] for one in line["dispositions"])
    if wanted["quantity"] > line["totalQuantity"] - done:
        raise Wrong("INVALID", "Quantity exceeds what is left to process.", *at)
    if wanted["dispositionType"] == "RESTOCKED" and not wanted.get("locationId"):
        raise Wrong("NOT_FOUND", "Location not found.", *at, "locationId")
    line["dispositions"].append({"type": wanted["dispositionType"], "quantity": wanted["quantity"]})


def _deliverable(tracking: Node | None, label: Node | None) -> Node:
    return {
        "__typename": "ReverseDeliveryShippingDeliverable",
        "label": {"publicFileUrl": label["fileUrl"]} if label else None,
        "tracking": {"number": tracking.get("number"), "url": tracking.get("url")} if tracking else None,
    }
