"""The database, whichever it is: one face, two dialects.

`write` and `read` take a function of a `Transaction` and run it off the event loop; `transact` and `look` are the
same for workers, which are synchronous. A function may be run again when the database asks for it, so it must do
nothing outside. `hot` holds the few statements that are written by hand.
"""

from collections.abc import Callable, Mapping
from typing import Protocol, TypeVar

from sendback_service.store.hot import HotStatements
from sendback_service.store.transaction import Author, Transaction

T = TypeVar("T")


class Database(Protocol):
    """Opened by `store.opened(url, clock)`; `close` ends its threads and connections."""

    @property
    def hot(self) -> HotStatements: ...

    async def write(self, work: Callable[[Transaction], T], author: Author) -> T: ...

    async def read(self, work: Callable[[Transaction], T]) -> T: ...

    def transact(self, work: Callable[[Transaction], T], author: Author) -> T: ...

    def look(self, work: Callable[[Transaction], T]) -> T: ...

    def connections(self) -> Mapping[str, tuple[int, int]]:
        """How many are in use and how many there may be, by pool; of the embedded database also the changes that wait
        for its writer."""
        ...

    async def close(self) -> None: ...

    def shut(self) -> None:
        """`close` for those without an event loop."""
        ...
