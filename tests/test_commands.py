"""Commands where something is not as they need it: a line that says what, and what to do."""

import re
import sqlite3
from pathlib import Path

import pytest
from sendback_service.command.app import app
from sendback_service.vault import new_key
from typer.testing import CliRunner, Result


def _sendback(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments, env={"COLUMNS": "200"})


@pytest.mark.parametrize(
    "command",
    ["key create", "key list", "key rotate key_1", "key revoke key_1", "secrets rotate", "clock 1d"],
)
def test_where_there_is_no_schema_commands_say_what_to_do(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sendback.db").touch()
    file = tmp_path / "sendback.toml"
    file.write_text(f'database_url = "sqlite:///{tmp_path}/sendback.db"\ntest_mode = true\n')
    monkeypatch.setenv("SENDBACK_SECRETS_KEY", new_key())
    done = _sendback(*command.split(), "-c", str(file))
    assert (done.exit_code, "run `sendback migrate`" in done.stderr) == (2, True), repr(done.exception)


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("migrate --to 9999", "no revision '9999'; known: base, 0001, 0002"),
        ("backup FILE/copy", "FILE/copy.part: Not a directory"),
        ("init FILE/new", "FILE/new: Not a directory"),
    ],
)
def test_what_is_not_to_be_had_is_one_clear_line(tmp_path: Path, command: str, said: str) -> None:
    installation, file = tmp_path / "here", tmp_path / "file"
    _sendback("init", str(installation))
    file.touch()
    given = command.replace("FILE", str(file)).split()
    done = _sendback(*given, *([] if given[0] == "init" else ["-c", str(installation / "sendback.toml")]))
    assert (done.exit_code, done.stderr.startswith(f"sendback: {said.replace('FILE', str(file))}")) == (
        2,
        True,
    )
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("turn", ["99999999d", "999999999999d", "1e9d", "-30000d", "27000d"])
def test_the_clock_of_test_mode_stays_within_the_century(tmp_path: Path, turn: str) -> None:
    _sendback("init", str(tmp_path))
    file = tmp_path / "sendback.toml"
    file.write_text("test_mode = true\n" + file.read_text())
    assert _sendback("clock", "40d", "-c", str(file)).exit_code == 0
    done = _sendback("clock", "-c", str(file), "--", turn)
    assert done.exit_code == 2, repr(done.exception)
    assert done.stderr.splitlines() == [
        f"sendback: {turn!r} would turn the clock out of the years 2000 to 2099"
    ]
    assert "40 days, 0:00:00 ahead" in _sendback("clock", "0s", "-c", str(file)).stdout


def test_a_clock_that_was_turned_too_far_can_be_turned_back(tmp_path: Path) -> None:
    """By a version that knew no bound: its processes could not start any more."""
    _sendback("init", str(tmp_path))
    file = tmp_path / "sendback.toml"
    file.write_text("test_mode = true\n" + file.read_text())
    with sqlite3.connect(next(tmp_path.rglob("sendback.db"))) as database:
        database.execute(
            "INSERT INTO installation VALUES ('clock_offset_seconds', ?)", (str(99_999_999 * 86400.0),)
        )
    done = _sendback("clock", "-c", str(file), "--", "-99999999d")
    assert "0:00:00 ahead" in done.stdout, done.output


def test_what_an_older_revision_does_not_hold_is_deleted_only_where_that_is_meant(tmp_path: Path) -> None:
    _sendback("init", str(tmp_path))
    config = ("-c", str(tmp_path / "sendback.toml"))
    present = _sendback("migrate", *config).stdout.split()[-1]
    done = _sendback("migrate", "--to", "0002", *config)
    assert done.exit_code == 2
    assert f"from {present} down to 0002 deletes what only newer revisions hold" in done.stderr
    assert present in _sendback("migrate", "--to", present, *config).stdout
    assert "0002" in _sendback("migrate", "--to", "0002", "--yes", *config).stdout
    assert present in _sendback("migrate", *config).stdout


def test_an_installation_that_is_there_gets_no_other_key_by_init(tmp_path: Path) -> None:
    """It may run at each deployment; keys that may do everything would pile up."""
    first = _sendback("init", str(tmp_path)).stdout
    again = _sendback("init", str(tmp_path))
    assert (again.exit_code, "sbk_" in first, "sbk_" in again.stdout) == (0, True, False)
    assert "`sendback key create` makes another" in again.stdout
    config = ("-c", str(tmp_path / "sendback.toml"))
    (key,) = re.findall(r"key_[0-9a-z]+", _sendback("key", "list", *config).stdout)
    _sendback("key", "revoke", key, *config)
    assert "sbk_" in _sendback("init", str(tmp_path)).stdout, "who has lost all keys gets one"


@pytest.mark.parametrize(
    ("line", "what", "problem"),
    [
        ('channel = "local"', "channel", "account 'local' writes to nobody"),
        ('channels = ["refunds"]', "channel", "account 'refunds' writes to nobody"),
        ('refunds = "local"', "refunds", "account 'local' pays no refunds"),
        ('refunds = "nobody"', "refunds", "no account 'nobody'"),
    ],
)
def test_check_says_which_account_cannot_do_what_it_is_for(
    tmp_path: Path, line: str, what: str, problem: str
) -> None:
    _sendback("init", str(tmp_path))
    file = tmp_path / "sendback.toml"
    kept = [told for told in file.read_text().splitlines() if not told.startswith((line.split()[0] + " ",))]
    file.write_text("\n".join([line, *kept]))
    done = _sendback("check", "-c", str(file))
    assert done.exit_code == 1
    assert [cells for cells in done.stdout.splitlines() if f" {what} " in cells and problem in cells]


def test_check_says_of_a_key_that_it_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _sendback("init", str(tmp_path))
    monkeypatch.setenv("SENDBACK_SECRETS_KEY", "short")
    done = _sendback("check", "-c", str(tmp_path / "sendback.toml"))
    told = " ".join(done.stdout.replace("│", " ").split())  # however narrow the table is
    assert (done.exit_code, "not a key; `sendback secrets key` makes one" in told) == (1, True)
