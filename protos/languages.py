"""Makes the stubs of `sendback.v1` that other clients carry, TypeScript's and Go's, and checks them. Java makes its own
at build time, of `build/protos/sendback-client.binpb`, which is written here too.

    python protos/languages.py             write the stubs; those of a language that is not installed are left alone
    python protos/languages.py --check     fail if one is stale or edited

With SENDBACK_REQUIRE_ALL=1 a language that is not installed is a failure.
"""

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import descriptors
import generate
from generate import Failed
from grpc_tools import protoc

ROOT = generate.HERE.parent
BUILD = ROOT / "build"
# What refusals and our files carry of google's, which npm has in no package of its own.
_GOOGLES = ("google/type/money.proto", "google/type/date.proto", "google/rpc/error_details.proto")
_GO_MODULE = "sendback.dev/sendback"
_GO_PLUGINS = (
    "google.golang.org/protobuf/cmd/protoc-gen-go@v1.36.12",
    "google.golang.org/grpc/cmd/protoc-gen-go-grpc@v1.6.2",
)


class Missing(Exception):
    """What has to be installed before this language's stubs can be made."""


@dataclass(frozen=True, slots=True)
class Language:
    """`arguments` answers protoc's for stubs in a folder, `finish` adds what protoc does not make; `home` is where they
    stand in the repository."""

    name: str
    home: Path
    arguments: Callable[[Path], list[str]]
    finish: Callable[[Path], None]


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", dest="task", action="store_const", const=check, default=write)
    task = parser.parse_args(arguments).task
    try:
        descriptors.main([str(BUILD / "protos")])
        for language in LANGUAGES:
            attempt(language, task)
    except Failed as failure:
        sys.exit(f"protos: {failure}")


def attempt(language: Language, task: Callable[[Language], None]) -> None:
    try:
        task(language)
    except Missing as missing:
        said = f"{language.name}: {missing}; its stubs were left alone"
        if os.environ.get("SENDBACK_REQUIRE_ALL", "") not in ("", "0"):
            raise Failed(said) from None
        print(f"protos: {said}", file=sys.stderr)


def write(language: Language) -> None:
    """Every stub of the language, and no other."""
    wanted = stubs(language)
    shutil.rmtree(language.home, ignore_errors=True)
    for name, content in wanted.items():
        (language.home / name).parent.mkdir(parents=True, exist_ok=True)
        (language.home / name).write_bytes(content)
    print(f"protos: {len(wanted)} stubs of {language.name} written")


def check(language: Language) -> None:
    wanted = stubs(language)
    found = {p.relative_to(language.home).as_posix() for p in language.home.rglob("*") if p.is_file()}
    names = wanted.keys() | found
    stale = sorted(n for n in names if wanted.get(n) != generate.content_of(language.home / n))
    if stale:
        raise Failed(f"stale or edited stubs of {language.name}: {', '.join(stale)}; run `make protos`")
    print(f"protos: {len(wanted)} stubs of {language.name} are current")


def stubs(language: Language) -> dict[str, bytes]:
    """Path below the language's home → content."""
    described = f"--descriptor_set_in={BUILD / 'protos' / descriptors.FOR_CLIENTS}"
    with TemporaryDirectory() as folder:
        out = Path(folder)
        if protoc.main(["protoc", described, *language.arguments(out), *generate.sources()]):
            raise Failed(f"the stubs of {language.name} could not be made, see above")
        language.finish(out)
        made = (path for path in sorted(out.rglob("*")) if path.is_file())
        return {path.relative_to(out).as_posix(): path.read_bytes() for path in made}


def typescript(out: Path) -> list[str]:
    package = ROOT / "clients/typescript"
    plugin = package / "node_modules/.bin/protoc-gen-es"
    lock, installed = package / "package-lock.json", package / "node_modules/.installed.json"
    if generate.content_of(installed) != lock.read_bytes():
        run(tool("npm", "Node 20 or newer"), "ci", "--no-audit", "--no-fund", folder=package)
        shutil.copyfile(lock, installed)
    return [f"--plugin={plugin}", f"--es_out={out}", "--es_opt=target=ts,import_extension=js", *_GOOGLES]


def typescript_index(out: Path) -> None:
    """One module from which all of the API can be imported, and google's types that stand in it."""
    names = sorted((p for p in out.rglob("*_pb.ts") if "rpc" not in p.parts), key=lambda p: p.as_posix())
    lines = [f'export * from "./{path.relative_to(out).with_suffix(".js").as_posix()}";' for path in names]
    (out / "index.ts").write_text("\n".join(["/** sendback.v1. */", *lines, ""]), encoding="utf-8")


def go(out: Path) -> list[str]:
    tools = BUILD / "tools" / "-".join(plugin.rpartition("@")[2] for plugin in _GO_PLUGINS)
    plugins = [tools / plugin.rpartition("/")[2].partition("@")[0] for plugin in _GO_PLUGINS]
    if not all(plugin.exists() for plugin in plugins):
        for plugin in _GO_PLUGINS:
            run(tool("go", "Go 1.25 or newer"), "install", plugin, folder=ROOT, GOBIN=str(tools))
    options = [f"--go_out={out}", f"--go_opt=module={_GO_MODULE}/v1"]
    options += [f"--go-grpc_out={out}", f"--go-grpc_opt=module={_GO_MODULE}/v1"]
    return [*(f"--plugin={plugin}" for plugin in plugins), *options]


def tool(name: str, needed: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise Missing(f"{needed} is not installed here")
    return found


def run(*command: str, folder: Path, **environment: str) -> None:
    print(f"protos: {Path(command[0]).name} {' '.join(command[1:])} (once) …", flush=True)
    done = subprocess.run(
        command,
        cwd=folder,
        env=os.environ | environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Failed(f"{' '.join(command)}: {done.stderr[-1000:]}")


LANGUAGES: Iterable[Language] = (
    Language("TypeScript", ROOT / "clients/typescript/src/gen", typescript, typescript_index),
    Language("Go", ROOT / "clients/go/v1", go, lambda _: None),
)

if __name__ == "__main__":
    main(sys.argv[1:])
