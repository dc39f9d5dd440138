"""Installations as operations meet them: commands, documents, the client's promises, plugins from outside."""

import asyncio
import json
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest
import zxingcpp
from sendback.v1 import (
    carrier_service_pb2,
    event_service_pb2,
    label_service_pb2,
    return_pb2,
    returns_service_pb2,
)
from sendback_client import AsyncClient, Client, SendbackError
from sendback_service.command.app import app
from sendback_service.demo.installation import Installation
from sendback_service.demo.world import Shop, World
from typer.testing import CliRunner, Result

from tests.databases import Databases
from tests.shops import a_merchant_key, an_address, get, make

ROOT = Path(__file__).resolve().parent.parent
_LOCAL = """
channel = "mail"
[accounts.mail]
plugin = "email"
settings = { sender = "returns@shop.example", outbox = "OUTBOX" }
[accounts.local]
plugin = "local"
settings = { qr = true }
[[routes]]
accounts = ["local"]
"""


def _sendback(*arguments: str) -> Result:
    """The command, without a process of its own."""
    return CliRunner().invoke(app, arguments, env={"COLUMNS": "200"})


def _process(
    *arguments: str, cwd: Path | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    """The command as operators call it."""
    command = [sys.executable, "-m", "sendback_service.command", *arguments]
    env = {**os.environ, "COLUMNS": "200", **environment}
    return subprocess.run(command, capture_output=True, text=True, env=env, cwd=cwd, timeout=60, check=False)


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    folder = tmp_path_factory.mktemp("local")
    with Installation(folder, _LOCAL.replace("OUTBOX", str(folder / "outbox"))) as installation:
        yield installation


@pytest.fixture(scope="module")
def merchant_key(local: Installation) -> str:
    return a_merchant_key(local)


def _label(client: Client, **request: object) -> return_pb2.Parcel:
    wanted = label_service_pb2.CreateLabelRequest(sender=an_address(), weight_grams=900, **request)
    return client.labels.CreateLabel(wanted)


def _text(file: Path) -> str:
    import pypdfium2

    return str(pypdfium2.PdfDocument(file.read_bytes())[0].get_textpage().get_text_bounded())


@pytest.mark.parametrize("format", ["PDF", "PNG", "ZPL"])
def test_a_label_for_a_back_end(local: Installation, merchant_key: str, tmp_path: Path, format: str) -> None:
    with Client(local.target, key=merchant_key) as client:
        parcel = _label(client, format=format, reference="ORDER-7", request_id=f"label-{format}")
        assert parcel.label == return_pb2.LabelStatus.PURCHASED
        assert _label(client, format=format, reference="ORDER-7", request_id=f"label-{format}") == parcel
        file = client.save_label(parcel.id, tmp_path)
        assert file.suffix == f".{format.lower()}"
        assert len(file.read_bytes()) == parcel.document_size
        assert client.save_label(parcel.id, tmp_path, qr=True).read_bytes().startswith(b"\x89PNG")
        if format != "ZPL":
            (code,) = zxingcpp.read_barcodes(_picture(file))
            assert code.text == parcel.tracking_number
        voided = client.labels.VoidLabel(label_service_pb2.VoidLabelRequest(parcel_id=parcel.id))
        assert voided.label in (return_pb2.LabelStatus.VOID_PENDING, return_pb2.LabelStatus.VOIDED)
        with pytest.raises(SendbackError) as refused:
            client.save_label(parcel.id, tmp_path)
        assert refused.value.reason == "LABEL_NOT_READY"


def _picture(file: Path):  # type: ignore[no-untyped-def]
    import pypdfium2
    from PIL import Image

    if file.suffix == ".png":
        return Image.open(file).convert("L")
    return pypdfium2.PdfDocument(file.read_bytes())[0].render(scale=3).to_pil().convert("L")


def test_outside_every_carriers_coverage_nothing_is_bought(local: Installation, merchant_key: str) -> None:
    with Client(local.target, key=merchant_key) as client:
        request = label_service_pb2.CreateLabelRequest(sender=an_address(region_code="US"), weight_grams=1)
        parcel = client.labels.CreateLabel(request)
    assert parcel.label == return_pb2.LabelStatus.FAILED
    assert "no carrier" in parcel.failure


def test_plugins_and_accounts_are_listed(local: Installation) -> None:
    with Client(local.target, key=local.operator_key) as operator:
        plugins = operator.carriers.ListPlugins(carrier_service_pb2.ListPluginsRequest()).plugins
        accounts = operator.carriers.ListAccounts(carrier_service_pb2.ListAccountsRequest()).accounts
    found = {plugin.name: plugin for plugin in plugins}
    assert found["local"].hooks == ["sendback_carriers"]
    assert list(found["local"].accounts) == ["local"]
    assert [(a.name, a.kind, list(a.roles)) for a in accounts] == [
        ("local", "carrier", ["Voids"]),
        ("mail", "channel", []),
    ]


def test_check_and_plugins_say_what_is_wrong(tmp_path: Path) -> None:
    assert _sendback("init", str(tmp_path)).exit_code == 0
    file = tmp_path / "sendback.toml"
    good = _sendback("check", "-c", str(file))
    assert good.exit_code == 0, good.stdout
    file.write_text(file.read_text() + '[accounts.broken]\nplugin = "none-such [/as-such]"\n')
    bad = _sendback("check", "-c", str(file))
    assert bad.exit_code == 1
    assert "none-such [/as-such]" in bad.stdout
    listed = json.loads(_sendback("plugins", "-c", str(file), "--json").stdout)
    assert {"local", "email", "refund", "rehearsal"} <= {plugin["name"] for plugin in listed}
    assert all(plugin["failure"] == "" for plugin in listed)


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ("data_dir = ", "sendback.toml"),
        ("[portal]\nbase_url = 'returns.example.com'", "portal.base_url"),
        ("colour = 'red'", "colour"),
        ("[server]\nport = 99999", "server.port"),
        ("[server]\ntls = true", "server.tls"),
        ("[privacy]\nretention_months = -1", "privacy.retention_months"),
        ("[[routes]]\naccounts = ['nobody']", "no account nobody"),
        ("database_url = 'mysql://sendback:hunter2@db/sendback'", "give sqlite:///PATH or postgresql://"),
    ],
)
def test_a_wrong_configuration_is_one_clear_line(tmp_path: Path, toml: str, said: str) -> None:
    file = tmp_path / "sendback.toml"
    file.write_text(toml)
    done = _sendback("serve", "-c", str(file))
    assert done.exit_code == 2
    assert said in done.stderr
    assert "hunter2" not in done.stderr


