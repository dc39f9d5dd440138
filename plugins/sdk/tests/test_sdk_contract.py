"""The contract holds what it signs: values, errors, hooks, and tests that cannot be overridden in silence."""

import inspect
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import ClassVar

import httpx
import pytest
import sendback_sdk
from sendback_sdk import (
    Carrier,
    Declined,
    LabelFormat,
    Misconfigured,
    Money,
    OutcomeUnknown,
    TryLater,
    hooks,
    scaffold,
)
from sendback_sdk.http import client, send
from sendback_sdk.money import exponent
from sendback_sdk.testing import CarrierEmulator, CarrierTests, Fault


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [
        (1099, "EUR", "10.99"),
        (1099, "JPY", "1099"),
        (1099, "KWD", "1.099"),
        (-5, "EUR", "-0.05"),
        (0, "KWD", "0.000"),
    ],
)
def test_money_in_major_units(minor: int, currency: str, text: str) -> None:
    assert Money(minor, currency).decimal() == text


@pytest.mark.parametrize(("minor", "currency"), [(1.5, "EUR"), (True, "EUR"), ("1", "EUR")])
def test_money_is_an_integer(minor: object, currency: str) -> None:
    with pytest.raises(TypeError):
        Money(minor, currency)


@pytest.mark.parametrize("currency", ["", "eur", "EURO", "€"])
def test_money_has_a_currency(currency: str) -> None:
    with pytest.raises(ValueError, match="ISO 4217"):
        Money(1, currency)


def test_each_currency_has_its_decimals() -> None:
    assert [exponent(c) for c in ("JPY", "EUR", "KWD")] == [0, 2, 3]


def test_every_hook_is_documented() -> None:
    names = [name for name in vars(hooks) if name.startswith("sendback_")]
    assert sorted(names) == [
        "sendback_carriers",
        "sendback_channels",
        "sendback_event",
        "sendback_platforms",
        "sendback_rules",
    ]
    assert all(inspect.getdoc(getattr(hooks, name)) for name in names)


def test_everything_exported_exists_and_says_what_it_is() -> None:
    undocumented = []
    for name in sendback_sdk.__all__:
        thing = getattr(sendback_sdk, name)
        if inspect.isclass(thing) and not inspect.getdoc(thing):
            undocumented.append(name)
    assert undocumented == []


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault.BUSY, TryLater),
        (Fault.THROTTLED, TryLater),
        (Fault.REFUSE, Declined),
        (Fault.BREAK, OutcomeUnknown),
        (Fault.ACT_THEN_HANG, OutcomeUnknown),
        (Fault.ACT_THEN_CUT, OutcomeUnknown),
        (Fault.HALF, OutcomeUnknown),
        (Fault.HUGE, OutcomeUnknown),
    ],
)
def test_what_went_wrong_is_told_apart(fault: Fault, error: type[Exception]) -> None:
    with CarrierEmulator(retry_after=7) as emulator, client(timeout=httpx.Timeout(0.5)) as http:
        emulator.fail(fault)
        with pytest.raises(error) as raised:
            send(
                http,
                "POST",
                f"{emulator.url}/labels",
                headers={"authorization": "Bearer practice"},
                json=_good(),
            )
        if isinstance(raised.value, TryLater):
            assert raised.value.after == 7


def test_an_error_keeps_the_answer_that_it_comes_of() -> None:
    with CarrierEmulator() as emulator, client() as http:
        emulator.fail(Fault.REFUSE)
        with pytest.raises(Declined) as raised:
            send(http, "POST", f"{emulator.url}/labels", json=_good())
    assert isinstance(raised.value.__cause__, httpx.HTTPStatusError)
    assert raised.value.__cause__.response.json() == {"error": "refuse"}


@pytest.mark.parametrize(
    ("charset", "body", "read"),
    [
        ("iso-8859-1", b"caf\xe9", "café"),
        ("punycode", b"a-b", "a-b"),
        ("undefined", b"a-b", "a-b"),
        ("unicode_escape", rb"\u0041", r"\u0041"),
    ],
)
def test_a_peer_has_no_say_in_how_its_answer_is_decoded(charset: str, body: bytes, read: str) -> None:
    """Punycode takes hours for what an answer may hold, others fail whatever they are given."""

    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(422, headers={"content-type": f"text/plain; charset={charset}"}, content=body)

    with client(transport=httpx.MockTransport(answer)) as http, pytest.raises(Declined) as raised:
        send(http, "POST", "https://peer.example")
    assert raised.value.text == f"422: {read}"


