"""The documents that we send, one operation a file; fragments are put behind the operations that use them.

The tests hold every one to the real schema of the Admin API and to its limit of cost."""

from dataclasses import dataclass
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Document:
    """`name` is that of the operation; `changes` says that it is a mutation."""

    name: str
    text: str
    changes: bool


def _document(name: str, *fragments: str) -> Document:
    texts = [_text(file) for file in (name, *fragments)]
    kind, operation = texts[0].split("(")[0].split("{")[0].split()
    return Document(operation, "\n".join(texts), kind == "mutation")


def _text(name: str) -> str:
    return files(__name__).joinpath(f"{name}.graphql").read_text(encoding="utf-8")


_ORDER = ("order_facts", "shipping_facts", "line_facts", "payment_facts", "parcel_facts", "refund_facts")
_RETURN = ("return_facts",)

CANDIDATES = _document("candidates")
ORDER = _document("order", *_ORDER)
ORDERS = _document("orders", *_ORDER)
SHIPPING = _document("shipping", "shipping_facts")
LINES = _document("lines", "line_facts")
PAYMENTS = _document("payments", "payment_facts")
PARCELS = _document("parcels", "parcel_facts")
PARCEL_LINES = _document("parcel_lines")
REFUNDS = _document("refunds", "refund_facts")
REFUND_LINES = _document("refund_lines")
REFUND = _document("refund")
CREDIT = _document("credit")
CREDITS = _document("credits")
RETURNS = _document("returns", *_RETURN)
RETURNABLE = _document("returnable")
RETURNABLE_LINES = _document("returnable_lines")
REQUEST_RETURN = _document("request_return")
CREATE_RETURN = _document("create_return")
APPROVE_RETURN = _document("approve_return")
DECLINE_RETURN = _document("decline_return")
CANCEL_RETURN = _document("cancel_return")
CLOSE_RETURN = _document("close_return")
PROCESS_RETURN = _document("process_return")
CREATE_DELIVERY = _document("create_delivery")
UPDATE_DELIVERY = _document("update_delivery")
SUGGESTION = _document("suggestion")
