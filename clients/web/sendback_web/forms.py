"""Forms: each carries a token that only our own page can know, tied to the browser and to who is signed in there."""

import hmac
import secrets
from hashlib import sha256

from python_multipart.multipart import parse_options_header
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

VISIT = "sendback_visit"
TOKEN = "form_token"
_DAYS = 30 * 86400
# Each of an order's thousand lines has its own, and a file that was not chosen is sent as an empty one.
_MOST_FILES = 6000
_MOST_FIELDS = 12_000
_LARGEST_FIELD = 64 * 1024
_CHARSETS = (b"utf-8", b"utf8")


class FormExpired(Exception):
    """The form was not made for who sends it: somebody else signed in meanwhile, the cookie went, or it is forged."""


def visit_of(request: Request) -> str:
    """The browser's own number, made on its first page."""
    kept = request.cookies.get(VISIT, "")
    if not kept or len(kept) > 64:
        kept = getattr(request.state, "new_visit", "") or secrets.token_urlsafe(18)
        request.state.new_visit = kept
    return kept


def form_token(request: Request, signed_in_as: str = "") -> str:
    """`signed_in_as` is the session's token, so that a form of one session is no form of another's."""
    key = request.app.state.shared.settings.secret.get_secret_value()
    said = f"form\0{visit_of(request)}\0{signed_in_as}"
    return hmac.new(key.encode(), said.encode(), sha256).hexdigest()[:40]


def keep_visit(request: Request, response: Response, *, secure: bool) -> None:
    if visit := getattr(request.state, "new_visit", ""):
        response.set_cookie(VISIT, visit, max_age=_DAYS, httponly=True, samesite="lax", secure=secure)


async def posted(request: Request, signed_in_as: str = "", *, largest: int = 1024 * 1024) -> FormData:
    """The form that was sent, once its token is found to be right. `largest` is in bytes, of the whole request."""
    length = request.headers.get("content-length", "")
    if not (length.isascii() and length.isdecimal()):
        raise HTTPException(411)  # no browser leaves it out, and what has no length has no end
    if int(length) > largest:
        raise HTTPException(413)
    _check_charset(request)
    form = await request.form(max_files=_MOST_FILES, max_fields=_MOST_FIELDS, max_part_size=_LARGEST_FIELD)
    given = form.get(TOKEN)
    if not isinstance(given, str) or not hmac.compare_digest(
        given.encode(), form_token(request, signed_in_as).encode()
    ):
        raise FormExpired
    return form


def _check_charset(request: Request) -> None:
    """Browsers name none. Fields would be decoded by any that Python knows, some of which take minutes for a field."""
    _, said = parse_options_header(request.headers.get("content-type"))
    if said.get(b"charset", b"utf-8").lower() not in _CHARSETS:
        raise HTTPException(400)
