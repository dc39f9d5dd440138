"""What a merchant's brand may be."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from sendback_service.call import Call
from sendback_service.clock import system_clock
from sendback_service.merchants import Merchants
from sendback_service.refusal import Refusal
from sendback_service.shops import Shop, Shops
from sendback_service.store import Database, opened
from sendback_service.store.tables import BrandRow, MerchantRow
from sendback_service.store.transaction import Author, Transaction

from tests.databases import Databases

# As versions took it that looked at nothing but the beginning of a link.
_OLD = {
    "policy_uri": "https://[shop.example",
    "support_email": "call us",
    "social_uris": ["https://", "https://social.example"],
}


@pytest.fixture
def database(sqlite: Databases) -> Iterator[Database]:
    made = opened(sqlite.migrated(), system_clock)
    made.transact(_a_shop, Author("rpc", "test"))
    yield made
    made.shut()


def _a_shop(tx: Transaction) -> None:
    tx.session.add(MerchantRow(id="mer_1", name="S"))
    tx.session.add(BrandRow(merchant_id="mer_1", document=_OLD, version=1))


def _update(database: Database, **changed: Any) -> Shop:
    merchants = Merchants(database, Shops(database), "")
    call = Call("UpdateBrand", "mer_1", "test")
    return asyncio.run(
        merchants.update_brand(call, "mer_1", lambda shop: replace(shop.brand, **changed), etag="")
    )


def test_what_an_older_version_took_is_in_nobody_s_way(database: Database) -> None:
    shop = _update(database, color="#112233", social_uris=("https://",))
    assert (shop.brand.color, shop.brand.support_email) == ("#112233", "call us")
    with pytest.raises(Refusal):
        _update(database, support_uri="https://[elsewhere.example")
