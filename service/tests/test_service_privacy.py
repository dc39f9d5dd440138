"""Every column of every table is judged: what it may hold about a buyer, and what becomes of that."""

import re
from pathlib import Path

from sendback_service.anonymisation import BLANKS
from sendback_service.store.tables import SQLModel
from sqlalchemy import JSON, LargeBinary, String

DOCS = Path(__file__).parent.parent / "docs/privacy.md"
# Ids, states, codes and amounts: what stays after an erasure, because it names nobody without the shop's own books.
IMPERSONAL = {
    "returns": "merchant_id id reference order_id order_number decision outcome currency label_offer region language "
    "format paper warehouse basis linked_return_id",
    "unit": "merchant_id return_id line_id order_id title product_id sku kind reason_code inspection grade "
    "disposition settlement_id",
    "parcel": "merchant_id id return_id return_reference label transit account tracking_number tracking_uri "
    "carrier_reference format paper price_currency",
    "arrival": "merchant_id id tracking_number return_id",
    "attempt": "merchant_id parcel_id account outcome",
    "settlement": "merchant_id id return_id order_id kind state currency quote reverses_id",
    "transfer": "merchant_id id settlement_id return_id order_id kind payment_id account currency state "
    "provider_reference",
    "message": "merchant_id id subject_id occasion channel state",
}


def test_every_column_that_can_hold_words_is_judged() -> None:
    """A new column fails here until somebody says whether it is personal."""
    for table, blanks in BLANKS.items():
        rows = table.__table__  # type: ignore[attr-defined]
        wordy = {c.name for c in rows.columns if isinstance(c.type, String | JSON | LargeBinary)}
        judged = set(blanks) | set(IMPERSONAL[rows.name].split())
        assert wordy - judged == set(), f"{rows.name}: personal (erasing.BLANKS) or not?"
        assert judged <= {c.name for c in rows.columns}
        assert not set(blanks) & set(IMPERSONAL[rows.name].split())


def test_every_table_stands_in_the_docs_with_what_becomes_of_it() -> None:
    named = set(re.findall(r"^\| `(\w+)` \|", DOCS.read_text(encoding="utf-8"), re.MULTILINE))
    assert named == set(SQLModel.metadata.tables)


def test_the_docs_name_every_column_that_is_blanked() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \|(.*)\|$", DOCS.read_text(encoding="utf-8"), re.MULTILINE))
    for table, blanks in BLANKS.items():
        name = table.__tablename__
        missing = [column for column in blanks if f"`{column}`" not in rows[name]]
        assert missing == [], name
