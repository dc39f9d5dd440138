"""What a shop's people, its systems and the operator call in a day, beside the returns themselves."""

from typing import Any

from google.type.date_pb2 import Date
from sendback_sdk import TryLater

from service.tests.plans.day import PIECE, POLICY, Day
from tests.fuzz.ground import with_all_scopes
from tests.shops import a_policy, an_address, an_order

_PARCEL = {"ship_from": an_address(), "ship_to": an_address(), "weight_grams": 500}
_ROUTE = {"places": [{"shares": [{"account": "post", "weight": 1}]}]}


def settings(day: Day) -> None:
    ask, own = day.ask, f"{day.name}.example"
    made = ask("MerchantService/CreateMerchant", merchant={"name": "Another"})
    ask("MerchantService/SetEntitlement", merchant_id=made.id, entitled=True)
    page = ask("MerchantService/ListMerchants", True, page_size=1)
    ask("MerchantService/ListMerchants", True, page_size=1, page_token=page.next_page_token)
    for name in ("GetMerchant", "GetPortalSettings", "GetBrand", "ListWarehouses", "GetPolicy"):
        ask(f"MerchantService/{name}")
    logo = ask("MerchantService/UploadImage", use="LOGO", data=PIECE)
    ask(
        "MerchantService/UpdateBrand",
        brand={"logo_image_id": logo.id},
        update_mask={"paths": ["logo_image_id"]},
    )
    ask("MerchantService/GetImage", image_id=logo.id)
    ask("PortalService/GetImage", slug=day.shop.slug, image_id=logo.id)
    ask(
        "MerchantService/UpdatePortalSettings",
        settings={"default_language_code": "fr"},
        update_mask=_only("default_language_code"),
    )
    warehouse = ask("MerchantService/CreateWarehouse", warehouse={"address": an_address()})
    ask("MerchantService/UpdateWarehouse", warehouse=warehouse, update_mask=_only("address"))
    ask("MerchantService/CheckPolicyPage", uri=f"http://127.0.0.1:9/{own}")
    ask("MerchantService/PublishPolicy", policy=a_policy(**POLICY))
    ask("MerchantService/DiffPolicies", version=1, other_version=2)
    ask("MerchantService/SimulatePolicy", draft=a_policy())
    key = ask("MerchantService/CreateAccessKey", access_key=with_all_scopes(day.shop.id)).access_key
    ask("MerchantService/ListAccessKeys")
    ask("MerchantService/ListAccessKeys", True)
    after = ask("MerchantService/RotateAccessKey", access_key_id=key.id).access_key
    ask("MerchantService/RevokeAccessKey", access_key_id=after.id)
    ask("MerchantService/ConnectAccount", account={"name": "own", "plugin": "refund"})
    ask("MerchantService/ListConnectedAccounts")
    ask("MerchantService/ListConnectablePlugins")
    ask("MerchantService/DisconnectAccount", name="own")
    _carriers(day)
    _words(day)


def _carriers(day: Day) -> None:
    ask = day.ask
    ask("CarrierService/ListPlugins")
    ask("CarrierService/ListAccounts")
    ask("CarrierService/GetRouting")
    ask("CarrierService/UpdateRouting", routes=[_ROUTE])
    ask("CarrierService/ListRoutings")
    ask("CarrierService/SimulateRouting", ship_from=an_address(), format="PDF")
    ask("CarrierService/TestAccount", True, account="trial", **_PARCEL)


def _words(day: Day) -> None:
    ask = day.ask
    template = {"occasion": "LABEL", "language_code": "fr", "subject": "Bonjour", "body": "Bonjour"}
    ask("MessageService/ListMessageTemplates")
    ask("MessageService/UpdateMessageTemplate", template=template)
    ask("MessageService/PreviewMessage", occasion="LABEL")
    ask("MessageService/DeleteMessageTemplate", occasion="LABEL", language_code="fr")
    settings = ask("MessageService/GetMessageSettings")
    ask("MessageService/UpdateMessageSettings", settings=settings)


def webhooks(day: Day) -> None:
    ask = day.ask
    wanted = {"uri": "https://shop.example/hook", "title": "ERP"}
    spare, used = (ask("EventService/CreateWebhookEndpoint", webhook_endpoint=wanted) for _ in range(2))
    day.endpoint = used.webhook_endpoint
    day.world.stage.tellers[day.endpoint.id] = _Deaf()
    id = spare.webhook_endpoint.id
    ask("EventService/GetWebhookEndpoint", webhook_endpoint_id=id)
    ask("EventService/ListWebhookEndpoints")
    ask(
        "EventService/UpdateWebhookEndpoint",
        webhook_endpoint={"id": id, "title": "Lager"},
        update_mask=_only("title"),
    )
    ask("EventService/RotateWebhookSecret", webhook_endpoint_id=id)
    ask("EventService/DeleteWebhookEndpoint", webhook_endpoint_id=id)


