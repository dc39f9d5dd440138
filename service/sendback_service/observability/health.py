"""What health probes are told of a server (grpc.health.v1): each service while calls can be answered, and the server as
a whole, which is the name "", only where nothing else is missing either."""

import asyncio
import time
from collections.abc import Sequence

import structlog
from grpc_health.v1.health import aio as health
from grpc_health.v1.health_pb2 import HealthCheckResponse

from sendback_service.observability.readiness import Readiness, Report

_LOOK_SECONDS = 1.0
# A database that is slow for a moment is no reason to send everybody away: so many looks in a row must fail.
_FAILURES = 3
_PATIENCE_SECONDS = 5.0
# An event loop that stood still for so long will not turn again.
_STILL_SECONDS = 60.0
_SERVING = HealthCheckResponse.SERVING
_NOT_SERVING = HealthCheckResponse.NOT_SERVING
_SILENT = Report({"database": "does not answer", "schema": "", "plugins": ""})


class Health:
    """`servicer` answers the probes; `services` are those that it is asked about."""

    def __init__(self, services: Sequence[str]) -> None:
        self.servicer = health.HealthServicer()
        self._services = services
        self._failures = 0
        self._told: tuple[bool, bool] | None = None
        self._turned = time.monotonic()
        self._task: asyncio.Task[None] | None = None
        self._looking: asyncio.Future[Report] | None = None

    async def start(self, readiness: Readiness) -> None:
        """Says how it stands now, and from now on."""
        await self._say(await self._look(readiness))
        self._task = asyncio.create_task(self._follow(readiness))

    async def end(self) -> None:
        """From now on nobody is to come any more, whatever else is found."""
        if self._task is not None:
            self._task.cancel()
        await self._tell(whole=False, services=False)

    def alive(self) -> str:
        """What a new process would mend; "" where nothing is."""
        still = time.monotonic() - self._turned
        return f"the event loop has stood still for {still:.0f} s" if still > _STILL_SECONDS else ""

    async def _follow(self, readiness: Readiness) -> None:
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            self._turned = time.monotonic()
            await self._say(await self._look(readiness))

    async def _look(self, readiness: Readiness) -> Report:
        """One look at a time: one that hangs is waited for, and not joined by others."""
        if self._looking is None or self._looking.done():
            self._looking = asyncio.get_running_loop().run_in_executor(None, readiness.look)
        done, _ = await asyncio.wait([self._looking], timeout=_PATIENCE_SECONDS)
        self._turned = time.monotonic()
        return self._looking.result() if done else _SILENT

    async def _say(self, report: Report) -> None:
        self._failures = 0 if report.serving else self._failures + 1
        if self._told is not None and 0 < self._failures < _FAILURES:
            return
        if await self._tell(whole=report.ready, services=report.serving):
            wrong = {name: why for name, why in report.problems.items() if why}
            structlog.get_logger().info("server.health", ready=report.ready, **wrong)

    async def _tell(self, *, whole: bool, services: bool) -> bool:
        """Whether that was news."""
        if self._told == (whole, services):
            return False
        self._told = whole, services
        await self.servicer.set("", _SERVING if whole else _NOT_SERVING)
        for name in self._services:
            await self.servicer.set(name, _SERVING if services else _NOT_SERVING)
        return True
