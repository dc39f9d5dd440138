"""The console's half of OpenID Connect against the practice provider, and against ones that lie."""

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey
from sendback_web.console.oidc import Pending, Provider, ProviderFailed, pending
from sendback_web.issuer import Client, Issuer, NotLoopback, Person
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

ISSUER = "http://127.0.0.1:8090"
CALLBACK = "http://127.0.0.1:8080/console/callback"
CLIENT = Client("console", "the client's secret", CALLBACK)
CAMILLE = Person("camille", "Camille Renard", "camille@lumiere.example", claims={"groups": ["returns"]})
KEY = ECKey.generate_key("P-256", auto_kid=True)


def transport(app: Starlette, caller: str = "127.0.0.1") -> httpx.ASGITransport:
    return httpx.ASGITransport(app=app, client=(caller, 1))


@pytest.fixture
def issuer() -> Issuer:
    return Issuer(ISSUER, CLIENT, [CAMILLE])


@pytest.fixture
def provider(issuer: Issuer) -> Provider:
    return Provider(ISSUER, CLIENT.id, CLIENT.secret, transport(issuer.app))


async def a_code(issuer: Issuer, location: str) -> str:
    """What a browser brings back once somebody said who they are."""
    async with httpx.AsyncClient(transport=transport(issuer.app)) as browser:
        assert "Camille Renard" in (await browser.get(location)).text
        answer = await browser.post(location, data={"person": "camille"})
    back = urlsplit(answer.headers["location"])
    assert answer.headers["location"].startswith(CALLBACK)
    return parse_qs(back.query)["code"][0]


async def test_who_comes_back_is_who_they_said(issuer: Issuer, provider: Provider) -> None:
    waiting = pending()
    code = await a_code(issuer, await provider.location(CALLBACK, waiting, anew=False))
    claims = await provider.claims(code, CALLBACK, waiting)
    assert (claims["sub"], claims["email"], claims["groups"]) == ("camille", CAMILLE.email, ["returns"])


async def test_a_code_is_good_once_and_for_whoever_began(issuer: Issuer, provider: Provider) -> None:
    waiting = pending()
    location = await provider.location(CALLBACK, waiting, anew=False)
    stolen = Pending(waiting.state, waiting.nonce, "another verifier")
    with pytest.raises(ProviderFailed):
        await provider.claims(await a_code(issuer, location), CALLBACK, stolen)
    code = await a_code(issuer, location)
    with pytest.raises(ProviderFailed):
        await provider.claims(code, f"{CALLBACK}/elsewhere", waiting)
    code = await a_code(issuer, location)
    await provider.claims(code, CALLBACK, waiting)
    with pytest.raises(ProviderFailed):
        await provider.claims(code, CALLBACK, waiting)


async def test_another_client_gets_nothing(issuer: Issuer, provider: Provider) -> None:
    waiting = pending()
    location = await provider.location(CALLBACK, waiting, anew=False)
    other = Provider(ISSUER, CLIENT.id, "a guess", transport(issuer.app))
    with pytest.raises(ProviderFailed):
        await other.claims(await a_code(issuer, location), CALLBACK, waiting)
    async with httpx.AsyncClient(transport=transport(issuer.app)) as browser:
        forged = location.replace("callback", "elsewhere")
        assert (await browser.get(forged)).status_code == 400
        assert (await browser.get(f"{ISSUER}/authorize")).status_code == 400
        assert (await browser.post(f"{ISSUER}/token", data={"grant_type": "password"})).status_code == 400


def lying(said: Callable[[dict[str, Any]], str], issuer: str = ISSUER) -> Provider:
    """A provider whose id token is what `said` makes of honest claims; `/keys` are those of `KEY`."""

    async def about(_: Request) -> Response:
        return JSONResponse(
            {
                "issuer": issuer,
                "authorization_endpoint": f"{ISSUER}/authorize",
                "token_endpoint": f"{ISSUER}/token",
                "jwks_uri": f"{ISSUER}/keys",
            }
        )

    async def keys(_: Request) -> Response:
        return JSONResponse({"keys": [KEY.as_dict(private=False)]})

    async def token(_: Request) -> Response:
        now = int(time.time())
        honest = {
            "iss": ISSUER,
            "sub": "camille",
            "aud": "console",
            "iat": now,
            "exp": now + 60,
            "nonce": "nonce",
        }
        return JSONResponse({"access_token": "x", "token_type": "Bearer", "id_token": said(honest)})

    app = Starlette(
        routes=[
            Route("/.well-known/openid-configuration", about),
            Route("/keys", keys),
            Route("/token", token, methods=["POST"]),
        ]
    )
    return Provider(ISSUER, "console", "secret", transport(app))


def signed(claims: dict[str, Any], key: Any = KEY, **header: str) -> str:
    return jwt.encode({"alg": "ES256", "kid": KEY.kid, **header}, claims, key, algorithms=["ES256", "HS256"])


async def test_an_honest_token_is_believed() -> None:
    claims = await lying(signed).claims("code", CALLBACK, Pending("state", "nonce", "verifier"))
    assert claims["sub"] == "camille"


@pytest.mark.parametrize(
    "lie",
    [
        lambda claims: signed({**claims, "aud": "another application"}),
        lambda claims: signed({**claims, "aud": ["console", "other"], "azp": "other"}),
        lambda claims: signed({**claims, "iss": "http://127.0.0.1:8091"}),
        lambda claims: signed({**claims, "nonce": "another"}),
        lambda claims: signed({name: value for name, value in claims.items() if name != "nonce"}),
        lambda claims: signed({**claims, "exp": 1}),
        lambda claims: signed({name: value for name, value in claims.items() if name != "sub"}),
        lambda claims: signed(claims, ECKey.generate_key("P-256")),
        lambda claims: signed(claims, OctKey.import_key(b"the client's secret, as a key"), alg="HS256"),
        lambda claims: ".".join([*signed(claims).split(".")[:2], ""]),
        lambda _: "no token",
    ],
)
async def test_a_lie_is_not_believed(lie: Callable[[dict[str, Any]], str]) -> None:
    with pytest.raises(ProviderFailed):
        await lying(lie).claims("code", CALLBACK, Pending("state", "nonce", "verifier"))


async def test_a_provider_that_is_another_than_it_says_is_not_asked() -> None:
    with pytest.raises(ProviderFailed):
        await lying(signed, issuer="https://evil.example").location(CALLBACK, pending(), anew=False)


@pytest.mark.parametrize("address", ["https://id.example", "http://10.0.0.1:8090", "http://0.0.0.0:80", ""])
def test_the_practice_provider_refuses_whatever_is_not_loopback(address: str) -> None:
    with pytest.raises(NotLoopback):
        Issuer(address, CLIENT, [])
    with pytest.raises(NotLoopback):
        Issuer(ISSUER, Client("console", "secret", f"{address}/callback"), [])


@pytest.mark.parametrize(("caller", "host"), [("192.0.2.7", "127.0.0.1:8090"), ("127.0.0.1", "id.example")])
async def test_nobody_from_elsewhere_is_let_in_by_it(issuer: Issuer, caller: str, host: str) -> None:
    async with httpx.AsyncClient(transport=transport(issuer.app, caller)) as outside:
        answer = await outside.get(f"http://{host}/.well-known/openid-configuration")
    assert answer.status_code == 403
