"""The keys that an identity provider publishes (JWKS): kept, and read anew when they grow old. When a token names a key
that is not among them the provider may have rotated its keys: they are read at once, though not often."""

import asyncio
import time
from collections.abc import Mapping
from typing import Any

import httpx
import jwt
import structlog

from sendback_service.authentication_settings import Issuer, is_fit_to_ask
from sendback_service.records import KeyRecord
from sendback_service.refusal import Reason, Refusal, refuse

_OLD_SECONDS = 600.0
# A provider that is gone for longer vouches for nobody.
_DEAD_SECONDS = 24 * 3600.0
_LARGEST = 256 * 1024
_MOST_KEYS = 100
_ANSWER_SECONDS = 5.0
_DISCOVERY = "/.well-known/openid-configuration"


class _Unreadable(Exception):
    """Says what is wrong with what the provider published."""


class IssuerKeys:
    """`checked` are tokens that these very keys proved; with other keys it is empty again. `rest_seconds` is how long
    it is not asked again, whoever makes us wish to."""

    def __init__(self, name: str, issuer: Issuer, rest_seconds: float = 30.0) -> None:
        self.checked: dict[bytes, KeyRecord] = {}
        self._name = name
        self._issuer = issuer
        self._rest = rest_seconds
        self._keys: dict[str, tuple[str, Any]] = {}
        self._read = self._asked = float("-inf")
        self._turn = asyncio.Lock()
        self._looking: asyncio.Task[None] | None = None

    async def key(self, kid: str, algorithm: str) -> Any:
        """The public key of that name, if it is for that algorithm."""
        if self._age() > _DEAD_SECONDS or kid not in self._keys:
            await self._look(kid)
        if self._age() > _DEAD_SECONDS:
            raise Refusal(Reason.ISSUER_SILENT, {"issuer": self._name}, retry_after=self._rest)
        found = self._keys.get(kid)
        if found is None or found[0] not in ("", algorithm):
            raise refuse(Reason.KEY_INVALID)
        return found[1]

    def look_again_when_old(self) -> None:
        """Beside the calls: nobody waits for it."""
        if self._age() > _OLD_SECONDS and not self._resting() and not self._turn.locked():
            self._looking = asyncio.get_running_loop().create_task(self._look(""))

    async def _look(self, kid: str) -> None:
        async with self._turn:
            if self._resting() or (kid and kid in self._keys and self._age() <= _DEAD_SECONDS):
                return
            self._asked = time.monotonic()
            try:
                self._keys = await asyncio.wait_for(_published(self._issuer), _ANSWER_SECONDS)
            except (TimeoutError, httpx.HTTPError, httpx.InvalidURL, _Unreadable) as why:
                said = f"{type(why).__name__}: {why}"
                structlog.get_logger().error("issuer.silent", issuer=self._name, why=said)
                return
            self._read = time.monotonic()
            self.checked.clear()

    def _age(self) -> float:
        return time.monotonic() - self._read

    def _resting(self) -> bool:
        return time.monotonic() - self._asked < self._rest


async def _published(issuer: Issuer) -> dict[str, tuple[str, Any]]:
    """Keys by name, each with the algorithm that it is for, "" for any that fits its kind."""
    async with httpx.AsyncClient(timeout=_ANSWER_SECONDS, follow_redirects=False, trust_env=False) as client:
        document = await _json(client, issuer.jwks_uri or await _discovered(client, issuer))
    listed = document.get("keys")
    if not isinstance(listed, list):
        raise _Unreadable("no list of keys")
    return dict(filter(None, map(_key, listed[:_MOST_KEYS])))


async def _discovered(client: httpx.AsyncClient, issuer: Issuer) -> str:
    document = await _json(client, issuer.issuer.rstrip("/") + _DISCOVERY)
    uri = document.get("jwks_uri")
    if document.get("issuer") != issuer.issuer:
        raise _Unreadable(f"it calls itself {str(document.get('issuer'))[:100]!r}")
    if not isinstance(uri, str) or not is_fit_to_ask(uri):
        raise _Unreadable("its jwks_uri is not https")
    return uri


async def _json(client: httpx.AsyncClient, uri: str) -> Mapping[str, Any]:
    async with client.stream("GET", uri) as response:
        if response.status_code != 200:
            raise _Unreadable(f"{uri} answers {response.status_code}")
        pieces, size = [], 0
        async for piece in response.aiter_bytes():
            size += len(piece)
            if size > _LARGEST:
                raise _Unreadable(f"{uri} answers more than {_LARGEST} bytes")
            pieces.append(piece)
    try:
        found = httpx.Response(200, content=b"".join(pieces)).json()
    except (ValueError, RecursionError):
        raise _Unreadable(f"{uri} answers no JSON") from None
    if not isinstance(found, dict):
        raise _Unreadable(f"{uri} answers no object")
    return found


def _key(published: Any) -> tuple[str, tuple[str, Any]] | None:
    """None for what does not sign with a key pair, or is of a kind that we do not know."""
    if not isinstance(published, dict) or published.get("use", "sig") != "sig":
        return None
    kid, algorithm = published.get("kid", ""), published.get("alg", "")
    if published.get("kty") == "oct" or not isinstance(kid, str) or not isinstance(algorithm, str):
        return None
    try:
        return kid, (algorithm, jwt.PyJWK(published).key)
    except (jwt.PyJWTError, ValueError, TypeError):
        return None
