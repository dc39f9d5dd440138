"""A buyer's rights over their data: everything told, everything personal gone, and nothing else."""

import json
import time
from datetime import timedelta
from pathlib import Path

import pytest
from sendback.v1 import (
    buyer_data_pb2,
    event_pb2,
    label_service_pb2,
    order_pb2,
    order_service_pb2,
    policy_pb2,
    portal_service_pb2,
    return_pb2,
    returns_service_pb2,
)
from sendback_client import SendbackError, money
from sendback_service.demo.buyer import Buyer
from sendback_service.demo.world import Shop, World

from tests.rooms import places_of, whole_text
from tests.shops import NOW, a_picture, a_shop, accept, an_address, an_order, get, items, make

State = buyer_data_pb2.BuyerErasure
CREDIT = policy_pb2.CreditTerms(enabled=True, moment="INSPECTION")
# Stands in everything that is Zoe's, and in nothing else.
MARK = "quill"
EMAIL = "Zoe.Quill@example.com"


def zoes_order(number: str = "#1", **changes: object) -> order_pb2.Order:
    order = an_order(
        number,
        email=EMAIL,
        customer_id="cus-quill",
        ship_to=an_address(name="Zoe Quill", street="7 rue Quillard", phone="+33 1 quill", email=EMAIL),
        tags=["quill-vip"],
        **changes,
    )
    order.lines[1].personalised = True
    order.lines[1].title = "Verre gravé Quill"
    order.lines[1].variant = "Zoe Quill"
    return order


def erase(shop: Shop, **asked: object) -> buyer_data_pb2.BuyerErasure:
    wanted = {"email": EMAIL} if "customer_id" not in asked else {}
    return shop.client.orders.EraseBuyerData(order_service_pb2.EraseBuyerDataRequest(**wanted, **asked))


def forgotten(shop: Shop, receipt: buyer_data_pb2.BuyerErasure) -> buyer_data_pb2.BuyerErasure:
    """The receipt, once every plugin has answered."""
    until = time.monotonic() + 20
    while receipt.state != State.DONE and time.monotonic() < until:
        time.sleep(0.05)
        receipt = shop.client.orders.GetBuyerErasure(
            order_service_pb2.GetBuyerErasureRequest(erasure_id=receipt.id)
        )
    assert receipt.state == State.DONE, receipt
    return receipt


def until_event(shop: Shop, type: str, behind: str = "") -> list[event_pb2.Event]:
    """The events up to the first of a type."""
    found: list[event_pb2.Event] = []
    for event in shop.client.watch_events(behind):
        found.append(event)
        if event.type == type:
            return found
    raise AssertionError(f"the feed ended without {type}")


def told(shop: Shop, folder: Path, **buyer: str) -> dict[str, object]:
    request = order_service_pb2.ExportBuyerDataRequest(**(buyer or {"email": EMAIL}))
    return json.loads(shop.client.save_buyer_data(request, folder).read_text(encoding="utf-8"))


def a_whole_life(world: World, shop: Shop) -> list[return_pb2.Return]:
    """Two returns with everything that can be personal about them: one paid and closed, one declined."""
    buyer = Buyer(world, shop, "#1")
    photo = world.portal.portal.UploadEvidence(
        portal_service_pb2.UploadEvidenceRequest(session_token=buyer.token, data=piece)
        for piece in (a_picture(),)
    )
    item = return_pb2.ReturnItem(
        order_line_id="1", quantity=1, comment="Trop grand, dit Quill", evidence_image_ids=[photo.id]
    )
    sent_from = an_address(name="Z. Quill", street="9 quai Quill", email=EMAIL)
    paid = make(shop.client, items=[item], ship_from=sent_from)
    paid = shop.client.returns.ApproveReturn(returns_service_pb2.ApproveReturnRequest(return_id=paid.id))
    world.until(shop, paid.id, "a label", lambda r: r.parcels[0].label == return_pb2.LabelStatus.PURCHASED)
    shop.client.returns.ReceiveParcel(returns_service_pb2.ReceiveParcelRequest(return_id=paid.id))
    accept(shop.client, get(shop.client, paid.id))
    world.until(shop, paid.id, "its end", lambda r: r.decision == return_pb2.Decision.CLOSED)
    declined = make(shop.client, items=items(l2=1), override_note="Quill a téléphoné", ship_from=sent_from)
    if declined.decision == return_pb2.Decision.APPROVED:
        shop.client.returns.CancelReturn(returns_service_pb2.CancelReturnRequest(return_id=declined.id))
    shop.client.orders.SendAccessLink(order_service_pb2.SendAccessLinkRequest(order_id="ext-#1"))
    world.until(shop, declined.id, "no label", lambda r: not voiding(r))
    return [get(shop.client, paid.id), get(shop.client, declined.id)]


