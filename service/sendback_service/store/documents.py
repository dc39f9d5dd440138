"""How the values of the domain are kept in the tables' JSON columns. Pydantic reads and writes the dataclasses."""

from typing import Any

from pydantic import TypeAdapter
from sendback_sdk.addresses import Address
from sendback_sdk.orders import Order

from sendback_service.records import WarehouseRecord
from sendback_service.rules.policy import Policy

_ORDER: TypeAdapter[Order] = TypeAdapter(Order)
_POLICY: TypeAdapter[Policy] = TypeAdapter(Policy)
_ADDRESS: TypeAdapter[Address] = TypeAdapter(Address)
_WAREHOUSE: TypeAdapter[WarehouseRecord] = TypeAdapter(WarehouseRecord)


def order_document(order: Order) -> dict[str, Any]:
    return _document(_ORDER.dump_python(order, mode="json", exclude_defaults=True))


def order_from(document: Any) -> Order:
    return _ORDER.validate_python(document)


def policy_document(policy: Policy) -> dict[str, Any]:
    return _document(_POLICY.dump_python(policy, mode="json", exclude_defaults=True))


def policy_from(document: Any) -> Policy:
    return _POLICY.validate_python(document)


def address_document(address: Address | None) -> dict[str, Any]:
    return (
        {}
        if address is None
        else _document(_ADDRESS.dump_python(address, mode="json", exclude_defaults=True))
    )


def address_from(document: Any) -> Address | None:
    return _ADDRESS.validate_python(document) if document else None


def warehouse_document(warehouse: WarehouseRecord) -> dict[str, Any]:
    return _document(_WAREHOUSE.dump_python(warehouse, mode="json"))


def warehouse_from(document: Any) -> WarehouseRecord:
    return _WAREHOUSE.validate_python(document)


def _document(value: Any) -> dict[str, Any]:
    return dict(_sorted(value))


def _sorted(document: Any) -> Any:
    """Sets come out in any order; the same value must give the same document."""
    if isinstance(document, dict):
        return {key: _sorted(value) for key, value in document.items()}
    if isinstance(document, list):
        values = [_sorted(value) for value in document]
        return sorted(values) if values and all(isinstance(v, str) for v in values) else values
    return document
