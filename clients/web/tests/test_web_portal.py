"""Parts of the portal that need no browser: drafts, colours, pictures, places, what follows a return."""

import base64
import io
import json
import threading
import zlib
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from grpc import StatusCode
from hypothesis import given
from hypothesis import strategies as some
from PIL import Image
from sendback.v1.address_pb2 import Address
from sendback.v1.portal_service_pb2 import DropOffPoint
from sendback.v1.return_pb2 import Decision, LabelStatus, Shipment, Transit
from sendback_web.application import application
from sendback_web.portal import draft
from sendback_web.portal.choosing import quantity_of, ticked
from sendback_web.portal.colors import contrast, palette
from sendback_web.portal.countries import countries
from sendback_web.portal.draft import Choice, Draft
from sendback_web.portal.pictures import Pictures
from sendback_web.portal.public_http import is_public
from sendback_web.rendering import environment
from sendback_web.settings import Settings
from sendback_web.words import words
from starlette.datastructures import FormData
from starlette.testclient import TestClient

SESSION = "en.ord_1.token"


def test_a_draft_comes_back_as_it_was() -> None:
    choice = Choice("1", 2, "BROKEN", "éà <b> " * 100, ("img_1", "img_2"), True)
    made = Draft(
        "ord_1", (choice, Choice("gid://x/2", 1)), {"name": "Zoë", "city": "Lyon", "region_code": "FR"}
    )
    assert draft.read(made.written()) == made


def test_a_draft_that_would_not_be_read_is_not_written() -> None:
    """However little of it is left once it is packed: many lines may have the same comment."""
    said = [Choice(str(line), 1, comment="x" * 1000) for line in range(1000)]
    assert len(draft.read(Draft("ord_1", tuple(said[:400])).written()).choices) == 400
    with pytest.raises(draft.TooLong):
        Draft("ord_1", tuple(said)).written()


@pytest.mark.parametrize(
    ("said", "read"),
    [("3", 3), ("", 1), ("0", 1), ("-3", 1), ("2.5", 1), ("٣", 1), ("99999", 10_000), ("9" * 5000, 1)],
)
def test_a_quantity_is_what_a_page_could_have_offered(said: str, read: int) -> None:
    form = FormData([("take:1", "1"), ("quantity:1", said)])
    assert quantity_of(form, "quantity", "1") == read
    assert ticked(form) == {"1": read}


@given(some.text() | some.binary().map(lambda data: base64.urlsafe_b64encode(zlib.compress(data)).decode()))
def test_what_is_no_draft_is_an_empty_one(text: str) -> None:
    assert draft.read(text) == Draft()


@given(
    some.recursive(
        some.none() | some.integers() | some.text(max_size=5),
        lambda inner: (
            some.lists(inner, max_size=3)
            | some.dictionaries(
                some.sampled_from(["choices", "order_id", "ship_from", "line_id", "quantity"]), inner
            )
        ),
    )
)
def test_a_draft_that_somebody_wrote_breaks_nothing(value: Any) -> None:
    packed = base64.urlsafe_b64encode(zlib.compress(json.dumps(value).encode())).decode()
    read = draft.read(packed)
    assert all(0 < item.quantity <= 10_000 for item in read.items)


@pytest.mark.parametrize(
    "said",
    [
        '"quantity":1e999',
        '"quantity":-Infinity',
        '"quantity":NaN',
        r'"comment":"\ud800"',
        r'"line_id":"\udfff"',
        r'"photos":["\ud800"]',
    ],
)
def test_a_draft_of_what_json_can_say_and_nobody_can_mean_is_none(said: str) -> None:
    choice = '{"line_id":"1","quantity":1,"reason":"","comment":"","photos":[],"seal":false,' + said + "}"
    text = '{"order_id":"o","ship_from":{},"choices":[' + choice + "]}"
    packed = base64.urlsafe_b64encode(zlib.compress(text.encode())).decode()
    assert draft.read(packed) == Draft()


def test_a_draft_that_blows_up_is_none() -> None:
    bomb = base64.urlsafe_b64encode(zlib.compress(b" " * 50_000_000)).decode()
    assert draft.read(bomb) == Draft()


