"""Products and label prices for the figures; whose data is where, and how it went"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")


def upgrade() -> None:
    op.add_column("orders", sa.Column("erase_time", sa.BigInteger(), nullable=True))
    op.add_column("returns", sa.Column("erase_time", sa.BigInteger(), nullable=True))
    for name in ("product_id", "sku"):
        op.add_column("unit", sa.Column(name, sa.String(), nullable=False, server_default=""))
    op.add_column("parcel", sa.Column("price_minor", sa.BigInteger(), nullable=True))
    op.add_column("parcel", sa.Column("price_currency", sa.String(), nullable=False, server_default=""))
    _create_tables()


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


def downgrade() -> None:
    op.drop_table("forgetting")
    op.drop_table("erasure")
    op.drop_index("buyer_key_subject", table_name="buyer_key")
    op.drop_table("buyer_key")
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
