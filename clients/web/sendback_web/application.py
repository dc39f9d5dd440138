"""The application, put together here and nowhere else."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.errors import ServerErrorMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from sendback_web import console, portal
from sendback_web.failures import HANDLERS, on_error
from sendback_web.log import RequestLines
from sendback_web.portal.pictures import Pictures
from sendback_web.protection import Protection
from sendback_web.rendering import Pages
from sendback_web.service import connected
from sendback_web.settings import Settings
from sendback_web.shared import Shared, shared_of
from sendback_web.statics import serve_static
from sendback_web.webhook_ingress import receive


def application(settings: Settings) -> Starlette:
    @asynccontextmanager
    async def running(app: Starlette) -> AsyncIterator[None]:
        async with connected(settings) as client, console.opened(settings) as desk:
            app.state.console = desk
            pictures = Pictures(settings.secret.get_secret_value(), settings.private_hosts)
            app.state.shared = Shared(settings, Pages(secure=settings.secure), client, pictures)
            yield
            await pictures.close()

    return Starlette(
        routes=routes(settings),
        middleware=[
            Middleware(RequestLines),
            Middleware(Protection, base_url=settings.base_url),
            # Starlette's own stands outside, where the page would say nothing of itself.
            Middleware(ServerErrorMiddleware, handler=on_error),
        ],
        exception_handlers={**HANDLERS, **portal.HANDLERS},
        lifespan=running,
    )


def routes(settings: Settings) -> list[BaseRoute]:
    """The portal comes last: whatever is nothing else is a portal's name."""
    return [
        Route("/healthz", _healthy),
        Route("/static/{name}", serve_static),
        Route("/static/pictures/{signature}/{picture}", _picture),
        Route("/hooks/{account:path}", receive, methods=["POST"]),
        *console.routes(settings),
        *portal.routes(),
    ]


async def _picture(request: Request) -> Response:
    return await shared_of(request).pictures.serve(request)


async def _healthy(_: Request) -> Response:
    return PlainTextResponse("ok\n")
