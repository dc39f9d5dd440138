"""`sendback quote`: the vectors, its documentation, and what it says of files that are wrong."""

import copy
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sendback_service.command.app import app
from sendback_service.text.words import LANGUAGES
from typer.testing import CliRunner, Result

HERE = Path(__file__).resolve().parent
VECTORS = sorted((HERE / "quotes").glob("*.json"))
PAGE = HERE.parent / "docs" / "quote.md"
FEE = json.loads((HERE / "quotes" / "a-label-fee.json").read_text())
# The vectors that the rules were written from; the rest are ours.
FIRST = {
    "a-line-of-1000-in-three-returns",
    "an-order-discount-is-spread",
    "tax-on-top-after-a-discount",
    "a-label-fee",
    "a-label-fee-above-the-goods",
}


def quoted(*arguments: str, given: object = None) -> Result:
    text = given if isinstance(given, str) or given is None else json.dumps(given)
    return CliRunner().invoke(app, ["quote", *arguments], input=text)


def changed(change: Callable[[Any], object]) -> Any:
    file = copy.deepcopy(FEE)
    change(file)
    return file


@pytest.mark.parametrize("file", VECTORS, ids=lambda file: file.stem)
def test_a_vector_comes_to_what_it_expects(file: Path) -> None:
    document = json.loads(file.read_text())
    assert document["expected"]["amount"]
    done = quoted(str(file))
    assert done.exit_code == 0, done.stderr
    answer = json.loads(quoted(str(file), "--json").stdout)
    assert answer["quote"]["steps"][-1]["running"] == answer["quote"]["amount"]
    assert len(answer["earlier"]) == len(document.get("earlier", []))


def test_the_first_vectors_are_there() -> None:
    assert {file.stem for file in VECTORS} >= FIRST


@pytest.mark.parametrize("file", VECTORS, ids=lambda file: file.stem)
def test_a_vector_can_fail(file: Path) -> None:
    document = json.loads(file.read_text())
    amount = document["expected"]["amount"]
    amount["units"] = amount.get("units", 0) + 1
    done = quoted("-", given=document)
    assert done.exit_code == 1
    assert "expected.amount: " in done.stderr


