"""The clients' languages, and how the hand of each is built: once, until what it is made of changes."""

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
CLIENTS = ROOT / "clients"
BUILD = ROOT / "build/clients"
_MINUTES = 20


class Missing(Exception):
    """What has to be installed before this language can be tried."""


@dataclass(frozen=True, slots=True)
class Language:
    """`needs` are commands with the oldest version that will do; `sources` what it is built of; `build` makes the hand;
    `hand` is the command that runs it."""

    name: str
    needs: dict[str, tuple[int, ...]]
    sources: tuple[str, ...]
    build: Callable[[], None]
    hand: Callable[[], Sequence[str]]

    def missing(self) -> str:
        """What is to be installed; empty where nothing is."""
        lacking = [
            f"{command} {'.'.join(map(str, oldest))}"
            for command, oldest in self.needs.items()
            if version(command) < oldest
        ]
        return f"{self.name} needs {' and '.join(lacking)} or newer" if lacking else ""

    def built(self) -> None:
        """Builds what is not current; processes that want the same wait for one another."""
        if said := self.missing():
            raise Missing(said)
        stamp = BUILD / f"{self.name}.stamp"
        with _alone(self.name):
            digest = digest_of(self.sources)
            if not stamp.exists() or stamp.read_text() != digest:
                print(
                    f"building the {self.name} client (once until it changes) …", file=sys.stderr, flush=True
                )
                self.build()
                stamp.write_text(digest)


def version(command: str) -> tuple[int, ...]:
    """Of an installed command; nothing where there is none."""
    found = shutil.which(command)
    if found is None:
        return ()
    ask = {"go": "version", "java": "-version", "javac": "-version"}.get(command, "--version")
    done = subprocess.run([found, ask], capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    said = re.sub(r"\x1b\[[\d;]*m", "", done.stdout + done.stderr)
    numbers = re.search(r"(\d+)(?:\.(\d+))?", said)
    return tuple(int(number) for number in numbers.groups() if number) if numbers else ()


def digest_of(sources: Sequence[str]) -> str:
    """Of all files below these, less what is built or installed there."""
    total = hashlib.sha256()
    for file in sorted(file for source in sources for file in _files(ROOT / source)):
        total.update(f"{file.relative_to(ROOT)}\0".encode() + file.read_bytes())
    return total.hexdigest()


def _files(source: Path) -> Iterator[Path]:
    if source.is_file():
        yield source
    for folder, folders, names in os.walk(source):
        folders[:] = [name for name in folders if name not in ("node_modules", "dist", "target")]
        yield from (Path(folder) / name for name in names if not name.endswith(".md"))


def run(*command: str, folder: Path, **environment: str) -> str:
    """Answers what it printed; raises with that where it fails."""
    done = subprocess.run(
        command,
        cwd=folder,
        env=os.environ | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=_MINUTES * 60,
        check=False,
    )
    if done.returncode:
        raise AssertionError(f"{' '.join(command)}:\n{(done.stdout + done.stderr)[-4000:]}")
    return done.stdout


@contextmanager
def _alone(name: str) -> Iterator[None]:
    """Other processes that want the same wait."""
    BUILD.mkdir(parents=True, exist_ok=True)
    with (BUILD / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _build_typescript() -> None:
    home = CLIENTS / "typescript"
    lock, installed = home / "package-lock.json", home / "node_modules/.installed.json"
    if not installed.exists() or installed.read_bytes() != lock.read_bytes():
        run("npm", "ci", "--no-audit", "--no-fund", folder=home)
        shutil.copyfile(lock, installed)
    shutil.rmtree(home / "dist", ignore_errors=True)
    run("npm", "run", "build", folder=home)
    run("npm", "pack", "--pack-destination", str(BUILD), folder=home)


def _build_go() -> None:
    run("go", "build", "-o", str(BUILD / "go-hand"), "./internal/hand", folder=CLIENTS / "go")
    run("go", "vet", "./...", folder=CLIENTS / "go")


def _build_java() -> None:
    run(sys.executable, "protos/descriptors.py", "build/protos", folder=ROOT)
    run("mvn", "-B", "-ntp", "-q", "install", folder=CLIENTS / "java")


def _java_hand() -> Sequence[str]:
    target = CLIENTS / "java/target"
    path = f"{target / 'test-classes'}:{target / 'classes'}:{(target / 'classpath').read_text()}"
    return ("java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", path, "dev.sendback.client.Hand")


LANGUAGES = (
    Language("Python", {}, (), lambda: None, lambda: (sys.executable, str(HERE / "python_hand.py"))),
    Language(
        "TypeScript",
        {"node": (20,), "npm": (9,)},
        ("clients/typescript",),
        _build_typescript,
        lambda: ("node", str(CLIENTS / "typescript/dist/scenarios/hand.js")),
    ),
    Language("Go", {"go": (1, 26)}, ("clients/go",), _build_go, lambda: (str(BUILD / "go-hand"),)),
    Language(
        "Java",
        {"javac": (17,), "mvn": (3, 8)},
        ("clients/java", "protos/sendback/v1", "protos/descriptors.py"),
        _build_java,
        _java_hand,
    ),
)
