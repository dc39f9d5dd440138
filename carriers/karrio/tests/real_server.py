"""A real karrio, started for the tests: out of an environment of its own in build/karrio/, made once per checkout.

The environment is what server-requirements.txt pins, by hash; its database is copied for each run. Neither touches
the environment that the tests run in.
"""

import fcntl
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

import httpx

HERE = Path(__file__).resolve().parent
REQUIREMENTS = HERE / "server-requirements.txt"
PROCESS = HERE / "karrio_process.py"
CACHE = HERE.parents[2] / "build" / "karrio"
KEY = "key_" + "5e" * 16
TEST_KEY = "key_" + "7e" * 16
DATABASE = "karrio.sqlite3"
INSTALL_SECONDS = 240
START_SECONDS = 60


class Unavailable(Exception):
    """karrio cannot be installed here; says why."""


@dataclass(frozen=True, slots=True)
class RealServer:
    url: str
    key: str = KEY
    test_key: str = TEST_KEY

    def call(self, method: str, path: str, **options: object) -> httpx.Response:
        """A call past the plugin, to set something up or to look what is really there."""
        headers = {"authorization": f"Token {self.key}"}
        return httpx.request(method, self.url + path, headers=headers, timeout=30, **options)  # type: ignore[arg-type]


@contextmanager
def real_server(folder: Path, tell: Callable[[str], None]) -> Iterator[RealServer]:
    """karrio with an empty database in `folder` and one connection, `returns`, of karrio's own generic carrier."""
    installed = install(tell)
    shutil.copy(installed / DATABASE, folder / DATABASE)
    with (folder / "server.log").open("wb") as log:
        command = [installed / "bin/python", PROCESS, "serve", folder / "port"]
        process = subprocess.Popen(
            command, env=_environment(folder), cwd=folder, stdin=subprocess.PIPE, stdout=log, stderr=log
        )
        try:
            server = RealServer(_ready(process, folder))
            _connect(server)
            yield server
        finally:
            process.terminate()
            process.wait(timeout=20)


def install(tell: Callable[[str], None]) -> Path:
    """The environment, made now if it is not there yet; those of other versions are thrown away."""
    pinned = sha256(REQUIREMENTS.read_bytes() + PROCESS.read_bytes()).hexdigest()[:12]
    home = CACHE / pinned
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (home / DATABASE).exists():
            for old in CACHE.iterdir():
                if old.is_dir():
                    shutil.rmtree(old)
            _install(home, tell)
    return home


def _install(home: Path, tell: Callable[[str], None]) -> None:
    began = time.monotonic()
    tell("installing a real karrio into build/karrio (about 10 seconds, once) …")
    python = str(home / "bin/python")
    _uv("venv", "--python", sys.executable, str(home))
    _uv("pip", "install", "--python", python, "--require-hashes", "-r", str(REQUIREMENTS))
    tell(f"making karrio's database ({time.monotonic() - began:.0f} s so far) …")
    work = home / "work"
    work.mkdir()
    _run([python, str(PROCESS), "prepare", KEY, TEST_KEY], work, _environment(work))
    (work / DATABASE).rename(home / DATABASE)
    tell(f"karrio is there after {time.monotonic() - began:.0f} s")


def _uv(*arguments: str) -> None:
    """What pip was told of its index holds for uv too."""
    index = {"UV_DEFAULT_INDEX": os.environ["PIP_INDEX_URL"]} if "PIP_INDEX_URL" in os.environ else {}
    _run([sys.executable, "-m", "uv", "--quiet", *arguments], CACHE, index | os.environ)


def _run(command: list[str], folder: Path, environment: dict[str, str]) -> None:
    try:
        subprocess.run(
            command, cwd=folder, env=environment, check=True, capture_output=True, timeout=INSTALL_SECONDS
        )
    except subprocess.TimeoutExpired as slow:
        raise Unavailable(f"not done after {INSTALL_SECONDS} s: {' '.join(command[1:5])}") from slow
    except subprocess.CalledProcessError as broken:
        said = (broken.stderr or broken.stdout).decode(errors="replace").split()
        raise Unavailable(" ".join(said)[-300:] or f"ended with {broken.returncode}") from broken


def _environment(work: Path) -> dict[str, str]:
    """karrio is configured by its environment alone, so none of ours may leak into it: a DATABASE_URL would be taken
    for its own. With a worker that is detached and no Redis it sends its webhooks before it answers."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(work),
        "SECRET_KEY": "only-for-tests-" + "0123456789" * 4,
        "DEBUG_MODE": "False",
        "DATABASE_NAME": DATABASE,
        "WORK_DIR": str(work),
        "LOG_DIR": str(work),
        "DETACHED_WORKER": "True",
        "ENABLE_ALL_PLUGINS_BY_DEFAULT": "True",
        "ALLOWED_HOSTS": "*",
        "USE_HTTPS": "False",
        "CARRIER_REQUEST_RATE_LIMIT": "6000/minute",
        "USER_RATE_LIMIT": "6000/minute",
    }


def _ready(process: "subprocess.Popen[bytes]", folder: Path) -> str:
    """Its URL, once it answers."""
    port, deadline = folder / "port", time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if port.exists():
            url = f"http://127.0.0.1:{port.read_text()}"
            if httpx.get(url, timeout=START_SECONDS).is_success:
                return url
        time.sleep(0.1)
    log = (folder / "server.log").read_text(errors="replace")
    raise AssertionError(f"karrio did not start:\n{log[-2000:]}")


def _connect(server: RealServer) -> None:
    """Live and test keys see connections of their own."""
    credentials = {
        "custom_carrier_name": "returns_post",
        "display_name": "Returns",
        "account_country_code": "FR",
    }
    wanted = {"carrier_name": "generic", "carrier_id": "returns", "credentials": credentials, "active": True}
    for key in (server.key, server.test_key):
        replace(server, key=key).call("POST", "/v1/connections", json=wanted).raise_for_status()