def voiding(found: return_pb2.Return) -> bool:
    open_states = (return_pb2.LabelStatus.REQUESTED, return_pb2.LabelStatus.VOID_PENDING)
    return any(parcel.label in open_states for parcel in found.parcels)


@pytest.fixture
def zoe(world: World, request: pytest.FixtureRequest) -> Shop:
    approval = policy_pb2.ApprovalTerms(always=True)
    return a_shop(world, request.node.name, zoes_order(), an_order("#2"), approval=approval)


def test_everything_personal_goes_and_nothing_else(world: World, zoe: Shop, tmp_path: Path) -> None:
    lives = a_whole_life(world, zoe)
    events = list(zoe.client.watch_events(stop_at_end=True))
    assert MARK in json.dumps(told(zoe, tmp_path)).casefold()
    assert places_of(world, zoe, MARK)
    receipt = forgotten(zoe, erase(zoe))
    assert places_of(world, zoe, MARK) == []
    counts = receipt.counts
    assert (counts.orders, counts.returns, counts.photos, counts.documents) == (1, 2, 1, 1)
    assert [(a.account, a.state) for a in receipt.accounts] == [
        ("mail", buyer_data_pb2.ForgettingAccount.FORGOTTEN)
    ]
    for before in lives:
        after = get(zoe.client, before.id)
        assert [s.SerializeToString() for s in after.settlements] == [
            s.SerializeToString() for s in before.settlements
        ]
        assert [(u.order_line_id, u.unit, u.inspection, u.grade) for u in after.units] == [
            (u.order_line_id, u.unit, u.inspection, u.grade) for u in before.units
        ]
        assert (after.decision, after.region_code) == (before.decision, before.region_code)
        assert after.etag != before.etag
    since = until_event(zoe, "buyer.forgotten", events[-1].resume_token)
    assert [e.type for e in since].count("return.erased") == 2
    assert {e.type for e in since} >= {
        "buyer.exported",
        "return.erased",
        "order.erased",
        "buyer.erased",
        "buyer.forgotten",
    }
    assert MARK not in str(since).casefold()
    for log in ("server.log", "worker.log"):
        assert MARK not in world.installation.log(log).casefold()


def test_everything_is_told(world: World, zoe: Shop, tmp_path: Path) -> None:
    a_whole_life(world, zoe)
    zoe.client.labels.CreateLabel(
        label_service_pb2.CreateLabelRequest(sender=an_address(name="Zoe Q", email=EMAIL), weight_grams=500)
    )
    found = told(zoe, tmp_path)
    assert [order["number"] for order in found["orders"]] == ["#1"]
    order = found["orders"][0]
    assert order["versions"][0]["document"]["email"] == EMAIL
    comments = {unit["comment"] for life in order["returns"] for unit in life["units"]}
    assert comments == {"Trop grand, dit Quill", ""}
    paid = next(life for life in order["returns"] if life["settlements"])
    assert paid["ship_from"]["street"] == "9 quai Quill"
    assert paid["parcels"][0]["attempts"]
    assert paid["transfers"][0]["amount_minor"] == 8900
    assert paid["create_time"].startswith("2026-11-")
    assert {message["occasion"] for message in order["messages"]} == {"access_link"}
    assert [label["request"]["sender"]["name"] for label in found["labels"]] == ["Zoe Q"]
    assert [photo["media_type"] for photo in found["photos"]] == ["image/jpeg"]
    assert len(found["papers"]) == 3
    assert "buyer2@example.com" not in json.dumps(found)
    assert told(zoe, tmp_path, customer_id="cus-quill")["orders"] == found["orders"]
    nobody = told(zoe, tmp_path, email="nobody@example.com")
    assert [nobody[name] for name in ("orders", "labels", "store_credit", "photos", "papers")] == [[]] * 5


