"""Stripe's library over the contract's HTTP client, so that there is one place where HTTP is made."""

from collections.abc import Mapping
from typing import Any

import httpx
import stripe
from sendback_sdk.errors import PluginError
from sendback_sdk.http import send

# What this package was written against; Stripe keeps to it whatever the account's own version is.
API_VERSION = "2026-10-28.endive"


class Connection(stripe.HTTPClient):
    """Hands the library every answer, be it an error; a call without one raises what the contract says. It is never
    repeated here: whoever calls decides that."""

    name = "sendback"

    def __init__(self, http: httpx.Client) -> None:
        super().__init__()
        self._http = http

    def request(
        self, method: str, url: str, headers: Mapping[str, str] | None, post_data: Any = None, **_: Any
    ) -> tuple[str, int, Mapping[str, str]]:
        try:
            answer = send(self._http, method.upper(), url, headers=dict(headers or {}), content=post_data)
        except PluginError as error:
            cause = error.__cause__
            if not isinstance(cause, httpx.HTTPStatusError) or not _of_stripe(cause.response):
                raise
            answer = cause.response
        return answer.text, answer.status_code, answer.headers

    def close(self) -> None:
        """The client is the host's."""


def _of_stripe(answer: httpx.Response) -> bool:
    """Whether the library can read it: an error of somebody's in between it cannot."""
    try:
        return isinstance(answer.json()["error"], dict)
    except (ValueError, KeyError, TypeError, RecursionError):
        return False
