"""Events told outside; letters in a merchant's own words"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")


def _text(name: str, **options: bool) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False, **options)


def _number(name: str, kind: type[sa.Integer] = sa.BigInteger) -> sa.Column[int]:
    return sa.Column(name, kind(), nullable=False)


def upgrade() -> None:
    op.create_table(
        "webhook_endpoint",
        _text("merchant_id", primary_key=True),
        _text("id", primary_key=True),
        *(_text(name) for name in ("uri", "title", "secrets", "state", "why")),
        sa.Column("types", _JSON, nullable=False),
        _number("version", sa.Integer),
        *(_number(name) for name in ("turned_time", "create_time", "update_time")),
    )
    op.create_table(
        "receiver",
        _text("merchant_id", primary_key=True),
        _text("endpoint", primary_key=True),
        _number("position"),
        _number("turn", sa.Integer),
        _number("holder", sa.Integer),
        _number("failures", sa.Integer),
        sa.Column("slow", sa.Boolean(), nullable=False),
        _number("wait_time"),
    )
    op.create_index("receiver_waits", "receiver", ["wait_time"])
    op.create_table(
        "delivery",
        _text("merchant_id", primary_key=True),
        _text("id", primary_key=True),
        *(_text(name) for name in ("endpoint", "owner", "event_id", "type", "state", "failure")),
        _number("attempts", sa.Integer),
        *(_number(name) for name in ("due_time", "expire_time", "create_time", "update_time")),
    )
    pending = sa.text("state = 'PENDING'")
    op.create_index("delivery_once", "delivery", ["merchant_id", "endpoint", "event_id"], unique=True)
    op.create_index(
        "delivery_due",
        "delivery",
        ["owner", "endpoint", "due_time", "id"],
        sqlite_where=pending,
        postgresql_where=pending,
    )
    op.create_index("delivery_age", "delivery", ["update_time"])
    op.create_table(
        "message_template",
        *(_text(name, primary_key=True) for name in ("merchant_id", "occasion", "language")),
        sa.Column("document", _JSON, nullable=False),
        _number("version", sa.Integer),
        _number("update_time"),
    )
    op.create_table(
        "message_settings",
        _text("merchant_id", primary_key=True),
        sa.Column("document", _JSON, nullable=False),
        _number("version", sa.Integer),
    )


def downgrade() -> None:
    tables = ("message_settings", "message_template", "delivery", "receiver", "webhook_endpoint")
    for table in tables:
        op.drop_table(table)
