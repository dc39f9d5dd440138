"""What the database says, whichever it is, and whether anything is still under way."""

import json
from pathlib import Path

from sqlalchemy import create_engine, text

from tests.soak.journal import Journal

_QUERIES = {
    "order": """SELECT o.merchant_id AS merchant, o.id, v.document AS document FROM orders o
        JOIN order_version v ON v.merchant_id = o.merchant_id AND v.order_id = o.id AND v.version = o.version""",
    "return": "SELECT merchant_id AS merchant, id, order_id, decision FROM returns",
    "unit": """SELECT merchant_id AS merchant, return_id, order_id, line_id, unit, held FROM unit
        WHERE kind = 'ANNOUNCED'""",
    "parcel": "SELECT merchant_id AS merchant, id, return_id, label, tracking_number FROM parcel",
    "transfer": """SELECT merchant_id AS merchant, id, order_id, kind, account, amount_minor, currency, state
        FROM transfer""",
    "message": "SELECT merchant_id AS merchant, id, state FROM message",
    "request": """SELECT merchant_id AS merchant, request_id, resource_id FROM request_key
        WHERE rpc = 'ReturnsService/CreateReturn'""",
    "event": "SELECT merchant_id AS merchant, subject_id, sequence, position FROM event ORDER BY position",
}
_UNDER_WAY = """
SELECT 'parcel', id FROM parcel WHERE label IN ('REQUESTED', 'UNKNOWN', 'VOID_PENDING')
UNION ALL SELECT 'transfer', id FROM transfer WHERE state IN ('SUBMITTED', 'UNKNOWN')
UNION ALL SELECT 'message', id FROM message WHERE state = 'REQUESTED'
UNION ALL SELECT 'attempt', parcel_id FROM attempt WHERE outcome IN ('', 'UNKNOWN')
UNION ALL SELECT 'event', id FROM event WHERE position IS NULL
"""


class Books:
    """`url` as installations name their database."""

    def __init__(self, url: str) -> None:
        self._engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1))

    def write(self, path: Path) -> None:
        books = Journal(path)
        with self._engine.connect() as connection:
            for table, query in _QUERIES.items():
                for row in connection.execute(text(query)).mappings():
                    books.note(table=table, **_plain(dict(row)))
        books.close()

    def under_way(self) -> list[tuple[str, str]]:
        """Rows whose effects have not ended."""
        with self._engine.connect() as connection:
            return [(kind, id) for kind, id in connection.execute(text(_UNDER_WAY))]

    def close(self) -> None:
        self._engine.dispose()


def _plain(row: dict[str, object]) -> dict[str, object]:
    """Of an order no more than what was paid for it."""
    document = row.pop("document", None)
    if document is not None:
        whole = json.loads(document) if isinstance(document, str) else document
        row["captured"] = sum(payment["captured"] for payment in whole["payments"])
    return row
