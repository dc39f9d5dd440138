"""Finding a return by whatever stands on a parcel: a tracking number, a reference, an id, the text of a QR code."""

from collections.abc import Iterator

from sqlmodel import col, select

from sendback_service.access import order_named_in
from sendback_service.rules import reference
from sendback_service.store.ordering import valued
from sendback_service.store.tables import ParcelRow, ReturnRow
from sendback_service.store.transaction import Transaction

MOST = 20


def find(tx: Transaction, merchant_id: str, text: str) -> list[str]:
    """Ids of returns, newest first."""
    words = list(dict.fromkeys(_words(text)))
    if not words:
        return []
    parcels = select(ParcelRow.return_id).where(ParcelRow.return_id != "")
    returns = select(ReturnRow.id).where(ReturnRow.merchant_id == merchant_id)
    orders = [named for word in words if (named := order_named_in(word))]
    # Each by its own index; all in one condition, and the planner reads the merchant's whole table.
    queries = (
        parcels.where(
            col(ParcelRow.tracking_number).in_(words), valued(ParcelRow.merchant_id) == merchant_id
        ),
        parcels.where(col(ParcelRow.id).in_(words), ParcelRow.merchant_id == merchant_id),
        returns.where(col(ReturnRow.id).in_(words)),
        select(ReturnRow.id).where(
            col(ReturnRow.reference).in_(words), valued(ReturnRow.merchant_id) == merchant_id
        ),
        returns.where(col(ReturnRow.order_id).in_(orders)),
    )
    found = {id for query in queries for id in tx.session.exec(query)}
    return sorted(found, reverse=True)[:MOST]


def is_misread(text: str) -> bool:
    """Whether what was not found may be a reference of which a character is wrong."""
    return any(map(reference.is_misread, _words(text)))


def _words(text: str) -> Iterator[str]:
    """As scanned, word by word, as one word, and in capitals; of a link, the token at its end."""
    parts = text.split()[:10]
    for word in [*parts, "".join(parts)]:
        found = word.rpartition("/")[2]
        yield from (found, found.upper())
