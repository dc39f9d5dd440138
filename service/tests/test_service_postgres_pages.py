"""Pages of returns, which must not take all connections of the hot statements."""

import asyncio
from typing import Any, cast

from sendback_service.store.postgres_connections import PostgresConnections
from sendback_service.store.statements_postgres import PostgresStatements


class _Slow:
    """Answers pages when it is let; anything else at once."""

    def __init__(self) -> None:
        self.pages = 0
        self.most = 0
        self.let = asyncio.Event()

    async def fetch(self, statement: str, *_arguments: Any) -> list[Any]:
        if "LIMIT $2" not in statement:
            return []
        self.pages += 1
        self.most = max(self.most, self.pages)
        try:
            await self.let.wait()
        finally:
            self.pages -= 1
        return []


async def _story() -> None:
    slow = _Slow()
    statements = PostgresStatements(cast(PostgresConnections, slow))
    lists = [asyncio.create_task(statements.newest("mer_1", 50)) for _ in range(20)]
    await asyncio.sleep(0.01)
    assert slow.pages == slow.most == 3
    async with asyncio.timeout(5):
        assert await statements.get("mer_1", "ret_1") is None
        for gone in (*lists[:2], *lists[10:12]):
            gone.cancel()
        await asyncio.sleep(0.01)
        assert slow.pages == 3, "who gives up makes room"
        slow.let.set()
        found = await asyncio.gather(*lists, return_exceptions=True)
    assert sum(page == [] for page in found) == 16
    assert (slow.most, slow.pages) == (3, 0)


def test_a_few_pages_are_read_at_a_time_and_nobody_else_waits_for_them() -> None:
    asyncio.run(_story())
