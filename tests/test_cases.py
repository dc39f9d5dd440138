"""What each buyer is told and given at the end, whatever the case."""

import pytest
from sendback.v1 import label_service_pb2, merchant_service_pb2, policy_pb2, portal_service_pb2, return_pb2
from sendback_client import SendbackError, minor_units, money
from sendback_service.demo.buyer import Buyer
from sendback_service.demo.world import Shop, World

from tests.shops import FLAT_FEE, a_shop, accept, an_address, an_order, get, settings

Offer = return_pb2.LabelOffer
NO_LABELS = policy_pb2.LabelTerms(policy="NONE")
HANDED_OVER = return_pb2.Transit.HANDED_OVER


def email_of(request: pytest.FixtureRequest) -> str:
    """An address that no other test writes to."""
    return "".join(c if c.isalnum() else "-" for c in request.node.name)[-60:] + "@example.com"


@pytest.mark.holds("label-free", "always-knows")
def test_a_free_label_is_there_to_print(world: World, request: pytest.FixtureRequest) -> None:
    email = email_of(request)
    shop = a_shop(world, request.node.name, an_order(email=email))
    buyer = Buyer(world, shop, "#1")
    assert buyer.look().label_offer.explanation == "Vous recevrez une étiquette de retour gratuite."
    made = buyer.make({"1": 1})
    (mail,) = world.await_mails(email, 1)
    (label,) = mail.iter_attachments()
    assert (label.get_content_type(), label.get_filename()) == (
        "application/pdf",
        f"label-{made.reference}.pdf",
    )
    assert not get(shop.client, made.id).HasField("shown_fee")


@pytest.mark.holds("fee-told", "fee-taken", "always-knows")
def test_a_fee_is_told_before_and_taken_off(world: World, request: pytest.FixtureRequest) -> None:
    shop = a_shop(world, request.node.name, labels=FLAT_FEE)
    buyer = Buyer(world, shop, "#1")
    estimate = buyer.estimate({"1": 1})
    assert estimate.label_offer.kind == Offer.LABEL_WITH_FEE
    assert minor_units(estimate.label_offer.fee) == 500
    assert [step.explanation for step in estimate.quote.steps][-1] == "Étiquette de retour\xa0: -5,00\xa0€"
    made = buyer.confirm({"1": 1}, estimate)
    world.until(shop, made.id, "a label", lambda r: bool(r.parcels[0].tracking_number))
    accept(shop.client, made)
    done = world.until(
        shop,
        made.id,
        "money",
        lambda r: [s.state for s in r.settlements] == [return_pb2.SettlementStatus.SETTLED],
    )
    assert minor_units(done.settlements[0].amount) == 8900 - 500


@pytest.mark.holds("label-none", "always-knows")
@pytest.mark.parametrize("why", ["policy", "overseas", "elsewhere"])
def test_without_a_label_there_are_instructions(
    world: World, request: pytest.FixtureRequest, why: str
) -> None:
    place = {
        "policy": an_address(),
        "overseas": an_address(postal_code="97400", city="Saint-Denis"),
        "elsewhere": an_address(postal_code="1000", city="Genève", region_code="CH"),
    }[why]
    email = email_of(request)
    order = an_order(email=email, ship_to=place)
    shop = a_shop(world, request.node.name, order, labels=NO_LABELS if why == "policy" else FLAT_FEE)
    buyer = Buyer(world, shop, "#1")
    assert buyer.look().label_offer.kind == Offer.INSTRUCTIONS
    made = buyer.make({"1": 1})
    assert not made.HasField("shown_fee")
    told = made.instructions
    assert told.reference == made.reference
    assert list(told.address_lines)[-2:] == ["69002 Lyon", "FRANCE"]
    assert told.text == "Glissez le bon de livraison dans le colis."
    (mail,) = world.await_mails(email, 1)
    said = mail.get_body(("plain",)).get_content()
    for part in (made.reference, "69002 Lyon", told.text):
        assert part in said
    assert not list(mail.iter_attachments())


