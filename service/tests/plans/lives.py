"""What returns live through in a day."""

import json

import grpc
import pytest
from sendback_client import money
from sendback_sdk import ReceiptState
from sendback_service.demo.buyer import Buyer
from standardwebhooks import Webhook

from service.tests.effects.parties import FindingBank
from service.tests.plans.day import ACCEPTED, PIECE, Day
from service.tests.plans.inside import SECRET
from tests.shops import an_address, items


def returns(day: Day) -> None:
    ask = day.ask
    first = day.make(request_id=f"r-{day.name}")
    day.on("CancelReturn", day.make())
    day.on("CancelUnits", first, units=[{"order_line_id": "2", "unit": 0}])
    ask("ReturnsService/ExplainEligibility", order_id=day.order())
    day.on("GetReturn", first)
    ask("ReturnsService/GetReturn", return_id=first.reference)
    day.on("AddParcel", day.make())
    photo = day.on("UploadPhoto", first, data=PIECE)
    missing = day.make()
    day.settle()
    day.on("ReceiveParcel", first)
    seen = {"order_line_id": "1", "unit": 0, **ACCEPTED, "image_ids": [photo.id]}
    day.on(
        "InspectUnits",
        first,
        findings=[seen],
    )
    day.on("GetEvidence", first, image_id=photo.id)
    lost = [{"order_line_id": u.order_line_id, "unit": u.unit, "result": "MISSING"} for u in missing.units]
    day.on("InspectUnits", missing, findings=lost)
    day.on("ReleaseUnits", missing, units=[{"order_line_id": "1", "unit": 0}], note="sold again")
    dear, worn, _ = (day.make(items=items(l1=1, l2=3)) for _ in range(3))
    day.on("ApproveReturn", dear)
    day.on("DeclineReturn", worn, note="worn")


def paying(day: Day) -> None:
    """The bank refuses at first, and staff try again."""
    day.world.stage.platforms["bank"] = FindingBank("no", "ok")
    made = day.make()
    day.accepted(made)
    day.settle()
    day.on("SettleReturn", made, quote_hash=day.on("QuoteSettlement", made).hash)
    day.settle()
    [paid] = [s for s in day.on("GetReturn", made).settlements if s.provider_reference]
    _hear(day, paid.provider_reference.removeprefix("ref-"))
    day.on("ReverseSettlement", made, settlement_id=paid.id, note="bounced")
    _by_hand(day)


def _by_hand(day: Day) -> None:
    """The bank takes a refund on, and staff say that it was paid."""
    day.world.stage.platforms["bank"] = FindingBank(state=ReceiptState.SUBMITTED)
    made = day.make()
    day.accepted(made)
    day.settle()
    [settlement] = day.on("GetReturn", made).settlements
    day.on("ConfirmSettlement", made, settlement_id=settlement.id, provider_reference="by hand")
    day.world.stage.platforms["bank"] = FindingBank()
    day.settle()
    # A return whose money is there closes by itself, and a closed one stays closed.
    with pytest.raises(grpc.RpcError, match="STATE_FORBIDS"):
        day.on("CloseReturn", made)
    day.passed.add("/sendback.v1.ReturnsService/CloseReturn")


def _hear(day: Day, key: str) -> None:
    body = json.dumps({"type": "refund.settled", "data": {"key": key}})
    id, now = f"heard-{key}", day.world.clock.now
    headers = {
        "webhook-id": id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(SECRET).sign(id, now, body),
    }
    told = [{"name": name, "value": value} for name, value in headers.items()]
    day.ask("EventService/DeliverWebhook", account="bank", headers=told, body=body.encode())


def arrivals(day: Day) -> None:
    arrival = day.ask("ReturnsService/RecordArrival", arrival={"note": "no slip"})
    day.ask("ReturnsService/ListArrivals")
    day.ask("ReturnsService/AssignArrival", arrival_id=arrival.id, return_id=day.make().id)
    for item in day.ask("ReturnsService/ListWorkItems").work_items[:1]:
        day.ask("ReturnsService/CompleteWorkItem", work_item_id=item.id)


def labels(day: Day) -> None:
    ask = day.ask
    label = {"sender": an_address(), "weight_grams": 500, "reference": "RMA-1"}
    parcel = ask("LabelService/CreateLabel", **label)
    day.settle()
    ask("LabelService/GetLabel", parcel_id=parcel.id)
    ask("LabelService/GetLabelDocument", parcel_id=parcel.id)
    ask(
        "LabelService/ReportTracking",
        parcel_id=parcel.id,
        transit="IN_TRANSIT",
        occur_time=day.in_hours(-1),
    )
    other = ask("LabelService/CreateLabel", **label)
    day.settle()
    ask("LabelService/VoidLabel", parcel_id=other.id)


def portal(day: Day) -> None:
    ask = day.ask
    ask("PortalService/GetPortal", slug=day.shop.slug)
    number = day.order().removeprefix("ext-")
    who = {"number": number, "email_or_postal_code": "75020"}
    token = ask("PortalService/StartSession", slug=day.shop.slug, order=who).session_token
    scanned = Buyer(day.world, day.shop, number).scan.token
    ask("PortalService/StartSession", slug=day.shop.slug, access_token=scanned)
    wanted = {"session_token": token, "items": items(l1=1, l2=1), "outcome": "REFUND"}
    ask("PortalService/GetReturnableOrder", session_token=token)
    ask("PortalService/UploadEvidence", session_token=token, data=PIECE)
    estimate = ask("PortalService/EstimateReturn", **wanted)
    made = ask("PortalService/CreateReturn", **wanted, quote_hash=estimate.quote.hash)
    day.settle()
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
    _withdrawal(day)
    _without_label(day)


def _withdrawal(day: Day) -> None:
    buyer = Buyer(day.world, day.shop, day.order().removeprefix("ext-"))
    wanted = {"session_token": buyer.token, "items": items(l1=1), "outcome": "REFUND"}
    seen = day.ask("PortalService/StartWithdrawal", **wanted)
    made = day.ask("PortalService/ConfirmWithdrawal", **wanted, quote_hash=seen.quote.hash)
    day.on("ExportWithdrawalEvidence", made)


def _without_label(day: Day) -> None:
    buyer = Buyer(day.world, day.shop, f"{day.name}-far")
    made = buyer.make({"1": 1})
    mine = {"session_token": buyer.token, "return_id": made.id}
    day.ask("PortalService/AddTracking", **mine, tracking_number=f"1Z999{day.name}")


def credit(day: Day) -> None:
    order = day.order()
    day.make(order_id=order, outcome="STORE_CREDIT")
    day.settle()
    customer = f"customer-{day.name}-{int(order.rpartition('-')[2]) % 3}"
    ask = day.ask
    ask("CreditService/GetCreditAccount", customer_id=customer)
    spent = ask(
        "CreditService/RedeemCredit",
        customer_id=customer,
        amount=money(500, "EUR"),
        request_id=f"t-{day.name}",
    )
    ask("CreditService/GetRedemption", redemption_id=spent.id)
    ask("CreditService/ReverseRedemption", redemption_id=spent.id)
    ask("CreditService/ListCreditEntries", customer_id=customer)
