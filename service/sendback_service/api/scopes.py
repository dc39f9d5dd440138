"""Who may call what: the table of RPC × kind of key × scope. An RPC that does not stand here cannot be called."""

from dataclasses import dataclass

from sendback_service.keys import KeyKind, Scope
from sendback_service.records import KeyRecord
from sendback_service.refusal import Reason, refuse

_PACKAGE = "sendback.v1"


@dataclass(frozen=True, slots=True)
class Entry:
    """Kinds of keys that may call; merchants' keys need the scope besides."""

    kinds: frozenset[KeyKind]
    scope: Scope | None = None


def _merchant(scope: Scope) -> Entry:
    return Entry(frozenset({KeyKind.MERCHANT}), scope)


def _merchant_or_operator(scope: Scope) -> Entry:
    return Entry(frozenset({KeyKind.MERCHANT, KeyKind.OPERATOR}), scope)


_PORTAL = Entry(frozenset({KeyKind.PORTAL}))
_OPERATOR = Entry(frozenset({KeyKind.OPERATOR}))

_TABLE: dict[str, dict[str, Entry]] = {
    "PortalService": dict.fromkeys(
        (
            "GetPortal",
            "GetImage",
            "StartSession",
            "GetReturnableOrder",
            "EstimateReturn",
            "UploadEvidence",
            "CreateReturn",
            "ListReturns",
            "GetReturn",
            "CancelReturn",
            "CancelUnits",
            "AddTracking",
            "AddParcel",
            "ListDropOffPoints",
            "StartWithdrawal",
            "ConfirmWithdrawal",
            "GetLabelDocument",
            "WatchReturn",
        ),
        _PORTAL,
    ),
    "ReturnsService": {
        **dict.fromkeys(
            (
                "GetReturn",
                "ListReturns",
                "QuoteSettlement",
                "FindReturns",
                "ListArrivals",
                "ExplainEligibility",
                "GetEvidence",
                "ExportWithdrawalEvidence",
                "ListWorkItems",
                "GetFigures",
                "ExportReturns",
            ),
            _merchant(Scope.RETURNS_READ),
        ),
        **dict.fromkeys(
            (
                "CreateReturn",
                "ApproveReturn",
                "DeclineReturn",
                "CancelReturn",
                "CancelUnits",
                "ReleaseUnits",
                "AddParcel",
                "ReceiveParcel",
                "InspectUnits",
                "UploadPhoto",
                "RecordArrival",
                "AssignArrival",
                "SettleReturn",
                "ConfirmSettlement",
                "ReverseSettlement",
                "CloseReturn",
                "CompleteWorkItem",
            ),
            _merchant(Scope.RETURNS_WRITE),
        ),
    },
    "LabelService": {
        **dict.fromkeys(("CreateLabel", "VoidLabel", "ReportTracking"), _merchant(Scope.LABELS_WRITE)),
        **dict.fromkeys(("GetLabel", "GetLabelDocument"), _merchant(Scope.RETURNS_READ)),
    },
    "OrderService": {
        **dict.fromkeys(
            ("GetOrder", "ListOrders", "GetPromotion", "PrintInserts"), _merchant(Scope.ORDERS_READ)
        ),
        **dict.fromkeys(
            ("ImportOrders", "UpsertOrder", "CreateAccessLink", "SendAccessLink", "RevokeAccess"),
            _merchant(Scope.ORDERS_WRITE),
        ),
        **dict.fromkeys(("ExportBuyerData", "GetBuyerErasure"), _merchant(Scope.BUYERS_READ)),
        "EraseBuyerData": _merchant(Scope.BUYERS_WRITE),
    },
    "CreditService": {
        **dict.fromkeys(
            ("GetCreditAccount", "ListCreditEntries", "GetRedemption"), _merchant(Scope.CREDIT_READ)
        ),
        **dict.fromkeys(("RedeemCredit", "ReverseRedemption"), _merchant(Scope.CREDIT_WRITE)),
    },
    "MerchantService": {
        **dict.fromkeys(("CreateMerchant", "ListMerchants", "SetEntitlement"), _OPERATOR),
        **dict.fromkeys(
            (
                "GetMerchant",
                "GetPortalSettings",
                "GetBrand",
                "GetImage",
                "ListWarehouses",
                "GetPolicy",
                "DiffPolicies",
                "ListConnectedAccounts",
                "ListConnectablePlugins",
                "SimulatePolicy",
            ),
            _merchant_or_operator(Scope.SETTINGS_READ),
        ),
        **dict.fromkeys(
            (
                "UpdatePortalSettings",
                "UpdateBrand",
                "UploadImage",
                "CreateWarehouse",
                "UpdateWarehouse",
                "PublishPolicy",
                "CheckPolicyPage",
                "ConnectAccount",
                "DisconnectAccount",
            ),
            _merchant_or_operator(Scope.SETTINGS_WRITE),
        ),
        **dict.fromkeys(
            ("CreateAccessKey", "ListAccessKeys", "RotateAccessKey", "RevokeAccessKey"),
            _merchant_or_operator(Scope.KEYS_WRITE),
        ),
    },
    "CarrierService": {
        **dict.fromkeys(("ListPlugins", "ListAccounts"), _OPERATOR),
        **dict.fromkeys(
            ("GetRouting", "ListRoutings", "SimulateRouting"), _merchant_or_operator(Scope.SETTINGS_READ)
        ),
        **dict.fromkeys(("UpdateRouting", "TestAccount"), _merchant_or_operator(Scope.SETTINGS_WRITE)),
    },
    "MessageService": {
        **dict.fromkeys(
            ("ListMessageTemplates", "PreviewMessage", "GetMessageSettings"),
            _merchant_or_operator(Scope.SETTINGS_READ),
        ),
        **dict.fromkeys(
            ("UpdateMessageTemplate", "DeleteMessageTemplate", "UpdateMessageSettings"),
            _merchant_or_operator(Scope.SETTINGS_WRITE),
        ),
    },
    "EventService": {
        **dict.fromkeys(("WatchEvents", "ListEvents"), _merchant_or_operator(Scope.EVENTS_READ)),
        **dict.fromkeys(
            ("GetWebhookEndpoint", "ListWebhookEndpoints"), _merchant_or_operator(Scope.SETTINGS_READ)
        ),
        **dict.fromkeys(
            (
                "CreateWebhookEndpoint",
                "UpdateWebhookEndpoint",
                "RotateWebhookSecret",
                "DeleteWebhookEndpoint",
                "RedeliverWebhook",
            ),
            _merchant_or_operator(Scope.SETTINGS_WRITE),
        ),
        "ListDeliveries": _merchant_or_operator(Scope.EVENTS_READ),
        "DeliverWebhook": Entry(frozenset({KeyKind.OPERATOR, KeyKind.PORTAL})),
    },
}

TABLE: dict[str, Entry] = {
    f"/{_PACKAGE}.{service}/{rpc}": entry for service, rpcs in _TABLE.items() for rpc, entry in rpcs.items()
}


def admit(key: KeyRecord, method: str) -> None:
    """Refuses a key that may not call this."""
    entry = TABLE.get(method)
    if entry is None or KeyKind(key.kind) not in entry.kinds:
        needed = " or ".join(sorted(entry.kinds)) if entry else "none"
        raise refuse(Reason.SCOPE_MISSING, scope=f"a key of kind {needed}")
    if key.kind == KeyKind.MERCHANT and entry.scope not in key.scopes:
        raise refuse(Reason.SCOPE_MISSING, scope=str(entry.scope))