def test_nobody_there_means_that_nothing_happened() -> None:
    with CarrierEmulator() as emulator:
        url = emulator.url
    with client() as http, pytest.raises(TryLater):
        send(http, "POST", url)


def test_a_refused_key_is_a_matter_of_settings() -> None:
    with CarrierEmulator() as emulator, client() as http, pytest.raises(Misconfigured):
        send(http, "POST", f"{emulator.url}/labels", json=_good())


def _good() -> dict[str, object]:
    address = {"name": "A", "street": "S", "city": "C", "country": "FR"}
    return {"reference": "r", "sender": address, "recipient": address, "weight_grams": 1, "format": "ZPL"}


def test_an_inherited_test_is_not_overridden_in_silence() -> None:
    with pytest.raises(TypeError, match="say why"):

        class Sly(CarrierTests):
            def test_outside_coverage_is_declined(self) -> None: ...

    class Honest(CarrierTests):
        waived: ClassVar = {"test_outside_coverage_is_declined": "it carries from everywhere"}

    assert Honest.test_outside_coverage_is_declined is None


def test_the_tutorial_is_a_carrier() -> None:
    """The class in the package's docstring is one that loads."""
    text = inspect.getdoc(sendback_sdk) or ""
    code = inspect.cleandoc(
        text[text.index("    from sendback_sdk import") : text.index("What it can do beyond")]
    )
    names: dict[str, object] = {}
    exec(compile(code, "tutorial", "exec"), names)
    pigeon = names["Pigeon"]
    assert isinstance(pigeon, type)
    assert issubclass(pigeon, Carrier)
    assert pigeon.formats == {LabelFormat.PDF}


@pytest.mark.parametrize("kind", scaffold.KINDS)
def test_the_readme_of_a_new_package_says_how_it_is_used(tmp_path: Path, kind: str) -> None:
    readme = (scaffold.write(kind, "parcelpost", tmp_path) / "README.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```toml\n(.*?)```", readme, re.DOTALL)
    said = tomllib.loads(block)
    assert said.pop("accounts") == {"parcelpost": {"plugin": "parcelpost", "settings": {}}}
    used = {"carrier": {"routes": [{"accounts": ["parcelpost"]}]}, "channel": {"channel": "parcelpost"}}
    assert said == used.get(kind, {"refunds": "parcelpost"})


@pytest.mark.parametrize("kind", scaffold.KINDS)
def test_a_new_package_passes_its_own_tests(kind: str, tmp_path: Path) -> None:
    folder = scaffold.write(kind, f"parcel_{kind}", tmp_path)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "--rootdir",
        str(folder),
        str(folder),
    ]
    done = subprocess.run(
        command, cwd=folder, env={"PYTHONPATH": str(folder)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    assert " passed" in done.stdout


@pytest.mark.parametrize("name", ["Bad", "1st", "a", "with-dash", "class", "sdk", "x" * 40, "../up", "end_"])
def test_names_that_will_not_do(name: str, tmp_path: Path) -> None:
    with pytest.raises(scaffold.Refused):
        scaffold.write("carrier", name, tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("carrier", "none"),
        ("carrier", "label"),
        ("carrier", "declined"),
        ("carrier", "carrier_tests"),
        ("channel", "path"),
        ("platform", "receipt"),
        ("platform", "refund_request"),
        ("platform", "label"),
    ],
)
def test_a_class_that_would_hide_one_of_the_contract_s_is_not_written(
    kind: str, name: str, tmp_path: Path
) -> None:
    with pytest.raises(scaffold.Refused, match="would hide"):
        scaffold.write(kind, name, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_an_existing_folder_is_left_alone(tmp_path: Path) -> None:
    folder = scaffold.write("carrier", "parcelpost", tmp_path)
    (folder / "README.md").write_text("mine")
    with pytest.raises(scaffold.Refused, match="exists already"):
        scaffold.write("carrier", "parcelpost", tmp_path)
    assert (folder / "README.md").read_text() == "mine"
