"""The process: settings from the environment, one line that says where it serves, a calm end."""

import socket
import sys

import uvicorn
from pydantic import ValidationError

from sendback_web import log
from sendback_web.application import application
from sendback_web.settings import Settings

# How long a page that is being made may take when the process is told to end; live streams are told to go at once.
_GRACE_SECONDS = 5


class _Announced(uvicorn.Server):
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            host, port = self.servers[0].sockets[0].getsockname()[:2]
            print(f"sendback-web serves on {host}:{port}", flush=True)


def serve() -> int:
    try:
        settings = Settings.from_environment()
    except ValidationError as wrong:
        print(_told(wrong), file=sys.stderr)
        return 2
    log.set_up()
    config = uvicorn.Config(
        application(settings),
        host=settings.host,
        port=settings.port,
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=True,
        forwarded_allow_ips=settings.trusted_proxies,
        timeout_graceful_shutdown=_GRACE_SECONDS,
        h11_max_incomplete_event_size=32 * 1024,
    )
    server = _Announced(config)
    server.run()
    return 0 if server.started else 1


def _told(wrong: ValidationError) -> str:
    """Which variable, and what is wrong with it; never its value."""
    return "\n".join(
        f"SENDBACK_WEB_{'_'.join(map(str, error['loc'])).upper()}: {error['msg'].removeprefix('Value error, ')}"
        for error in wrong.errors()
    )