@given(some.from_regex(r"#[0-9a-f]{6}", fullmatch=True))
def test_whatever_colour_a_brand_has_can_be_read(color: str) -> None:
    found = palette(color)
    assert found is not None
    assert contrast(found.brand, found.on_brand) >= 4.5
    for text, grounds in (
        (found.text, ("#ffffff", "#f4f3f0", "#f7f6f4", found.tint)),
        (found.dark_text, ("#121317", "#1b1d22", "#22252b", found.dark_tint)),
    ):
        assert min(contrast(text, ground) for ground in grounds) >= 4.5


@pytest.mark.parametrize("none", ["", "red", "#12345", "#12345g", "url(x)"])
def test_what_is_no_colour_changes_nothing(none: str) -> None:
    assert palette(none) is None


def test_countries_stand_in_the_reader_s_order() -> None:
    names = [name for _, name in countries(words("fr").locale)]
    assert names.index("Égypte") < names.index("Espagne") < names.index("États-Unis") < names.index("France")
    assert dict(countries(words("de").locale))["GP"] == "Guadeloupe"


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1::1", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("169.254.169.254", False),
        ("::1", False),
        ("::ffff:10.0.0.1", False),
        ("64:ff9b::a00:1", False),
        ("2002:a00:1::", False),
        ("224.0.0.1", False),
        ("fe80::1%eth0", False),
    ],
)
def test_addresses_that_anybody_could_reach(address: str, public: bool) -> None:
    assert is_public(address) is public


class Shelf(BaseHTTPRequestHandler):
    """A shop's server: a picture, something that is none, something without end, and a way to elsewhere."""

    def do_GET(self) -> None:
        content = {"/picture": _png(), "/none": b"<svg onload='x()'>", "/huge": b"x" * (11 * 1024 * 1024)}
        self.send_response(200 if self.path in content else 302)
        self.send_header("location", "/picture")
        self.end_headers()
        try:
            self.wfile.write(content.get(self.path, b""))
        except OSError:
            return

    def log_message(self, format: str, *args: Any) -> None:
        return


def _png() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (900, 600), "teal").save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def shelf() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Shelf)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_pictures_of_goods_are_made_small(shelf: str, settings: Callable[..., Settings]) -> None:
    made = settings(private_hosts=("127.0.0.1",))
    paths = Pictures(made.secret.get_secret_value()).path
    with TestClient(application(made)) as browser:
        good = browser.get(paths(f"{shelf}/picture"))
        assert good.headers["content-type"] == "image/webp"
        assert Image.open(io.BytesIO(good.content)).size == (240, 160)
        for bad in ("none", "huge", "elsewhere"):
            answer = browser.get(paths(f"{shelf}/{bad}"))
            assert answer.headers["content-type"].startswith("image/svg+xml")
            assert b"script" not in answer.content
            assert b"onload" not in answer.content


def test_nobody_makes_us_fetch_what_we_did_not_sign(shelf: str, settings: Callable[..., Settings]) -> None:
    with TestClient(application(settings(private_hosts=("127.0.0.1",)))) as browser:
        forged = Pictures("another secret, just as long as ours").path(f"{shelf}/picture")
        assert browser.get(forged).status_code == 404
        assert browser.get("/static/pictures/é/é").status_code == 404


def test_private_networks_are_not_asked(shelf: str, settings: Callable[..., Settings]) -> None:
    made = settings()
    path = Pictures(made.secret.get_secret_value()).path(f"{shelf}/picture")
    with TestClient(application(made)) as browser:
        assert browser.get(path).headers["content-type"].startswith("image/svg+xml")


@pytest.mark.parametrize(
    "uri", ["", "javascript:alert(1)", "file:///etc/passwd", "//x", "https://" + "x" * 3000]
)
def test_what_is_no_picture_has_no_address(uri: str) -> None:
    assert Pictures("x" * 40).path(uri) == ""


@pytest.mark.parametrize(
    ("uri", "called"),
    [
        ("https://www.social.example/shop", "social.example"),
        ("https://[social.example", "https://[social.example"),
    ],
)
def test_a_link_is_called_by_its_host_where_it_has_one(uri: str, called: str) -> None:
    assert environment().filters["host"](uri) == called


