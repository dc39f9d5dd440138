"""Alembic's entry: runs the migrations, each in a transaction of its own, on the connection that `store.migrating`
hands over."""

from alembic import context
from sendback_service.store.tables import SQLModel

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=SQLModel.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    transactional_ddl=True,
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