def test_a_file_that_cannot_be_read_is_one_clear_line(tmp_path: Path) -> None:
    done = _sendback("check", "-c", str(tmp_path))
    assert done.exit_code == 2
    assert f"sendback: {tmp_path}: " in done.stderr
    assert "Is a directory" in done.stderr


def test_an_environment_that_cannot_be_read_is_one_clear_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SENDBACK_CHANNELS", "mail")
    done = _sendback("check")
    assert done.exit_code == 2
    assert '"channels"' in done.stderr
    assert 'JSON there, such as ["mail"]' in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_secret_in_the_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "sendback.toml"
    file.write_text(
        '[accounts.post]\nplugin = "rehearsal"\nsettings = { base_url = "http://localhost", token = "hunter2" }\n'
    )
    done = _sendback("plugins", "-c", str(file))
    assert "env:NAME" in done.stderr
    assert "hunter2" not in done.stderr + done.stdout


def test_the_clock_turns_in_test_mode_only(local: Installation, tmp_path: Path) -> None:
    turned = _process("clock", "-c", str(local.file), "3s")
    assert turned.stdout.strip() == "the clock is 0:00:03 ahead"
    back = _sendback("clock", "-c", str(local.file), "-3s")
    assert back.stdout.strip() == "the clock is 0:00:00 ahead", back.stderr
    _sendback("init", str(tmp_path))
    done = _sendback("clock", "-c", str(tmp_path / "sendback.toml"), "3d")
    assert done.exit_code == 2
    assert "test mode" in done.stderr


@pytest.mark.parametrize("turn", ["1w", "d", "²d", "nand", "--soon"])
def test_what_is_no_duration_is_one_clear_line(local: Installation, turn: str) -> None:
    done = _sendback("clock", "-c", str(local.file), turn)
    assert (done.exit_code, "is no duration" in done.stderr) == (2, True)


def test_a_database_may_be_named_as_many_providers_do(postgres: Databases, tmp_path: Path) -> None:
    file = tmp_path / "sendback.toml"
    file.write_text(f'database_url = "{postgres.empty().replace("postgresql://", "postgres://", 1)}"\n')
    for command in ("migrate", "audit", "key list"):
        done = _sendback(*command.split(), "-c", str(file))
        assert done.exit_code == 0, done.output


