"""Finding a return by whatever stands on a parcel: a tracking number, a reference, an id, the text of a QR code."""

from collections.abc import Iterator

from sqlmodel import col, or_, select

from sendback_service.access import order_named_in
from sendback_service.store.tables import ParcelRow, ReturnRow
from sendback_service.store.transaction import Transaction

MOST = 20


def find(tx: Transaction, merchant_id: str, text: str) -> list[str]:
    """Ids of returns, newest first."""
    words = list(dict.fromkeys(_words(text)))
    if not words:
        return []
    by_parcel = select(ParcelRow.return_id).where(
        ParcelRow.merchant_id == merchant_id,
        or_(col(ParcelRow.tracking_number).in_(words), col(ParcelRow.id).in_(words)),
        ParcelRow.return_id != "",
    )
    query = (
        select(ReturnRow.id)
        .where(
            ReturnRow.merchant_id == merchant_id,
            or_(
                col(ReturnRow.id).in_(words),
                col(ReturnRow.reference).in_(words),
                col(ReturnRow.order_id).in_([order_named_in(word) for word in words]),
                col(ReturnRow.id).in_(by_parcel),
            ),
        )
        .order_by(col(ReturnRow.id).desc())
        .limit(MOST)
    )
    return list(tx.session.exec(query))


def _words(text: str) -> Iterator[str]:
    """As scanned, word by word, as one word, and in capitals; of a link, the token at its end."""
    parts = text.split()[:10]
    for word in [*parts, "".join(parts)]:
        found = word.rpartition("/")[2]
        yield from (found, found.upper())
