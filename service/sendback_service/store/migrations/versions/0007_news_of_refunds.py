"""Transfers are found by what providers know of them"""

from alembic import op
from sendback_service.store.migrations.online import index_online

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    index_online("transfer_key", "transfer", ["id"])
    index_online("transfer_reference", "transfer", ["provider_reference"])


def downgrade() -> None:
    op.drop_index("transfer_reference", "transfer")
    op.drop_index("transfer_key", "transfer")
