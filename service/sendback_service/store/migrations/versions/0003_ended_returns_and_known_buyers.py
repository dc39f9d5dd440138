"""An index of what has ended, and buyers of orders that are there already: made while the service runs"""

import sqlalchemy as sa
from alembic import op
from sendback_service.store.migrations.online import index_online, outside_a_transaction
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_ENDED = sa.text("erase_time IS NULL AND decision IN ('DECLINED', 'CANCELLED', 'EXPIRED', 'CLOSED')")
_DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
_BATCH = 1000
_KEY = ("merchant_id", "kind", "value", "subject_id")
_NAMED = sa.text(
    "INSERT INTO buyer_key (merchant_id, kind, value, subject_id) "
    "VALUES (:merchant_id, :kind, :value, :subject_id) ON CONFLICT DO NOTHING"
)


def upgrade() -> None:
    index_online("returns_ended", "returns", ["update_time"], _ENDED)
    with outside_a_transaction():
        _name_buyers(op.get_bind())
    op.execute(
        "INSERT INTO installation (name, value) VALUES ('oldest_schema', '0003') "
        "ON CONFLICT (name) DO UPDATE SET value = '0003'"
    )


def _name_buyers(connection: sa.Connection) -> None:
    """Orders that are there already can be found by their buyers too."""
    version = sa.table(
        "order_version",
        sa.column("merchant_id"),
        sa.column("order_id"),
        sa.column("version"),
        sa.column("document", _DOCUMENT),
    )
    place = sa.tuple_(version.c.merchant_id, version.c.order_id, version.c.version)
    behind: tuple[str, str, int] | None = None
    while True:
        page = sa.select(version).order_by(version.c.merchant_id, version.c.order_id, version.c.version)
        page = page if behind is None else page.where(place > sa.tuple_(*map(sa.literal, behind)))
        rows = list(connection.execute(page.limit(_BATCH)))
        found = {
            (row.merchant_id, kind, value, row.order_id)
            for row in rows
            for kind, value in (
                ("EMAIL", str(row.document.get("email", "")).strip().casefold()),
                ("CUSTOMER", str(row.document.get("customer_id", ""))),
            )
            if value
        }
        if found:
            connection.execute(_NAMED, [dict(zip(_KEY, key, strict=True)) for key in sorted(found)])
        if len(rows) < _BATCH:
            return
        behind = (rows[-1].merchant_id, rows[-1].order_id, rows[-1].version)


def downgrade() -> None:
    op.execute("DELETE FROM installation WHERE name = 'oldest_schema'")
    op.drop_index("returns_ended", table_name="returns")
