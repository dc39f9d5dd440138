"""Tokens, points, and the ways in which an answer can be none."""

import json
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from sendback_sdk import Declined, Misconfigured, OrderQuery, OutcomeUnknown, TryLater
from sendback_sdk.testing import Fault, a_refund_request, made
from sendback_sdk.testing.emulator import Answer
from sendback_shopify import Shopify
from sendback_shopify.bucket import Bucket, Cost
from sendback_shopify.testing import ShopifyEmulator, an_order

QUERY = OrderQuery("1001")


@pytest.fixture(autouse=True)
def _sold(emulator: ShopifyEmulator) -> None:
    emulator.shop.add(an_order())


def app(emulator: ShopifyEmulator, **settings: Any) -> Shopify:
    return made(Shopify, {**emulator.app_settings, **settings}, timeout=0.5)


def test_a_daily_token_is_fetched_once_and_again_when_it_ends_early(emulator: ShopifyEmulator) -> None:
    shop = app(emulator)
    assert shop.find_order(QUERY)
    assert shop.find_order(QUERY)
    assert emulator.granted == 1
    emulator.tokens = set()
    assert shop.find_order(QUERY)
    assert emulator.granted == 2


def test_many_that_are_refused_together_fetch_one_token(emulator: ShopifyEmulator) -> None:
    shop = app(emulator)
    shop.find_order(QUERY)
    emulator.tokens = set()
    threads = [threading.Thread(target=shop.find_order, args=(QUERY,)) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert emulator.granted == 2


def test_a_static_token_that_is_refused_is_a_matter_of_settings(
    shop: Shopify, emulator: ShopifyEmulator
) -> None:
    emulator.tokens = {"another"}
    with pytest.raises(Misconfigured, match="access token"):
        shop.find_order(QUERY)
    with pytest.raises(Misconfigured):
        app(emulator, client_secret="wrong").find_order(QUERY)


def test_a_token_that_is_refused_though_it_is_new_is_not_asked_for_again(emulator: ShopifyEmulator) -> None:
    shop = app(emulator)
    shop.find_order(QUERY)
    granted, emulator.tokens = emulator.granted, set()
    emulator.grants_in_vain = True
    with pytest.raises(Misconfigured):
        shop.find_order(QUERY)
    assert emulator.granted == granted + 1


def test_a_rotated_token_outlives_the_process_that_rotated_it(
    emulator: ShopifyEmulator, tmp_path: Path
) -> None:
    kept = tmp_path / "token.json"
    settings = {"refresh_token": emulator.refresh_token, "token_file": kept}
    assert app(emulator, **settings).find_order(QUERY)
    assert kept.stat().st_mode & 0o777 == 0o600
    assert app(emulator, **settings).find_order(QUERY)
    assert emulator.granted == 1
    emulator.tokens = set()
    assert app(emulator, **settings).find_order(QUERY)
    assert emulator.granted == 2
    kept.write_text("{")
    with pytest.raises(Misconfigured, match="token_file"):
        app(emulator, **settings).find_order(QUERY)


def test_a_new_refresh_token_takes_the_place_of_what_is_kept(
    emulator: ShopifyEmulator, tmp_path: Path
) -> None:
    """Also for the process that started with the old one and still runs: what is kept is then the new one's."""
    kept = tmp_path / "token.json"
    before = app(emulator, refresh_token=emulator.refresh_token, token_file=kept)
    assert before.find_order(QUERY)
    after = app(emulator, refresh_token=emulator.install_anew(), token_file=kept)
    assert after.find_order(QUERY)
    assert before.find_order(QUERY)
    assert emulator.granted == 2
    for process in (before, after):
        emulator.tokens = set()
        assert process.find_order(QUERY)
    assert emulator.granted == 4


def test_a_new_refresh_token_is_begun_with_while_the_old_is_still_good(
    emulator: ShopifyEmulator, tmp_path: Path
) -> None:
    """The one that is kept may belong to another app, or have fewer scopes."""
    settings = {"token_file": tmp_path / "token.json"}
    assert app(emulator, refresh_token=emulator.refresh_token, **settings).find_order(QUERY)
    with pytest.raises(Misconfigured, match="`refresh_token`"):
        app(emulator, refresh_token="shprt_mistyped", **settings).find_order(QUERY)


def test_a_token_file_that_does_not_say_what_it_began_with_goes_on(
    emulator: ShopifyEmulator, tmp_path: Path
) -> None:
    kept = tmp_path / "token.json"
    kept.write_text(json.dumps({"access_token": "", "refresh_token": emulator.refresh_token, "expires": 0}))
    assert app(emulator, refresh_token="shprt_spent", token_file=kept).find_order(QUERY)
    assert app(emulator, refresh_token=emulator.install_anew(), token_file=kept).find_order(QUERY)


def test_a_kept_token_that_is_refused_is_said_with_its_place(
    emulator: ShopifyEmulator, tmp_path: Path
) -> None:
    shop = app(emulator, refresh_token=emulator.refresh_token, token_file=tmp_path / "token.json")
    shop.find_order(QUERY)
    emulator.install_anew()
    with pytest.raises(Misconfigured, match="`token_file`"):
        shop.find_order(QUERY)


def test_a_refresh_token_that_was_spent_elsewhere_is_said(emulator: ShopifyEmulator, tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="no access token"):
        app(emulator, refresh_token="shprt_spent", token_file=tmp_path / "t").find_order(QUERY)


def test_a_short_bucket_is_waited_for(emulator: ShopifyEmulator) -> None:
    shop = made(Shopify, {**emulator.settings, "patience_seconds": 2}, timeout=0.5)
    shop.find_order(QUERY)
    emulator.points.rate, emulator.points.available = 1000, 0
    started = time.monotonic()
    assert shop.find_order(QUERY)
    assert 0.1 < time.monotonic() - started < 5


def test_a_bucket_that_stays_short_is_asked_later(emulator: ShopifyEmulator) -> None:
    """And the time is Shopify's own: what is lacking at the rate at which it comes back."""
    shop = made(Shopify, {**emulator.settings, "patience_seconds": 0}, timeout=0.5)
    emulator.points.most, emulator.points.rate, emulator.points.available = 2000, 10, 5
    with pytest.raises(TryLater) as later:
        shop.find_order(QUERY)
    assert later.value.after == 1  # 12 points asked, 5 there, 10 a second
    assert emulator.asked == ["Candidates"]


def test_a_throttled_refund_was_not_made(emulator: ShopifyEmulator) -> None:
    shop = made(Shopify, {**emulator.settings, "patience_seconds": 0}, timeout=0.5)
    emulator.spoil("Refund", lambda _: {"errors": [{"message": "x", "extensions": {"code": "THROTTLED"}}]})
    emulator.spoil("Refund", lambda _: {"errors": [{"message": "x", "extensions": {"code": "THROTTLED"}}]})
    with pytest.raises(TryLater):
        shop.refund(a_refund_request())


@pytest.mark.parametrize(
    "extensions",
    [None, {}, {"cost": None}, {"cost": {"requestedQueryCost": 5}}, {"cost": {"throttleStatus": {}}}],
    ids=str,
)
def test_an_answer_that_does_not_tell_points_is_no_word_of_them(
    shop: Shopify, emulator: ShopifyEmulator, extensions: Any
) -> None:
    shop.find_order(QUERY)
    emulator.spoil("Order", lambda said: {**said, "extensions": extensions})
    assert shop.find_order(QUERY)
    assert shop.find_order(QUERY)


def test_an_internal_error_of_shopifys_holds_up_no_other_call(
    shop: Shopify, emulator: ShopifyEmulator
) -> None:
    """It comes without points, of which there are enough all the time."""
    shop.find_order(QUERY)
    emulator.stumble("Order")
    with pytest.raises(TryLater):
        shop.find_order(QUERY)
    assert shop.find_order(QUERY)
    emulator.stumble("Refund")
    with pytest.raises(OutcomeUnknown):
        shop.refund(a_refund_request())
    assert shop.find_transfer(a_refund_request())


def test_the_bucket_refills_by_its_own_clock() -> None:
    now, slept = [0.0], []
    bucket = Bucket(9, clock=lambda: now[0], sleep=slept.append)
    status = {"maximumAvailable": 2000, "currentlyAvailable": 100, "restoreRate": 100}
    bucket.heard("Order", Cost.model_validate({"requestedQueryCost": 650, "throttleStatus": status}))
    bucket.wait("Order")
    assert slept == [6]
    now[0] = 5.5
    bucket.wait("Order")
    assert slept == [6]
    bucket.heard("Order", Cost.model_validate({"requestedQueryCost": 1001, "throttleStatus": status}))
    with pytest.raises(TryLater) as later:
        bucket.wait("Order")
    assert later.value.after == 10


@pytest.mark.parametrize("fault", [f for f in Fault if f not in (Fault.REFUSE, Fault.TWICE)])
def test_a_query_that_was_lost_can_be_asked_again(
    shop: Shopify, emulator: ShopifyEmulator, fault: Fault
) -> None:
    emulator.fail(fault, about="query Order(")
    with pytest.raises(TryLater):
        shop.find_order(QUERY)
    assert shop.find_order(QUERY)


@pytest.mark.parametrize("status", [402, 403, 404, 423])
def test_a_shop_that_is_closed_to_us_is_a_matter_of_settings(
    shop: Shopify, emulator: ShopifyEmulator, status: int
) -> None:
    emulator.status = status
    with pytest.raises(Misconfigured, match=str(status)):
        shop.find_order(QUERY)


def test_a_scope_that_is_lacking_is_a_matter_of_settings(shop: Shopify, emulator: ShopifyEmulator) -> None:
    emulator.shop.switched_off = {"write_orders"}
    with pytest.raises(Misconfigured, match="scope"):
        shop.refund(a_refund_request())


@pytest.mark.parametrize("code", ["INVALID_VARIABLE", "BAD_REQUEST", "MAX_COST_EXCEEDED", "undefinedField"])
def test_what_shopify_does_not_understand_is_declined(
    shop: Shopify, emulator: ShopifyEmulator, code: str
) -> None:
    emulator.spoil("Order", lambda _: {"errors": [{"message": "no", "extensions": {"code": code}}]})
    with pytest.raises(Declined, match=code):
        shop.find_order(QUERY)


@pytest.mark.parametrize("errors", [[{"message": "oops"}], "oops", [None], {"a": 1}, [{"extensions": 5}]])
def test_errors_that_nobody_knows_leave_a_refund_in_doubt(
    shop: Shopify, emulator: ShopifyEmulator, errors: Any
) -> None:
    emulator.spoil("Refund", lambda _: {"errors": errors, "data": {"refundCreate": None}})
    with pytest.raises(OutcomeUnknown):
        shop.refund(a_refund_request())


def test_half_an_answer_that_says_what_was_done_is_enough(shop: Shopify, emulator: ShopifyEmulator) -> None:
    emulator.spoil("Refund", lambda said: {**said, "errors": [{"message": "order cannot be shown"}]})
    assert shop.refund(a_refund_request()).reference


@pytest.mark.parametrize("answer", [[], 5, {}, {"data": None}, {"data": []}, {"data": {"order": []}}])
def test_an_answer_of_another_shape_is_no_answer(
    shop: Shopify, emulator: ShopifyEmulator, answer: Any
) -> None:
    emulator.spoil("Order", lambda _: answer)
    with pytest.raises(TryLater):
        shop.find_order(QUERY)


@pytest.mark.parametrize(
    "body", [b"[" * 100_000, b'{"data": {"order": 1e9999999999999999999}}'], ids=["deep", "endless"]
)
def test_an_answer_that_nobody_can_read_is_no_answer(
    shop: Shopify, emulator: ShopifyEmulator, monkeypatch: pytest.MonkeyPatch, body: bytes
) -> None:
    monkeypatch.setattr(emulator, "answer", lambda _: Answer(200, body))
    with pytest.raises(TryLater):
        shop.find_order(QUERY)
