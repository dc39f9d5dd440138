"""The connections of the hot statements: asyncpg's pool, opened by the event loop that uses it."""

import asyncio
from collections.abc import Mapping
from typing import Any

import asyncpg

_CLOSE_SECONDS = 3
# Hot statements find all they read by its key: the way does not depend on what is asked for. Left to itself PostgreSQL
# takes that way for dearer than it is, and looks for one anew each time, which lasts longer than asking.
_PLANNED_ONCE = {"plan_cache_mode": "force_generic_plan"}
# But to a table that is still empty all ways seem as short, and the one that is taken may be through all that a
# merchant has: after so many uses of a connection its statements are planned anew, by what the tables hold by then.
# PostgreSQL does so by itself once it has counted their rows, a minute or more later.
PLANNED_ANEW = frozenset({10, 100, 1_000, 10_000})
PLAN_ANEW = "DISCARD PLANS"


class _Connection(asyncpg.Connection):  # type: ignore[misc]
    """We leave nothing behind in a session, and clearing it after each call costs a third of a read."""

    _asked = 0

    async def ask(self, statement: str, *arguments: Any) -> list[Any]:
        self._asked += 1
        if self._asked in PLANNED_ANEW:
            await self.execute(PLAN_ANEW)
        rows: list[Any] = await self.fetch(statement, *arguments)
        return rows

    def get_reset_query(self) -> str:
        return ""


class PostgresConnections:
    """Connections stay at hand from one statement to the next: what a pool does for each that is given back and taken
    again costs as much as a short statement. One that others wait for, on which something failed, or that was closed,
    goes back to the pool, which sees to it."""

    def __init__(self, url: str, size: int, settings: Mapping[str, str]) -> None:
        self._url = url
        self._size = size
        self._settings = settings
        self._pool: asyncpg.Pool | None = None
        self._opening = asyncio.Lock()
        self._at_hand: list[asyncpg.Connection] = []
        self._waiting = 0

    async def fetch(self, statement: str, *arguments: Any) -> list[Any]:
        pool = self._pool or await self._opened()
        connection = await self._taken(pool)
        try:
            rows: list[Any] = await connection.ask(statement, *arguments)
        except BaseException:
            await pool.release(connection)
            raise
        if self._waiting:
            await pool.release(connection)
        else:
            self._at_hand.append(connection)
        return rows

    def in_use(self) -> int:
        """Connections that a statement runs on."""
        if self._pool is None:
            return 0
        pool = self._pool
        return max(0, int(pool.get_size() - pool.get_idle_size() - len(self._at_hand)))

    async def close(self) -> None:
        """Connections that do not answer are left behind."""
        if self._pool is None:
            return
        try:
            async with asyncio.timeout(_CLOSE_SECONDS):
                while self._at_hand:
                    await self._pool.release(self._at_hand.pop())
                await self._pool.close()
        except (TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
            self._pool.terminate()

    async def _taken(self, pool: asyncpg.Pool) -> asyncpg.Connection:
        while self._at_hand:
            connection = self._at_hand.pop()
            if not _ended(connection):
                return connection
            await pool.release(connection)
        self._waiting += 1
        try:
            return await pool.acquire()
        except OSError as unreachable:
            raise _gone(unreachable) from unreachable
        finally:
            self._waiting -= 1

    async def _opened(self) -> asyncpg.Pool:
        async with self._opening:
            try:
                self._pool = self._pool or await self._open()
            except OSError as unreachable:
                raise _gone(unreachable) from unreachable
        return self._pool

    async def _open(self) -> asyncpg.Pool:
        return await asyncpg.create_pool(
            self._url,
            min_size=1,
            max_size=self._size,
            connection_class=_Connection,
            command_timeout=30,
            timeout=5,
            server_settings={**self._settings, **_PLANNED_ONCE},
        )


def _gone(unreachable: OSError) -> ConnectionError:
    """Whatever keeps us from it: a name that nobody knows, a socket that is gone, a route that is down."""
    return ConnectionError(f"{type(unreachable).__name__}: {unreachable}")


def _ended(connection: asyncpg.Connection) -> bool:
    """One that ended by itself may have gone back to the pool, and says no more."""
    try:
        return bool(connection.is_closed())
    except asyncpg.InterfaceError:
        return True
