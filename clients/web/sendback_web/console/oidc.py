"""An OpenID Connect provider as an application meets it: authorization code with PKCE, and an id token that is believed
once the provider's own keys, its issuer, its audience, its times and its nonce are found to be right."""

import base64
import secrets
import time
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import quote, urlencode

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

_SECONDS = 5.0
_KEPT_SECONDS = 3600
_LEEWAY_SECONDS = 60
# Signatures that only the provider can make; never one that a shared secret could.
_ALGORITHMS = ["RS256", "PS256", "ES256", "ES384", "EdDSA", "Ed25519"]
_BROKEN = (httpx.HTTPError, JoseError, KeyError, TypeError, ValueError)


class ProviderFailed(Exception):
    """The provider could not be asked, or what it said cannot be believed; `step` says at what."""

    def __init__(self, step: str, cause: Exception | None = None) -> None:
        super().__init__(step)
        self.step = step
        self.cause = type(cause).__name__ if cause else ""


@dataclass(frozen=True, slots=True)
class Pending:
    """What waits in the browser's session while somebody is at the provider."""

    state: str
    nonce: str
    verifier: str


def pending() -> Pending:
    return Pending(secrets.token_urlsafe(24), secrets.token_urlsafe(24), secrets.token_urlsafe(48))


class Provider:
    """What it tells of itself and its keys are kept for an hour; a key that is not among them is asked for anew."""

    def __init__(
        self,
        issuer: str,
        client_id: str,
        client_secret: str,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._transport = transport
        self._issuer = issuer
        self._client = client_id, client_secret
        self._kept: dict[str, tuple[float, dict[str, Any]]] = {}

    async def location(self, callback: str, waiting: Pending, *, anew: bool) -> str:
        """Where to send the browser. `anew` lets people choose another account."""
        about = await self._about()
        asked = {
            "response_type": "code",
            "client_id": self._client[0],
            "redirect_uri": callback,
            "scope": "openid profile email",
            "state": waiting.state,
            "nonce": waiting.nonce,
            "code_challenge": _challenge(waiting.verifier),
            "code_challenge_method": "S256",
            **({"prompt": "select_account"} if anew else {}),
        }
        endpoint = str(about["authorization_endpoint"])
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(asked)}"

    async def claims(self, code: str, callback: str, waiting: Pending) -> dict[str, Any]:
        """Who came back with a code. Raises ProviderFailed."""
        try:
            token = await self._exchanged(code, callback, waiting.verifier)
            return await self._believed(str(token["id_token"]), waiting.nonce)
        except _BROKEN as broken:
            raise ProviderFailed("token", broken) from None

    async def _about(self) -> dict[str, Any]:
        try:
            found = await self._told(f"{self._issuer.rstrip('/')}/.well-known/openid-configuration")
            if found["issuer"] != self._issuer:
                raise ValueError("another issuer")
        except _BROKEN as broken:
            raise ProviderFailed("discovery", broken) from None
        return found

    async def _exchanged(self, code: str, callback: str, verifier: str) -> dict[str, Any]:
        about = await self._about()
        sent = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": callback,
            "code_verifier": verifier,
        }
        name, secret = (quote(part, safe="") for part in self._client)
        async with self._http() as http:
            answer = await http.post(str(about["token_endpoint"]), data=sent, auth=(name, secret))
        return dict(answer.raise_for_status().json())

    async def _believed(self, id_token: str, nonce: str) -> dict[str, Any]:
        uri = str((await self._about())["jwks_uri"])
        try:
            token = jwt.decode(id_token, KeySet.import_key_set(await self._told(uri)), algorithms=_ALGORITHMS)  # type: ignore[arg-type]
        except (JoseError, ValueError):
            self._kept.pop(uri, None)
            token = jwt.decode(id_token, KeySet.import_key_set(await self._told(uri)), algorithms=_ALGORITHMS)  # type: ignore[arg-type]
        jwt.JWTClaimsRegistry(
            leeway=_LEEWAY_SECONDS,
            iss={"essential": True, "value": self._issuer},
            aud={"essential": True, "value": self._client[0]},
            nonce={"essential": True, "value": nonce},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
        ).validate(token.claims)
        if token.claims.get("azp", self._client[0]) != self._client[0]:
            raise ValueError("for another application")
        return dict(token.claims)

    async def _told(self, uri: str) -> dict[str, Any]:
        kept = self._kept.get(uri)
        if kept and time.monotonic() - kept[0] < _KEPT_SECONDS:
            return kept[1]
        async with self._http() as http:
            answer = await http.get(uri)
        found = dict(answer.raise_for_status().json())
        self._kept[uri] = (time.monotonic(), found)
        return found

    def _http(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(timeout=_SECONDS, trust_env=False, transport=self._transport)


def _challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()
