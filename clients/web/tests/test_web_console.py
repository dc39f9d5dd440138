"""The console's configuration, and what people type into its forms."""

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from google.type.money_pb2 import Money
from sendback.v1.carrier_service_pb2 import Route, RoutePlace, RouteShare, Routing
from sendback.v1.event_pb2 import Event
from sendback.v1.event_service_pb2 import ListEventsRequest, ListEventsResponse
from sendback.v1.policy_pb2 import ParticularTerms, Policy
from sendback.v1.return_pb2 import Parcel, Return, ReturnUnit
from sendback.v1.returns_service_pb2 import ReceiveParcelRequest
from sendback_client import FieldProblem, SendbackError, money
from sendback_web.console import reception
from sendback_web.console.charts import bars
from sendback_web.console.entries import Entry, amounts, amounts_text, filled, told, words_of
from sendback_web.console.inspection import waiting
from sendback_web.console.route_rows import routes_entry, routes_of
from sendback_web.console.rules import Reading, rules_entry, with_rules
from sendback_web.console.staff import Staff, StaffError, read_staff
from sendback_web.console.terms import terms_entry, with_terms
from sendback_web.console.timeline import timeline

TOML = """
issuer = "https://id.example"
client_id = "console"
client_secret = "env:C_SECRET"
operator_key = "file:{key}"
[shops.lumiere]
title = "Maison Lumière"
key = "env:L_KEY"
[shops.nord]
title = "Nord"
key = "env:L_KEY"
[[people]]
claim = "email"
value = "Camille@lumiere.example"
shops = ["lumiere"]
[[people]]
claim = "groups"
value = "staff"
shops = ["lumiere", "nord"]
[[people]]
claim = "groups"
value = "operations"
operator = true
"""


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("C_SECRET", "the client's secret")
    monkeypatch.setenv("L_KEY", "sbk_of_lumiere")
    (tmp_path / "key").write_text("sbk_of_the_operator\n")
    (tmp_path / "console.toml").write_text(TOML.format(key=tmp_path / "key"), encoding="utf-8")
    return tmp_path / "console.toml"


@pytest.fixture
def staff(file: Path) -> Staff:
    return read_staff(file)


def test_claims_lead_to_shops(staff: Staff) -> None:
    by_mail = {"email": "camille@lumiere.example", "email_verified": True}
    assert staff.granted(by_mail).shops == ("lumiere",)
    assert staff.granted({"groups": ["x", "staff"]}).shops == ("lumiere", "nord")
    assert staff.granted({"groups": "operations"}).operator
    for nobody in (
        {},
        {**by_mail, "email_verified": False},
        {**by_mail, "email_verified": "true"},
        {"groups": ["x"]},
    ):
        assert not staff.granted(nobody)
    assert not staff.granted({"groups": {"staff": True}})
    assert staff.operator_key is not None
    assert staff.operator_key.get_secret_value() == "sbk_of_the_operator"


def test_a_session_keeps_no_claim_that_no_rule_looks_at(staff: Staff) -> None:
    claims = {
        "groups": ["staff", "choir", "operations"],
        "phone_number": "+33",
        "email": "x@y",
        "email_verified": True,
    }
    kept = staff.telling(claims)
    assert kept == {"groups": ["staff", "operations"]}
    assert staff.granted(kept) == staff.granted(claims)


@pytest.mark.parametrize(
    ("there", "instead", "says"),
    [
        ("env:L_KEY", "sbk_in_the_open", "env:NAME"),
        ("env:C_SECRET", "env:NOT_SET", "variable that is set"),
        ('shops = ["lumiere"]', 'shops = ["lumier"]', "which are no shops here"),
        ("[shops.nord]", "[shops.operations]", "small letters"),
        ('client_id = "console"', "", "client_id"),
        ("operator_key", "operator_kee", "operator_kee"),
        ('issuer = "https://id.example"', "issuer = ", "console.toml"),
    ],
)
def test_a_configuration_that_is_wrong_says_where_and_tells_no_secret(
    file: Path, there: str, instead: str, says: str
) -> None:
    file.write_text(file.read_text(encoding="utf-8").replace(there, instead), encoding="utf-8")
    with pytest.raises(StaffError, match=says) as refused:
        read_staff(file)
    assert "the client's secret" not in str(refused.value)
    assert "sbk_" not in str(refused.value)


