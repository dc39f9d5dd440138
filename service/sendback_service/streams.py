"""Calls that last until somebody ends them; a server that stops ends them itself, so that they go on elsewhere."""

import asyncio

from sendback_service.refusal import Reason, Refusal

_COME_BACK_SECONDS = 0.1


class Streams:
    """One a server."""

    def __init__(self) -> None:
        self._ending = asyncio.Event()

    @property
    def ending(self) -> bool:
        return self._ending.is_set()

    def end(self) -> None:
        self._ending.set()

    async def rest(self, seconds: float) -> None:
        """Between two looks for news. Raises OVERLOADED where the server stops: whoever listens resumes at another."""
        try:
            await asyncio.wait_for(self._ending.wait(), seconds)
        except TimeoutError:
            return
        raise Refusal(Reason.OVERLOADED, retry_after=_COME_BACK_SECONDS)
