"""What signs QR codes and sessions is rotated: new keys sign, old ones are read until they are taken out."""

import hmac
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import jwt
import pytest
from sendback_service.access import BuyerSession, Doorkeeper, Strength, merchant_claimed, order_claimed
from sendback_service.command.app import app
from sendback_service.configuration import Configuration, ConfigurationError
from sendback_service.refusal import Refusal
from typer.testing import CliRunner

OLD, NEW = b"old" * 16, b"new" * 16
NOW = datetime(2026, 11, 20, tzinfo=UTC)
OF = ("mer_1", "ord_1", 1)


def _session(keeper: Doorkeeper) -> str:
    return keeper.begin(BuyerSession(*OF, Strength.SLIP, "fr", NOW + timedelta(hours=1)))


def test_what_the_old_key_signed_is_read_until_it_is_taken_out() -> None:
    before, between, after = Doorkeeper([OLD]), Doorkeeper([NEW, OLD]), Doorkeeper([NEW])
    token, session = before.access_token(*OF), _session(before)
    assert between.opens(token, *OF)
    assert between.session(session, NOW).order_id == "ord_1"
    assert not after.opens(token, *OF)
    with pytest.raises(Refusal):
        after.session(session, NOW)


def test_a_new_key_signs_and_a_server_that_only_reads_it_yet_understands() -> None:
    """With several servers, the new key goes to the end first, everywhere, and to the head then."""
    first, then = Doorkeeper([OLD, NEW]), Doorkeeper([NEW, OLD])
    assert first.access_token(*OF) == Doorkeeper([OLD]).access_token(*OF)
    assert first.opens(then.access_token(*OF), *OF)
    assert first.session(_session(then), NOW).merchant_id == "mer_1"


@pytest.mark.parametrize("token", ["é", "1.é" * 10, "", "1." + "a" * 32])
def test_a_token_of_any_letters_is_only_a_wrong_one(token: str) -> None:
    assert not Doorkeeper([NEW, OLD]).opens(token, *OF)


def test_sessions_that_are_forged() -> None:
    keeper = Doorkeeper([NEW, OLD])
    claims = jwt.decode(_session(keeper), options={"verify_signature": False})
    unsigned = jwt.encode(claims, None, algorithm="none")
    other = jwt.encode(claims, "other" * 10, algorithm="HS256")
    long = jwt.encode(claims, "other" * 20, algorithm="HS512")
    for token in (unsigned, other, long, "", "a.b.c", "é"):
        with pytest.raises(Refusal):
            keeper.session(token, NOW)


def test_a_session_is_a_token_as_others_write_and_read_it() -> None:
    key = hmac.digest(NEW, b"buyer session", "sha256")
    session = _session(Doorkeeper([NEW]))
    claims = jwt.decode(session, key, algorithms=["HS256"], options={"verify_exp": False})
    assert claims["ord"] == "ord_1"
    assert jwt.encode(claims, key, algorithm="HS256") == session


def test_what_a_session_says_before_it_is_believed() -> None:
    session = _session(Doorkeeper([NEW]))
    assert (merchant_claimed(session), order_claimed(session)) == ("mer_1", "ord_1")
    header = session.partition(".")[0]
    for token in ("", "é", "a.b.c", f"{header}.é.c", f"{header}.WzFd.c", f"{header}.{'W1tb' * 99_999}.c"):
        assert merchant_claimed(token) == ""


def test_keys_come_from_the_environment_or_a_file_of_ones_own(tmp_path: Path) -> None:
    several = Configuration(secret_key=f"{NEW.decode()}, {OLD.decode()}")
    assert several.signing_keys() == (NEW, OLD)
    with pytest.raises(ConfigurationError, match="32 characters"):
        Configuration(secret_key="short").signing_keys()
    file = tmp_path / "sendback.toml"
    file.write_text('data_dir = "data"\n')
    run = CliRunner().invoke
    for count in (1, 2):
        assert run(app, ["secrets", "signing-key", "--config", str(file)]).exit_code == 0
        here = Configuration(data_dir=tmp_path / "data")
        assert len(here.signing_keys()) == count
    assert stat.S_IMODE(here.secret_file.stat().st_mode) == 0o600
