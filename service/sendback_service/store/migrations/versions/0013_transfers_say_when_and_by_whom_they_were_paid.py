"""Transfers say when their money went, and whether staff paid it by hand"""

import sqlalchemy as sa
from alembic import op
from sendback_service.store.migrations.online import outside_a_transaction

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

# What was refused, and was settled together with the last of its settlement by somebody's word.
_BY_HAND = """
UPDATE transfer SET by_hand = true
WHERE state = 'SETTLED' AND NOT by_hand
  AND (failure LIKE 'DECLINED %' OR failure LIKE 'LATER %' OR failure LIKE 'MISCONFIGURED %')
  AND EXISTS (SELECT 1 FROM settlement s JOIN event e
      ON e.merchant_id = s.merchant_id AND e.subject_id = s.return_id AND e.type = 'settlement.settled'
    WHERE s.merchant_id = transfer.merchant_id AND s.id = transfer.settlement_id
      AND s.settle_time = transfer.update_time
      AND e.cause = 'rpc' AND e.attributes ->> 'settlement_id' = s.id)
"""


def upgrade() -> None:
    columns = {column["name"] for column in sa.inspect(op.get_bind()).get_columns("transfer")}
    if "by_hand" not in columns:
        op.add_column("transfer", sa.Column("settle_time", sa.BigInteger(), nullable=True))
        by_hand = sa.Column("by_hand", sa.Boolean(), nullable=False, server_default=sa.false())
        op.add_column("transfer", by_hand)
    with outside_a_transaction():
        op.execute(_BY_HAND)


def downgrade() -> None:
    op.drop_column("transfer", "by_hand")
    op.drop_column("transfer", "settle_time")
