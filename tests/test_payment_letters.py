"""Letters where nothing is paid: they say why, and never that nothing was refunded as if it were an amount."""

import pytest
from sendback.v1 import order_pb2, policy_pb2, return_pb2
from sendback_client import money
from sendback_service.demo.world import Shop, World

from tests.shops import FLAT_FEE, a_shop, accept, an_order, items, make

SLOW = {"settlement": policy_pb2.SettlementMoment.INSPECTION}
CHEAP = [order_pb2.OrderLine(id="1", title="Ruban", quantity=2, price=money(400, "EUR"))]


def shop_of(world: World, request: pytest.FixtureRequest, **order: object) -> tuple[Shop, str]:
    """With the address of its buyer, which no other test's has."""
    email = f"nothing-{abs(hash(request.node.name))}@example.com"
    return a_shop(world, request.node.name, an_order(email=email, **order), labels=FLAT_FEE, **SLOW), email


def letters(world: World, email: str, count: int) -> dict[str, str]:
    """What was written to a buyer, by subject."""
    mails = world.await_mails(email, count)
    return {mail["Subject"]: mail.get_body(("plain",)).get_content() for mail in mails}


def bought(world: World, shop: Shop, wanted: list[return_pb2.ReturnItem]) -> return_pb2.Return:
    made = make(shop.client, items=wanted)
    return world.until(
        shop, made.id, "label", lambda r: r.parcels[0].label == return_pb2.LabelStatus.PURCHASED
    )


def test_a_buyer_whose_goods_were_missing_reads_so_and_of_no_refund_of_nothing(
    world: World, request: pytest.FixtureRequest
) -> None:
    shop, email = shop_of(world, request)
    made = bought(world, shop, items(l2=3))
    accept(shop.client, made, result="MISSING", grade=None, disposition=None)
    told = letters(world, email, 2)
    text = told[f"À propos des articles de votre retour {made.reference}"]
    assert "- 3 × Verre – Ne se trouvait pas dans le colis." in text
    assert "Rien n’est remboursé pour ces articles." in text
    assert len(told) == 2
    assert not any("0,00" in letter for letter in told.values())


def test_a_buyer_whose_label_cost_as_much_as_the_goods_reads_how_it_came_to_nothing(
    world: World, request: pytest.FixtureRequest
) -> None:
    shop, email = shop_of(world, request, lines=CHEAP)
    made = bought(world, shop, items(l1=1))
    accept(shop.client, made)
    told = letters(world, email, 2)
    text = told[f"Rien à rembourser pour votre retour {made.reference}"]
    assert "- Prix des articles\xa0: 2,00\xa0€" in text
    assert "- Étiquette de retour\xa0: -2,00\xa0€" in text


def test_what_was_paid_for_the_rest_leaves_no_word_of_nothing(
    world: World, request: pytest.FixtureRequest
) -> None:
    """One of three is missing: the letter names it, and another one says what was refunded."""
    shop, email = shop_of(world, request)
    made = bought(world, shop, items(l1=1, l2=1))
    accept(
        shop.client,
        return_pb2.Return(id=made.id, units=[u for u in made.units if u.order_line_id == "2"]),
        result="MISSING",
        grade=None,
        disposition=None,
    )
    accept(
        shop.client, return_pb2.Return(id=made.id, units=[u for u in made.units if u.order_line_id == "1"])
    )
    told = letters(world, email, 3)
    text = told[f"À propos des articles de votre retour {made.reference}"]
    assert "- 1 × Verre – Ne se trouvait pas dans le colis." in text
    assert "Rien n’est remboursé" not in text
    assert "remboursé 84,00\xa0€" in told["Votre remboursement pour la commande #1"]
