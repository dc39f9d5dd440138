"""The contract between Sendback and its plugins.

A plugin is a package with one entry point in the group `sendback`, naming a module with hooks. A hook gives classes;
for every account in the configuration the service makes one object and calls it by its name. A whole carrier:

    from sendback_sdk import Carrier, Label, LabelFormat, LabelRequest, hookimpl

    class Pigeon(Carrier):
        id = "pigeon"
        coverage = frozenset({"FR"})
        formats = frozenset({LabelFormat.PDF})

        class Settings(Carrier.Settings):
            loft: str

        def create_label(self, request: LabelRequest) -> Label:
            flight = self.http.post(self.settings.loft, json={"ref": request.reference}).json()
            return Label(tracking_number=flight["ring"], document=..., format=LabelFormat.PDF)

    @hookimpl
    def sendback_carriers():
        return [Pigeon]

What it can do beyond that it says by inheriting roles: `Voids`, `Tracks`, `Finds`, `DropOffs`, `Hears`, `Forgets`,
`Tells`. How far a call may be repeated it says by `repeat`, and the inherited tests (`sendback_sdk.testing`) hold it to
its word.

When something goes wrong it raises one of four errors: `Declined` (the answer is no), `TryLater` (nothing happened,
ask again), `Misconfigured` (somebody must mend the settings), `OutcomeUnknown` (it may have happened). Nothing else
is needed: Sendback records, retries, reconciles, fails over and tells the buyer.

A plugin is synchronous, keeps no state (serials and ledgers are the host's) and never reads the environment.
"""

from sendback_sdk.addresses import Address
from sendback_sdk.carriers import (
    Billing,
    Carrier,
    CustomsItem,
    DropOff,
    DropOffs,
    Finds,
    Label,
    LabelFormat,
    LabelRequest,
    Paper,
    Parcel,
    Repeat,
    TrackingState,
    TrackingUpdate,
    Tracks,
    Voids,
)
from sendback_sdk.channels import Attachment, Channel, Message, Tells
from sendback_sdk.erasure import BuyerErasure, Forgets
from sendback_sdk.errors import Declined, Misconfigured, OutcomeUnknown, PluginError, TryLater
from sendback_sdk.events import Event, Rule
from sendback_sdk.hooks import hookimpl
from sendback_sdk.money import Money
from sendback_sdk.orders import (
    Discount,
    Fulfilment,
    Order,
    OrderLine,
    OrderPage,
    OrderQuery,
    OrderState,
    Payment,
    Shipping,
    TaxLine,
)
from sendback_sdk.platforms import (
    Change,
    CreditKind,
    CreditRequest,
    Credits,
    Disposal,
    Disposition,
    FindsOrders,
    FindsRefund,
    FindsTransfer,
    ListsOrders,
    Mirrors,
    Platform,
    Receipt,
    ReceiptState,
    RefundLine,
    RefundRequest,
    Refunds,
    Suggestion,
    Suggests,
)
from sendback_sdk.plugin import Plugin
from sendback_sdk.webhooks import (
    Hears,
    OrderChange,
    PrivacyKind,
    PrivacyRequest,
    RefundUpdate,
    WebhookRequest,
)

__all__ = [
    "Address",
    "Attachment",
    "Billing",
    "BuyerErasure",
    "Carrier",
    "Change",
    "Channel",
    "CreditKind",
    "CreditRequest",
    "Credits",
    "CustomsItem",
    "Declined",
    "Discount",
    "Disposal",
    "Disposition",
    "DropOff",
    "DropOffs",
    "Event",
    "Finds",
    "FindsOrders",
    "FindsRefund",
    "FindsTransfer",
    "Forgets",
    "Fulfilment",
    "Hears",
    "Label",
    "LabelFormat",
    "LabelRequest",
    "ListsOrders",
    "Message",
    "Mirrors",
    "Misconfigured",
    "Money",
    "Order",
    "OrderChange",
    "OrderLine",
    "OrderPage",
    "OrderQuery",
    "OrderState",
    "OutcomeUnknown",
    "Paper",
    "Parcel",
    "Payment",
    "Platform",
    "Plugin",
    "PluginError",
    "PrivacyKind",
    "PrivacyRequest",
    "Receipt",
    "ReceiptState",
    "RefundLine",
    "RefundRequest",
    "RefundUpdate",
    "Refunds",
    "Repeat",
    "Rule",
    "Shipping",
    "Suggestion",
    "Suggests",
    "TaxLine",
    "Tells",
    "TrackingState",
    "TrackingUpdate",
    "Tracks",
    "TryLater",
    "Voids",
    "WebhookRequest",
    "hookimpl",
]
