"""Calls to DHL in one account's name: its token, kept until shortly before it ends, and what a failure means."""

import time
from dataclasses import dataclass
from threading import Lock
from typing import Any

import httpx
from sendback_sdk import Declined, Misconfigured, OutcomeUnknown, TryLater
from sendback_sdk.http import send

from sendback_dhl.answer import parsed, said

_RETURNS = "/parcel/de/shipping/returns/v1"
_LOGIN = "/parcel/de/account/auth/ropc/v1/token"
_EARLY_SECONDS, _KEPT_SECONDS = 60.0, 600.0


@dataclass(frozen=True, slots=True, repr=False)
class Access:
    """With `api_secret` by token (OAuth 2, ROPC), without by Basic and the key, as DHL had it before."""

    url: str
    username: str
    password: str
    api_key: str
    api_secret: str
    timeout: float


class Api:
    def __init__(self, http: httpx.Client, access: Access) -> None:
        self._http = http
        self._access = access
        self._lock = Lock()
        self._token, self._until = "", 0.0
        self._known: dict[str, tuple[float, list[dict[str, Any]]]] = {}

    def order(self, body: dict[str, Any], *, code: bool) -> Any:
        query = {"labelType": "BOTH" if code else "SHIPMENT_LABEL"}
        response = self._authorized("POST", f"{_RETURNS}/orders", params=query, json=body)
        if not response.is_success:
            raise Declined(said(response))
        return parsed(response)

    def locations(self, iso3: str) -> list[dict[str, Any]]:
        """The account's receivers, as they were some minutes ago at most. Nothing is made by asking, so that no
        failure leaves a doubt."""
        since, known = self._known.get(iso3, (0.0, []))
        if not known or time.monotonic() > since + _KEPT_SECONDS:
            known = self._look(iso3)
            self._known[iso3] = (time.monotonic(), known)
        return known

    def _look(self, iso3: str) -> list[dict[str, Any]]:
        try:
            response = self._authorized("GET", f"{_RETURNS}/locations", params={"countryCode": iso3})
            if response.status_code == 404:
                return []
            if not response.is_success:
                raise Declined(said(response))
            found = parsed(response)
        except OutcomeUnknown as unanswered:
            raise TryLater(unanswered.text) from None
        return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []

    def shipment(self, number: str) -> Any:
        """What is known of a parcel, None where nothing is. Tracking knows the key alone."""
        try:
            headers = {"dhl-api-key": self._access.api_key, "accept": "application/json"}
            query = {"trackingNumber": number, "language": "en"}
            response = self._send("GET", "/track/shipments", params=query, headers=headers)
            if response.status_code in (401, 403):
                raise Misconfigured(f"tracking: {said(response)}")
            return parsed(response) if response.is_success else None
        except OutcomeUnknown as unanswered:
            raise TryLater(unanswered.text) from None

    def _authorized(self, method: str, path: str, **options: Any) -> httpx.Response:
        """A token may have been taken back before its time: it is asked for anew, once; a 401 did nothing."""
        token = self._bearer()
        response = self._send(method, path, **self._proof(token), **options)
        if response.status_code == 401 and token:
            self._forget(token)
            response = self._send(method, path, **self._proof(self._bearer()), **options)
        if response.status_code in (401, 403):
            raise Misconfigured(said(response))
        return response

    def _proof(self, token: str) -> dict[str, Any]:
        if token:
            return {"headers": {"authorization": f"Bearer {token}"}}
        basic = httpx.BasicAuth(self._access.username, self._access.password)
        return {"auth": basic, "headers": {"dhl-api-key": self._access.api_key}}

    def _bearer(self) -> str:
        """One login at a time: whoever comes meanwhile takes its token."""
        if not self._access.api_secret:
            return ""
        with self._lock:
            if time.monotonic() >= self._until:
                self._token, seconds = self._login()
                self._until = time.monotonic() + seconds - _EARLY_SECONDS
            return self._token

    def _forget(self, token: str) -> None:
        with self._lock:
            if token == self._token:
                self._until = 0.0

    def _login(self) -> tuple[str, float]:
        access = self._access
        form = {
            "grant_type": "password",
            "username": access.username,
            "password": access.password,
            "client_id": access.api_key,
            "client_secret": access.api_secret,
        }
        try:
            response = self._send("POST", _LOGIN, data=form)
            if not response.is_success:
                raise Misconfigured(f"DHL refused the login: {response.status_code}")
            answer = parsed(response)
            return str(answer["access_token"]), float(answer.get("expires_in", 0))
        except (OutcomeUnknown, KeyError, TypeError, ValueError, AttributeError) as broken:
            raise TryLater(f"no token: {type(broken).__name__}") from None

    def _send(self, method: str, path: str, **options: Any) -> httpx.Response:
        """A refusal is given back to be read. Of all else only its kind is told, never a body."""
        url, timeout = self._access.url + path, self._access.timeout
        try:
            return send(self._http, method, url, timeout=timeout, **options)
        except (Declined, Misconfigured) as refused:
            if isinstance(refused.__cause__, httpx.HTTPStatusError):
                return refused.__cause__.response
            raise
        except TryLater as later:
            raise TryLater(_kind(later.text), after=later.after) from None
        except OutcomeUnknown as failed:
            raise OutcomeUnknown(_kind(failed.text)) from None


def _kind(text: str) -> str:
    """`500: <html>…` → `500`."""
    return text.partition(":")[0][:60]