@pytest.mark.parametrize(
    ("typed", "minor"),
    [
        ("5.00 EUR", [(500, "EUR")]),
        ("5,5 eur; 1100 JPY\n1.099 KWD", [(550, "EUR"), (1100, "JPY"), (1099, "KWD")]),
        ("1,000 KWD; 0.5 EUR; -1,50 EUR", [(1000, "KWD"), (50, "EUR"), (-150, "EUR")]),
        ("", []),
    ],
)
def test_amounts_are_read_as_they_are_typed(typed: str, minor: list[tuple[int, str]]) -> None:
    found = amounts(typed)
    assert found == [money(*pair) for pair in minor]
    assert amounts(amounts_text(found or [])) == found


@pytest.mark.parametrize(
    "typed", ["5", "EUR", "5.001 EUR", "0.5 JPY", "1e400 EUR", "NaN EUR", "5 EURO", "five EUR", "5 €"]
)
def test_what_is_no_amount_is_refused(typed: str) -> None:
    assert amounts(typed) is None


@pytest.mark.parametrize(
    "typed",
    ["1,000 JPY", "10.000 JPY", "1,000 EUR", "1.000 EUR", "2,000.00 EUR", "2.000,00 EUR", "1 000 EUR"],
)
def test_a_thousand_with_a_separator_is_not_taken_for_one(typed: str) -> None:
    assert amounts(typed) is None


def test_a_policy_comes_out_of_its_forms_as_it_went_in() -> None:
    policy = Policy(
        version=3,
        window={"days": 30, "time_zone": "Europe/Paris", "demand_delivery": True},
        labels={
            "policy": "FLAT_FEE",
            "fees": [money(490, "EUR"), money(600, "JPY")],
            "region_codes": ["FR", "DE"],
        },
        credit={
            "enabled": True,
            "free_label_when_credit_on": "ALL_RETURNS",
            "moment": "DELIVERY",
            "bonus_percent": 10,
        },
        reasons=[
            {"code": "LATE", "titles": [{"language_code": "en", "text": "Late"}], "fault": 3, "evidence": 2}
        ],
        exclusions={"tags": ["a", "b c"], "region_codes": ["CH"], "discount_at_least_percent": 50},
        approval={"above": [money(20000, "EUR")], "reason_codes": ["LATE"]},
        settlement="DELIVERY",
        shipping="PROPORTIONAL",
        restocking_percent=5,
        grades=[{"grade": "B_OPENED", "percent": 80}, {"grade": "D_UNUSABLE", "percent": 0}],
        unused_label_days=20,
        limits={"days": 90, "returns": 4},
        particulars=[
            ParticularTerms(region_codes=["DE"], window_days=0, label_policy="FREE", always_approve=True)
        ],
        service={"reminder_days": 3},
    )
    rules, entry = with_rules(policy, rules_entry(policy), str)
    assert entry.sound
    assert rules == policy
    terms, entry = with_terms(policy, terms_entry(policy), str)
    assert entry.sound
    assert terms == policy


def test_routes_come_out_of_their_rows_as_they_went_in() -> None:
    shared = RoutePlace(shares=[RouteShare(account="dhl", weight=70), RouteShare(account="post", weight=30)])
    routing = Routing(
        routes=[
            Route(
                places=[RoutePlace(shares=[RouteShare(account="a")]), shared],
                region_codes=["FR"],
                formats=["ZPL"],
            ),
            Route(
                places=[RoutePlace(shares=[RouteShare(account="b")])],
                min_weight_grams=10,
                max_weight_grams=500,
            ),
        ]
    )
    read = Reading(routes_entry(routing), str)
    assert routes_of(read) == list(routing.routes)
    assert read.problems == {}


