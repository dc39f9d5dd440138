"""Whatever grows is found by an index: transfers and arrivals of a return, deliveries, events of a subject;
and orders that are kept no more"""

import sqlalchemy as sa
from alembic import op
from sendback_service.store.migrations.online import index_online, replace_index_online

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_DEAD = sa.text("state = 'DEAD'")


def upgrade() -> None:
    op.create_table(
        "past_order",
        sa.Column("merchant_id", sa.String(), nullable=False),
        sa.Column("external_id", sa.String(), nullable=False),
        sa.Column("time", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("merchant_id", "external_id"),
        if_not_exists=True,
    )
    index_online("arrival_return", "arrival", ["merchant_id", "return_id", "id"])
    index_online("transfer_return", "transfer", ["merchant_id", "return_id"])
    index_online("delivery_id", "delivery", ["id"])
    index_online("delivery_dead", "delivery", ["owner", "endpoint", "create_time"], _DEAD)
    replace_index_online("delivery_once", "delivery", ["event_id", "merchant_id", "endpoint"], unique=True)
    replace_index_online("event_subject", "event", ["subject_id", "merchant_id", "sequence"], unique=True)
    replace_index_online("buyer_key_subject", "buyer_key", ["merchant_id", "subject_id", "kind", "value"])


def downgrade() -> None:
    replace_index_online("buyer_key_subject", "buyer_key", ["merchant_id", "subject_id"])
    replace_index_online("event_subject", "event", ["merchant_id", "subject_id", "sequence"], unique=True)
    replace_index_online("delivery_once", "delivery", ["merchant_id", "endpoint", "event_id"], unique=True)
    for name, table in (
        ("delivery_dead", "delivery"),
        ("delivery_id", "delivery"),
        ("transfer_return", "transfer"),
        ("arrival_return", "arrival"),
    ):
        op.drop_index(name, table_name=table)
    op.drop_table("past_order")
