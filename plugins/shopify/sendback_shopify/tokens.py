"""The three ways to hold an access token. Each answers the current one, and another when Shopify refuses that."""

import hashlib
import threading
import time
from typing import Any, Protocol

import httpx
from pydantic import BaseModel, ValidationError
from sendback_sdk import Declined, Misconfigured, OutcomeUnknown, TryLater
from sendback_sdk.http import send

from sendback_shopify.settings import ShopSettings
from sendback_shopify.token_file import Kept, TokenFile

_EARLY_SECONDS = 120
_GIVEN = " and `refresh_token`, which can be used once"
_KEPT = " and the refresh token in `token_file`, whose place a new `refresh_token` takes"


class Tokens(Protocol):
    def current(self) -> str: ...

    def renewed(self, refused: str) -> str:
        """Another token in place of one that was refused."""


class Grant(BaseModel):
    """What the token endpoint answers; `expires_in` in seconds."""

    access_token: str
    expires_in: float = 0
    refresh_token: str = ""


class StaticToken:
    def __init__(self, token: str) -> None:
        self._token = token

    def current(self) -> str:
        return self._token

    def renewed(self, refused: str) -> str:  # noqa: ARG002 - there is but one
        raise Misconfigured("Shopify refuses the access token: make a new one and put it into `token`")


class DailyToken:
    """The client-credentials grant: a token for a day, fetched again at will."""

    def __init__(self, settings: ShopSettings, http: httpx.Client) -> None:
        self._settings, self._http = settings, http
        self._lock = threading.Lock()
        self._token, self._until = "", 0.0

    def current(self) -> str:
        with self._lock:
            if time.monotonic() >= self._until:
                self._fetch()
            return self._token

    def renewed(self, refused: str) -> str:
        """Of threads that were refused together one fetches."""
        with self._lock:
            if self._token == refused:
                self._fetch()
            return self._token

    def _fetch(self) -> None:
        grant = granted(self._settings, self._http, grant_type="client_credentials")
        self._token = grant.access_token
        self._until = time.monotonic() + grant.expires_in - _EARLY_SECONDS


class RotatedToken:
    """The refresh grant: each refresh answers a token for an hour and the refresh token to use next. Every process
    that signs in as this shop shares one file, and takes turns. A refresh token that the settings give is begun with
    once, and takes the place of what the file keeps."""

    def __init__(self, settings: ShopSettings, http: httpx.Client) -> None:
        assert settings.token_file is not None
        assert settings.refresh_token is not None
        self._settings, self._http = settings, http
        self._first = settings.refresh_token.get_secret_value()
        self._digest = hashlib.sha256(self._first.encode()).hexdigest()
        self._file = TokenFile(settings.token_file)

    def current(self) -> str:
        kept = self._file.read()
        if self._goes_on(kept) and kept.access_token and time.time() < kept.expires - _EARLY_SECONDS:
            return kept.access_token
        return self.renewed(kept.access_token)

    def renewed(self, refused: str) -> str:
        with self._file.turn():
            kept = self._file.read()
            if self._goes_on(kept) and kept.access_token != refused:
                return kept.access_token
            kept = self._refreshed(kept)
            self._file.write(kept)
            return kept.access_token

    def _refreshed(self, kept: Kept) -> Kept:
        spent, place = (kept.refresh_token, _KEPT) if self._goes_on(kept) else (self._first, _GIVEN)
        grant = granted(self._settings, self._http, place, grant_type="refresh_token", refresh_token=spent)
        return Kept(
            grant.access_token,
            grant.refresh_token or spent,
            time.time() + grant.expires_in,
            sorted({*kept.begun, self._digest}),
        )

    def _goes_on(self, kept: Kept) -> bool:
        """With what is kept; not where the settings give a token that is new here. An early file does not say what it
        began with: it is taken to be this one."""
        return kept.refresh_token != "" and (not kept.begun or self._digest in kept.begun)


def tokens(settings: ShopSettings, http: httpx.Client) -> Tokens:
    if settings.token is not None:
        return StaticToken(settings.token.get_secret_value())
    if settings.refresh_token is not None:
        return RotatedToken(settings, http)
    return DailyToken(settings, http)


def granted(settings: ShopSettings, http: httpx.Client, what_else: str = "", **form: str) -> Grant:
    """Asks the token endpoint. A refusal is a matter of settings, `what_else` of them beside the app's credentials;
    everything else can be tried again."""
    assert settings.client_secret is not None
    secret = settings.client_secret.get_secret_value()
    fields: dict[str, Any] = {"client_id": settings.client_id, "client_secret": secret, **form}
    try:
        answer = send(http, "POST", f"{settings.root}/admin/oauth/access_token", data=fields)
        return Grant.model_validate_json(answer.content)
    except (Declined, Misconfigured):
        raise Misconfigured(
            f"Shopify grants no access token: look at `client_id`, `client_secret`{what_else}"
        ) from None
    except (OutcomeUnknown, ValidationError):
        raise TryLater("the token endpoint gave no readable answer") from None
