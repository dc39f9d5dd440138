"""What is true of every platform, and of every document."""

import gzip
import json
import re
from pathlib import Path
from typing import Any

import pytest
from graphql import FieldNode, TypeInfo, TypeInfoVisitor, Visitor, get_named_type, parse, validate, visit
from pydantic import SecretStr, ValidationError
from sendback_sdk import FindsOrders, FindsTransfer, Hears, ListsOrders, Mirrors, Suggests
from sendback_sdk.testing import PlatformTests, made
from sendback_shopify import Shopify, documents
from sendback_shopify.documents import Document
from sendback_shopify.testing import ShopifyEmulator, a_line, an_order
from sendback_shopify.testing.cost import LARGEST, price_of
from sendback_shopify.testing.graph import operation_named

README = Path(__file__).parent.parent / "README.md"
CACHE = README.parents[2] / "build" / "shopify"
DOCUMENTS = {name: value for name, value in vars(documents).items() if isinstance(value, Document)}


class TestShopify(PlatformTests):
    platform_class = Shopify

    @pytest.fixture
    def emulator(self, schema: Any, request: pytest.FixtureRequest) -> Any:
        """Sells one thing, in the currency of the refund that is tried."""
        call = getattr(request.node, "callspec", None)
        currency = call.params["amount"].currency if call and "amount" in call.params else "EUR"
        unit = {"JPY": "8900", "KWD": "8.901"}.get(currency, "89.00")
        with ShopifyEmulator(schema) as emulator:
            line = a_line("1", unit=unit, currency=currency)
            emulator.shop.add(an_order("1001", lines=[line], currency=currency))
            yield emulator

    @pytest.fixture
    def platform(self, emulator: Any) -> Shopify:
        return made(Shopify, emulator.settings, timeout=2)


def test_it_has_every_role_that_shopify_can_fill() -> None:
    shop = made(Shopify, {"shop": "a.myshopify.com", "token": "t"})
    for role in (FindsOrders, ListsOrders, FindsTransfer, Mirrors, Hears, Suggests):
        assert isinstance(shop, role)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_is_valid_and_affordable(schema: Any, name: str) -> None:
    """On Shopify's own schema, and by its rule that no query may cost more than 1000 points."""
    document = DOCUMENTS[name]
    parsed = parse(document.text)
    assert validate(schema, parsed) == []
    operation = operation_named(parsed, document.name)
    assert document.changes == (operation.operation.value == "mutation")
    assert 0 < price_of(schema, parsed, operation, {}) <= LARGEST


def test_a_document_that_is_not_of_this_schema_is_noticed(schema: Any) -> None:
    assert validate(schema, parse(DOCUMENTS["ORDER"].text.replace("taxesIncluded", "taxIsIncluded")))


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"shop": "a.myshopify.com"}, "either `token`"),
        ({"shop": "a.myshopify.com", "token": "t", "client_id": "c", "client_secret": "s"}, "either `token`"),
        (
            {"shop": "a.myshopify.com", "client_id": "c", "client_secret": "s", "refresh_token": "r"},
            "token_file",
        ),
        (
            {"shop": "a.myshopify.com", "token": "t", "refresh_token": "r", "token_file": "f"},
            "without `token`",
        ),
        ({"shop": "shop.example", "token": "t"}, "shop"),
        ({"shop": "a.myshopify.com/evil", "token": "t"}, "shop"),
        ({"shop": "a.myshopify.com", "token": "t", "api_root": "http://evil.example"}, "api_root"),
        ({"shop": "a.myshopify.com", "token": "t", "restock_location": "gid"}, "restock_location"),
    ],
)
def test_settings_that_cannot_work_are_refused_at_once(settings: dict[str, str], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        Shopify.Settings(**settings)  # type: ignore[arg-type]


def test_secrets_do_not_show() -> None:
    settings = Shopify.Settings(shop="a.myshopify.com", token=SecretStr("shpat_hush"))
    assert "shpat_hush" not in repr(settings)


def test_the_scopes_in_the_readme_are_those_that_the_schema_demands(schema: Any) -> None:
    """Shopify publishes with its schema which scope every type and field asks for."""
    published = json.loads(gzip.decompress(next(CACHE.glob("admin-*.json.gz")).read_bytes()))
    rules = {
        (rule["typeName"], rule.get("fieldName")): rule["requiredAccess"]
        for rule in published["offline_scopes"]["items"]
    }
    named = set(re.findall(r"`((?:read|write)_\w+)`", README.read_text(encoding="utf-8")))
    demands = {
        rules.get(place) or "" for document in DOCUMENTS.values() for place in touched(schema, document)
    }
    lacking = [
        part
        for demand in demands - {""}
        for part in demand.split("Also: ")
        if not named & set(re.findall(r"`(\w+)` access scope", part))
    ]
    assert len(demands) > 8
    assert lacking == []


def touched(schema: Any, document: Document) -> set[tuple[str, str | None]]:
    """Every field that a document asks for, and every type that it is answered with."""
    types, found = TypeInfo(schema), set()

    class Look(Visitor):
        def enter_field(self, node: FieldNode, *_: Any) -> None:
            parent, answered = types.get_parent_type(), get_named_type(types.get_type())
            assert parent is not None
            assert answered is not None
            found.update({(parent.name, node.name.value), (answered.name, None)})

    visit(parse(document.text), TypeInfoVisitor(types, Look()))
    return found
