"""Commands where something is not as they need it: a line that says what, and what to do."""

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