def test_two_workers_of_one_name_do_not_run(local: Installation) -> None:
    done = _process("worker", "-c", str(local.file), "--name", "worker-1")
    assert done.returncode != 0
    assert "worker-1" in done.stderr


@pytest.mark.parametrize("command", ["key create", "key list", "resume", "clock 1d", "backup copy"])
def test_where_there_is_no_installation_commands_say_so_in_a_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SENDBACK_TEST_MODE", "true")
    for _ in range(2):
        done = _sendback(*command.split())
        said = "no such database" if command == "backup copy" else "the database could not be asked"
        assert (done.exit_code, said in done.stderr) == (2, True), done.stderr
        assert len(done.stderr.splitlines()) == 1
        assert list(tmp_path.iterdir()) == [], "nothing is left"


@pytest.mark.parametrize("command", ["serve", "worker", "check", "key list"])
def test_away_from_the_installation_commands_leave_nothing_and_say_where_they_looked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.chdir(tmp_path)
    done = _sendback(*command.split())
    assert list(tmp_path.iterdir()) == []
    assert f"{tmp_path / 'sendback.toml'} is not there" in done.stderr


def test_a_key_that_is_not_there_is_one_clear_line(local: Installation) -> None:
    done = _sendback("key", "revoke", "key_x", "-c", str(local.file))
    assert done.stderr.startswith("sendback: NOT_FOUND: We cannot find what you are looking for.")
    assert ("key_x" in done.stderr, "{" in done.stderr) == (True, False)


@pytest.mark.parametrize("columns", ["", "80"])
def test_keys_are_listed_by_ids_that_can_be_copied(local: Installation, columns: str) -> None:
    """Piped on, and on a narrow terminal."""
    listed = _process("key", "list", "-c", str(local.file), COLUMNS=columns).stdout
    assert re.findall(r"key_[0-9a-z]*", listed) == re.findall(r"key_[0-9a-z]{26}", listed) != []


def test_a_server_without_its_schema_does_not_start(tmp_path: Path) -> None:
    _sendback("init", str(tmp_path))
    file = tmp_path / "sendback.toml"
    assert _sendback("migrate", "-c", str(file), "--to", "base", "--yes").exit_code == 0
    done = _process("serve", "-c", str(file))
    assert done.returncode == 2
    assert "sendback migrate" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_new_installation_runs_from_its_own_folder_with_a_worker_of_its_own(tmp_path: Path) -> None:
    """As the README has it: init from outside, serve from inside; and the worker ends with its server."""
    _process("init", "shop", cwd=tmp_path)
    shop = tmp_path / "shop"
    assert (shop / "sendback-data" / "sendback.db").exists()
    command = [sys.executable, "-m", "sendback_service.command", "serve"]
    env = {**os.environ, "SENDBACK_SERVER__PORT": "0"}
    log = (tmp_path / "log").open("wb")
    with subprocess.Popen(command, cwd=shop, env=env, stdout=subprocess.PIPE, stderr=log) as server:
        assert server.stdout is not None
        assert b"sendback serves on" in server.stdout.readline()
        worker = _until(
            lambda: re.search(r'"pid": ?(\d+), ?"event": ?"worker.ready"', (tmp_path / "log").read_text())
        )
        server.kill()
    _until(
        lambda: not Path(f"/proc/{worker[1]}").exists() or "Z" in Path(f"/proc/{worker[1]}/stat").read_text()
    )
    log.close()


def _until(ready: Callable[[], Any]) -> Any:
    for _ in range(200):
        found = ready()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError("that did not come about")


def test_a_broken_plugin_hurts_nobody_else(tmp_path: Path) -> None:
    new = [sys.executable, "-m", "sendback_sdk", "new", "carrier", "rotten", "--to", str(tmp_path)]
    subprocess.run(new, check=True, capture_output=True)
    package = tmp_path / "sendback-rotten"
    (package / "sendback_rotten" / "__init__.py").write_text("raise RuntimeError('rotten to the core')\n")
    site = tmp_path / "site"
    pip = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run([*pip, "--target", str(site), str(package)], check=True)
    (tmp_path / "sendback.toml").write_text('[accounts.local]\nplugin = "local"\n')
    done = _process("plugins", "-c", str(tmp_path / "sendback.toml"), "--json", PYTHONPATH=str(site))
    found = {plugin["name"]: plugin for plugin in json.loads(done.stdout)}
    assert "rotten to the core" in found["rotten"]["failure"]
    assert found["local"]["accounts"] == ["local"]


