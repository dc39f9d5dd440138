"""The errors of PostgreSQL's drivers that say that it could not be asked."""

import asyncpg
import psycopg

OUTAGES: tuple[type[Exception], ...] = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    # A connection that was cut in the middle of a word.
    asyncpg.InternalClientError,
    asyncpg.InsufficientResourcesError,
    asyncpg.OperatorInterventionError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.LockNotAvailableError,
    psycopg.OperationalError,
    psycopg.errors.ReadOnlySqlTransaction,
)
