"""Products and label prices for the figures; whose data is where, and how it went"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_ENDED = sa.text("erase_time IS NULL AND decision IN ('DECLINED', 'CANCELLED', 'EXPIRED', 'CLOSED')")
_DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
_BATCH = 1000


def upgrade() -> None:
    op.add_column("orders", sa.Column("erase_time", sa.BigInteger(), nullable=True))
    op.add_column("returns", sa.Column("erase_time", sa.BigInteger(), nullable=True))
    op.create_index("returns_ended", "returns", ["update_time"], sqlite_where=_ENDED, postgresql_where=_ENDED)
    for name in ("product_id", "sku"):
        op.add_column("unit", sa.Column(name, sa.String(), nullable=False, server_default=""))
    op.add_column("parcel", sa.Column("price_minor", sa.BigInteger(), nullable=True))
    op.add_column("parcel", sa.Column("price_currency", sa.String(), nullable=False, server_default=""))
    _create_tables()
    _name_buyers()


def _create_tables() -> None:
    op.create_table(
        "buyer_key",
        sa.Column("merchant_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("subject_id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("merchant_id", "kind", "value", "subject_id"),
    )
    op.create_index("buyer_key_subject", "buyer_key", ["merchant_id", "subject_id"])
    op.create_table(
        "erasure",
        sa.Column("merchant_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("about", _DOCUMENT, nullable=False),
        sa.Column("told", _DOCUMENT, nullable=False),
        sa.Column("counts", _DOCUMENT, nullable=False),
        sa.Column("create_time", sa.BigInteger(), nullable=False),
        sa.Column("erase_time", sa.BigInteger(), nullable=True),
        sa.Column("forget_time", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("merchant_id", "id"),
    )
    op.create_table(
        "forgetting",
        sa.Column("merchant_id", sa.String(), nullable=False),
        sa.Column("erasure_id", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("update_time", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("merchant_id", "erasure_id", "account"),
    )


def _name_buyers() -> None:
    """Orders that are there already can be found by their buyers too."""
    connection = op.get_bind()
    version = sa.table(
        "order_version",
        sa.column("merchant_id"),
        sa.column("order_id"),
        sa.column("version"),
        sa.column("document", _DOCUMENT),
    )
    key = sa.table(
        "buyer_key", sa.column("merchant_id"), sa.column("kind"), sa.column("value"), sa.column("subject_id")
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
        for merchant_id, kind, value, subject_id in sorted(found):
            there = sa.select(key.c.kind).where(
                key.c.merchant_id == merchant_id,
                key.c.kind == kind,
                key.c.value == value,
                key.c.subject_id == subject_id,
            )
            if connection.execute(there).first() is None:
                values = {"merchant_id": merchant_id, "kind": kind, "value": value, "subject_id": subject_id}
                connection.execute(key.insert().values(**values))
        if len(rows) < _BATCH:
            return
        behind = (rows[-1].merchant_id, rows[-1].order_id, rows[-1].version)


def downgrade() -> None:
    op.drop_table("forgetting")
    op.drop_table("erasure")
    op.drop_index("buyer_key_subject", table_name="buyer_key")
    op.drop_table("buyer_key")
    op.drop_index("returns_ended", table_name="returns")
    for table, name in _ADDED:
        op.drop_column(table, name)


_ADDED = (
    ("parcel", "price_currency"),
    ("parcel", "price_minor"),
    ("unit", "sku"),
    ("unit", "product_id"),
    ("returns", "erase_time"),
    ("orders", "erase_time"),
)
