"""Which language a reader gets: the one chosen here, else the one that the buyer or the browser brings."""

from starlette.requests import Request
from starlette.responses import Response

from sendback_web.words import LANGUAGES, language_for

COOKIE = "sendback_language"
PARAMETER = "lang"
_YEAR = 365 * 86400


def language_of(request: Request, *brought: str, default: str = "en") -> str:
    """`brought` stands behind the reader's own choice and before the browser's."""
    return language_for([chosen(request), *brought, request.headers.get("accept-language", "")], default)


def chosen(request: Request) -> str:
    """By the address, or before; empty where the reader has not chosen."""
    named = request.query_params.get(PARAMETER, "") or request.cookies.get(COOKIE, "")
    return named if named in LANGUAGES else ""


def choose(request: Request, response: Response, *, secure: bool) -> None:
    """Keeps a choice that the address names."""
    named = request.query_params.get(PARAMETER, "")
    if named in LANGUAGES:
        response.set_cookie(COOKIE, named, max_age=_YEAR, httponly=True, samesite="lax", secure=secure)
