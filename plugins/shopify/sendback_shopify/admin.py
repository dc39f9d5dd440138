"""The Admin API's transport: one POST a document, and what its many ways to say no mean."""

import json
from decimal import Decimal
from typing import Any, NoReturn, TypeVar

import httpx
from pydantic import BaseModel, ValidationError
from sendback_sdk import Declined, Misconfigured, OutcomeUnknown, PluginError, TryLater
from sendback_sdk.http import send

from sendback_shopify.answers import UserError
from sendback_shopify.bucket import Bucket, Cost
from sendback_shopify.documents import Document
from sendback_shopify.settings import API_VERSION, ShopSettings
from sendback_shopify.tokens import tokens

A = TypeVar("A", bound=BaseModel)

_OF_THE_SETTINGS = {
    401: "refuses the access token",
    402: "has frozen this shop",
    403: "forbids this app the shop",
    404: "knows no such shop",
    423: "has locked this shop",
}
_REFUSALS = {
    "INVALID_VARIABLE",
    "RESOURCE_NOT_FOUND",
    "CURRENCY_CODE_INVALID",
    "BAD_REQUEST",
    "MAX_COST_EXCEEDED",
    "undefinedField",
    "argumentNotAccepted",
}
_SHOWN = 300


class Admin:
    """Raises the contract's four errors and no other."""

    def __init__(self, settings: ShopSettings, http: httpx.Client) -> None:
        self._url = f"{settings.root}/admin/api/{API_VERSION}/graphql.json"
        self._http = http
        self._tokens = tokens(settings, http)
        self._bucket = Bucket(settings.patience_seconds)

    def ask(self, document: Document, into: type[A], **variables: Any) -> A:
        """A query. It changes nothing, so that one which was lost can be asked again."""
        try:
            return _read(self._send(document, variables), into)
        except OutcomeUnknown as lost:
            raise TryLater(f"{document.name}: {lost.text}") from lost

    def change(self, document: Document, into: type[A], **variables: Any) -> A:
        """A mutation. `OutcomeUnknown` where no answer says what became of it; its `userErrors` are the caller's."""
        return _read(self._send(document, variables), into)

    def _send(self, document: Document, variables: dict[str, Any]) -> Any:
        answer = self._paid(document, variables)
        data, errors = answer.get("data"), answer.get("errors")
        if errors and not (document.changes and _acted(data)):
            _refused(errors)
        return data

    def _paid(self, document: Document, variables: dict[str, Any]) -> dict[str, Any]:
        """What was throttled was not run: once its price is known it is waited for, and sent again."""
        for _ in range(2):
            self._bucket.wait(document.name)
            answer = _parsed(self._answer(document, variables))
            if cost := _cost(answer):
                self._bucket.heard(document.name, cost)
            if _said(answer.get("errors"))[0] != "THROTTLED":
                return answer
        raise TryLater("Shopify is throttling", after=max(1.0, self._bucket.seconds_for(document.name)))

    def _answer(self, document: Document, variables: dict[str, Any]) -> httpx.Response:
        """A token may have ended early; another is tried once."""
        body = {"query": document.text, "operationName": document.name, "variables": variables}
        token = self._tokens.current()
        try:
            return self._post(body, token)
        except PluginError as refused:
            if _status(refused) != 401:
                raise _named(refused) from refused
        try:
            return self._post(body, self._tokens.renewed(token))
        except PluginError as refused:
            raise _named(refused) from refused

    def _post(self, body: dict[str, Any], token: str) -> httpx.Response:
        headers = {"x-shopify-access-token": token, "accept": "application/json"}
        return send(self._http, "POST", self._url, json=body, headers=headers)


def _status(error: PluginError) -> int:
    cause = error.__cause__
    return cause.response.status_code if isinstance(cause, httpx.HTTPStatusError) else 0


def _named(error: PluginError) -> PluginError:
    """Some statuses say of the whole shop what others say of a call."""
    status = _status(error)
    said = _OF_THE_SETTINGS.get(status)
    return Misconfigured(f"Shopify {said} ({status})") if said else error


def _refused(errors: Any) -> NoReturn:
    """Only codes are looked at; wordings change."""
    code, text = _said(errors)
    if code == "ACCESS_DENIED":
        raise Misconfigured(f"the app lacks a scope: {text}")
    if code in _REFUSALS:
        raise Declined(f"{code}: {text}")
    raise OutcomeUnknown(f"{code}: {text}")


def done(errors: list[UserError]) -> None:
    """Passes where a mutation found nothing wrong; else its words for staff."""
    if errors:
        raise Declined("; ".join(f"{e.code or 'refused'}: {e.message}" for e in errors)[:_SHOWN])


def _parsed(response: httpx.Response) -> dict[str, Any]:
    try:
        answer = json.loads(response.content, parse_float=Decimal)
    except (ValueError, RecursionError, ArithmeticError) as broken:
        raise OutcomeUnknown("an answer that cannot be read") from broken
    if not isinstance(answer, dict) or not (answer.get("errors") or isinstance(answer.get("data"), dict)):
        raise OutcomeUnknown("an answer without data")
    return answer


def _cost(answer: dict[str, Any]) -> Cost | None:
    """None where it is not told, as with Shopify's internal errors: then nothing is known that was not known before."""
    extensions = answer.get("extensions")
    try:
        return Cost.model_validate(extensions["cost"])  # type: ignore[index]
    except (ValidationError, KeyError, TypeError):
        return None


def _acted(data: Any) -> bool:
    """A mutation that answers something has acted, whatever could not be shown of it."""
    return isinstance(data, dict) and any(value is not None for value in data.values())


def _said(errors: Any) -> tuple[str, str]:
    first = errors[0] if isinstance(errors, list) and errors else errors
    if not isinstance(first, dict):
        return "", str(first)[:_SHOWN]
    extensions = first.get("extensions")
    code = extensions.get("code") if isinstance(extensions, dict) else ""
    return str(code or ""), str(first.get("message"))[:_SHOWN]


def _read(data: Any, into: type[A]) -> A:
    try:
        return into.model_validate(data)
    except ValidationError as broken:
        place = ".".join(str(part) for part in broken.errors()[0]["loc"])
        raise OutcomeUnknown(f"an answer that cannot be read at {place}") from broken
