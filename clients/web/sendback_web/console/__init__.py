"""The merchant's console, and the operations' pages."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hashlib import sha256

from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from sendback_web.console.desk import clients
from sendback_web.console.pages import PAGES
from sendback_web.console.sign_in import SignIn
from sendback_web.console.staff import Staff, read_staff
from sendback_web.console.visit import Console
from sendback_web.settings import Settings

COOKIE = "sendback_console"
_PATH = "/console"


def routes(settings: Settings) -> list[BaseRoute]:
    """The console's pages, where the installation has one."""
    if settings.console is None:
        return []
    staff = read_staff(settings.console)
    session = Middleware(
        SessionMiddleware,
        secret_key=_key(settings),
        session_cookie=COOKIE,
        path=_PATH,
        max_age=staff.idle_minutes * 60,
        same_site="lax",
        https_only=settings.secure,
    )
    return [Route(_PATH, _inside), Mount(_PATH, routes=PAGES, middleware=[session])]


async def _inside(_: Request) -> Response:
    return RedirectResponse(f"{_PATH}/", 303)


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Console | None]:
    """What the pages need while the application runs; None without a console."""
    if settings.console is None:
        yield None
        return
    staff: Staff = read_staff(settings.console)
    async with clients(settings, staff) as made:
        yield Console(staff, SignIn(staff), made)


def _key(settings: Settings) -> str:
    """The console's own, so that none of its cookies is good for anything else."""
    return sha256(b"console\0" + settings.secret.get_secret_value().encode()).hexdigest()
