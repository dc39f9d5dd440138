"""The server's API: a key, JSON, and what its refusals mean."""

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import httpx
from sendback_sdk import Declined, Misconfigured, OutcomeUnknown
from sendback_sdk.http import send

from sendback_karrio.settings import KarrioSettings

# karrio's own words for "the call to the carrier broke"; a carrier's HTTP status stands there as a number.
_BROKE = "SHIPPING_SDK_INTERNAL_ERROR"


@dataclass(frozen=True, slots=True)
class Server:
    http: httpx.Client
    settings: KarrioSettings

    def get(self, path: str, params: dict[str, str]) -> dict[str, Any]:
        return _object(self._send("GET", path, params=params))

    def post(self, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        return _object(self._send("POST", path, json=body or {}))

    def document(self, id: str, format: str) -> bytes:
        return self._send("GET", f"/v1/shipments/{id}/label.{format.lower()}").content

    def _send(self, method: str, path: str, **options: Any) -> httpx.Response:
        headers = {"authorization": f"Token {self.settings.api_key.get_secret_value()}"}
        options["timeout"] = self.settings.timeout_seconds
        try:
            return send(self.http, method, self.settings.base_url + path, headers=headers, **options)
        except Declined as no:
            if isinstance(no.__cause__, httpx.HTTPStatusError):
                _weigh(no, no.__cause__.response)
            raise


def _weigh(no: Declined, response: httpx.Response) -> None:
    """424 says that the connected carrier did not do it: by its word, or because the line to it broke."""
    if response.status_code == 404 and "carrier connection" in no.text:
        raise Misconfigured(f"karrio has no such connection: {no.text}") from no
    if response.status_code == 424 and not _is_the_carriers_word(response):
        raise OutcomeUnknown(no.text) from no


def _is_the_carriers_word(response: httpx.Response) -> bool:
    try:
        codes = [str(message["code"]) for message in response.json()["messages"]]
    except (ValueError, KeyError, TypeError, RecursionError):
        return False
    return bool(codes) and not any(code == _BROKE or _is_server_error(code) for code in codes)


def _is_server_error(code: str) -> bool:
    return len(code) == 3 and code.isdigit() and code.startswith("5")


def _object(response: httpx.Response) -> dict[str, Any]:
    """Numbers with decimals are amounts here: never floats."""
    try:
        return dict(json.loads(response.content, parse_float=Decimal))
    except (ValueError, TypeError, RecursionError, ArithmeticError) as broken:
        raise OutcomeUnknown("an answer that is no JSON object") from broken