def test_places_are_told_with_distance_and_hours(browser: TestClient, service: Any) -> None:
    address = Address(street="5 place Bellecour", postal_code="69002", city="Lyon", region_code="FR")
    service.points = [
        DropOffPoint(name="Tabac", address=address, distance_meters=340, opening_hours="Mo–Sa 8–19"),
        DropOffPoint(name="Gare <b>", address=address, distance_meters=2340),
    ]
    browser.cookies.set("sendback_session", SESSION)
    page = browser.get("/shop/returns/ret_1/places/par_1?lang=de").text
    assert "5 place Bellecour, 69002 Lyon, Frankreich" in page
    assert "340 m" in page.replace("\xa0", " ")
    assert "2,3 km" in page.replace("\xa0", " ")
    assert "Mo–Sa 8–19" in page
    assert "Gare &lt;b&gt;" in page


def test_a_carrier_without_places_near_is_no_dead_end(browser: TestClient) -> None:
    browser.cookies.set("sendback_session", SESSION)
    page = browser.get("/shop/returns/ret_1/places/par_1?lang=en").text
    assert "on the carrier’s own site" in page
    assert "/shop/returns/ret_1" in page


def test_who_has_instructions_waits_for_no_label(browser: TestClient, service: Any) -> None:
    """Its carrier is still asked what became of it."""
    browser.cookies.set("sendback_session", SESSION)
    service.found.parcels[0].label = LabelStatus.UNKNOWN
    assert "Your label is being made" in browser.get("/shop/returns/ret_1?lang=en").text
    service.found.instructions.reference = "R7K3F9Q2"
    told = browser.get("/shop/returns/ret_1").text
    assert "Send your parcel" in told
    assert "We ask the carrier for your label" not in told


def test_who_has_instructions_for_a_second_parcel_waits_for_no_label(
    browser: TestClient, service: Any
) -> None:
    """Nobody else's label is being made either."""
    browser.cookies.set("sendback_session", SESSION)
    service.found.parcels[0].label = LabelStatus.PURCHASED
    service.found.parcels.add(id="par_2", label=LabelStatus.UNKNOWN)
    assert "Your label is being made" in browser.get("/shop/returns/ret_1?lang=en").text
    service.found.parcels[1].failure = "post does not say what became of the call"
    told = browser.get("/shop/returns/ret_1").text
    assert "Ready to send" in told
    assert "We ask the carrier for your label" not in told


def test_a_page_with_a_form_is_not_loaded_again_while_somebody_types(
    browser: TestClient, service: Any
) -> None:
    """Without a script; with one the page follows its return."""
    browser.cookies.set("sendback_session", SESSION)
    service.found.parcels[0].label = LabelStatus.REQUESTED
    assert 'http-equiv="refresh"' in browser.get("/shop/returns/ret_1").text
    service.found.parcels[0].label = LabelStatus.FAILED
    service.found.instructions.reference = "R7K3F9Q2"
    told = browser.get("/shop/returns/ret_1").text
    assert 'name="number"' in told
    assert 'http-equiv="refresh"' not in told


def test_a_failure_leads_back_to_its_portal(browser: TestClient, service: Any) -> None:
    """In the buyer's language, whatever the browser's is."""
    browser.headers["accept-language"] = "de"
    browser.cookies.set("sendback_session", SESSION)
    assert '<a class="button quiet" href="/shop">' in browser.get("/shop/returns/ret_1/paper/par_1").text
    service.refusals = [(StatusCode.DEADLINE_EXCEEDED, "", 0)]
    away = browser.get("/shop/order")
    assert (away.status_code, '<a class="button" href="/shop/order">' in away.text) == (503, True)
    assert '<html lang="en">' in away.text
    service.refusals = [(StatusCode.NOT_FOUND, "NOT_FOUND", 0)]
    assert "<a class=" not in browser.get("/nobody").text.replace('<a class="skip"', "")


def test_where_a_return_is_now_is_more_than_bold(browser: TestClient, service: Any) -> None:
    browser.cookies.set("sendback_session", SESSION)
    told = browser.get("/shop/returns/ret_1?lang=en").text
    assert '<li class="now" aria-current="step">Parcel sent</li>' in told


