"""The program of a client's README, run as somebody would who has nothing but an empty folder and what is published."""

import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zipfile import ZipFile

from tests.clients.languages import BUILD, CLIENTS, digest_of, run

_BLOCK = re.compile(r"^```\w+\n(?://|<!--|#) (\S+)(?: -->)?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(r"^```sh\n(.*?)\n```$", re.MULTILINE)
_GO_MODULE = "sendback.dev/sendback"


def unpacked(client: str, folder: Path) -> Path:
    """The README's files, in the folder."""
    folder.mkdir()
    for name, content in _BLOCK.findall((CLIENTS / client / "README.md").read_text(encoding="utf-8")):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content, encoding="utf-8")
    return folder


def typescript(folder: Path, **environment: str) -> str:
    """As JavaScript; and as TypeScript it has no mistake."""
    unpacked("typescript", folder)
    [packed] = BUILD.glob("sendback-client-*.tgz")
    run("npm", "install", "--prefer-offline", "--no-audit", "--no-fund", str(packed), folder=folder)
    said = run("node", "label.mjs", folder=folder, **environment)
    (folder / "label.mjs").rename(folder / "label.mts")
    modules = CLIENTS / "typescript/node_modules"
    strict = ["--noEmit", "--strict", "--module", "nodenext", "--target", "es2022", "--skipLibCheck"]
    types = ["--typeRoots", str(modules / "@types"), "--types", "node"]
    run("node", str(modules / "typescript/bin/tsc"), *strict, *types, "label.mts", folder=folder)
    return said


def go(folder: Path, **environment: str) -> str:
    unpacked("go", folder)
    with _published() as proxy:
        environment |= {"GOPROXY": f"file://{proxy},{run('go', 'env', 'GOPROXY', folder=folder).strip()}"}
        environment |= {"GONOSUMDB": _GO_MODULE, "GOFLAGS": "-modcacherw"}
        run("go", "mod", "init", "example.com/label", folder=folder)
        run("go", "get", _GO_MODULE, folder=folder, **environment)
        return run("go", "run", ".", folder=folder, **environment)


def java(folder: Path, **environment: str) -> str:
    unpacked("java", folder)
    [command] = _COMMAND.findall((CLIENTS / "java/README.md").read_text(encoding="utf-8"))
    return run(*command.split(), folder=folder, **environment)


@contextmanager
def _published() -> Iterator[Path]:
    """The module in a version of its own, as a proxy has it; Go's store of modules is left as it was."""
    version = f"v0.1.0-{digest_of(['clients/go'])[:12]}"
    at = BUILD / "go-proxy" / _GO_MODULE / "@v"
    shutil.rmtree(BUILD / "go-proxy", ignore_errors=True)
    at.mkdir(parents=True)
    home = CLIENTS / "go"
    (at / "list").write_text(f"{version}\n")
    (at / f"{version}.info").write_text(f'{{"Version": "{version}"}}')
    (at / f"{version}.mod").write_bytes((home / "go.mod").read_bytes())
    with ZipFile(at / f"{version}.zip", "w") as packed:
        for file in sorted(home.rglob("*")):
            if file.is_file():
                packed.write(file, f"{_GO_MODULE}@{version}/{file.relative_to(home).as_posix()}")
    try:
        yield BUILD / "go-proxy"
    finally:
        store = Path(run("go", "env", "GOMODCACHE", folder=home).strip())
        shutil.rmtree(store / f"{_GO_MODULE}@{version}", ignore_errors=True)
        shutil.rmtree(store / "cache/download" / _GO_MODULE, ignore_errors=True)


def python(folder: Path, **environment: str) -> str:
    folder.mkdir()
    [block] = re.findall(r"^```python\n(.*?)^```$", (CLIENTS / "python/README.md").read_text(), re.M | re.S)
    (folder / "label.py").write_text(block, encoding="utf-8")
    return run(sys.executable, "label.py", folder=folder, **environment)