def test_nobody_gets_in_any_more(world: World, zoe: Shop) -> None:
    buyer = Buyer(world, zoe, "#1")
    erase(zoe)
    with pytest.raises(SendbackError) as ended:
        buyer.look()
    assert ended.value.reason == "SESSION_INVALID"
    proofs = [{"access_token": buyer.scan.token}]
    proofs += [
        {"order": {"number": "#1", "email_or_postal_code": proof}} for proof in (EMAIL, "75020", " ", "-")
    ]
    for proof in proofs:
        with pytest.raises(SendbackError) as refused:
            world.portal.portal.StartSession(portal_service_pb2.StartSessionRequest(slug=zoe.slug, **proof))
        assert refused.value.reason == "SIGN_IN_FAILED"
    orders, named = zoe.client.orders, {"order_id": buyer.order.id}
    for call in (
        lambda: orders.CreateAccessLink(order_service_pb2.CreateAccessLinkRequest(**named)),
        lambda: orders.SendAccessLink(order_service_pb2.SendAccessLinkRequest(**named)),
        lambda: orders.GetPromotion(order_service_pb2.GetPromotionRequest(form="INSERT_PNG", **named)),
        lambda: whole_text(
            orders.PrintInserts(order_service_pb2.PrintInsertsRequest(order_ids=[buyer.order.id]))
        ),
    ):
        with pytest.raises(SendbackError) as closed:
            call()
        assert closed.value.reason == "BUYER_ERASED"
    orders.RevokeAccess(order_service_pb2.RevokeAccessRequest(**named))
    with pytest.raises(SendbackError):
        orders.CreateAccessLink(order_service_pb2.CreateAccessLinkRequest(**named))


def test_refused_while_something_is_open(world: World, zoe: Shop) -> None:
    made = make(zoe.client)
    looked = erase(zoe, validate_only=True)
    assert (looked.id, looked.state) == ("", State.STATE_UNSPECIFIED)
    assert [(m.kind, m.id) for m in looked.open_matters] == [(buyer_data_pb2.OpenMatter.RETURN, made.id)]
    assert looked.counts.orders == 1
    with pytest.raises(SendbackError) as refused:
        erase(zoe)
    assert refused.value.reason == "BUYER_DATA_NEEDED"
    assert refused.value.metadata == {"matter": "RETURN", "id": made.id, "more": "0"}
    assert Buyer(world, zoe, "#1").order.email == EMAIL


def test_put_off_until_nothing_is_open(world: World, zoe: Shop) -> None:
    made = make(zoe.client)
    waiting = erase(zoe, defer=True, request_id="era-1")
    assert waiting.state == State.DEFERRED
    assert [m.id for m in waiting.open_matters] == [made.id]
    zoe.client.returns.DeclineReturn(
        returns_service_pb2.DeclineReturnRequest(return_id=made.id, note="Non, Quill")
    )
    assert erase(zoe, defer=True, request_id="era-1").id == waiting.id
    world.pass_time(timedelta(days=1, minutes=1))
    try:
        done = forgotten(zoe, waiting)
    finally:
        world.set_clock(NOW)
    assert done.counts.returns == 1
    assert get(zoe.client, made.id).decline_note == ""


def test_the_same_request_is_one_erasure(world: World, zoe: Shop) -> None:
    first = erase(zoe, request_id="once")
    again = erase(zoe, request_id="once")
    assert (again.id, again.counts) == (first.id, first.counts)
    with pytest.raises(SendbackError) as other:
        erase(zoe, request_id="once", defer=True)
    assert other.value.reason == "REQUEST_ID_REUSED"
    second = erase(zoe)
    erasures = [event.subject.id for event in until_event(zoe, "buyer.erased")]
    assert first.id in erasures
    assert second.id not in erasures
    assert second.id != first.id
    assert second.counts == buyer_data_pb2.ErasureCounts()


def test_what_the_shop_sends_again_comes_in_without_its_buyer(world: World, zoe: Shop) -> None:
    forgotten(zoe, erase(zoe))
    assert zoe.client.import_orders([zoes_order()]).unchanged == 1
    changed = zoe.client.orders.UpsertOrder(
        order_service_pb2.UpsertOrderRequest(order=zoes_order(cancelled=True))
    )
    assert changed.cancelled
    assert changed.HasField("erase_time")
    assert (changed.email, changed.customer_id, list(changed.tags)) == ("", "", [])
    assert changed.ship_to.region_code == "FR"
    assert changed.lines[1].title == "—"
    assert places_of(world, zoe, MARK) == []
    fresh = zoe.client.import_orders([zoes_order("#3")])
    assert fresh.created == 1
    kept = zoe.client.orders.GetOrder(order_service_pb2.GetOrderRequest(order_id="ext-#3"))
    assert kept.email == EMAIL


