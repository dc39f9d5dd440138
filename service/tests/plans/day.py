"""A day of a shop, in which everything is called that can be called. Whoever adds an RPC adds it here."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import grpc
import pytest
from google.protobuf import message_factory
from google.protobuf.timestamp_pb2 import Timestamp
from google.type.date_pb2 import Date
from sendback.v1 import merchant_pb2, policy_pb2
from sendback_client import money
from sendback_sdk import ReceiptState, TryLater
from sendback_service.api.scopes import TABLE
from sendback_service.demo.buyer import Buyer
from sendback_service.demo.world import Shop
from sendback_service.keys import KeyKind
from standardwebhooks import Webhook

from service.tests.effects.parties import FindingBank
from service.tests.plans.inside import SECRET, Inside
from tests.fuzz.ground import key_of, with_all_scopes
from tests.rpcs import METHODS
from tests.shops import a_picture, a_policy, a_shop, an_address, an_order, items

_CREDIT = policy_pb2.CreditTerms(enabled=True, moment="ON_REQUEST", expires_after_days=365)
_ACCEPTED = {"result": "ACCEPTED", "grade": "A_RESELL", "disposition": "RESTOCK"}
_PIECE = a_picture()
_ORDERS = 28
# Whatever is dearer needs staff's word.
_DEAR = policy_pb2.ApprovalTerms(above=[money(9_500, "EUR")])
_POLICY = {"credit": _CREDIT, "approval": _DEAR}
_PARCEL = {"ship_from": an_address(), "ship_to": an_address(), "weight_grams": 500}
_ROUTE = {"places": [{"shares": [{"account": "post", "weight": 1}]}]}


@dataclass
class Day:
    """`about` is told who asks before each call; `passed` are the RPCs that were answered without an error. `opened` is
    the shop where it was there before."""

    world: Inside
    name: str
    about: Callable[[str], None]
    opened: Shop | None = None
    passed: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        world = self.world
        orders = [
            an_order(f"{self.name}-{number}", customer_id=f"customer-{self.name}-{number % 3}")
            for number in range(_ORDERS)
        ]
        far_away = an_address(postal_code="97200", city="Fort-de-France")
        orders.append(an_order(f"{self.name}-far", ship_to=far_away))
        self.shop = self._shop(orders)
        self._keys = {
            KeyKind.MERCHANT: key_of(world, with_all_scopes(self.shop.id)),
            KeyKind.PORTAL: key_of(world, merchant_pb2.AccessKey(kind="PORTAL")),
            KeyKind.OPERATOR: world.installation.operator_key,
        }
        self._channel = grpc.insecure_channel(world.installation.target)
        self._orders = iter(range(_ORDERS))

    def _shop(self, orders: list[Any]) -> Shop:
        if self.opened is None:
            return a_shop(self.world, "plans", *orders, **_POLICY)
        self.opened.client.import_orders(orders)
        return replace(self.opened, orders={order.number: order for order in orders})

    def pass_by(self) -> None:
        for part in (
            self._settings,
            self._webhooks,
            self._orders_kept,
            self._returns,
            self._money,
            self._arrivals,
            self._labels,
            self._portal,
            self._credit,
            self._lists,
            self._erasure,
        ):
            part()
            self.settle()

    def settle(self) -> None:
        """What workers have to do, and what nobody listens to."""
        self.about("")
        self.world.stage.run()

    def ask(self, rpc: str, operator: bool = False, /, **fields: Any) -> Any:
        """`ReturnsService/GetReturn` and what is wanted of it; the last piece of a stream."""
        path = f"/sendback.v1.{rpc}"
        method = METHODS[path]
        request, answer = (
            message_factory.GetMessageClass(t) for t in (method.input_type, method.output_type)
        )
        options: dict[str, Any] = {
            "request_serializer": request.SerializeToString,
            "response_deserializer": answer.FromString,
        }
        given = {
            "metadata": (("authorization", f"Bearer {self._key(path, operator)}"),),
            "timeout": 2 if rpc == "LabelService/CreateLabel" else 60,
        }
        self.about(rpc)
        try:
            return self._sent(path, method, request(**fields), options, given)
        finally:
            self.about("")

    def _sent(self, path: str, method: Any, message: Any, options: Any, given: Any) -> Any:
        if method.client_streaming:
            answer = self._channel.stream_unary(path, **options)(iter([message]), **given)
        elif method.server_streaming:
            stream = self._channel.unary_stream(path, **options)(message, **given)
            answer = [next(stream)] if path.endswith("/WatchReturn") else list(stream)
            stream.cancel()
        else:
            answer = self._channel.unary_unary(path, **options)(message, **given)
        self.passed.add(path)
        return answer

    def _key(self, path: str, operator: bool) -> str:
        kinds = TABLE[path].kinds
        if operator or kinds == {KeyKind.OPERATOR}:
            return self._keys[KeyKind.OPERATOR]
        return self._keys[KeyKind.PORTAL if KeyKind.PORTAL in kinds else KeyKind.MERCHANT]

    def _order(self) -> str:
        return f"ext-{self.name}-{next(self._orders)}"

    def _make(self, **wanted: Any) -> Any:
        return self.ask(
            "ReturnsService/CreateReturn", **{"order_id": self._order(), "items": items(l1=1, l2=1), **wanted}
        )

    def _on(self, verb: str, made: Any, **fields: Any) -> Any:
        return self.ask(f"ReturnsService/{verb}", return_id=made.id, **fields)

    def _accepted(self, made: Any) -> Any:
        findings = [{"order_line_id": u.order_line_id, "unit": u.unit, **_ACCEPTED} for u in made.units]
        return self._on("InspectUnits", made, findings=findings)

    def _settings(self) -> None:
        ask, own = self.ask, f"{self.name}.example"
        made = ask("MerchantService/CreateMerchant", merchant={"name": "Another"})
        ask("MerchantService/SetEntitlement", merchant_id=made.id, entitled=True)
        for name in ("GetMerchant", "GetPortalSettings", "GetBrand", "ListWarehouses", "GetPolicy"):
            ask(f"MerchantService/{name}")
        logo = ask("MerchantService/UploadImage", use="LOGO", data=_PIECE)
        ask(
            "MerchantService/UpdateBrand",
            brand={"logo_image_id": logo.id},
            update_mask={"paths": ["logo_image_id"]},
        )
        ask("MerchantService/GetImage", image_id=logo.id)
        ask("PortalService/GetImage", slug=self.shop.slug, image_id=logo.id)
        ask(
            "MerchantService/UpdatePortalSettings",
            settings={"default_language_code": "fr"},
            update_mask=_only("default_language_code"),
        )
        warehouse = ask("MerchantService/CreateWarehouse", warehouse={"address": an_address()})
        ask("MerchantService/UpdateWarehouse", warehouse=warehouse, update_mask=_only("address"))
        ask("MerchantService/CheckPolicyPage", uri=f"http://127.0.0.1:9/{own}")
        ask("MerchantService/PublishPolicy", policy=a_policy(**_POLICY))
        ask("MerchantService/DiffPolicies", version=1, other_version=2)
        ask("MerchantService/SimulatePolicy", draft=a_policy())
        key = ask("MerchantService/CreateAccessKey", access_key=with_all_scopes(self.shop.id)).access_key
        ask("MerchantService/ListAccessKeys")
        ask("MerchantService/ListAccessKeys", True)
        after = ask("MerchantService/RotateAccessKey", access_key_id=key.id).access_key
        ask("MerchantService/RevokeAccessKey", access_key_id=after.id)
        ask("MerchantService/ConnectAccount", account={"name": "own", "plugin": "refund"})
        ask("MerchantService/ListConnectedAccounts")
        ask("MerchantService/DisconnectAccount", name="own")
        self._carriers()
        self._words()

    def _carriers(self) -> None:
        ask = self.ask
        ask("CarrierService/ListPlugins")
        ask("CarrierService/ListAccounts")
        ask("CarrierService/GetRouting")
        ask("CarrierService/UpdateRouting", routes=[_ROUTE])
        ask("CarrierService/ListRoutings")
        ask("CarrierService/SimulateRouting", ship_from=an_address(), format="PDF")
        ask("CarrierService/TestAccount", True, account="trial", **_PARCEL)

    def _words(self) -> None:
        ask = self.ask
        template = {"occasion": "LABEL", "language_code": "fr", "subject": "Bonjour", "body": "Bonjour"}
        ask("MessageService/ListMessageTemplates")
        ask("MessageService/UpdateMessageTemplate", template=template)
        ask("MessageService/PreviewMessage", occasion="LABEL")
        ask("MessageService/DeleteMessageTemplate", occasion="LABEL", language_code="fr")
        settings = ask("MessageService/GetMessageSettings")
        ask("MessageService/UpdateMessageSettings", settings=settings)

    def _webhooks(self) -> None:
        ask = self.ask
        wanted = {"uri": "https://shop.example/hook", "title": "ERP"}
        spare, used = (ask("EventService/CreateWebhookEndpoint", webhook_endpoint=wanted) for _ in range(2))
        self._endpoint = used.webhook_endpoint
        self.world.stage.tellers[self._endpoint.id] = _Deaf()
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

    def _orders_kept(self) -> None:
        ask = self.ask
        order = ask("OrderService/UpsertOrder", order=an_order(f"{self.name}-new"))
        ask("OrderService/ImportOrders", order=an_order(f"{self.name}-other"))
        for order_id in (order.id, order.external_id):
            ask("OrderService/GetOrder", order_id=order_id)
        ask("OrderService/CreateAccessLink", order_id=order.id)
        ask("OrderService/SendAccessLink", order_id=order.id)
        ask("OrderService/GetPromotion", order_id=order.id, form="INSERT_SVG")
        ask("OrderService/PrintInserts", order_ids=[order.id], format="PDF")
        ask("OrderService/RevokeAccess", order_id=order.id)

    def _returns(self) -> None:
        ask = self.ask
        first = self._make(request_id=f"r-{self.name}")
        self._on("CancelReturn", self._make())
        self._on("CancelUnits", first, units=[{"order_line_id": "2", "unit": 0}])
        ask("ReturnsService/ExplainEligibility", order_id=self._order())
        self._on("GetReturn", first)
        ask("ReturnsService/GetReturn", return_id=first.reference)
        self._on("AddParcel", self._make())
        photo = self._on("UploadPhoto", first, data=_PIECE)
        missing = self._make()
        self.settle()
        self._on("ReceiveParcel", first)
        seen = {"order_line_id": "1", "unit": 0, **_ACCEPTED, "image_ids": [photo.id]}
        self._on(
            "InspectUnits",
            first,
            findings=[seen],
        )
        self._on("GetEvidence", first, image_id=photo.id)
        lost = [
            {"order_line_id": u.order_line_id, "unit": u.unit, "result": "MISSING"} for u in missing.units
        ]
        self._on("InspectUnits", missing, findings=lost)
        self._on("ReleaseUnits", missing, units=[{"order_line_id": "1", "unit": 0}], note="sold again")
        dear, worn, _ = (self._make(items=items(l1=1, l2=3)) for _ in range(3))
        self._on("ApproveReturn", dear)
        self._on("DeclineReturn", worn, note="worn")

    def _money(self) -> None:
        """The bank refuses at first, and staff try again."""
        self.world.stage.platforms["bank"] = FindingBank("no", "ok")
        made = self._make()
        self._accepted(made)
        self.settle()
        self._on("SettleReturn", made, quote_hash=self._on("QuoteSettlement", made).hash)
        self.settle()
        [paid] = [s for s in self._on("GetReturn", made).settlements if s.provider_reference]
        self._hear(paid.provider_reference.removeprefix("ref-"))
        self._on("ReverseSettlement", made, settlement_id=paid.id, note="bounced")
        self._by_hand()

    def _by_hand(self) -> None:
        """The bank takes a refund on, and staff say that it was paid."""
        self.world.stage.platforms["bank"] = FindingBank(state=ReceiptState.SUBMITTED)
        made = self._make()
        self._accepted(made)
        self.settle()
        [settlement] = self._on("GetReturn", made).settlements
        self._on("ConfirmSettlement", made, settlement_id=settlement.id, provider_reference="by hand")
        self.world.stage.platforms["bank"] = FindingBank()
        self.settle()
        # A return whose money is there closes by itself, and a closed one stays closed.
        with pytest.raises(grpc.RpcError, match="STATE_FORBIDS"):
            self._on("CloseReturn", made)
        self.passed.add("/sendback.v1.ReturnsService/CloseReturn")

    def _hear(self, key: str) -> None:
        body = json.dumps({"type": "refund.settled", "data": {"key": key}})
        id, now = f"heard-{key}", self.world.clock.now
        headers = {
            "webhook-id": id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": Webhook(SECRET).sign(id, now, body),
        }
        told = [{"name": name, "value": value} for name, value in headers.items()]
        self.ask("EventService/DeliverWebhook", account="bank", headers=told, body=body.encode())

    def _arrivals(self) -> None:
        arrival = self.ask("ReturnsService/RecordArrival", arrival={"note": "no slip"})
        self.ask("ReturnsService/ListArrivals")
        self.ask("ReturnsService/AssignArrival", arrival_id=arrival.id, return_id=self._make().id)
        for item in self.ask("ReturnsService/ListWorkItems").work_items[:1]:
            self.ask("ReturnsService/CompleteWorkItem", work_item_id=item.id)

    def _labels(self) -> None:
        ask = self.ask
        label = {"sender": an_address(), "weight_grams": 500, "reference": "RMA-1"}
        parcel = ask("LabelService/CreateLabel", **label)
        self.settle()
        ask("LabelService/GetLabel", parcel_id=parcel.id)
        ask("LabelService/GetLabelDocument", parcel_id=parcel.id)
        ask(
            "LabelService/ReportTracking",
            parcel_id=parcel.id,
            transit="IN_TRANSIT",
            occur_time=self._in(-1),
        )
        other = ask("LabelService/CreateLabel", **label)
        self.settle()
        ask("LabelService/VoidLabel", parcel_id=other.id)

    def _portal(self) -> None:
        ask = self.ask
        ask("PortalService/GetPortal", slug=self.shop.slug)
        number = self._order().removeprefix("ext-")
        who = {"number": number, "email_or_postal_code": "75020"}
        token = ask("PortalService/StartSession", slug=self.shop.slug, order=who).session_token
        scanned = Buyer(self.world, self.shop, number).scan.token
        ask("PortalService/StartSession", slug=self.shop.slug, access_token=scanned)
        wanted = {"session_token": token, "items": items(l1=1, l2=1), "outcome": "REFUND"}
        ask("PortalService/GetReturnableOrder", session_token=token)
        ask("PortalService/UploadEvidence", session_token=token, data=_PIECE)
        estimate = ask("PortalService/EstimateReturn", **wanted)
        made = ask("PortalService/CreateReturn", **wanted, quote_hash=estimate.quote.hash)
        self.settle()
        mine = {"session_token": token, "return_id": made.id}
        ask("PortalService/ListReturns", session_token=token)
        ask("PortalService/GetReturn", **mine)
        parcel = ask("PortalService/GetReturn", **mine).parcels[0].id
        ask("PortalService/GetLabelDocument", session_token=token, parcel_id=parcel)
        ask("PortalService/ListDropOffPoints", session_token=token, parcel_id=parcel)
        ask("PortalService/AddParcel", **mine)
        ask("PortalService/CancelUnits", **mine, items=[{"order_line_id": "2", "quantity": 1}])
        ask("PortalService/CancelReturn", **mine)
        ask("PortalService/WatchReturn", **mine)
        self._withdrawal()
        self._without_label()

    def _withdrawal(self) -> None:
        buyer = Buyer(self.world, self.shop, self._order().removeprefix("ext-"))
        wanted = {"session_token": buyer.token, "items": items(l1=1), "outcome": "REFUND"}
        seen = self.ask("PortalService/StartWithdrawal", **wanted)
        made = self.ask("PortalService/ConfirmWithdrawal", **wanted, quote_hash=seen.quote.hash)
        self._on("ExportWithdrawalEvidence", made)

    def _without_label(self) -> None:
        buyer = Buyer(self.world, self.shop, f"{self.name}-far")
        made = buyer.make({"1": 1})
        mine = {"session_token": buyer.token, "return_id": made.id}
        self.ask("PortalService/AddTracking", **mine, tracking_number=f"1Z999{self.name}")

    def _credit(self) -> None:
        self._make(outcome="STORE_CREDIT")
        self.settle()
        customer = f"customer-{self.name}-{(next(self._orders) - 1) % 3}"
        ask = self.ask
        ask("CreditService/GetCreditAccount", customer_id=customer)
        spent = ask(
            "CreditService/RedeemCredit",
            customer_id=customer,
            amount=money(500, "EUR"),
            request_id=f"t-{self.name}",
        )
        ask("CreditService/GetRedemption", redemption_id=spent.id)
        ask("CreditService/ReverseRedemption", redemption_id=spent.id)
        ask("CreditService/ListCreditEntries", customer_id=customer)

    def _lists(self) -> None:
        """Pages from everywhere, by everything that chooses."""
        ask = self.ask
        start, end, long_ago = self._in(-1), self._in(1), self._in(-2 * 365 * 24)
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
        ask("OrderService/ListOrders", number=f"{self.name}-1")
        ask("ReturnsService/ListWorkItems", page_size=5)
        day = self.world.clock.now.date()
        day = Date(year=day.year, month=day.month, day=day.day)
        ask("ReturnsService/GetFigures", first_date=day, last_date=day)
        for rows in ("RETURNS", "UNITS"):
            ask("ReturnsService/ExportReturns", rows=rows, created_from_time=start)
        ask("ReturnsService/ExportReturns", rows="RETURNS", decisions=["DECLINED"], created_from_time=start)
        self._feed(found)

    def _feed(self, found: Any) -> None:
        ask = self.ask
        for operator in (False, True):
            page = ask("EventService/ListEvents", operator, page_size=2)
            ask("EventService/ListEvents", operator, page_size=2, page_token=page.next_page_token)
            ask("EventService/ListEvents", operator, subject_id=found.id)
            ask("EventService/ListEvents", operator, types=["parcel.lost"])
            last = ask("EventService/ListEvents", operator, subject_id=found.id).events[-1]
            ask("EventService/WatchEvents", operator, resume_token=last.resume_token, stop_at_end=True)
            some = ask("EventService/ListDeliveries", operator, page_size=1).deliveries[0]
            for choice in ({"event_id": some.event_id}, {"endpoint": some.endpoint}, {"states": ["DEAD"]}):
                ask("EventService/ListDeliveries", operator, **choice)
            ask("EventService/RedeliverWebhook", operator, delivery_id=some.id)
        ask("EventService/RedeliverWebhook", webhook_endpoint_id=self._endpoint.id)

    def _erasure(self) -> None:
        ask, number = self.ask, f"{self.name}-0".strip("#")
        ask("OrderService/ExportBuyerData", email=f"buyer{number}@example.com")
        for validate_only in (True, False):
            receipt = ask(
                "OrderService/EraseBuyerData",
                email=f"buyer{number}@example.com",
                defer=True,
                validate_only=validate_only,
            )
        ask("OrderService/GetBuyerErasure", erasure_id=receipt.id)

    def _in(self, hours: int) -> Timestamp:
        time = Timestamp()
        time.FromDatetime(self.world.clock.now + timedelta(hours=hours))
        return time


class _Deaf:
    """A receiver that never takes anything."""

    def tell(self, event: object) -> Any:
        raise TryLater(after=3600)


def _only(*names: str) -> dict[str, list[str]]:
    """Which fields are changed."""
    return {"paths": list(names)}