def orders_kept(day: Day) -> None:
    ask = day.ask
    order = ask("OrderService/UpsertOrder", order=an_order(f"{day.name}-new"))
    ask("OrderService/ImportOrders", order=an_order(f"{day.name}-other"))
    for order_id in (order.id, order.external_id):
        ask("OrderService/GetOrder", order_id=order_id)
    ask("OrderService/CreateAccessLink", order_id=order.id)
    ask("OrderService/SendAccessLink", order_id=order.id)
    ask("OrderService/GetPromotion", order_id=order.id, form="INSERT_SVG")
    ask("OrderService/PrintInserts", order_ids=[order.id], format="PDF")
    ask("OrderService/RevokeAccess", order_id=order.id)


def lists(day: Day) -> None:
    """Pages from everywhere, by everything that chooses."""
    ask = day.ask
    start, end, long_ago = day.in_hours(-1), day.in_hours(1), day.in_hours(-2 * 365 * 24)
    one = ask("ReturnsService/ListReturns", page_size=1)
    found = one.returns[0]
    ask("ReturnsService/ListReturns", page_size=1, page_token=one.next_page_token)
    for choice in (
        {"order_id": found.order_id},
        {"decisions": ["IN_REVIEW"]},
        {"decisions": ["EXPIRED"]},
        {"created_before_time": long_ago},
        {"created_from_time": start, "created_before_time": end},
    ):
        ask("ReturnsService/ListReturns", **choice)
    for text in (found.reference, "nothing like it", found.id):
        ask("ReturnsService/FindReturns", text=text)
    ask("OrderService/ListOrders", page_size=5)
    ask("OrderService/ListOrders", number=f"{day.name}-1")
    ask("ReturnsService/ListWorkItems", page_size=5)
    now = day.world.clock.now
    today = Date(year=now.year, month=now.month, day=now.day)
    ask("ReturnsService/GetFigures", first_date=today, last_date=today)
    for rows in ("RETURNS", "UNITS", "MOVEMENTS"):
        ask("ReturnsService/ExportReturns", rows=rows, created_from_time=start)
    ask("ReturnsService/ExportReturns", rows="RETURNS", decisions=["DECLINED"], created_from_time=start)
    _feed(day, found)


def _feed(day: Day, found: Any) -> None:
    ask = day.ask
    for operator in (False, True):
        page = ask("EventService/ListEvents", operator, page_size=2)
        ask("EventService/ListEvents", operator, page_size=2, page_token=page.next_page_token)
        page = ask("EventService/ListEvents", operator, page_size=2, newest_first=True)
        ask("EventService/ListEvents", operator, page_token=page.next_page_token, newest_first=True)
        ask("EventService/ListEvents", operator, types=["parcel.lost"], newest_first=True)
        ask("EventService/ListEvents", operator, subject_id=found.id, newest_first=True)
        ask("EventService/ListEvents", operator, subject_id=found.id)
        ask("EventService/ListEvents", operator, types=["parcel.lost"])
        last = ask("EventService/ListEvents", operator, subject_id=found.id).events[-1]
        ask("EventService/WatchEvents", operator, resume_token=last.resume_token, stop_at_end=True)
        some = ask("EventService/ListDeliveries", operator, page_size=1).deliveries[0]
        for choice in ({"event_id": some.event_id}, {"endpoint": some.endpoint}, {"states": ["DEAD"]}):
            ask("EventService/ListDeliveries", operator, **choice)
        ask("EventService/RedeliverWebhook", operator, delivery_id=some.id)
    ask("EventService/RedeliverWebhook", webhook_endpoint_id=day.endpoint.id)


def erasure(day: Day) -> None:
    ask, number = day.ask, f"{day.name}-0".strip("#")
    ask("OrderService/ExportBuyerData", email=f"buyer{number}@example.com")
    for validate_only in (True, False):
        receipt = ask(
            "OrderService/EraseBuyerData",
            email=f"buyer{number}@example.com",
            defer=True,
            validate_only=validate_only,
        )
    ask("OrderService/GetBuyerErasure", erasure_id=receipt.id)


class _Deaf:
    """A receiver that never takes anything."""

    def tell(self, event: object) -> Any:
        raise TryLater(after=3600)


def _only(*names: str) -> dict[str, list[str]]:
    """Which fields are changed."""
    return {"paths": list(names)}
