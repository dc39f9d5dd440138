"""`sendbackctl` against a real server: what people type, what they read, and the numbers that it ends with."""

import json
from pathlib import Path

import pytest
from google.protobuf import json_format
from sendback_cli.app import app
from sendback_sdk.testing.emulator import Answer
from sendback_service.demo.world import Shop, World
from typer.testing import CliRunner

from tests.shops import an_order, happened, items, make
from tests.typed import Run, lines, typist

SENDER = (
    "name=Camille Martin",
    "street=12 rue des Lilas",
    "postal_code=75020",
    "city=Paris",
    "region_code=FR",
)

# The command is the same on either database; the calls are tried on both by their own tests.
pytestmark = pytest.mark.parametrize("world", ["sqlite"], indirect=True)


@pytest.fixture
def run(shop: Shop, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    return typist(world, shop, tmp_path, monkeypatch)


def test_a_return_from_the_list_to_the_money(run: Run, shop: Shop, world: World) -> None:
    made = make(shop.client, items=items(l2=2))
    world.until(shop, made.id, "a label", lambda found: found.parcels[0].tracking_number != "")
    assert made.reference in run("returns", "list").stdout
    (found,) = lines(run("--json", "returns", "find", made.reference))
    assert found["id"] == made.id
    assert "a character of it is wrong" in run("returns", "find", made.reference[:-1] + "O").stderr
    assert "return.requested" in run("returns", "history", made.id).stdout
    run("returns", "receive", made.id)
    unseen = run("returns", "quote", made.id)
    assert ("nothing is to be paid now" in unseen.stderr, unseen.stdout) == (True, "")
    how = ("--grade", "a_resell", "--disposition", "restock")
    run("returns", "inspect", made.id, "accepted", "--unit", "2/0", *how)
    assert (
        "no such unit" in run("returns", "inspect", made.id, "accepted", "--unit", "9", *how, status=2).stderr
    )
    quoted = str(lines(run("--json", "returns", "quote", made.id))[0]["hash"])
    assert "give --yes" in run("returns", "settle", made.id, status=2).stderr
    for _ in range(2):
        run("returns", "settle", made.id, "--quote", quoted, "--request-id", "once")
    paid = world.until(shop, made.id, "money", lambda found: found.settlements[0].provider_reference != "")
    assert world.refunds_of(paid) == 1
    assert "3.33 EUR" in run("returns", "show", made.id).stdout


def test_a_label_is_made_saved_and_given_back(run: Run, tmp_path: Path) -> None:
    run("labels", "create", *SENDER, "--weight", "500", "--to", str(tmp_path))
    (file,) = tmp_path.glob("label-par_*.pdf")
    assert file.read_bytes().startswith(b"%PDF")
    parcel = file.stem.removeprefix("label-")
    assert "give --yes" in run("labels", "void", parcel, status=2).stderr
    assert run("--yes", "--json", "labels", "void", parcel).stdout.count("VOID") == 1


def test_a_label_that_is_not_there_yet_is_said_not_to_be_saved(
    run: Run, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy = Answer(503, {"error": "busy"}, {"retry-after": "30"})
    monkeypatch.setattr(world.carrier, "answer", lambda _: busy)
    done = run("--timeout", "3", "labels", "create", *SENDER, "--to", str(tmp_path), status=7)
    assert "sendbackctl labels save par_" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_label_that_nobody_makes_is_a_refusal(run: Run, tmp_path: Path) -> None:
    outside = [word if not word.startswith("region_code") else "region_code=US" for word in SENDER]
    done = run("labels", "create", *outside, "--to", str(tmp_path), status=1)
    assert ("no label: no carrier" in done.stderr, "labels save" in done.stderr) == (True, False)


def test_orders_are_imported_and_what_was_not_taken_is_told(run: Run, shop: Shop, tmp_path: Path) -> None:
    good, bad = an_order("#7"), an_order("#8", currency_code="EUR")
    bad.payments[0].captured.currency_code = "USD"
    file = tmp_path / "orders.jsonl"
    file.write_text("\n".join(json_format.MessageToJson(order, indent=None) for order in (good, bad)))
    assert "2 read, 0 created" in run("orders", "import", str(file), "--dry-run").stdout
    assert "1 created" in run("orders", "import", str(file), status=7).stdout
    (reject,) = [json.loads(line) for line in Path(f"{file}.rejects.jsonl").read_text().splitlines()]
    assert reject["place"] == "line 2"
    assert reject["problems"]
    assert "1 unchanged" in run("orders", "import", str(file), status=7).stdout
    assert "#7" in run("orders", "list", "--number", "#7").stdout
    assert lines(run("--json", "orders", "show", "ext-#7"))[0]["number"] == "#7"
    assert "https://" in run("orders", "link", "ext-#7").stdout
    run("orders", "insert", "ext-#7", "--to", str(tmp_path / "insert.pdf"))
    assert (tmp_path / "insert.pdf").read_bytes().startswith(b"%PDF")


def test_settings_change_by_field_and_what_is_dangerous_is_asked(run: Run, shop: Shop) -> None:
    assert (
        "#0a6e5c"
        in run("settings", "set-brand", "color=#0a6e5c", 'social_uris=["https://a.example/x"]').stdout
    )
    assert "give --yes" in run("settings", "set-portal", "status=INACTIVE", status=2).stderr
    same_address = lines(run("--json", "settings", "portal"))[0]["slug"]
    run("settings", "set-portal", f"slug={same_address}")
    assert "another address" in run("settings", "set-portal", f"slug={same_address}-2", status=2).stderr
    run("--yes", "settings", "set-portal", "status=HIDDEN", "default_language_code=de")
    assert lines(run("--json", "settings", "portal"))[0]["status"] == "HIDDEN"
    stale = run("settings", "set-brand", "color=#000000", "--etag", "1-stale", status=6)
    assert "ETAG_STALE" in stale.stderr
    wrong = run("settings", "set-brand", "colour=#000000", status=2)
    assert "Brand has no field colour: it has merchant_id, display_name, color" in wrong.stderr
    wrong = run("settings", "set-portal", "status=ON", status=2)
    assert "status is one of INACTIVE, HIDDEN, ACTIVE" in wrong.stderr
    policy = lines(run("--json", "settings", "policy"))[0]
    policy["window"]["days"] = 45  # type: ignore[index]
    assert "window.days" in run("settings", "diff", "-", stdin=json.dumps(policy)).stdout
    run("--yes", "settings", "publish", "-", stdin=json.dumps(policy))
    assert lines(run("--json", "settings", "policy"))[0]["window"]["days"] == 45  # type: ignore[index]


def test_operations_swap_a_carrier_for_one_merchant_and_back(run: Run, shop: Shop) -> None:
    whose = ("--yes", "--merchant", shop.id)
    draft = json.dumps({"routes": [{"places": [{"shares": [{"account": "post"}]}]}]})
    run(*whose, "carriers", "route", "-", "--note", "ours", stdin=draft, operator=True)
    run(*whose, "carriers", "swap", "post", "nobody", operator=True, status=2)
    tried = run(*whose, "carriers", "swap", "post", "post", "--dry-run", operator=True)
    assert ("nothing is changed" in tried.stderr, "version" in tried.stderr) == (True, False)
    assert (
        "stands in no route" in run(*whose, "carriers", "swap", "x", "post", operator=True, status=4).stderr
    )
    run(*whose, "carriers", "route", "-", stdin='{"routes": []}', operator=True)
    run(*whose, "carriers", "restore", "1", operator=True)
    versions = lines(run("--merchant", shop.id, "--json", "carriers", "history", operator=True))
    assert [version["version"] for version in versions] == [3, 2, 1]
    simulated = run("--merchant", shop.id, "carriers", "simulate", *SENDER, operator=True)
    assert "post" in simulated.stdout
    assert "rehearsal" in run("carriers", "accounts", operator=True).stdout
    assert "local" in run("carriers", "plugins", operator=True).stdout


def test_keys_are_told_once_and_worthless_after(run: Run, shop: Shop) -> None:
    made = lines(
        run("-m", shop.id, "--json", "keys", "create", "merchant", "-s", "orders.read", operator=True)
    )[0]
    assert run("-m", shop.id, "keys", "create", "portal", operator=True).stdout.startswith("sbk_")
    listed = run("-m", shop.id, "keys", "list", operator=True).stdout
    key = made["access_key"]["id"]  # type: ignore[index]
    assert key in listed
    assert str(made["secret"]) not in listed
    run("--yes", "keys", "revoke", str(key), operator=True)
    assert "SCOPE_MISSING" in run("carriers", "accounts", status=5).stderr


def test_the_operator_sees_its_merchants(run: Run, shop: Shop) -> None:
    listed = lines(run("--json", "merchants", "list", "-n", "0", operator=True))
    assert shop.id in [merchant["id"] for merchant in listed]
    assert len(lines(run("--json", "merchants", "list", "-n", "1", operator=True))) == 1
    assert "SCOPE_MISSING" in run("merchants", "list", status=5).stderr


def test_events_are_followed_from_a_token_on(run: Run, shop: Shop) -> None:
    happened(shop, make(shop.client).id, "return.requested")
    told = lines(run("--json", "events", "follow", "--stop-at-end"))
    assert {event["merchant_id"] for event in told} == {shop.id}
    rest = run("--json", "events", "follow", "--stop-at-end", "--resume", str(told[0]["resume_token"]))
    assert [event["id"] for event in lines(rest)][: len(told) - 1] == [event["id"] for event in told[1:]]
    assert "order.imported" in run("events", "list", "-t", "order.imported").stdout


def test_the_latest_events_are_listed_in_the_order_in_which_they_happened(run: Run, shop: Shop) -> None:
    made = make(shop.client).id
    happened(shop, made, "return.approved")

    def listed(*words: str) -> list[object]:
        return [event["id"] for event in lines(run("--json", *words))]

    types = ("return.requested", "return.approved", "order.imported", "policy.published", "portal.changed")
    every = ("events", "list", *(word for type in types for word in ("-t", type)))
    whole = listed(*every, "-n", "0")
    assert len(whole) > 3
    assert listed(*every) == whole
    assert listed(*every, "-n", "2") == whole[-2:]
    assert listed(*every, "-n", "2", "--oldest") == whole[:2]
    last = listed("returns", "history", made, "-n", "1")
    story = listed("returns", "history", made)
    assert (last[0] in story, len(story) > 1, last == story[:1]) == (True, True, False)


def test_profiles_keep_where_a_key_is_and_never_the_key(run: Run, world: World, tmp_path: Path) -> None:
    secret = world.installation.operator_key
    run("profiles", "put", "shop", "--target", world.installation.target, "--key-stdin", stdin=secret + "\n")
    assert secret not in (tmp_path / "profiles.toml").read_text()
    result = CliRunner().invoke(app, ["-p", "shop", "carriers", "plugins"], env={"SENDBACK_TARGET": None})
    assert result.exit_code == 0, result.output
    assert "shop" in run("profiles", "list").stdout
    (tmp_path / "keys" / "shop").chmod(0o644)
    result = CliRunner().invoke(app, ["-p", "shop", "carriers", "plugins"])
    assert (result.exit_code, "chmod 600" in result.stderr) == (2, True)
    assert "no profile other" in CliRunner().invoke(app, ["-p", "other", "events", "list"]).stderr


@pytest.mark.parametrize(
    ("words", "status", "reason"),
    [
        (("returns", "show", "ret_none"), 4, "NOT_FOUND"),
        (("returns", "create", "ext-#1", "1=0"), 2, "INVALID_FIELD"),
        (("returns", "create", "ext-#1", "one"), 2, "LINE=QUANTITY"),
        (("returns", "create", "ext-#1", "1=2"), 1, "NOT_RETURNABLE"),
        (("returns", "list", "--decision", "maybe"), 2, "one of requested"),
        (("labels", "report", "par_1", "lost", "--at", "yesterday"), 2, "a time is written"),
        (("--target", "127.0.0.1:1", "--timeout", "0.3", "returns", "work"), 3, "UNAVAILABLE"),
        (
            ("--target", "127.0.0.1:1", "--timeout", "0.3", "returns", "work"),
            3,
            "asked 127.0.0.1:1, without TLS",
        ),
        (("--key", "hunter2", "returns", "work"), 2, "env:NAME or file:PATH"),
        (("--key", "env:NO_SUCH_KEY", "returns", "work"), 2, "NO_SUCH_KEY"),
    ],
)
def test_what_goes_wrong_is_said_and_ends_with_its_number(
    run: Run, words: tuple[str, ...], status: int, reason: str
) -> None:
    assert reason in run(*words, status=status).stderr


def test_an_operator_is_told_which_key_it_takes_and_makes_it(run: Run, shop: Shop) -> None:
    whose = ("--merchant", shop.id)
    refused = run(*whose, "returns", "list", operator=True, status=5)
    assert len(refused.stderr.splitlines()) == 1
    assert "a key of kind MERCHANT" in refused.stderr
    made = run(*whose, "keys", "create", "merchant", "--scope", "returns.read", operator=True)
    assert made.stdout.startswith("sbk_")


def test_programs_are_told_errors_as_json(run: Run) -> None:
    told = json.loads(run("--json", "returns", "show", "ret_none", status=4).stderr)
    assert told["error"]["reason"] == "NOT_FOUND"
