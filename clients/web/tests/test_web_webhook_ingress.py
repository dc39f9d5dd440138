"""The ingress: handed on as it came, answered so that the sender does the right thing."""

from typing import Any

import grpc
import pytest
from starlette.testclient import TestClient

MEBIBYTE = 1024 * 1024


def test_headers_and_body_come_as_they_were_sent(browser: TestClient, service: Any) -> None:
    body = b'{"a": "\xff\x00"}'
    answer = browser.post("/hooks/shop", content=body, headers={"X-Signature": "abc=", "X-Topic": "refunds"})
    assert (answer.status_code, answer.json()) == (200, {"updates": 2, "applied": 1})
    (asked,) = service.asked
    assert (asked.account, asked.body) == ("shop", body)
    headers = {header.name: header.value for header in asked.headers}
    assert headers["x-signature"] == "abc="
    assert headers["x-topic"] == "refunds"


@pytest.mark.parametrize(
    ("code", "reason", "status"),
    [
        ("UNAUTHENTICATED", "WEBHOOK_REFUSED", 401),
        ("PERMISSION_DENIED", "WEBHOOK_REFUSED", 401),
        ("NOT_FOUND", "ACCOUNT_MISSING", 404),
        ("INVALID_ARGUMENT", "INVALID_FIELD", 400),
        ("FAILED_PRECONDITION", "STATE_FORBIDS", 400),
    ],
)
def test_a_refusal_tells_the_sender_not_to_come_again(
    browser: TestClient, service: Any, code: str, reason: str, status: int
) -> None:
    service.refusals = [(grpc.StatusCode[code], reason, 0)]
    answer = browser.post("/hooks/shop", content=b"{}")
    assert (answer.status_code, answer.json()["reason"]) == (status, reason)
    assert "retry-after" not in answer.headers


@pytest.mark.parametrize("code", ["DEADLINE_EXCEEDED", "ABORTED", "INTERNAL", "RESOURCE_EXHAUSTED"])
def test_what_may_go_better_later_is_asked_for_again(browser: TestClient, service: Any, code: str) -> None:
    service.refusals = [(grpc.StatusCode[code], "OVERLOADED", 70.0)]
    answer = browser.post("/hooks/shop", content=b"{}")
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) >= 30


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("UNAUTHENTICATED", "KEY_INVALID"),
        ("UNAUTHENTICATED", "KEY_MISSING"),
        ("PERMISSION_DENIED", "SCOPE_MISSING"),
        ("CANCELLED", ""),
        ("UNIMPLEMENTED", ""),
    ],
)
def test_what_is_wrong_between_us_and_the_service_is_not_the_sender_s_to_know(
    browser: TestClient, service: Any, code: str, reason: str
) -> None:
    """A key that ran out, a service that is just exchanged: once that is mended the same webhook is taken."""
    service.refusals = [(grpc.StatusCode[code], reason, 0)]
    answer = browser.post("/hooks/shop", content=b"{}")
    assert (answer.status_code, "retry-after" in answer.headers) == (503, True)


def test_no_more_than_a_mebibyte_is_taken(browser: TestClient, service: Any) -> None:
    assert browser.post("/hooks/shop", content=b"x" * MEBIBYTE).status_code == 200
    answer = browser.post("/hooks/shop", content=(b"x" * MEBIBYTE for _ in range(3)))
    assert answer.status_code == 413
    assert len(service.asked) == 1


def test_headers_beyond_measure_are_left_out(browser: TestClient, service: Any) -> None:
    headers = {f"x-{place}": "v" for place in range(150)} | {"x-long": "v" * 9000, "y" * 200: "v"}
    assert browser.post("/hooks/shop", content=b"{}", headers=headers).status_code == 200
    (asked,) = service.asked
    assert len(asked.headers) == 100
    assert "x-long" not in {header.name for header in asked.headers}


@pytest.mark.parametrize("town", ["Zürich", "Łódź", "Évry"])
def test_what_a_proxy_added_in_utf_8_keeps_nothing_out(browser: TestClient, service: Any, town: str) -> None:
    headers = {b"cf-ipcity": town.encode(), b"x-signature": b"abc="}
    assert browser.post("/hooks/shop", content=b"{}", headers=headers).status_code == 200
    assert "abc=" in [header.value for header in service.asked[0].headers]


@pytest.mark.parametrize("path", ["/hooks/mer_01abc/shop", "/hooks/mer_01abc%2Fshop"])
def test_an_account_that_a_merchant_connected_has_its_own_address(
    browser: TestClient, service: Any, path: str
) -> None:
    assert browser.post(path, content=b"{}").status_code == 200
    assert service.asked[0].account == "mer_01abc/shop"


def test_a_browser_has_no_business_there(browser: TestClient, service: Any) -> None:
    assert browser.get("/hooks/shop").status_code == 405
    assert service.asked == []
