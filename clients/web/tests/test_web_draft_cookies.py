"""A draft in cookies: a thousand lines fit, and what no cookie of ours holds is an empty one."""

import base64
import json
import random
import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from sendback.v1.portal_service_pb2 import OfferedReason, ReturnableLine, ReturnableOrder
from sendback_web.portal import draft_cookies
from sendback_web.portal.draft import MOST_LINES, Choice, Draft, TooLong, packed
from starlette.testclient import TestClient

LINES = ["1", "gid://shop/2", "3"]
REASONS = ("TOO_SMALL", "TOO_LARGE", "NOT_AS_DESCRIBED", "DAMAGED", "CHANGED_MIND", "OTHER")


def a_thousand() -> tuple[list[str], Draft]:
    """Ids that nothing can shorten, and of each line something else said."""
    dice = random.Random(7)
    lines = [f"{dice.getrandbits(128):032x}" for _ in range(1000)]
    choices = (
        Choice(line, dice.randint(1, 9), dice.choice(REASONS), seal=dice.random() < 0.5) for line in lines
    )
    return lines, Draft("ord_1", tuple(choices), {"name": "Zoë", "city": "Lyon", "region_code": "FR"})


def test_a_thousand_lines_fit() -> None:
    lines, made = a_thousand()
    text = draft_cookies.written(made, lines)
    assert len(text) < 6_000
    assert draft_cookies.read(text, lines) == made


def test_what_was_said_comes_back_with_its_line() -> None:
    made = Draft("ord_1", (Choice("3", 2, "BROKEN", "éà <b>", ("img_1", "img_2"), True), Choice("1", 1)))
    assert draft_cookies.read(draft_cookies.written(made, LINES), LINES) == made


def test_a_draft_of_other_lines_is_none() -> None:
    """Places would name other goods than the buyer chose."""
    text = draft_cookies.written(Draft("ord_1", (Choice("3", 1),)), LINES)
    assert draft_cookies.read(text, ["0", *LINES]) == Draft()


@given(
    some.dictionaries(
        some.sampled_from(
            ["order", "lines", "quantities", "reasons", "reason", "comments", "photos", "seals"]
        ),
        some.none() | some.integers() | some.lists(some.integers() | some.text(max_size=3), max_size=3),
    )
)
def test_a_cookie_that_somebody_wrote_breaks_nothing(said: dict[str, Any]) -> None:
    whole = draft_cookies.written(Draft("ord_1", (Choice("1", 1),)), LINES)
    known = json.loads(zlib.decompress(base64.urlsafe_b64decode(whole + "==")))
    text = base64.urlsafe_b64encode(zlib.compress(json.dumps({**known, **said}).encode())).decode()
    read = draft_cookies.read(text, LINES)
    assert {choice.line_id for choice in read.choices} <= set(LINES)


def test_a_cookie_that_unpacks_to_far_more_is_read_no_further_than_an_order_has_lines() -> None:
    """A kilobyte can stand for fifty thousand lines, each looked for among as many seals."""
    many = 50_000
    said = {
        **{
            "order": "ord_1",
            "of": draft_cookies._fingerprint(LINES),
            "lines": [0] * MOST_LINES + ["no place"] * 9,
        },
        **{"quantities": [1] * many, "reasons": ["OTHER"], "reason": [0] * many, "seals": [-1] * many},
        **{"comments": {}, "photos": {}, "ship_from": {}},
    }
    assert len(draft_cookies.read(packed(said), LINES).choices) == MOST_LINES


def test_more_than_cookies_hold_is_said_and_nothing_is_lost(browser: TestClient, service: Any) -> None:
    """Comments that nothing can shorten, as many as there are lines."""
    dice = random.Random(7)
    said = [f"{dice.getrandbits(400):x}" for _ in range(300)]
    lines = [
        ReturnableLine(order_line_id=str(n), title="Cup", quantity=1, returnable_quantity=1)
        for n in range(300)
    ]
    reasons = [OfferedReason(code="OTHER", title="Other")]
    service.order = ReturnableOrder(number="#1", lines=lines, reasons=reasons)
    browser.cookies.set("sendback_session", "en.ord_1.token")
    page = browser.get("/shop/order?lang=en").text
    form = {"form_token": page.split('name="form_token" value="')[1].split('"')[0]}
    for n, comment in enumerate(said):
        form |= {f"take:{n}": "1", f"reason:{n}": "OTHER", f"comment:{n}": comment}
    answer = browser.post("/shop/order", data=form, follow_redirects=False)
    assert answer.status_code == 422
    assert "more than one form can hold" in answer.text
    assert all(comment in answer.text for comment in said)
    short = {name: value for name, value in form.items() if not name.startswith("comment")}
    assert (
        browser.post("/shop/order", data=short, follow_redirects=False).headers["location"] == "/shop/review"
    )


def test_lines_too_many_for_what_is_packed_are_refused() -> None:
    with pytest.raises(TooLong):
        draft_cookies.written(
            Draft("o", tuple(Choice(line, 1, comment="x" * 1000) for line in map(str, range(1000)))),
            [str(n) for n in range(1000)],
        )
