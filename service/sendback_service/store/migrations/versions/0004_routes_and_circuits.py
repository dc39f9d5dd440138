"""Versions of routes, circuits of accounts, and what their caps are counted by"""

import sqlalchemy as sa
from alembic import op
from sendback_service.store.migrations.online import index_online
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")


def upgrade() -> None:
    _create("routing", _routing())
    _create("circuit", _circuit())
    index_online("attempt_account", "attempt", ["account", "start_time"])
    index_online("parcel_priced", "parcel", ["account", "create_time"], sa.text("price_minor IS NOT NULL"))


def downgrade() -> None:
    op.drop_index("parcel_priced", table_name="parcel")
    op.drop_index("attempt_account", table_name="attempt")
    op.drop_table("circuit")
    op.drop_table("routing")


def _create(name: str, columns: list[sa.Column[object] | sa.PrimaryKeyConstraint]) -> None:
    """What a try that was cut off made is there already."""
    op.create_table(name, *columns, if_not_exists=True)


def _routing() -> list[sa.Column[object] | sa.PrimaryKeyConstraint]:
    return [
        sa.Column("merchant_id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("document", _DOCUMENT, nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("file_sha256", sa.String(), nullable=False),
        sa.Column("create_time", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("merchant_id", "version"),
    ]


def _circuit() -> list[sa.Column[object] | sa.PrimaryKeyConstraint]:
    return [
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("openings", sa.Integer(), nullable=False),
        sa.Column("open_time", sa.BigInteger(), nullable=True),
        sa.Column("probe_time", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("account"),
    ]
