"""What every answer says of itself, what no request may do, and what is not logged."""

import json
import re
from collections.abc import Callable
from typing import Any

import grpc
import pytest
from pydantic import ValidationError
from sendback_web import portal
from sendback_web.application import application
from sendback_web.settings import Settings
from sendback_web.statics import statics
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient
from structlog.testing import capture_logs


def test_every_page_has_a_strict_policy(browser: TestClient) -> None:
    one, other = browser.get("/shop").headers, browser.get("/shop").headers
    policy = one["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert policy != other["content-security-policy"]
    assert one["x-content-type-options"] == "nosniff"
    assert one["referrer-policy"] == "same-origin"
    assert one["cache-control"] == "no-store"
    assert "strict-transport-security" not in one


def test_behind_https_cookies_and_browsers_are_told_so(settings: Callable[..., Settings]) -> None:
    app = application(settings(base_url="https://returns.example"))
    with TestClient(app, "https://returns.example") as browser:
        answer = browser.get("/shop")
    assert answer.headers["strict-transport-security"]
    cookie = answer.headers["set-cookie"].lower()
    assert "secure" in cookie
    assert "httponly" in cookie
    assert "samesite=lax" in cookie


def test_nothing_in_a_page_comes_from_elsewhere_or_stands_in_line(browser: TestClient) -> None:
    page = browser.get("/shop").text
    assert re.findall(r"(?:src|href|action)=\"(?:https?:)?//", page) == []
    assert re.findall(r"\son\w+=|\sstyle=|javascript:", page) == []
    assert re.findall(r"<script(?![^>]*src=)", page) == []


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://["},
    ],
)
def test_what_another_site_makes_a_browser_send_is_refused(
    browser: TestClient, headers: dict[str, str]
) -> None:
    assert browser.post("/shop", headers=headers, data={"number": "1", "proof": "x"}).status_code == 403


def posts() -> list[str]:
    found = [
        route for route in portal.routes() if isinstance(route, Route) and "POST" in (route.methods or ())
    ]
    return [re.sub(r"{(\w+)(:\w+)?}", r"\1", route.path) for route in found if "/hooks/" not in route.path]


@pytest.mark.parametrize("path", posts())
def test_no_form_is_taken_without_its_token(browser: TestClient, service: Any, path: str) -> None:
    browser.cookies.set("sendback_session", "en.ord_1.token")
    for form in ({}, {"form_token": ""}, {"form_token": "0" * 40}, {"form_token": "é"}):
        answer = browser.post(path, data={**form, "number": "1", "proof": "x", "request_id": "r"})
        assert answer.status_code in (303, 401, 403, 404, 409)
    assert {type(asked).__name__ for asked in service.asked} <= {"GetPortalRequest"}


def test_a_token_is_its_browser_s_own(browser: TestClient, settings: Callable[..., Settings]) -> None:
    token = re.search(r'name="form_token" value="(\w+)"', browser.get("/shop").text)
    assert token is not None
    with TestClient(application(settings()), "http://localhost:8080", follow_redirects=False) as other:
        other.get("/shop")
        answer = other.post("/shop", data={"form_token": token[1], "number": "1", "proof": "x"})
    assert answer.headers["location"] == "/shop?expired"


def test_static_files_are_named_for_what_is_in_them(browser: TestClient) -> None:
    for static in statics().values():
        answer = browser.get(static.path)
        assert answer.content == static.content
        assert "immutable" in answer.headers["cache-control"]
    assert browser.get("/static/site.css").status_code == 404
    assert browser.get("/static/%2e%2e%2fsettings.py").status_code == 404


@pytest.mark.parametrize(
    ("code", "reason", "status"),
    [
        ("NOT_FOUND", "NOT_FOUND", 404),
        ("RESOURCE_EXHAUSTED", "RATE_LIMITED", 429),
        ("DEADLINE_EXCEEDED", "", 503),
        ("INTERNAL", "INTERNAL", 500),
        ("UNAUTHENTICATED", "KEY_INVALID", 500),
    ],
)
def test_refusals_become_pages(
    browser: TestClient, service: Any, code: str, reason: str, status: int
) -> None:
    service.refusals = [(grpc.StatusCode[code], reason, 900.0 if status == 429 else 0)]
    answer = browser.get("/shop", headers={"accept-language": "de-CH, en"})
    assert answer.status_code == status
    assert '<html lang="de">' in answer.text
    assert "in words" not in answer.text
    assert answer.headers["content-security-policy"]
    if status == 429:
        assert answer.headers["retry-after"] == "900"


