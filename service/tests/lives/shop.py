"""The shop that lives are led in, and the orders of which they begin."""

from datetime import timedelta

from sendback_sdk import Address, Order, OrderLine, Payment
from sendback_sdk.orders import Discount, Fulfilment, Shipping, TaxLine
from sendback_service.records import WarehouseRecord
from sendback_service.rules.policy import Policy
from sendback_service.store.documents import policy_document, warehouse_document
from sendback_service.store.tables import MerchantRow, PolicyRow, WarehouseRow
from sendback_service.store.times import micros
from sendback_service.store.transaction import Transaction

from service.tests.effects.world import BUYER, WAREHOUSE, HandClock

LINES = (("1", 1, 8900), ("2", 3, 1000), ("3", 2, 5))


def a_shop(tx: Transaction, merchant: str, policy: Policy) -> None:
    now = micros(tx.now)
    tx.session.add(MerchantRow(id=merchant, name="Shop", entitled=True, create_time=now))
    tx.session.add(
        PolicyRow(merchant_id=merchant, version=1, publish_time=now, document=policy_document(policy))
    )
    warehouse = WarehouseRecord("whs_1", WAREHOUSE)
    tx.session.add(
        WarehouseRow(merchant_id=merchant, id="whs_1", document=warehouse_document(warehouse), version=1)
    )


def an_order(id: str, clock: HandClock, *, tax: bool) -> Order:
    """Lines that do not divide evenly, an order discount, delivery, and two payments."""
    taxes = (TaxLine("VAT", 200_000, 333, inclusive=False),) if tax else ()
    lines = tuple(
        OrderLine(line, f"goods {line}", count, price, taxes=taxes if line == "2" else ())
        for line, count, price in LINES
    )
    placed = clock.now - timedelta(days=6)
    whole = sum(price for _, _, price in LINES) - 101 + 490 + (333 if tax else 0)
    return Order(
        id=id,
        number=id,
        currency="EUR",
        placed_time=placed,
        lines=lines,
        email="buyer@example.org",
        customer_id="customer_1",
        ship_to=BUYER if isinstance(BUYER, Address) else None,
        discounts=(Discount("WELCOME", 101),),
        shipping=Shipping(490),
        payments=(
            Payment("card", whole - 700, account="bank"),
            Payment("gift", 700, gift_card=True, account="bank"),
        ),
        fulfilments=(
            Fulfilment(
                "f", tuple((line, count) for line, count, _ in LINES), placed, placed + timedelta(days=2)
            ),
        ),
    )
