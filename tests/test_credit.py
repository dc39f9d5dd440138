"""Store credit of a shop without a platform: given for a return, shown, spent at the checkout, given back."""

import pytest
from sendback.v1 import credit_service_pb2 as pb
from sendback.v1 import policy_pb2, return_pb2
from sendback_client import SendbackError, money
from sendback_service.demo.world import World

from tests.shops import a_shop, an_order, make

CREDIT = policy_pb2.CreditTerms(enabled=True, moment="ON_REQUEST", expires_after_days=365)


def test_credit_of_a_return_is_shown_spent_and_given_back(
    world: World, request: pytest.FixtureRequest
) -> None:
    customer = f"cus-{request.node.callspec.id}"
    shop = a_shop(world, request.node.name, an_order(customer_id=customer), credit=CREDIT)
    stranger = a_shop(world, f"{request.node.name} other")
    made = make(shop.client, outcome="STORE_CREDIT")
    settled = return_pb2.SettlementStatus.SETTLED
    world.until(shop, made.id, "credit", lambda r: [s.state for s in r.settlements] == [settled])
    credit = shop.client.credit
    account = credit.GetCreditAccount(pb.GetCreditAccountRequest(customer_id=customer))
    [balance] = account.balances
    assert balance.amount == balance.next_expire_amount == money(8900, "EUR")
    wanted = pb.RedeemCreditRequest(
        customer_id=customer, amount=money(2000, "EUR"), request_id="order-17", etag=account.etag
    )
    spent = credit.RedeemCredit(wanted)
    assert credit.RedeemCredit(wanted) == spent
    with pytest.raises(SendbackError) as short:
        credit.RedeemCredit(
            pb.RedeemCreditRequest(customer_id=customer, amount=money(7000, "EUR"), request_id="order-18")
        )
    assert (short.value.reason, short.value.metadata["left_minor"]) == ("CREDIT_INSUFFICIENT", "6900")
    for wrong in (money(0, "EUR"), money(-100, "EUR")):
        with pytest.raises(SendbackError) as refused:
            credit.RedeemCredit(
                pb.RedeemCreditRequest(customer_id=customer, amount=wrong, request_id="order-19")
            )
        assert refused.value.reason == "INVALID_FIELD"
    entries = credit.ListCreditEntries(pb.ListCreditEntriesRequest(customer_id=customer)).entries
    assert [(e.kind, e.return_id, e.redemption_id) for e in entries] == [
        (pb.CreditEntry.DEBIT, "", spent.id),
        (pb.CreditEntry.CREDIT, made.id, ""),
    ]
    assert stranger.client.credit.GetCreditAccount(
        pb.GetCreditAccountRequest(customer_id=customer)
    ) == pb.CreditAccount(customer_id=customer, etag=_empty(stranger))
    with pytest.raises(SendbackError) as foreign:
        stranger.client.credit.ReverseRedemption(pb.ReverseRedemptionRequest(redemption_id=spent.id))
    assert foreign.value.reason == "NOT_FOUND"
    back = credit.ReverseRedemption(pb.ReverseRedemptionRequest(redemption_id=spent.id))
    assert back.state == pb.Redemption.REVERSED
    assert credit.GetRedemption(pb.GetRedemptionRequest(redemption_id=spent.id)) == back
    [whole] = credit.GetCreditAccount(pb.GetCreditAccountRequest(customer_id=customer)).balances
    assert whole.amount == money(8900, "EUR")


def _empty(shop: object) -> str:
    """The etag of an account of which nothing is known."""
    found = shop.client.credit.GetCreditAccount(pb.GetCreditAccountRequest(customer_id="nobody"))  # type: ignore[attr-defined]
    return str(found.etag)