def test_the_service_is_told_of_the_buyer(browser: TestClient, service: Any) -> None:
    browser.get("/shop?lang=es", headers={"accept-language": "de"})
    assert service.metadata["authorization"] == "Bearer a key"
    assert service.metadata["accept-language"] == service.metadata["buyer-language"] == "es"
    assert service.metadata["buyer-address"] == "testclient"
    assert browser.cookies["sendback_language"] == "es"


def test_a_language_that_is_none_is_not_kept(browser: TestClient) -> None:
    answer = browser.get("/shop", params={"lang": "<script>"}, headers={"accept-language": "*;q=0.5, xx"})
    assert '<html lang="en">' in answer.text
    assert "sendback_language" not in browser.cookies


def test_the_log_names_pages_and_no_addresses(browser: TestClient) -> None:
    with capture_logs() as lines:
        browser.get("/shop/q/a-token-that-opens-an-order?lang=en")
    (line,) = [line for line in lines if line["event"] == "web.request"]
    assert line["page"] == "portal.entrance.scan"
    assert "a-token" not in json.dumps(line)
    assert "shop" not in json.dumps(line)


@pytest.mark.parametrize(
    "wrong",
    [{"secret": "short"}, {"base_url": "returns.example"}, {"port": 70000}, {"no_such_setting": "1"}],
)
def test_settings_that_cannot_be(settings: Callable[..., Settings], wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        settings(**wrong)


def test_what_is_nobody_s_is_not_found(browser: TestClient) -> None:
    for path in ("/a/b/c/d/e/f", "/shop/image/huge/img_1", "/shop/returns/ret_1/nothing/par_1"):
        browser.cookies.set("sendback_session", "en.ord_1.token")
        assert browser.get(path).status_code == 404


def test_a_form_without_length_or_beyond_measure_is_not_read(browser: TestClient, service: Any) -> None:
    kind = {"content-type": "application/x-www-form-urlencoded"}
    assert browser.post("/shop", content=(b"number=1" for _ in range(2)), headers=kind).status_code == 411
    answer = browser.post("/shop", content=b"number=" + b"1" * 2_000_000, headers=kind)
    assert answer.status_code == 413
    assert {type(asked).__name__ for asked in service.asked} == {"GetPortalRequest"}


@pytest.mark.parametrize("charset", ["punycode", "idna", "undefined", "unicode_escape", "latin-1"])
def test_a_form_has_no_say_in_how_it_is_decoded(browser: TestClient, charset: str) -> None:
    """Before anybody knows who sends it: punycode takes minutes, others fail whatever they are given."""
    field = b'--b\r\ncontent-disposition: form-data; name="form_token"\r\n\r\n\\ud800..x\r\n--b--\r\n'
    for said, status in ((charset, 400), ("UTF-8", 303)):
        kind = {"content-type": f'multipart/form-data; boundary=b; charset="{said}"'}
        answer = browser.post("/shop", content=field, headers=kind)
        assert answer.status_code == status


def test_a_page_of_what_broke_has_the_same_policy(settings: Callable[..., Settings]) -> None:
    def broken(_: Request) -> Response:
        raise ZeroDivisionError

    app = application(settings())
    app.router.routes.insert(0, Route("/broken", broken))
    with TestClient(app, raise_server_exceptions=False) as browser, capture_logs() as lines:
        answer = browser.get("/broken")
        assert answer.status_code == 500
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
    assert [line["event"] for line in lines] == ["web.failed", "web.request"]


def test_an_address_that_cannot_be_is_not_found(browser: TestClient, service: Any) -> None:
    service.refusals = [(grpc.StatusCode.INVALID_ARGUMENT, "INVALID_FIELD", 0)]
    assert browser.get("/" + "x" * 500).status_code == 404
