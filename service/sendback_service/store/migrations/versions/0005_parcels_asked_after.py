"""Parcels that are asked after, and webhooks that were heard"""

import sqlalchemy as sa
from alembic import op
from sendback_service.store.migrations.online import outside_a_transaction

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# Labels bought before: whether there is anything left to hear is seen when they are due.
_ON_THEIR_WAY = """
INSERT INTO tracking (merchant_id, parcel_id, account, quiet, due_time)
SELECT merchant_id, id, account, 0, update_time FROM parcel
WHERE label = 'PURCHASED' AND transit NOT IN ('DELIVERED', 'LOST') AND account <> ''
ON CONFLICT DO NOTHING"""


def upgrade() -> None:
    op.create_table(
        "tracking",
        sa.Column("merchant_id", sa.String(), nullable=False),
        sa.Column("parcel_id", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("quiet", sa.Integer(), nullable=False),
        sa.Column("due_time", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("merchant_id", "parcel_id"),
        if_not_exists=True,
    )
    op.create_index("tracking_due", "tracking", ["account", "due_time"], if_not_exists=True)
    op.create_table(
        "webhook",
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("updates", sa.Integer(), nullable=False),
        sa.Column("applied", sa.Integer(), nullable=False),
        sa.Column("time", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account", "digest"),
        if_not_exists=True,
    )
    op.create_index("webhook_age", "webhook", ["time"], if_not_exists=True)
    with outside_a_transaction():
        op.execute(_ON_THEIR_WAY)


def downgrade() -> None:
    op.drop_table("webhook")
    op.drop_table("tracking")
