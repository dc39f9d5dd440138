"""How the values of the domain are kept in the tables' JSON columns. Pydantic reads and writes the dataclasses."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter
from sendback_sdk import CustomsItem
from sendback_sdk.addresses import Address
from sendback_sdk.orders import Order

from sendback_service.policy_page import PageCheck
from sendback_service.records import WarehouseRecord
from sendback_service.routing import Route
from sendback_service.rules.policy import Policy

_ORDER: TypeAdapter[Order] = TypeAdapter(Order)
_POLICY: TypeAdapter[Policy] = TypeAdapter(Policy)
_ADDRESS: TypeAdapter[Address] = TypeAdapter(Address)
_PAGE_CHECK: TypeAdapter[PageCheck] = TypeAdapter(PageCheck)
_CUSTOMS: TypeAdapter[tuple[CustomsItem, ...]] = TypeAdapter(tuple[CustomsItem, ...])
_WAREHOUSE: TypeAdapter[WarehouseRecord] = TypeAdapter(WarehouseRecord)
_ROUTES: TypeAdapter[tuple[Route, ...]] = TypeAdapter(tuple[Route, ...])


def order_document(order: Order) -> dict[str, Any]:
    return _document(_ORDER.dump_python(order, exclude_defaults=True))


def order_from(document: Any) -> Order:
    return _ORDER.validate_python(document)


def order_read(text: str) -> Order:
    return _ORDER.validate_json(text)


def policy_document(policy: Policy) -> dict[str, Any]:
    return _document(_POLICY.dump_python(policy, exclude_defaults=True))


def policy_from(document: Any) -> Policy:
    return _POLICY.validate_python(document)


def spelled_out(value: Order | Policy) -> dict[str, Any]:
    """With every default, for whoever reads it without this code beside."""
    adapter: TypeAdapter[Any] = _ORDER if isinstance(value, Order) else _POLICY
    return _document(adapter.dump_python(value))


def address_document(address: Address | None) -> dict[str, Any]:
    if address is None:
        return {}
    return dict(_ADDRESS.dump_python(address, mode="json", exclude_defaults=True))


def address_from(document: Any) -> Address | None:
    return _ADDRESS.validate_python(document) if document else None


def customs_document(items: tuple[CustomsItem, ...]) -> list[Any]:
    return list(_CUSTOMS.dump_python(items, mode="json", exclude_defaults=True))


def customs_from(document: Any) -> tuple[CustomsItem, ...]:
    return _CUSTOMS.validate_python(document)


@lru_cache(1024)
def warehouse_document(warehouse: WarehouseRecord) -> dict[str, Any]:
    """What nobody may change: the same for whoever asks."""
    document = dict(_WAREHOUSE.dump_python(warehouse, mode="json"))
    document["regions"].sort()
    return document


def warehouse_from(document: Any) -> WarehouseRecord:
    return _WAREHOUSE.validate_python(document)


@lru_cache(1024)
def warehouse_read(text: str) -> WarehouseRecord:
    """Most returns of a merchant go to the same few places, and the same text always says the same."""
    return _WAREHOUSE.validate_json(text)


def routes_document(routes: Sequence[Route]) -> dict[str, Any]:
    return {"routes": _plain(_ROUTES.dump_python(tuple(routes), exclude_defaults=True))}


def routes_from(document: Any) -> tuple[Route, ...]:
    return _ROUTES.validate_python(document["routes"])


def page_check_document(check: PageCheck) -> dict[str, Any]:
    return _document(_PAGE_CHECK.dump_python(check))


def page_check_from(document: Any) -> PageCheck:
    return _PAGE_CHECK.validate_python(document)


def _document(value: Any) -> dict[str, Any]:
    return dict(_plain(value))


def _plain(value: Any) -> Any:
    """As JSON has it. Sets come out in any order, so they are sorted: the same value gives the same document."""
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple | list):
        return [_plain(part) for part in value]
    return value.isoformat() if isinstance(value, datetime) else value
