"""The outside for a real worker: an HTTP server that counts, and a plugin package that calls it.

The server can be told to act and then to keep its answer back, so that a worker can be killed in the middle.
"""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests import nursery

PLUGIN = """
import json
from datetime import UTC, datetime
from sendback_sdk import *
from sendback_sdk.http import send


class Http(Carrier):
    coverage = frozenset({"FR"})
    formats = frozenset({LabelFormat.PDF})

    class Settings(Carrier.Settings):
        url: str

    def create_label(self, request):
        body = {"key": request.reference, "safe": self.repeat is Repeat.SAFE}
        return self._label(send(self.http, "POST", self.settings.url + "/labels", json=body).json())

    def _label(self, answer):
        return Label(answer["number"], b"%PDF-1.4 %%EOF", LabelFormat.PDF)


class SafePost(Http):
    id = "safe"
    repeat = Repeat.SAFE


class TrackedPost(SafePost):
    id = "tracked"

    def track(self, labels):
        send(self.http, "POST", self.settings.url + "/asked", json={"key": labels[0].tracking_number})
        seen = datetime.now(UTC)
        return [TrackingUpdate(l.tracking_number, TrackingState.HANDED_OVER, seen) for l in labels]


class FindablePost(Http):
    id = "findable"
    repeat = Repeat.FINDABLE

    def find_label(self, reference):
        found = send(self.http, "POST", self.settings.url + "/find", json={"key": reference}).json()
        return self._label(found) if found else None


class Bank(Platform):
    id = "bank"

    class Settings(Platform.Settings):
        url: str

    def refund(self, request):
        body = {"key": request.key, "safe": True}
        return Receipt(send(self.http, "POST", self.settings.url + "/refunds", json=body).json()["number"])


class Postman(Channel):
    id = "postman"

    class Settings(Channel.Settings):
        url: str

    def send(self, message):
        body = {"key": message.key, "safe": True}
        return Receipt(send(self.http, "POST", self.settings.url + "/messages", json=body).json()["number"])


@hookimpl
def sendback_carriers():
    return [SafePost, TrackedPost, FindablePost]


@hookimpl
def sendback_platforms():
    return [Bank]


@hookimpl
def sendback_channels():
    return [Postman]


@hookimpl
def sendback_event(event):
    with open(__file__ + ".events", "a") as seen:
        seen.write(event.type + "\\n")
"""


class Outside:
    """`made` counts what was really made, by kind; `calls` what was asked. `hold` keeps answers back."""

    def __init__(self, host: str = "127.0.0.1") -> None:
        self.made: Counter[str] = Counter()
        self.calls: Counter[str] = Counter()
        self.hold = threading.Event()
        self.acted = threading.Event()
        self._known: dict[tuple[str, str], str] = {}
        self._lock = threading.Lock()
        handler = type("Handler", (_Handler,), {"outside": self})
        self._server = ThreadingHTTPServer((host, 0), handler)
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        self.url = f"http://{host}:{self._server.server_port}"

    def answer(self, kind: str, key: str, *, safe: bool) -> dict[str, str] | None:
        with self._lock:
            self.calls[kind] += 1
            if kind == "find":
                number = self._known.get(("labels", key))
                return None if number is None else {"number": number}
            if not safe or (kind, key) not in self._known:
                self.made[kind] += 1
                self._known[kind, key] = f"{kind}-{self.made[kind]}"
        if self.hold.is_set():
            self.acted.set()
            time.sleep(20)
        return {"number": self._known[kind, key]}

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    outside: Outside

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        answer = self.outside.answer(self.path.strip("/"), body["key"], safe=body.get("safe", False))
        content = json.dumps(answer).encode()
        try:
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)
        except OSError:
            return

    def log_message(self, *_: Any) -> None:
        """Silence."""


Process = subprocess.Popen[bytes] | nursery.Newborn


class Workers:
    """Real worker processes of one installation."""

    def __init__(
        self, folder: Path, database_url: str, outside: Outside, carrier: str, poll_seconds: float = 0.05
    ) -> None:
        self.folder = folder
        self._processes: list[Process] = []
        self._plugin()
        accounts = {"post": carrier, "bank": "bank", "postman": "postman"}
        lines = [
            f'data_dir = "{folder / "data"}"',
            f'database_url = "{database_url}"',
            'channel = "postman"',
            'refunds = "bank"',
            "[[routes]]",
            'accounts = ["post"]',
            "[worker]",
            f"poll_seconds = {poll_seconds}",
        ]
        for name, plugin in accounts.items():
            lines += [f"[accounts.{name}]", f'plugin = "{plugin}"', f'settings = {{ url = "{outside.url}" }}']
        self.config = folder / "sendback.toml"
        self.config.write_text("\n".join(lines))

    def start(self, name: str = "worker-1", prefix: Sequence[str] = ()) -> Process:
        """Returns once it is ready."""
        process = self.spawn(name, prefix=prefix)
        self.wait_for(lambda: self._says(process, b"worker.ready"), f"{name} to be ready", 60)
        return process

    def spawn(self, name: str, *arguments: str, prefix: Sequence[str] = ()) -> Process:
        """`prefix` is a command that runs others, elsewhere."""
        log = (self.folder / "worker.log").open("ab")
        environment = {
            **os.environ,
            "PYTHONPATH": str(self.folder / "plugins"),
            "SENDBACK_WORKER__EXECUTOR": name,
            "SENDBACK_SECRET_KEY": "a key for tests only of enough length",
        }
        words = ["worker", "--config", str(self.config), *arguments]
        process: Process
        if prefix:
            command = [*prefix, sys.executable, "-m", "sendback_service.command", *words]
            process = subprocess.Popen(command, stderr=log, stdout=log, env=environment)
        else:
            process = nursery.spawn(words, environment, log, log)
        log.close()
        self._processes.append(process)
        return process

    def kill(self, process: Process) -> None:
        process.send_signal(signal.SIGKILL)
        process.wait(10)

    def log(self) -> list[dict[str, Any]]:
        lines = (self.folder / "worker.log").read_text().splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]

    def named(self, event: str) -> set[str]:
        """Which executors said so."""
        return {line["executor"] for line in self.log() if line["event"] == event}

    def observed(self) -> list[str]:
        seen = self.folder / "plugins" / "emulated.py.events"
        return seen.read_text().splitlines() if seen.exists() else []

    def wait_for(self, reached: Callable[[], bool], what: str, seconds: float = 20) -> None:
        until = time.monotonic() + seconds
        while not reached():
            if time.monotonic() > until:
                said = (self.folder / "worker.log").read_text()[-3000:]
                raise AssertionError(f"waited {seconds} s for {what}; the log ends with:\n{said}")
            time.sleep(0.02)

    def close(self) -> None:
        for process in self._processes:
            if process.poll() is None:
                process.kill()
            process.wait(10)

    def _says(self, process: Process, what: bytes) -> bool:
        mark = b'"pid":%d,' % process.pid
        lines = (self.folder / "worker.log").read_bytes().splitlines()
        if process.poll() is not None:
            raise AssertionError(f"the worker ended: {lines[-5:]}")
        return any(what in line and mark in line for line in lines)

    def _plugin(self) -> None:
        plugins = self.folder / "plugins"
        info = plugins / "emulated-1.0.dist-info"
        info.mkdir(parents=True)
        (plugins / "emulated.py").write_text(PLUGIN)
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: emulated\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text("[sendback]\nemulated = emulated\n")
