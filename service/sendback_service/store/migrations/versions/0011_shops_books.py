"""How far returns stand in shops' books, and how far shops' orders are here"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("orders", sa.Column("account", sa.String(), nullable=False, server_default=""))
    op.add_column("orders", sa.Column("shop_time", sa.BigInteger(), nullable=True))
    op.create_table("mirror", *_mirror())
    op.create_index("mirror_once", "mirror", ["merchant_id", "return_id", "account"], unique=True)
    op.create_index("mirror_account", "mirror", ["account"])
    op.create_table("synchronisation", *_synchronisation())


def downgrade() -> None:
    op.drop_table("synchronisation")
    op.drop_table("mirror")
    op.drop_column("orders", "shop_time")
    op.drop_column("orders", "account")


def _mirror() -> list[sa.Column[object] | sa.PrimaryKeyConstraint]:
    return [
        sa.Column("merchant_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("return_id", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        *_counts("wanted", "done", "calls", "failures", "turn"),
        *_ending(),
        sa.PrimaryKeyConstraint("merchant_id", "id"),
    ]


def _synchronisation() -> list[sa.Column[object] | sa.PrimaryKeyConstraint]:
    return [
        sa.Column("merchant_id", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("since_time", sa.BigInteger(), nullable=False),
        sa.Column("cursor", sa.String(), nullable=False),
        *(
            sa.Column(f"{name}_time", sa.BigInteger(), nullable=True)
            for name in ("through", "begin", "synced")
        ),
        sa.Column("orders", sa.BigInteger(), nullable=False),
        *_counts("pages", "failures", "turn"),
        *_ending(),
        sa.PrimaryKeyConstraint("merchant_id", "account"),
    ]


def _counts(*names: str) -> list[sa.Column[object]]:
    return [sa.Column(name, sa.Integer(), nullable=False) for name in names]


def _ending() -> list[sa.Column[object]]:
    return [
        sa.Column("rest_time", sa.BigInteger(), nullable=True),
        sa.Column("failure", sa.String(), nullable=False),
        sa.Column("create_time", sa.BigInteger(), nullable=False),
        sa.Column("update_time", sa.BigInteger(), nullable=False),
    ]
