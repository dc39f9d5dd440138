"""Calls to Colissimo. Requests may hold the password: of a failure only its kind is told, never a body."""

from dataclasses import dataclass
from typing import Any

import httpx
from sendback_sdk import Declined, Misconfigured, OutcomeUnknown, TryLater
from sendback_sdk.http import send


@dataclass(frozen=True, slots=True, repr=False)
class Access:
    """By `api_key`, or by contract number and password, which go into the body."""

    url: str
    api_key: str
    contract_number: str
    password: str
    timeout: float


def call(http: httpx.Client, access: Access, operation: str, body: dict[str, Any]) -> httpx.Response:
    headers = {"accept": "*/*"}
    if access.api_key:
        headers["apikey"] = access.api_key
    else:
        body = {"contractNumber": access.contract_number, "password": access.password, **body}
    url = f"{access.url}/{operation}"
    return _send(http, "POST", url, json=body, headers=headers, timeout=access.timeout)


def look(http: httpx.Client, url: str, key: str, timeout: float) -> httpx.Response:
    """Tracking changes nothing: no answer is no reason for doubt."""
    try:
        headers = {"x-okapi-key": key, "accept": "application/json"}
        return _send(http, "GET", url, headers=headers, timeout=timeout)
    except OutcomeUnknown as unanswered:
        raise TryLater(unanswered.text) from None


def _send(http: httpx.Client, method: str, url: str, **options: Any) -> httpx.Response:
    """A refusal and a technical error are given back to be read."""
    try:
        return send(http, method, url, **options)
    except TryLater as later:
        raise TryLater(_kind(later.text), after=later.after) from None
    except (Declined, Misconfigured, OutcomeUnknown) as failed:
        refused = failed.__cause__
        if isinstance(refused, httpx.HTTPStatusError) and refused.response.is_error:
            return refused.response
        raise type(failed)(_kind(failed.text)) from None


def _kind(text: str) -> str:
    """`502: <html>…` → `502`."""
    return text.partition(":")[0][:60]
