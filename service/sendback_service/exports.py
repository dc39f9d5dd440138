"""Files of returns: one line a return, a unit, or a movement of their money. The columns are described in
service/docs/figures.md; they are the same for ever, and new ones come at the end."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from zoneinfo import ZoneInfo

from sendback_service.batches import in_batches
from sendback_service.csv_text import Cell, line, major
from sendback_service.movements import in_batches as movements_in_batches
from sendback_service.returns import Filter
from sendback_service.rules.movements import Movement, Parts
from sendback_service.rules.returned import PaidSettlement, Returned, ReturnedUnit, unit_shares
from sendback_service.rules.states import SettlementKind, shipment
from sendback_service.shops import Shops
from sendback_service.store import Database
from sendback_service.store.times import moment

MEDIA_TYPE = "text/csv; charset=utf-8; header=present"


class Rows(StrEnum):
    RETURNS = "RETURNS"
    UNITS = "UNITS"
    MOVEMENTS = "MOVEMENTS"


COLUMNS: Mapping[Rows, Sequence[str]] = {
    Rows.RETURNS: (
        "return_id",
        "reference",
        "order_id",
        "order_number",
        "create_time",
        "end_time",
        "decision",
        "shipment",
        "outcome",
        "region_code",
        "language_code",
        "policy_version",
        "unit_count",
        "reason_codes",
        "label_offer",
        "carrier_accounts",
        "tracking_numbers",
        "currency_code",
        "estimated_amount",
        "label_fee",
        "refunded_amount",
        "credited_amount",
        "label_costs",
        "label_cost_currencies",
    ),
    Rows.UNITS: (
        "return_id",
        "reference",
        "order_id",
        "order_number",
        "create_time",
        "decision",
        "region_code",
        "order_line_id",
        "unit",
        "kind",
        "product_id",
        "sku",
        "title",
        "reason_code",
        "inspection",
        "grade",
        "disposition",
        "currency_code",
        "refunded_amount",
        "credited_amount",
    ),
    Rows.MOVEMENTS: (
        "movement_id",
        "time",
        "kind",
        "return_id",
        "reference",
        "order_id",
        "order_number",
        "settlement_id",
        "payment_id",
        "account",
        "provider_reference",
        "by_hand",
        "currency_code",
        "amount",
        "goods_amount",
        "shipping_amount",
        "restocking_amount",
        "label_fee_amount",
        "adjustment_amount",
        "tax_amount",
        "taxes",
    ),
}


class Exports:
    def __init__(self, database: Database, shops: Shops) -> None:
        self._database = database
        self._shops = shops

    async def returns(self, merchant_id: str, filter: Filter, rows: Rows) -> AsyncIterator[str]:
        """Pieces of the file, a batch of returns each. Times are in the merchant's zone."""
        policy = (await self._shops.get(merchant_id)).policy.policy
        zone = ZoneInfo(policy.window.time_zone)
        yield line(COLUMNS[rows])
        if rows is Rows.MOVEMENTS:
            async for movements in movements_in_batches(self._database, merchant_id, filter):
                yield "".join(movement_line(found, zone) for found in movements)
            return
        async for batch in in_batches(self._database, merchant_id, filter):
            yield "".join(text for found in batch for text in lines(found, rows, zone))


def lines(found: Returned, rows: Rows, zone: ZoneInfo) -> Iterator[str]:
    """A return's line, or those of its units."""
    cells = [_of_return(found, zone)] if rows is Rows.RETURNS else _of_units(found, zone)
    for row in cells:
        yield line(row[name] for name in COLUMNS[rows])


def movement_line(found: Movement, zone: ZoneInfo) -> str:
    cells: dict[str, Cell] = {
        "movement_id": found.id,
        "time": _time(found.time, zone),
        "kind": found.kind,
        "return_id": found.return_id,
        "reference": found.reference,
        "order_id": found.order_id,
        "order_number": found.order_number,
        "settlement_id": found.settlement_id,
        "payment_id": found.payment_id,
        "account": found.account,
        "provider_reference": found.provider_reference,
        "by_hand": "yes" if found.by_hand else "",
        "currency_code": found.currency,
        "amount": major(found.amount, found.currency),
    }
    if found.parts is not None:
        cells |= _of_parts(found.parts, found.currency)
    return line(cells.get(name) for name in COLUMNS[Rows.MOVEMENTS])


