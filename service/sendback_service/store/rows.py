"""Rows, as mappings of columns, turned into the records that leave the store."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from pydantic_core import from_json

from sendback_service.records import (
    EventRecord,
    KeyRecord,
    ParcelRecord,
    ReturnRecord,
    SettlementRecord,
    UnitRecord,
)
from sendback_service.rules.labels import LabelOfferKind
from sendback_service.store.documents import warehouse_read
from sendback_service.store.times import moment

Row = Mapping[str, Any]
Values = Sequence[Any]

# What the hot statements read of each table. A return's warehouse and what belongs to it come behind its columns, what
# a settlement's transfer heard behind those of the settlement.
RETURN = ReturnRecord._fields[: ReturnRecord._fields.index("warehouse")]
UNIT = UnitRecord._fields
PARCEL = ParcelRecord._fields
SETTLEMENT = SettlementRecord._fields[:-1]
# Of a return `r`: the largest of its columns, which is shown where no label says where to.
WAREHOUSE = f"CASE r.label_offer WHEN '{LabelOfferKind.INSTRUCTIONS}' THEN r.warehouse END"
KEY = ("id", "kind", "merchant_id", "title", "create_time", "expire_time", "revoke_time")


def columns(table: str, names: Sequence[str]) -> str:
    """For a statement that reads these."""
    return ", ".join(f"{table}.{name}" for name in names)


def return_record(row: Values) -> ReturnRecord:
    """Of the columns `RETURN`, and the texts in which a statement gathered what belongs to it."""
    *columns, warehouse, units, parcels, settlements, open_work_items = row
    return ReturnRecord._make(
        (
            *columns,
            warehouse_read(warehouse) if warehouse else None,
            tuple(map(UnitRecord._make, _listed(units))),
            tuple(map(ParcelRecord._make, _listed(parcels))),
            tuple(map(SettlementRecord._make, _listed(settlements))),
            open_work_items,
        )
    )


def _listed(json: str | None) -> Iterable[Values]:
    """Rows as a JSON list of lists of columns, in the order of the first ones, which are their key."""
    return sorted(from_json(json)) if json else ()


def key_record(row: Row) -> KeyRecord:
    return _key_record(row, row["scopes"])


@lru_cache(1024)
def key_read(values: tuple[Any, ...], scopes: str) -> KeyRecord:
    """As `key_record`, of the columns `KEY` and the text of its scopes. What is remembered is how they read; what they
    are is asked of the database each time."""
    return _key_record(dict(zip(KEY, values, strict=True)), from_json(scopes))


def _key_record(row: Row, scopes: Row) -> KeyRecord:
    return KeyRecord(
        id=row["id"],
        kind=row["kind"],
        merchant_id=row["merchant_id"],
        scopes=frozenset(scopes.get("scopes", ())),
        title=row["title"],
        create_time=moment(row["create_time"]),
        expire_time=moment(row["expire_time"]),
        revoke_time=moment(row["revoke_time"]),
    )


def event_record(row: Row) -> EventRecord:
    return EventRecord(
        merchant_id=row["merchant_id"],
        id=row["id"],
        position=row["position"] or 0,
        type=row["type"],
        subject_type=row["subject_type"],
        subject_id=row["subject_id"],
        sequence=row["sequence"],
        time=moment(row["time"]),
        cause=row["cause"],
        actor=row["actor"],
        attributes=dict(row["attributes"]),
    )
