"""What an account is made with: references to the environment are the operator's alone."""

import pytest
from sendback_service.account_settings import AccountSettings, whole_of
from sendback_service.host import Host
from sendback_service.parties import Account

SETTINGS = {"username": "env:WHO", "password": "env:WORD", "api_key": "env:KEY"}


def test_any_setting_may_stand_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Deployments differ in user names as they do in passwords."""
    for name, value in {"WHO": "returns", "WORD": "secret", "KEY": "k"}.items():
        monkeypatch.setenv(name, value)
    made = Host({"dhl": Account(plugin="dhl", settings=SETTINGS)}).accounts["dhl"]
    assert made.object is not None, made.failure
    assert made.object.settings.username == "returns"  # type: ignore[attr-defined]


def test_a_variable_that_is_not_set_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORD", "secret")
    monkeypatch.setenv("KEY", "k")
    made = Host({"dhl": Account(plugin="dhl", settings=SETTINGS)}).accounts["dhl"]
    assert made.failure == "ValueError: username: the environment has no WHO"


def test_what_a_merchant_gives_names_no_variable_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WHO", "the operator's own")
    wanted = AccountSettings("dhl", {"username": "env:WHO"}, {"password": "env:WHO"}, public=True)
    dhl = Host({"dhl": Account(plugin="dhl", settings={})}).kinds_for("")["dhl"]
    assert dhl is not None
    assert whole_of(dhl, wanted) == {"username": "env:WHO", "password": "env:WHO"}
