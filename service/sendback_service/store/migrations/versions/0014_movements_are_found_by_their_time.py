"""Movements of money are found by when they happened"""

import sqlalchemy as sa
from alembic import op
from sendback_service.store.migrations.online import index_online, outside_a_transaction

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_BATCH = 1000
_WENT = sa.text("state IN ('SETTLED', 'REVERSED')")
_KEYS = "SELECT merchant_id, id FROM transfer WHERE (merchant_id, id) > (:merchant_id, :id)"
_PAGE = sa.text(f"{_KEYS} ORDER BY merchant_id, id LIMIT {_BATCH}")
# What came back since has the time of that; when it had gone is told by its settlement.
_FILL = sa.text("""
UPDATE transfer SET settle_time = CASE state WHEN 'SETTLED' THEN update_time ELSE (
    SELECT s.settle_time FROM settlement s
    WHERE s.merchant_id = transfer.merchant_id AND s.id = transfer.settlement_id) END
WHERE state IN ('SETTLED', 'REVERSED') AND settle_time IS NULL
  AND (merchant_id, id) > (:merchant_id, :id) AND (merchant_id, id) <= (:last_merchant_id, :last_id)
""")


def upgrade() -> None:
    index_online("transfer_went", "transfer", ["merchant_id", "settle_time", "id"], _WENT)
    index_online(
        "settlement_reversal", "settlement", ["merchant_id", "create_time"], sa.text("reverses_id <> ''")
    )
    index_online("credit_entry_time", "credit_entry", ["merchant_id", "create_time", "id"])
    with outside_a_transaction():
        _fill(op.get_bind())


def _fill(connection: sa.Connection) -> None:
    behind = {"merchant_id": "", "id": ""}
    while rows := list(connection.execute(_PAGE, behind)):
        last = rows[-1]
        connection.execute(_FILL, {**behind, "last_merchant_id": last.merchant_id, "last_id": last.id})
        behind = {"merchant_id": last.merchant_id, "id": last.id}


def downgrade() -> None:
    op.drop_index("credit_entry_time", table_name="credit_entry")
    op.drop_index("settlement_reversal", table_name="settlement")
    op.drop_index("transfer_went", table_name="transfer")
