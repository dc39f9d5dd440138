"""What the database says, and whether anything is still under way."""

from pathlib import Path

import psycopg
from psycopg.rows import dict_row

from tests.soak.journal import Journal

_QUERIES = {
    "order": """SELECT o.merchant_id AS merchant, o.id, v.document->'payments' AS payments FROM orders o
        JOIN order_version v ON (v.merchant_id, v.order_id, v.version) = (o.merchant_id, o.id, o.version)""",
    "return": "SELECT merchant_id AS merchant, id, order_id, decision FROM returns",
    "unit": """SELECT merchant_id AS merchant, return_id, order_id, line_id, unit, held FROM unit
        WHERE kind = 'ANNOUNCED'""",
    "parcel": "SELECT merchant_id AS merchant, id, return_id, label, tracking_number FROM parcel",
    "transfer": """SELECT merchant_id AS merchant, id, order_id, kind, account, amount_minor, currency, state
        FROM transfer""",
    "message": "SELECT merchant_id AS merchant, id, state FROM message",
    "request": """SELECT merchant_id AS merchant, request_id, resource_id FROM request_key
        WHERE rpc = 'ReturnsService/CreateReturn'""",
}
_UNDER_WAY = """
SELECT 'parcel', id FROM parcel WHERE label IN ('REQUESTED', 'UNKNOWN', 'VOID_PENDING')
UNION ALL SELECT 'transfer', id FROM transfer WHERE state IN ('SUBMITTED', 'UNKNOWN')
UNION ALL SELECT 'message', id FROM message WHERE state = 'REQUESTED'
UNION ALL SELECT 'attempt', parcel_id FROM attempt WHERE outcome IN ('', 'UNKNOWN')
UNION ALL SELECT 'event', id FROM event WHERE position IS NULL
"""


def write(database: str, path: Path) -> None:
    books = Journal(path)
    with psycopg.connect(database, row_factory=dict_row) as connection:
        for table, query in _QUERIES.items():
            for row in connection.execute(query):
                books.note(table=table, **row)
    books.close()


def under_way(database: str) -> list[tuple[str, str]]:
    """Rows whose effects have not ended."""
    with psycopg.connect(database) as connection:
        return [(kind, id) for kind, id in connection.execute(_UNDER_WAY)]
