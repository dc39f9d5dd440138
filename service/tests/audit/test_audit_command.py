"""`sendback audit` as an operator calls it: what it prints, how it exits, what it refuses."""

import json
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sendback_service.command.app import app
from sendback_service.store import migrating
from typer.testing import CliRunner

from service.tests.audit.town import MERCHANT, Town

# The town's clock stands still while the command's goes on.
_YEARS = "100000000"


def _audit(url: str, *options: str) -> tuple[int, str, str]:
    """Exit status, what was printed, and what was said to be wrong."""
    ended = CliRunner().invoke(
        app, ["audit", "--grace", _YEARS, *options], env={"SENDBACK_DATABASE_URL": url, "COLUMNS": "400"}
    )
    return ended.exit_code, ended.stdout, ended.stderr


@pytest.fixture
def copied(town: Town, url: str, tmp_path: Path) -> Path:
    """The town's file, with what is still in its log."""
    path = tmp_path / "copy.db"
    with sqlite3.connect(url.removeprefix("sqlite:///")) as source, sqlite3.connect(path) as target:
        source.backup(target)
    return path


on_sqlite = pytest.mark.parametrize("databases", ["sqlite"], indirect=True)


def test_a_healthy_database_is_said_to_be_so(town: Town, url: str) -> None:
    status, printed, _ = _audit(url)
    assert (status, "nothing is broken" in printed) == (0, True)
    status, printed, _ = _audit(url, "--json", "--merchant", MERCHANT)
    assert status == 0
    told = json.loads(printed)
    assert (told["clean"], told["counts"], told["findings"]) == (True, {}, [])
    assert told["rows"]["returns"] > 9


@on_sqlite
def test_findings_are_told_to_people_and_to_programs(town: Town, copied: Path) -> None:
    closed = town.names["closed"]
    _change(copied, f"UPDATE unit SET held = FALSE WHERE return_id = '{closed}'")
    status, printed, _ = _audit(f"sqlite:///{copied}")
    assert status == 1
    assert all(word in printed for word in ("unit_not_held", closed, "set held to true", "1 unit_not_held"))
    status, printed, _ = _audit(f"sqlite:///{copied}", "--json")
    assert status == 1
    told: dict[str, Any] = json.loads(printed)
    assert (told["clean"], told["counts"]) == (False, {"unit_not_held": 1})
    [finding] = told["findings"]
    assert finding.pop("says").startswith(f"return {closed}")
    assert finding.pop("mend").startswith("set held to true")
    assert finding == {
        "name": "unit_not_held",
        "about": "1",
        "table": "unit",
        "merchant_id": MERCHANT,
        "row": f"{closed}/1/0",
        "key": {"merchant_id": MERCHANT, "return_id": closed, "line_id": "1", "unit": 0},
    }
    assert _audit(f"sqlite:///{copied}", "--only", "unit_held_twice")[0] == 0
    _change(
        copied,
        "INSERT INTO merchant (id, name, entitled, revision, create_time) VALUES ('mer_other', 'O', 0, 1, 0)",
    )
    assert _audit(f"sqlite:///{copied}", "--merchant", "mer_other")[0] == 0


@on_sqlite
def test_what_cannot_be_audited_is_refused_and_left_as_it_is(copied: Path, tmp_path: Path) -> None:
    missing = tmp_path / "none" / "sendback.db"
    status, _, wrong = _audit(f"sqlite:///{missing}")
    assert (status, "could not be asked" in wrong, missing.parent.exists()) == (2, True, False)
    (tmp_path / "empty.db").touch()
    assert "revision none" in _audit(f"sqlite:///{tmp_path / 'empty.db'}")[2]
    (tmp_path / "text.db").write_text("no database" * 100)
    assert _audit(f"sqlite:///{tmp_path / 'text.db'}")[0] == 2
    migrating.migrate(f"sqlite:///{copied}", "0001")
    status, _, wrong = _audit(f"sqlite:///{copied}")
    assert (status, "revision 0001" in wrong, "migrate" in wrong) == (2, True, True)
    assert "give sqlite:///PATH" in _audit("mysql://here/sendback")[2]
    status, _, wrong = _audit("postgresql://nobody@127.0.0.1:1/none")
    assert (status, "could not be asked" in wrong) == (2, True)
    status, _, wrong = _audit(f"sqlite:///{copied}", "--only", "everything")
    assert (status, "no finding is named everything" in wrong) == (2, True)


@on_sqlite
def test_of_a_merchant_that_is_not_there_nothing_is_said_to_be_whole(copied: Path) -> None:
    status, printed, wrong = _audit(f"sqlite:///{copied}", "--merchant", "mer_typo")
    assert (status, printed, "no merchant has the id mer_typo" in wrong) == (2, "", True)


@on_sqlite
def test_a_file_that_nobody_may_write_is_audited(copied: Path, tmp_path: Path) -> None:
    """Also one that a dead server left with its log."""
    folder = tmp_path / "kept"
    folder.mkdir()
    shutil.copy(copied, folder / "sendback.db")
    before = (folder / "sendback.db").read_bytes()
    (folder / "sendback.db").chmod(0o444)
    folder.chmod(0o555)
    assert _audit(f"sqlite:///{folder / 'sendback.db'}")[0] == 0
    folder.chmod(0o755)
    assert (folder / "sendback.db").read_bytes() == before


@pytest.mark.parametrize("databases", ["postgres"], indirect=True)
def test_a_role_that_may_only_read_is_enough(town: Town, url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE ROLE auditor LOGIN")
        connection.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO auditor")
    try:
        assert _audit(url.replace("postgres:@", "auditor:@", 1))[0] == 0
    finally:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("DROP OWNED BY auditor")
            connection.execute("DROP ROLE auditor")


def _change(path: Path, statement: str) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute(statement)
