"""A practice shop for each test, on the real schema. Without a copy of it, and without npm to fetch one, these tests
are skipped where anybody sees it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sendback_sdk.testing import made
from sendback_shopify import Shopify
from sendback_shopify.testing import SchemaAbsent, ShopifyEmulator, admin_schema

HERE = Path(__file__).parent
CACHE = HERE.parents[2] / "build" / "shopify"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The schema takes a second and 90 MB: one process loads it."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("shopify"))


@pytest.fixture(scope="session")
def schema() -> Any:
    try:
        return admin_schema(CACHE)
    except SchemaAbsent as absent:
        pytest.skip(str(absent))


@pytest.fixture
def emulator(schema: Any) -> Iterator[ShopifyEmulator]:
    """Nothing is sold in it yet."""
    with ShopifyEmulator(schema) as emulator:
        yield emulator


@pytest.fixture
def shop(emulator: ShopifyEmulator) -> Shopify:
    return made(Shopify, emulator.settings, timeout=2)
