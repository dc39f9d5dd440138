"""A shop to practise on: it executes the real schema of the Admin API over a state of its own, on a loopback port.

    with ShopifyEmulator(admin_schema(folder)) as emulator:
        emulator.shop.add(an_order("1001", lines=[a_line("1", unit="89.00")]))
        shop = made(Shopify, emulator.settings)

It refuses what Shopify refuses, in the codes that Shopify uses; it counts points and throttles; it forgets nothing that
Shopify keeps and keeps nothing that Shopify forgets: returns and gifts of credit have no keys. Needs graphql-core
(`pip install sendback-shopify[testing]`)."""

from sendback_shopify.testing.emulator import ShopifyEmulator
from sendback_shopify.testing.goods import (
    a_line,
    a_parcel,
    a_payment,
    a_refund,
    a_return,
    an_allocation,
    an_order,
    bag,
    tax,
)
from sendback_shopify.testing.schema import SchemaAbsent, admin_schema
from sendback_shopify.testing.shop import Shop

__all__ = [
    "SchemaAbsent",
    "Shop",
    "ShopifyEmulator",
    "a_line",
    "a_parcel",
    "a_payment",
    "a_refund",
    "a_return",
    "admin_schema",
    "an_allocation",
    "an_order",
    "bag",
    "tax",
]
