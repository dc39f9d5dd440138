"""Calls without an answer are counted without a walk over everything"""

import sqlalchemy as sa
from alembic import op
from sendback_service.store.migrations.online import index_online

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    index_online("parcel_unknown", "parcel", ["update_time"], sa.text("label = 'UNKNOWN'"))
    index_online("transfer_unknown", "transfer", ["update_time"], sa.text("state = 'UNKNOWN'"))


def downgrade() -> None:
    op.drop_index("transfer_unknown", "transfer")
    op.drop_index("parcel_unknown", "parcel")
