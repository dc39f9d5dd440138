"""The buyer's session: kept in a cookie of the portal's own, which holds its language, the order and the token."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import wraps

from sendback.v1.portal_service_pb2 import Session
from sendback_client import SendbackError
from starlette.requests import Request
from starlette.responses import Response

from sendback_web.forms import FormExpired
from sendback_web.portal.front import Front, front

COOKIE = "sendback_session"
_LONGEST_TOKEN = 2048
_ENDED = ("SESSION_INVALID", "PORTAL_INACTIVE")


def keep(at: Front, response: Response, session: Session) -> None:
    """For this portal only, until the browser closes; how long it holds is the service's to say, whose clock it is."""
    response.set_cookie(
        COOKIE,
        f"{session.language_code}.{session.order_id}.{session.session_token}",
        path=at.home,
        httponly=True,
        samesite="lax",
        secure=at.shared.settings.secure,
    )


def forget(at: Front, response: Response) -> None:
    response.delete_cookie(COOKIE, path=at.home)


@dataclass(frozen=True, slots=True)
class Kept:
    """What the cookie says; all empty where there is no session. Only the token is proof of anything."""

    language: str = ""
    order_id: str = ""
    token: str = ""


def kept(request: Request) -> Kept:
    parts = request.cookies.get(COOKIE, "").split(".", 2)
    if len(parts) != 3 or not parts[2] or len(parts[2]) > _LONGEST_TOKEN:
        return Kept()
    return Kept(*parts)


Page = Callable[[Request, Front], Awaitable[Response]]


def signed_in(page: Page) -> Callable[[Request], Awaitable[Response]]:
    """A page for who is signed in; others, and those whose session ended meanwhile, come to the door."""

    @wraps(page)
    async def entered(request: Request) -> Response:
        own = kept(request)
        at = await front(request, own.language, own.token)
        if not own.token or not at.portal.available:
            return at.go("?ended" if request.method == "POST" else "")
        try:
            return await page(request, at)
        except FormExpired:
            return at.go("/order?other")
        except SendbackError as error:
            if error.reason not in _ENDED:
                raise
            response = at.go("?ended")
            forget(at, response)
            return response

    return entered