def test_who_has_a_label_no_more_may_ask_for_another(browser: TestClient, service: Any) -> None:
    browser.cookies.set("sendback_session", SESSION)
    service.found.parcels[0].label = LabelStatus.VOIDED
    told = browser.get("/shop/returns/ret_1?lang=en").text
    assert "Your label is no longer valid" in told
    assert "One more label" in told
    assert "to the address below" not in told


@pytest.mark.parametrize(("transit", "told"), [(Transit.LOST, True), (Transit.EXCEPTION, False)])
def test_the_shop_looks_after_what_it_was_told_of(
    browser: TestClient, service: Any, transit: Transit, told: bool
) -> None:
    browser.cookies.set("sendback_session", SESSION)
    service.found.parcels[0].transit = transit
    page = browser.get("/shop/returns/ret_1?lang=en").text
    assert "The carrier reports a problem with your parcel" in page
    assert ("The shop has been told" in page) == told


@pytest.mark.parametrize(
    ("decision", "shipment"),
    [(Decision.CLOSED, Shipment.INSPECTED), (Decision.CANCELLED, Shipment.SHIPPED)],
)
def test_nobody_looks_after_a_parcel_that_nobody_waits_for(
    browser: TestClient, service: Any, decision: int, shipment: int
) -> None:
    browser.cookies.set("sendback_session", SESSION)
    service.found.parcels[0].transit = Transit.LOST
    service.found.decision, service.found.shipment = decision, shipment
    assert "The carrier reports a problem" not in browser.get("/shop/returns/ret_1?lang=en").text


@pytest.mark.parametrize(
    ("zone", "day"),
    [("Europe/Paris", "21 November"), ("America/New_York", "20 November"), ("Nowhere/Land", "20 November")],
)
def test_days_are_the_shop_s(browser: TestClient, service: Any, zone: str, day: str) -> None:
    """UTC's where its zone is not known here."""
    browser.cookies.set("sendback_session", SESSION)
    service.time_zone = zone
    service.found.parcels[0].expire_time.FromJsonString("2026-11-20T23:30:00Z")
    assert f"valid until {day} 2026" in browser.get("/shop/returns/ret_1?lang=en").text


def test_a_page_is_told_whenever_its_return_changes(browser: TestClient) -> None:
    browser.cookies.set("sendback_session", SESSION)
    answer = browser.get("/shop/returns/ret_1/live")
    assert answer.headers["content-type"].startswith("text/event-stream")
    lines = [line for line in answer.text.splitlines() if line.startswith(("event", "data"))]
    assert lines == ["event: changed", "data: 1", "event: changed", "data: 2", "event: ended", "data: -"]


@pytest.mark.parametrize(
    ("code", "reason", "over"),
    [
        (StatusCode.UNAVAILABLE, "OVERLOADED", False),
        (StatusCode.RESOURCE_EXHAUSTED, "BUSY", False),
        (StatusCode.UNAUTHENTICATED, "SESSION_INVALID", True),
        (StatusCode.NOT_FOUND, "NOT_FOUND", True),
    ],
)
def test_only_a_refusal_for_good_ends_what_a_page_is_told(
    browser: TestClient, service: Any, code: StatusCode, reason: str, over: bool
) -> None:
    """Else the browser asks again, as where the service is started anew."""
    browser.cookies.set("sendback_session", SESSION)
    service.watch_ends = (code, reason, 0)
    told = browser.get("/shop/returns/ret_1/live").text
    assert "data: 2" in told
    assert ("event: ended" in told) is over


def test_the_brand_s_pictures_are_handed_on_and_kept(browser: TestClient, service: Any) -> None:
    answer = browser.get("/shop/image/phone/img_1")
    assert answer.content == b"onetwo"
    assert "immutable" in answer.headers["cache-control"]
    assert service.asked[-1].image_id == "img_1"


@pytest.mark.parametrize("cookie", ["", "x", "en.ord_1.", "a.b." + "c" * 5000])
def test_who_has_no_session_comes_to_the_door(browser: TestClient, cookie: str) -> None:
    browser.cookies.set("sendback_session", cookie)
    for path in ("order", "review", "address", "withdrawal", "returns/ret_1", "returns/ret_1/live"):
        answer = browser.get(f"/shop/{path}")
        assert (answer.status_code, answer.headers["location"]) == (303, "/shop")