def _of_parts(parts: Parts, currency: str) -> dict[str, Cell]:
    cells: dict[str, Cell] = {
        "goods_amount": major(parts.goods, currency),
        "shipping_amount": major(parts.shipping, currency),
        "restocking_amount": major(parts.restocking, currency),
        "label_fee_amount": major(parts.label_fee, currency),
        "adjustment_amount": major(parts.adjustment, currency),
    }
    if parts.taxes is not None:
        cells["tax_amount"] = major(sum(amount for _, amount in parts.taxes), currency)
        cells["taxes"] = " ".join(
            f"{_percent(rate)}={major(amount, currency)}" for rate, amount in parts.taxes
        )
    return cells


def _percent(rate_ppm: int) -> str:
    return f"{Decimal(rate_ppm).scaleb(-4).normalize():f}%"


def _shared(found: Returned, zone: ZoneInfo) -> dict[str, Cell]:
    return {
        "return_id": found.id,
        "reference": found.reference,
        "order_id": found.order_id,
        "order_number": found.order_number,
        "create_time": _time(found.milestones.made, zone),
        "decision": found.decision,
        "region_code": found.region,
        "currency_code": found.currency,
    }


def _of_return(found: Returned, zone: ZoneInfo) -> dict[str, Cell]:
    bought = [parcel for parcel in found.parcels if parcel.bought]
    prices = [parcel.price for parcel in bought if parcel.price is not None]
    return {
        **_shared(found, zone),
        "end_time": _time(found.milestones.ended, zone),
        "shipment": shipment({p.transit for p in found.parcels}, {u.inspection for u in found.units}),
        "outcome": found.outcome,
        "language_code": found.language,
        "policy_version": found.policy_version,
        "unit_count": len(found.units),
        "reason_codes": " ".join(dict.fromkeys(unit.reason for unit in found.units if unit.reason)),
        "label_offer": found.label_offer,
        "carrier_accounts": " ".join(parcel.account for parcel in bought),
        "tracking_numbers": " ".join(p.tracking_number for p in found.parcels if p.tracking_number),
        "estimated_amount": major(found.estimated, found.currency),
        "label_fee": major(found.label_fee, found.currency),
        "refunded_amount": major(sum(s.amount for s in _paid(found, credit=False)), found.currency),
        "credited_amount": major(sum(s.amount for s in _paid(found, credit=True)), found.currency),
        "label_costs": " ".join(str(major(*price)) for price in prices),
        "label_cost_currencies": " ".join(currency for _, currency in prices),
    }


def _of_units(found: Returned, zone: ZoneInfo) -> list[dict[str, Cell]]:
    shared = _shared(found, zone)
    nothing = [0] * len(found.extras)
    refunded, credited = (_shares(found, credit=credit) + nothing for credit in (False, True))
    return [
        {
            **shared,
            **_of_unit(unit),
            "refunded_amount": major(refund, found.currency),
            "credited_amount": major(credit, found.currency),
        }
        for unit, refund, credit in zip((*found.units, *found.extras), refunded, credited, strict=True)
    ]


def _of_unit(unit: ReturnedUnit) -> dict[str, Cell]:
    return {
        "order_line_id": unit.line_id,
        "unit": unit.number,
        "kind": unit.kind,
        "product_id": unit.product_id,
        "sku": unit.sku,
        "title": unit.title,
        "reason_code": unit.reason,
        "inspection": unit.inspection,
        "grade": unit.grade,
        "disposition": unit.disposition,
    }


def _paid(found: Returned, *, credit: bool) -> list[PaidSettlement]:
    return [s for s in found.settlements if (s.kind is SettlementKind.STORE_CREDIT) is credit]


def _shares(found: Returned, *, credit: bool) -> list[int]:
    """What each unit has of the money, so that the column adds up to what was paid."""
    parts = [unit_shares(settlement, found.units) for settlement in _paid(found, credit=credit)]
    return [sum(share) for share in zip(*parts, strict=True)] if parts else [0] * len(found.units)


def _time(micros: int | None, zone: ZoneInfo) -> str:
    return "" if micros is None else moment(micros).astimezone(zone).isoformat(timespec="seconds")
