"""The provider's pages and endpoints."""

import base64
import binascii
from collections.abc import Awaitable, Callable, Sequence
from urllib.parse import unquote, urlencode, urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from sendback_web.issuer.grants import (
    ALGORITHM,
    Asked,
    Client,
    GrantRefused,
    Grants,
    Person,
    is_loopback,
    must_be_loopback,
)

_LONGEST = 2048


class Issuer:
    """`app` is an ASGI application to be served at `uri`, the root of a loopback address."""

    def __init__(self, uri: str, client: Client, people: Sequence[Person]) -> None:
        self._uri = must_be_loopback(uri).rstrip("/")
        self._client = client
        must_be_loopback(client.redirect_uri)
        self._people = {person.subject: person for person in people}
        self._grants = Grants(self._uri, client)
        self._templates = Environment(
            loader=PackageLoader("sendback_web.issuer"), autoescape=True, undefined=StrictUndefined
        )
        self.app = Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self._here(self._discovery)),
                Route("/keys", self._here(self._keys)),
                Route("/authorize", self._here(self._authorize), methods=["GET", "POST"]),
                Route("/token", self._here(self._token), methods=["POST"]),
                Route("/end", self._here(self._end)),
            ]
        )

    def _here(
        self, answer: Callable[[Request], Awaitable[Response]]
    ) -> Callable[[Request], Awaitable[Response]]:
        """Only for whoever sits at this machine, by a loopback name: no proxy may bring strangers in."""

        async def guarded(request: Request) -> Response:
            caller = request.client.host if request.client else ""
            if not is_loopback(caller) or not is_loopback(request.url.hostname or ""):
                return PlainTextResponse("This provider is for loopback only.\n", 403)
            response = await answer(request)
            response.headers["Cache-Control"] = "no-store"
            response.headers["X-Content-Type-Options"] = "nosniff"
            return response

        return guarded

    async def _discovery(self, _: Request) -> Response:
        return JSONResponse(
            {
                "issuer": self._uri,
                "authorization_endpoint": f"{self._uri}/authorize",
                "token_endpoint": f"{self._uri}/token",
                "jwks_uri": f"{self._uri}/keys",
                "end_session_endpoint": f"{self._uri}/end",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": [ALGORITHM],
                "code_challenge_methods_supported": ["S256"],
                "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            }
        )

    async def _keys(self, _: Request) -> Response:
        return JSONResponse(self._grants.keys())

    async def _authorize(self, request: Request) -> Response:
        """The page where people say who they are; its buttons post the person back to the same address."""
        asked = self._asked(request)
        if asked is None:
            return PlainTextResponse("The application asked in a way that is not understood here.\n", 400)
        if request.method == "GET":
            return self._page("people.html", people=self._people.values())
        async with request.form(max_fields=4) as form:
            person = self._people.get(str(form.get("person", "")))
        if person is None:
            return self._page("people.html", people=self._people.values())
        try:
            told = {"code": self._grants.code(person, asked), "state": asked.state}
        except GrantRefused as refused:
            told = {"error": str(refused), "state": asked.state}
        return RedirectResponse(f"{asked.redirect_uri}?{urlencode(told)}", 303)

    def _asked(self, request: Request) -> Asked | None:
        said = request.query_params
        fits = (
            said.get("client_id") == self._client.id
            and said.get("redirect_uri") == self._client.redirect_uri
            and said.get("response_type") == "code"
            and said.get("code_challenge_method") == "S256"
            and "openid" in said.get("scope", "").split()
            and len(str(said)) <= _LONGEST
        )
        if not fits:
            return None
        return Asked(
            said["redirect_uri"], said.get("state", ""), said.get("nonce", ""), said.get("code_challenge", "")
        )

    async def _token(self, request: Request) -> Response:
        async with request.form(max_fields=10) as form:
            said = {name: str(value)[:_LONGEST] for name, value in form.items()}
        try:
            if said.get("grant_type") != "authorization_code":
                raise GrantRefused("unsupported_grant_type")
            return JSONResponse(
                self._grants.tokens(
                    _client_of(request),
                    said.get("code", ""),
                    said.get("redirect_uri", ""),
                    said.get("code_verifier", ""),
                )
            )
        except GrantRefused as refused:
            return JSONResponse({"error": str(refused)}, 401 if str(refused) == "invalid_client" else 400)

    async def _end(self, request: Request) -> Response:
        """There is no session here to end; back to the application, where it is our client's."""
        back = request.query_params.get("post_logout_redirect_uri", "")
        if _origin(back) != _origin(self._client.redirect_uri):
            return self._page("ended.html")
        return RedirectResponse(back, 303)

    def _page(self, name: str, **values: object) -> Response:
        page = HTMLResponse(self._templates.get_template(name).render(**values))
        policy = (
            "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; "
            f"form-action 'self' {_origin(self._client.redirect_uri)}"
        )
        page.headers["Content-Security-Policy"] = policy
        return page


def _origin(uri: str) -> str:
    parts = urlsplit(uri)
    return f"{parts.scheme}://{parts.netloc}"


def _client_of(request: Request) -> tuple[str, str]:
    """Id and secret of HTTP Basic, each encoded as in a form."""
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        name, _, secret = base64.b64decode(given, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return unquote(name), unquote(secret)