def _blocks(file: Path) -> list[str]:
    return re.findall(r"```python\n(.*?)```", file.read_text(encoding="utf-8"), re.DOTALL)


def test_the_programs_in_the_documents_run(local: Installation, merchant_key: str, tmp_path: Path) -> None:
    keys = {
        "SENDBACK_TARGET": local.target,
        "SENDBACK_OPERATOR_KEY": local.operator_key,
        "SENDBACK_KEY": merchant_key,
    }
    for document in ("service/docs/first-label.md", "clients/python/README.md"):
        (program,) = _blocks(ROOT / document)
        folder = tmp_path / Path(document).stem
        folder.mkdir()
        done = subprocess.run(
            [sys.executable, "-c", program],
            cwd=folder,
            env={**os.environ, **keys},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        (label,) = folder.glob("*.pdf")
        if "first-label" in document:
            assert "My shop" in _text(label), "the program's warehouse has no name"


def test_the_feed_goes_on_where_it_ended(world: World, shop: Shop) -> None:
    """Read while it is written, in pieces, by several: nothing twice, nothing left out."""
    done = threading.Event()

    def write() -> None:
        for _ in range(3):
            make(shop.client, items=[return_pb2.ReturnItem(order_line_id="2", quantity=1)])
        done.set()

    writer = threading.Thread(target=write)
    writer.start()
    pieces: list[str] = []
    token = ""
    while True:
        ended = done.is_set()
        found = list(shop.client.watch_events(token, stop_at_end=True))
        pieces += [event.id for event in found]
        token = found[-1].resume_token if found else token
        labels = sum(event.type == "label.purchased" for event in shop.client.watch_events(stop_at_end=True))
        if ended and not found and labels == 3:
            break
    writer.join()
    whole = list(shop.client.watch_events(stop_at_end=True))
    assert pieces == [event.id for event in whole][: len(pieces)]
    for subject in {event.subject.id for event in whole}:
        sequences = [event.subject.sequence for event in whole if event.subject.id == subject]
        assert sequences == sorted(sequences)
    with pytest.raises(SendbackError) as refused:
        next(iter(shop.client.watch_events("not-a-token")))
    assert [problem.field for problem in refused.value.fields] == ["resume_token"]
    listed = shop.client.events.ListEvents(event_service_pb2.ListEventsRequest(page_size=2))
    assert [event.id for event in listed.events] == pieces[:2]


def test_a_client_waits_for_a_server_that_comes_back(tmp_path: Path) -> None:
    with Installation(tmp_path, "") as installation:
        key = installation.operator_key
        installation.kill_server()
        back = threading.Timer(0.5, installation.start_server)
        back.start()
        with Client(installation.target, key=key, timeout=15) as client:
            answer = client.carriers.ListAccounts(carrier_service_pb2.ListAccountsRequest())
        back.join()
        assert list(answer.accounts) == []
    with Client(installation.target, key=key, timeout=0.5) as gone, pytest.raises(SendbackError) as refused:
        gone.carriers.ListAccounts(carrier_service_pb2.ListAccountsRequest())
    assert refused.value.code in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED)


def test_asyncio_has_the_same_client(local: Installation, merchant_key: str, tmp_path: Path) -> None:
    async def whole() -> None:
        async with AsyncClient(local.target, key=merchant_key, language="de") as client:
            wanted = label_service_pb2.CreateLabelRequest(sender=an_address(), weight_grams=10)
            parcel = await client.labels.CreateLabel(wanted)
            file = await client.save_label(parcel.id, tmp_path)
            assert file.read_bytes().startswith(b"%PDF-")
            with pytest.raises(SendbackError) as refused:
                await client.returns.GetReturn(returns_service_pb2.GetReturnRequest(return_id="x"))
            assert refused.value.message == "Wir finden nicht, was Sie suchen."
            types = [event.type async for event in client.watch_events(stop_at_end=True)]
            assert "label.requested" in types

    asyncio.run(whole())


def test_nothing_personal_and_no_secret_stands_in_the_logs(world: World, shop: Shop) -> None:
    made = make(shop.client)
    world.until(shop, made.id, "a label", lambda r: r.parcels[0].label == return_pb2.LabelStatus.PURCHASED)
    assert get(shop.client, made.id).id == made.id
    logs = world.installation.log("server.log") + world.installation.log("worker.log")
    assert '"rpc.done"' in logs
    for secret in (
        world.carrier.token,
        world.bank.secret,
        world.installation.operator_key,
        "Lilas",
        "@example.com",
    ):
        assert secret not in logs
