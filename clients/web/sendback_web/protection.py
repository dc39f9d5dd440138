"""What every answer says of itself to browsers, and what no request may do from another site."""

import secrets
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Called by machines, which prove themselves by signature.
_MACHINES = "/hooks/"
_SAFE = ("GET", "HEAD", "OPTIONS")
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data: blob:; "
    "connect-src 'self'; font-src 'self'; form-action 'self'; frame-src 'self'; frame-ancestors 'self'; "
    "base-uri 'none'; manifest-src 'self'"
)
_HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "SAMEORIGIN",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
}
_ONLY_HTTPS = "max-age=31536000"


class Protection:
    """Gives each request a nonce (`request.state.nonce`) for the style that a page carries, sets headers, refuses
    what another site makes a browser send."""

    def __init__(self, app: ASGIApp, base_url: str) -> None:
        self._app = app
        self._secure = base_url.startswith("https://")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        nonce = secrets.token_urlsafe(16)
        scope.setdefault("state", {})["nonce"] = nonce

        async def protected(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._mark(MutableHeaders(scope=message), nonce)
            await send(message)

        if _forged(scope):
            await PlainTextResponse("This request came from another site.", 403)(scope, receive, protected)
        else:
            await self._app(scope, receive, protected)

    def _mark(self, headers: MutableHeaders, nonce: str) -> None:
        for name, value in _HEADERS.items():
            headers.setdefault(name, value)
        headers.setdefault("content-security-policy", _POLICY.format(nonce=nonce))
        headers.setdefault("cache-control", "no-store")
        if self._secure:
            headers.setdefault("strict-transport-security", _ONLY_HTTPS)


def _forged(scope: Scope) -> bool:
    """Whether a browser says that another site made it send this. Forms have a token besides: see `forms`."""
    if scope["method"] in _SAFE or scope["path"].startswith(_MACHINES):
        return False
    headers = Headers(scope=scope)
    if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return True
    origin = headers.get("origin")
    return origin is not None and _place(origin) != headers.get("host", "")


def _place(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return None