@pytest.mark.holds("credit-choice", "credit-frees-label")
def test_credit_has_its_label_free_even_where_there_are_none(
    world: World, request: pytest.FixtureRequest
) -> None:
    credit = policy_pb2.CreditTerms(enabled=True, maximum=[money(5000, "EUR")])
    shop = a_shop(world, request.node.name, an_order(customer_id="cus"), labels=NO_LABELS, credit=credit)
    buyer = Buyer(world, shop, "#1")
    assert buyer.look().credit_offered
    assert buyer.estimate({"2": 1}).label_offer.kind == Offer.INSTRUCTIONS
    assert buyer.estimate({"2": 1}, outcome="STORE_CREDIT").label_offer.kind == Offer.FREE_LABEL
    with pytest.raises(SendbackError) as large:
        buyer.estimate({"1": 1}, outcome="STORE_CREDIT")
    assert large.value.reason == "CREDIT_NOT_OFFERED"


@pytest.mark.holds("in-flight", "status-inactive", "subscription")
def test_a_return_in_flight_goes_on_by_e_mail(world: World, request: pytest.FixtureRequest) -> None:
    email = email_of(request)
    shop = a_shop(world, request.node.name, an_order(email=email))
    made = Buyer(world, shop, "#1").make({"1": 1})
    world.await_mails(email, 1)
    settings(shop, status="INACTIVE")
    world.operator.merchants.SetEntitlement(
        merchant_service_pb2.SetEntitlementRequest(merchant_id=shop.id, entitled=False)
    )
    parcel = get(shop.client, made.id).parcels[0]
    shop.client.labels.ReportTracking(
        label_service_pb2.ReportTrackingRequest(parcel_id=parcel.id, transit=HANDED_OVER)
    )
    accept(shop.client, made)
    mails = world.await_mails(email, 3)
    assert "returns.example" in mails[0].get_body(("plain",)).get_content()
    assert all("returns.example" not in mail.get_body(("plain",)).get_content() for mail in mails[1:])
    assert get(shop.client, made.id).decision == return_pb2.Decision.CLOSED


@pytest.mark.holds("language-of-buyer", "language-test")
@pytest.mark.parametrize(
    ("of_order", "chosen", "spoken"),
    [
        ("es-MX", "", "es"),
        ("de-AT", "", "de"),
        ("pt-PT", "", "fr"),
        ("", "", "fr"),
        ("fr", "en", "en"),
        ("fr", "tlh", "fr"),
    ],
)
def test_the_buyer_s_language_is_the_order_s(
    world: World, request: pytest.FixtureRequest, of_order: str, chosen: str, spoken: str
) -> None:
    """Others get the merchant's default; the buyer may choose."""
    shop = a_shop(world, request.node.name, an_order(language_code=of_order))
    settings(shop, default_language_code="fr")
    assert world.order(shop, "#1").language_code == of_order
    token = Buyer(world, shop, "#1").scan.token
    session = world.portal.portal.StartSession(
        portal_service_pb2.StartSessionRequest(slug=shop.slug, access_token=token, language_code=chosen)
    )
    assert session.language_code == spoken


def test_the_estimate_follows_where_the_parcel_leaves_from(shop: Shop, world: World) -> None:
    buyer = Buyer(world, shop, "#1")
    item = return_pb2.ReturnItem(order_line_id="1", quantity=1)

    def estimate(**place: str) -> portal_service_pb2.Estimate:
        return world.portal.portal.EstimateReturn(
            portal_service_pb2.EstimateReturnRequest(
                session_token=buyer.token, items=[item], ship_from=an_address(**place)
            )
        )

    assert estimate().label_offer.kind == Offer.FREE_LABEL
    overseas = estimate(postal_code="97110", city="Pointe-à-Pitre")
    assert overseas.label_offer.kind == Offer.INSTRUCTIONS
    with pytest.raises(SendbackError) as stale:
        world.portal.portal.CreateReturn(
            portal_service_pb2.PortalCreateReturnRequest(
                session_token=buyer.token, items=[item], quote_hash=overseas.quote.hash
            )
        )
    assert stale.value.reason == "QUOTE_STALE"