def blocks(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", PAGE.read_text(), re.DOTALL)


def test_the_documentation_is_as_the_command_speaks(tmp_path: Path) -> None:
    """By a shell, in an empty folder: the command needs nothing else."""
    (example,) = blocks("json")
    (tmp_path / "return.json").write_text(example)
    shells = blocks("console")
    assert len(shells) == 2
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    for shell in shells:
        command, _, said = shell.removeprefix("$ ").partition("\n")
        done = subprocess.run(
            ["sh", "-c", command],
            cwd=tmp_path,
            env={**os.environ, "PATH": path},
            capture_output=True,
            text=True,
            timeout=50,
            check=False,
        )
        assert (done.stdout + done.stderr).replace("\xa0", " ") == said
    assert [found.name for found in tmp_path.iterdir()] == ["return.json"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_steps_are_told_in_every_language(language: str) -> None:
    done = quoted("-", "--language", language, given=FEE)
    assert done.exit_code == 0
    words = {"en": "Refund:", "fr": "Remboursement :", "es": "Reembolso:", "de": "Erstattung:"}
    assert words[language] in done.stdout.replace("\xa0", " ")
    told = json.loads(quoted("-", "--json", "-l", f"{language}-XX", given=FEE).stdout)
    assert told["quote"]["steps"][0]["explanation"] in done.stdout


@pytest.mark.parametrize("basis", ["GOODWILL", "CLAIM", "CARRIER_RETURN"])
def test_every_basis_but_the_law_s_keeps_to_the_policy_s_terms(basis: str) -> None:
    told = quoted("-", "--json", given=changed(lambda file: file.update(basis=basis)))
    assert told.stdout == quoted("-", "--json", given=FEE).stdout


def test_programs_get_every_amount() -> None:
    answer = json.loads(quoted("-", "--json", given=FEE).stdout)
    whole = {"currencyCode": "EUR", "units": "45", "nanos": 990000000}
    assert answer["quote"]["amount"] == whole
    assert answer["lines"] == [{"orderLineId": "1", "amount": whole}]
    assert answer["payments"] == [{"paymentId": "pay_1", "account": "", "amount": whole}]
    assert answer["labelOffer"]["kind"] == "LABEL_WITH_FEE"


def test_a_fee_is_due_only_where_a_label_can_be_had() -> None:
    def sent_to(region: str) -> Any:
        address = {"street": "1 High Street", "city": "Town", "regionCode": region}
        return changed(lambda file: (file["order"].update(shipTo=address), file.pop("expected")))

    kinds = [
        json.loads(quoted("-", "--json", given=sent_to(region)).stdout)["labelOffer"]["kind"]
        for region in ("DE", "US")
    ]
    assert kinds == ["LABEL_WITH_FEE", "INSTRUCTIONS"]


def put(value: object, *path: str | int) -> Callable[[Any], None]:
    def change(file: Any) -> None:
        for step in path[:-1]:
            file = file[step]
        file[path[-1]] = value

    return change


DOLLARS = {"currencyCode": "USD", "units": 4}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (put(1, "itmes"), "itmes: there is no field 'itmes'"),
        (put(None, "order"), "order: is required"),
        (put([], "items"), "items: is required"),
        (put({}, "items"), "items: must be a list"),
        (put(3, "order", "lines", 0, "price", "unitz"), "order.lines[0].price.unitz: there is no field"),
        (put(1.5, "order", "lines", 0, "quantity"), "order.lines[0].quantity: must be a whole number"),
        (put(0, "order", "lines", 0, "quantity"), "order.lines[0].quantity: "),
        (put(5, "order", "lines", 0, "price", "nanos"), "order.lines[0].price.nanos: not a whole number"),
        (put(7, "order", "lines", 0, "title"), "order.lines[0].title: must be a text, is 7"),
        (put("yesterday", "order", "placeTime"), "order.placeTime: must be a time"),
        (put("2026-11-03T09:30:00Z", "order", "place_time"), "order.placeTime: stands twice"),
        (put("USD", "order", "currencyCode"), "order.lines[0].price.currencyCode: must be USD"),
        (put("a\u202eb", "order", "number"), "order.number: holds a control character"),
        (put(FEE["order"]["lines"] * 2, "order", "lines"), "order.lines[1].id: '1' stands twice"),
        (put(120, "policy", "restockingPercent"), "policy.restockingPercent: "),
        (put("CHEAP", "policy", "labels", "policy"), "policy.labels.policy: must be one of FREE, FLAT_FEE"),
        (put({"timeZone": "Mars"}, "policy", "window"), "policy.window.timeZone: give an IANA time zone"),
        (put("9", "items", 0, "orderLineId"), "items[0].orderLineId: no line '9'"),
        (put(3, "items", 0, "quantity"), "items[0].quantity: 1 of the line's 1 units are left"),
        (put("X", "items", 0, "reasonCode"), "items[0].reasonCode: the policy has no reasons"),
        (put("GOLD", "outcome"), "outcome: must be one of REFUND"),
        (put("GUILT", "basis"), "basis: must be one of GOODWILL"),
        (put("STORE_CREDIT", "outcome"), "outcome: the policy does not offer store credit"),
        (
            put([{"orderLineId": "1", "unit": 4, "result": "MISSING"}], "findings"),
            "findings[0]: unit 4 of line '1' is not in this return",
        ),
        (
            put([{"orderLineId": "1", "unit": 0, "result": "MISSING"}] * 2, "findings"),
            "findings[1]: unit 0 of line '1' was told before",
        ),
        (put(DOLLARS, "labelFee"), "labelFee.currencyCode: must be EUR"),
        (put([3], "earlier"), "earlier[0]: must be an object"),
        (put([{"items": [{"orderLineId": "1"}]}], "earlier"), "earlier[0].items[0].quantity: "),
        (put([{}], "earlier"), "earlier[0].items: is required"),
        (
            put([{"items": FEE["items"], "outcome": "WAIVED"}], "earlier"),
            "earlier[0].outcome: a buyer gets a refund or store credit",
        ),
        (put(1, "expected", "amout"), "expected.amout: there is no field"),
    ],
)
def test_what_is_wrong_is_named_by_its_place(change: Callable[[Any], object], said: str) -> None:
    done = quoted("-", given=changed(change))
    assert done.exit_code == 2
    assert done.stderr.startswith(f"sendback: {said}")
    assert done.stdout == ""


def test_all_that_is_wrong_with_a_message_is_said_at_once() -> None:
    def change(file: Any) -> None:
        file["order"]["lines"][0].update(quantity="many", title=7)

    done = quoted("-", given=changed(change))
    assert [line.split(": ")[1] for line in done.stderr.splitlines()] == [
        "order.lines[0].title",
        "order.lines[0].quantity",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"order": ', "line 1, column 11: "),
        ('{"order": 1, "order": 2}', "order: stands twice"),
        ("[]", "must be an object"),
        ("", "line 1, column 1"),
        ("[" * 100_000, "nested too deep"),
    ],
    ids=["torn", "twice", "a list", "empty", "deep"],
)
def test_what_is_no_file_of_this_form(text: str, said: str) -> None:
    done = quoted("-", given=text)
    assert (done.exit_code, said in done.stderr) == (2, True), done.stderr


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "latin").write_bytes(b'{"order": "\xe9"}')
    for file, said in (("none", "No such file"), (".", "Is a directory"), ("latin", "not text in UTF-8")):
        done = quoted(str(tmp_path / file))
        assert (done.exit_code, said in done.stderr) == (2, True), done.stderr


def test_a_language_that_is_none() -> None:
    done = quoted("-", "--language", "tlh", given=FEE)
    assert (done.exit_code, "fr, en, es, de" in done.stderr) == (2, True)
