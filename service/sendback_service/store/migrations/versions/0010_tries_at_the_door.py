"""Tries to sign in are counted by all servers together"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "try",
        sa.Column("merchant_id", sa.String(), nullable=False),
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("end_time", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("merchant_id", "mark"),
        if_not_exists=True,
    )
    op.create_index("try_end", "try", ["end_time"], if_not_exists=True)


def downgrade() -> None:
    op.drop_table("try")