def test_a_later_return_of_an_erased_order_follows_it_when_it_ends(world: World, zoe: Shop) -> None:
    erase(zoe)
    bare = make(zoe.client, items=items(l2=1), override_note="Quill")
    assert bare.label_offer == return_pb2.LabelOffer.INSTRUCTIONS
    sent = make(zoe.client, ship_from=an_address(name="Zoe Quill again"))
    assert places_of(world, zoe, MARK)
    zoe.client.returns.CancelReturn(returns_service_pb2.CancelReturnRequest(return_id=bare.id))
    zoe.client.returns.DeclineReturn(
        returns_service_pb2.DeclineReturnRequest(return_id=sent.id, note="Non, Quill")
    )
    until = time.monotonic() + 10
    while places_of(world, zoe, MARK) and time.monotonic() < until:
        time.sleep(0.1)
    assert places_of(world, zoe, MARK) == []


def test_credit_is_the_buyers_until_they_give_it_up(world: World, request: pytest.FixtureRequest) -> None:
    shop = a_shop(world, request.node.name, zoes_order(), credit=CREDIT)
    made = make(shop.client, outcome="STORE_CREDIT")
    world.until(shop, made.id, "a label", lambda r: not voiding(r))
    accept(shop.client, made)
    world.until(shop, made.id, "credit", lambda r: r.decision == return_pb2.Decision.CLOSED)
    with pytest.raises(SendbackError) as refused:
        erase(shop, customer_id="cus-quill")
    assert refused.value.metadata["matter"] == "CREDIT"
    receipt = erase(shop, customer_id="cus-quill", forfeit_credit=True)
    assert receipt.counts.credit_entries == 1
    assert until_event(shop, "credit.reversed")[-1].attributes["amount_minor"] == "8900"
    forgotten(shop, receipt)
    assert places_of(world, shop, MARK) == []
    assert places_of(world, shop, receipt.id, tables=("credit_entry",))
    assert get(shop.client, made.id).settlements[0].amount == money(8900, "EUR")


def test_a_label_without_a_return_is_the_senders(world: World, zoe: Shop) -> None:
    sender = an_address(name="Zoe Quill", email=" zoe.quill@EXAMPLE.com")
    wanted = label_service_pb2.CreateLabelRequest(sender=sender, weight_grams=500)
    parcel = zoe.client.labels.CreateLabel(wanted)
    with pytest.raises(SendbackError) as refused:
        erase(zoe)
    assert refused.value.metadata["matter"] == "LABEL"
    assert refused.value.metadata["id"] == parcel.id
    zoe.client.labels.VoidLabel(label_service_pb2.VoidLabelRequest(parcel_id=parcel.id))
    until = time.monotonic() + 10
    named = label_service_pb2.GetLabelRequest(parcel_id=parcel.id)
    while zoe.client.labels.GetLabel(named).label != return_pb2.LabelStatus.VOIDED:
        assert time.monotonic() < until
        time.sleep(0.05)
    assert forgotten(zoe, erase(zoe)).counts.parcels == 1
    assert places_of(world, zoe, MARK) == []


def test_an_account_of_two_addresses_keeps_its_credit(world: World, request: pytest.FixtureRequest) -> None:
    """The other order is not asked about, so neither the account nor what is in its ledger is touched."""
    other = an_order("#2", customer_id="cus-quill", email="zoe@other.example")
    shop = a_shop(world, request.node.name, zoes_order(), other, credit=CREDIT)
    made = make(shop.client, "ext-#2", outcome="STORE_CREDIT")
    world.until(shop, made.id, "a label", lambda r: not voiding(r))
    accept(shop.client, made)
    world.until(shop, made.id, "credit", lambda r: r.decision == return_pb2.Decision.CLOSED)
    assert erase(shop).counts.orders == 1
    assert Buyer(world, shop, "#2").order.customer_id == "cus-quill"
    assert places_of(world, shop, "cus-quill", tables=("credit_entry",))
