"""One JSON line for each request: the page, never the address, which may hold a token; nothing personal."""

import logging
import sys
import time

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_log = structlog.get_logger()


def set_up(*, level: int = logging.INFO) -> None:
    """For the entry point of the process; nothing is set up at import."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(name)s %(message)s")


def _page(scope: Scope) -> str:
    """Such as `portal.order.show_order`."""
    found = scope.get("endpoint")
    return f"{found.__module__.removeprefix('sendback_web.')}.{found.__name__}" if found else ""


class RequestLines:
    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.perf_counter(), 500

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noting)
        finally:
            _log.info(
                "web.request",
                method=scope["method"],
                page=_page(scope),
                status=status,
                milliseconds=round((time.perf_counter() - began) * 1000),
            )
