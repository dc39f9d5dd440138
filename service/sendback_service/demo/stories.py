"""The demo's stories. Each plays a whole piece of life on a real server and fails where it comes out otherwise."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from sendback.v1 import return_pb2
from sendback_client import SendbackError, minor_units
from sendback_sdk.testing import Fault

from sendback_service.demo.buyer import Buyer
from sendback_service.demo.papers import keep
from sendback_service.demo.stage import Stage, sender, sent_and_refunded, through_retries, with_label
from sendback_service.demo.world import World, expect

Label = return_pb2.LabelStatus
Offer = return_pb2.LabelOffer
Money = return_pb2.SettlementStatus


def france(stage: Stage) -> None:
    """France, free label: scanned, chosen, sent, received, inspected, refunded; every word in French."""
    world, shop = stage.world, stage.shops["lumiere"]
    buyer = Buyer(world, shop, "#FR-1001")
    expect("language", buyer.language, "fr")
    seen = buyer.look()
    stage.say(f"QR scanned: order {seen.number}, {len(seen.lines)} lines, {seen.label_offer.explanation}")
    expect("offer", seen.label_offer.kind, Offer.FREE_LABEL)
    estimate = buyer.estimate({"1": 1, "2": 1})
    for step in estimate.quote.steps:
        stage.say(f"    {step.explanation}")
    expect("estimate", minor_units(estimate.quote.amount), 8900 + (3800 - 380) // 2)
    made = buyer.confirm({"1": 1, "2": 1}, estimate)
    stage.say(f"return {made.reference} made")
    labelled = with_label(world, shop, made)
    stage.say(f"label bought: {labelled.parcels[0].tracking_number}")
    sent_and_refunded(stage, shop, labelled)
    done = world.until(shop, made.id, "the end", lambda r: r.decision == return_pb2.Decision.CLOSED)
    refunded = sum(minor_units(s.amount) for s in done.settlements)
    expect("refund", refunded, 10610)
    mails = world.await_mails(buyer.order.email, 4)
    for mail in mails:
        expect("language of a mail", mail["Content-Language"], "fr")
        stage.say(f"mail: {mail['Subject']}")
    expect("attachments of the first", len(list(mails[0].iter_attachments())), 1)
    expect("labels at the carrier", world.labels_of(done), 1)
    expect("payments at the bank", world.refunds_of(done), 1)
    keep(world, shop, stage.folder, [done], [buyer.order.email])


def germany(stage: Stage) -> None:
    """Germany, flat fee: told before confirming, taken off the refund."""
    world, shop = stage.world, stage.shops["nordwind"]
    buyer = Buyer(world, shop, "NW-2001")
    estimate = buyer.estimate({"1": 1})
    stage.say(f"before confirming: {estimate.label_offer.explanation}")
    expect("offer", estimate.label_offer.kind, Offer.LABEL_WITH_FEE)
    expect("estimate", minor_units(estimate.quote.amount), 4599)
    made = with_label(world, shop, buyer.confirm({"1": 1}, estimate, format="PNG", paper="LABEL_4X6"))
    sent_and_refunded(stage, shop, made)
    done = world.until(shop, made.id, "the end", lambda r: r.decision == return_pb2.Decision.CLOSED)
    expect("fee", minor_units(done.settlements[0].label_fee), 500)
    expect("refund", minor_units(done.settlements[0].amount), 4599)
    stage.say("refunded 45.99 EUR of 50.99, the label's 5.00 taken off")
    world.await_mails(buyer.order.email, 4)
    keep(world, shop, stage.folder, [done], [buyer.order.email])


def territories(stage: Stage) -> None:
    """Guadeloupe, as GP and as FR 97110: instructions, no fee. Monaco, as MC and as FR 98000: a label."""
    world, shop = stage.world, stage.shops["lumiere"]
    done, addresses = [], []
    for number, region, labelled in (
        ("#FR-1002", "GP", False),
        ("#FR-1003", "GP", False),
        ("#FR-1004", "MC", True),
        ("#FR-1005", "MC", True),
    ):
        buyer = Buyer(world, shop, number)
        made = buyer.make({"1": 1}, format="ZPL" if labelled else "PDF")
        expect("territory", made.region_code, region)
        expect("fee", made.HasField("shown_fee"), False)
        if labelled:
            made = with_label(world, shop, made)
        else:
            expect("offer", made.label_offer, Offer.INSTRUCTIONS)
            expect("reference in the instructions", made.instructions.reference, made.reference)
        (mail,) = world.await_mails(buyer.order.email, 1)
        told = "Glissez le bon de livraison dans le colis." in mail.get_body(("plain",)).get_content()
        expect("what to enclose, in French, where there is no label", told, not labelled)
        ship_to = buyer.order.ship_to
        kind = "a label" if labelled else "instructions"
        stage.say(f"{ship_to.region_code} {ship_to.postal_code} → {region}: {kind}")
        done.append(made)
        addresses.append(buyer.order.email)
    expect("labels", [world.labels_of(found) for found in done], [0, 0, 1, 1])
    keep(world, shop, stage.folder, done, addresses)


def twenty_times(stage: Stage) -> None:
    """The same request twenty times at once: one of everything. Two tabs for the last unit: one wins."""
    world, shop = stage.world, stage.shops["lumiere"]
    buyer = Buyer(world, shop, "#FR-1006")
    estimate = buyer.estimate({"1": 1})
    with ThreadPoolExecutor(20) as crowd:
        answers = [
            crowd.submit(buyer.confirm, {"1": 1}, estimate, request_id="one-and-only") for _ in range(20)
        ]
        made = [answer.result() for answer in answers]
    expect("returns", len({found.id for found in made}), 1)
    stage.say(f"twenty requests, one return: {made[0].reference}")
    labelled = with_label(world, shop, made[0])
    sent_and_refunded(stage, shop, labelled)
    done = world.until(shop, made[0].id, "the end", lambda r: r.decision == return_pb2.Decision.CLOSED)
    world.await_mails(buyer.order.email, 4)
    expect("labels at the carrier", world.labels_of(done), 1)
    expect("payments at the bank", world.refunds_of(done), 1)
    _two_tabs(stage, buyer)
    keep(world, shop, stage.folder, [done], [buyer.order.email])


def faults(stage: Stage) -> None:
    """The carrier fails twice, then works; acts and times out; fails for good: the return stands."""
    world, shop = stage.world, stage.shops["nordwind"]
    world.carrier.fail(Fault.BUSY, Fault.BUSY, about=sender(shop, "NW-2002"))
    first = through_retries(stage, Buyer(world, shop, "NW-2002").make({"1": 1}), shop)
    stage.say("busy twice, then a label")
    world.carrier.fail(Fault.ACT_THEN_HANG, about=sender(shop, "NW-2003"))
    second = with_label(world, shop, Buyer(world, shop, "NW-2003").make({"1": 1}))
    expect("labels after a time-out", world.labels_of(second), 1)
    stage.say("sold, then silent: found again, not bought twice")
    world.carrier.fail(Fault.REFUSE, about=sender(shop, "NW-2004"))
    buyer = Buyer(world, shop, "NW-2004")
    third = buyer.make({"1": 1})
    third = world.until(shop, third.id, "a failure", lambda r: r.parcels[0].label == Label.FAILED)
    expect("offer", third.label_offer, Offer.INSTRUCTIONS)
    expect("fee", third.HasField("shown_fee"), False)
    expect("decision", third.decision, return_pb2.Decision.APPROVED)
    stage.say("refused for good: instructions without a fee, and the return stands")
    emails = [shop.orders[n].email for n in ("NW-2002", "NW-2003", "NW-2004")]
    for email in emails:
        world.await_mails(email, 1)
    keep(world, shop, stage.folder, [first, second, third], emails)


def killed(stage: Stage) -> None:
    """The worker is killed in the middle and started again: nothing lost, nothing twice."""
    world, shop = stage.world, stage.shops["sakura"]
    world.carrier.fail(Fault.ACT_THEN_HANG)
    numbers = ("S-0202", "S-0201", "S-0102", "S-0002")
    buyers = [Buyer(world, shop, number) for number in numbers]
    made = [buyer.make({"1": 1}) for buyer in buyers]
    _until_sold(world, 1)
    world.installation.kill_worker()
    stage.say("worker killed (-9) while a carrier kept it waiting")
    world.installation.start_worker()
    labelled = [through_retries(stage, found, shop) for found in made]
    for found in labelled:
        sent_and_refunded(stage, shop, found)
    world.installation.kill_worker()
    stage.say("and again while refunds were on their way")
    world.installation.start_worker()
    done = [
        world.until(shop, found.id, "the end", lambda r: r.decision == return_pb2.Decision.CLOSED)
        for found in labelled
    ]
    for buyer, found in zip(buyers, done, strict=True):
        world.await_mails(buyer.order.email, 4)
        expect("labels at the carrier", world.labels_of(found), 1)
        expect("payments at the bank", world.refunds_of(found), 1)
    stage.say(f"{len(done)} returns: each one label, one refund, four letters")
    keep(world, shop, stage.folder, done, [buyer.order.email for buyer in buyers])


STORIES: dict[str, Callable[[Stage], None]] = {
    "story-1-france": france,
    "story-2-germany": germany,
    "story-3-territories": territories,
    "story-4-twenty-times": twenty_times,
    "story-5-carrier-faults": faults,
    "story-6-worker-killed": killed,
}


def _two_tabs(stage: Stage, buyer: Buyer) -> None:
    estimate = buyer.estimate({"2": 1})
    with ThreadPoolExecutor(2) as tabs:
        answers = [tabs.submit(buyer.confirm, {"2": 1}, estimate, request_id=f"tab-{n}") for n in range(2)]
        errors = [answer.exception() for answer in answers]
    lost = [error for error in errors if isinstance(error, SendbackError)]
    expect("tabs that lost", [error.metadata.get("code") for error in lost], ["ALREADY_RETURNED"])
    stage.say(f"two tabs, one wins; the other is told: {lost[0].message}")


def _until_sold(world: World, more: int) -> None:
    wanted, until = len(world.carrier.sold) + more, time.monotonic() + 10
    while len(world.carrier.sold) < wanted and time.monotonic() < until:
        time.sleep(0.02)