@pytest.mark.parametrize("typed", ["a=x", "a=99999999", "=3", "a=-1"])
def test_routes_that_cannot_be_read_are_told_at_their_row(typed: str) -> None:
    read = Reading(filled(rows=1, route_0_places=typed), str)
    routes_of(read)
    assert "route_0_places" in read.problems


def test_a_refusal_stands_at_the_field_of_its_longest_path() -> None:
    problems = (FieldProblem("policy.window.days", "too long"), FieldProblem("policy.else", "odd"))
    found = told(
        SendbackError(None, message="Wrong.", fields=problems),
        {"policy.window": "w", "policy.window.days": "d"},
    )  # type: ignore[arg-type]
    assert found.problems == {"d": "too long"}
    assert found.trouble == "Wrong. policy.else: odd"


def test_entries_take_whatever_is_typed() -> None:
    entry = Entry({"n": ("9" * 400,), "m": (" 12 ",), "x": ("abc",)})
    assert [entry.number(name) for name in ("n", "m", "x", "none")] == [None, 12, None, 0]
    assert words_of("a, b;a\n c ,,") == ["a", "b", "c"]
    assert Money(currency_code="EUR", units=5) in (amounts("5 EUR") or [])


def test_a_timeline_is_read_to_its_end() -> None:
    first, last = Event(id="evt_1", type="return.requested"), Event(id="evt_2", type="settlement.settled")
    pages = {
        "": ListEventsResponse(events=[first], next_page_token="on"),
        "on": ListEventsResponse(events=[last]),
    }

    async def listed(request: ListEventsRequest) -> ListEventsResponse:
        return pages[request.page_token]

    visit: Any = SimpleNamespace(desk=SimpleNamespace(events=SimpleNamespace(ListEvents=listed)), say=str)
    moments = asyncio.run(timeline(visit, Return(id="ret_1")))
    assert [moment.title for moment in moments] == ["Return requested", "Paid"]


def test_charts_are_in_proportion() -> None:
    chart = bars([("a", 4), ("b", 1), ("c", 0)])
    assert [bar.width for bar in chart.bars] == [88, 22, 0]
    assert bars([]).bars == ()


def test_goods_that_nobody_announced_wait_for_nobody_s_letter() -> None:
    units = [
        ReturnUnit(order_line_id="ext_1", inspection="RECEIVED", kind="UNANNOUNCED"),
        ReturnUnit(order_line_id="gid://1", inspection="RECEIVED", kind="ANNOUNCED"),
        ReturnUnit(order_line_id="gid://2", inspection="RECEIVED", kind="ANNOUNCED", cancelled=True),
        ReturnUnit(order_line_id="gid://3", inspection="ACCEPTED", kind="ANNOUNCED"),
    ]
    assert [unit.order_line_id for unit in waiting(Return(units=units))] == ["gid://1"]


def test_the_scanner_goes_on_with_the_return_that_the_parcel_counts_for() -> None:
    """After expiry that is a linked one."""
    old = Return(id="ret_1", decision="EXPIRED", parcels=[Parcel(id="par_1", tracking_number="CP1")])

    async def receive(request: ReceiveParcelRequest) -> Return:
        return Return(id="ret_2", decision="APPROVED", linked_return_id=request.return_id)

    visit: Any = SimpleNamespace(
        desk=SimpleNamespace(returns=SimpleNamespace(ReceiveParcel=receive)),
        href=lambda page: f"/{page}",
        go=lambda path, _said: path,
    )
    assert asyncio.run(reception._received(visit, filled(), old, "CP1")) == "/reception?return=ret_2"
