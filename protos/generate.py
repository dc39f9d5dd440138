"""Makes the stubs of `sendback.v1` from the proto files beside this one, and checks them; needs no network.

    python protos/generate.py              write the stubs
    python protos/generate.py --check      fail if a stub is stale or edited, the style broken, or a client would break
    python protos/generate.py --baseline   make the present state the one that may not be broken

Protos of others come from installed packages (googleapis-common-protos, protobuf, protovalidate), never from copies.
The stubs of `buf.validate` are made and shipped too: protovalidate carries only the descriptor.
"""

import argparse
import importlib
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import protovalidate
from google.protobuf.descriptor import FileDescriptor
from google.protobuf.descriptor_pb2 import FileDescriptorProto, FileDescriptorSet
from grpc_tools import protoc

HERE = Path(__file__).resolve().parent
BASELINE = HERE / "baseline.binpb"
OURS = "sendback/v1"
VALIDATE = "buf/validate/validate.proto"
TOOLS = Path(sys.executable).parent


class Failed(Exception):
    """Something a person has to mend; the text says how."""


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    task = parser.add_mutually_exclusive_group()
    task.add_argument("--check", dest="task", action="store_const", const=check, default=write)
    task.add_argument("--baseline", dest="task", action="store_const", const=baseline)
    try:
        parser.parse_args(arguments).task()
    except Failed as failure:
        sys.exit(f"protos: {failure}")


def write() -> None:
    """Write every stub, and remove those whose proto is gone."""
    wanted = stubs()
    for name in committed_stubs() - wanted.keys():
        (HERE / name).unlink()
    for name, content in wanted.items():
        (HERE / name).parent.mkdir(parents=True, exist_ok=True)
        (HERE / name).write_bytes(content)
    print(f"protos: {len(wanted)} stubs written")


def check() -> None:
    """Fail unless the stubs are current, the style holds and no client of the baseline would break."""
    wanted = stubs()
    names = wanted.keys() | committed_stubs()
    if stale := sorted(name for name in names if wanted.get(name) != content_of(HERE / name)):
        raise Failed(f"stale or edited stubs: {', '.join(stale)}; run `make protos` and commit the result")
    if not BASELINE.exists():
        raise Failed("there is no baseline.binpb; run `python protos/generate.py --baseline` and commit it")
    with tempfile.TemporaryDirectory() as folder:
        described = described_set(Path(folder), "--include_source_info")
        buf("lint", described)
        buf("breaking", described, "--against", str(BASELINE))
    print(f"protos: {len(wanted)} stubs are current, style and compatibility hold")


def baseline() -> None:
    """Write the descriptor set that later states are compared with."""
    with tempfile.TemporaryDirectory() as folder:
        BASELINE.write_bytes(described_set(Path(folder)).read_bytes())
    print(f"protos: baseline written, {BASELINE.stat().st_size // 1024} KB")


def content_of(path: Path) -> bytes | None:
    return path.read_bytes() if path.exists() else None


def committed_stubs() -> set[str]:
    found = (
        path for top in (OURS, "buf") for path in (HERE / top).rglob("*_pb2*.py*") if path.suffix != ".pyc"
    )
    return {path.relative_to(HERE).as_posix() for path in found}


def sources() -> list[str]:
    """Name our proto files, as they are imported."""
    found = sorted(path.relative_to(HERE).as_posix() for path in (HERE / OURS).glob("*.proto"))
    return found or fail(f"no proto files in {HERE / OURS}")


def fail(text: str) -> list[str]:
    raise Failed(text)


def stubs() -> dict[str, bytes]:
    """Make the stubs: path below `protos/` → content."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        out.mkdir()
        compiled(Path(folder), f"--python_out={out}", f"--pyi_out={out}", *sources(), VALIDATE)
        typed = [
            f"--plugin=protoc-gen-mypy_grpc={TOOLS / 'protoc-gen-mypy_grpc'}",
            f"--mypy_grpc_out=quiet:{out}",
        ]
        compiled(Path(folder), f"--grpc_python_out={out}", *typed, *filter(has_service, sources()))
        made = (path for path in sorted(out.rglob("*")) if path.is_file())
        return {path.relative_to(out).as_posix(): path.read_bytes() for path in made}


def has_service(name: str) -> bool:
    return "\nservice " in (HERE / name).read_text(encoding="utf-8")


def described_set(folder: Path, *options: str) -> Path:
    """Describe our protos and all they import in one file, the form in which buf reads them without a network."""
    described = folder / "described.binpb"
    compiled(folder, f"--descriptor_set_out={described}", "--include_imports", *options, *sources())
    return described


def compiled(folder: Path, *arguments: str) -> None:
    """Run protoc over our files and the descriptors of the third-party ones."""
    imported = folder / "imported.binpb"
    if not imported.exists():
        imported.write_bytes(third_party().SerializeToString())
    if protoc.main(["protoc", f"--descriptor_set_in={imported}", f"--proto_path={HERE}", *arguments]):
        raise Failed("protoc refused the files, see above")


def third_party() -> FileDescriptorSet:
    """Collect the descriptors of everything imported from elsewhere, dependencies first."""
    validate = FileDescriptorProto.FromString(protovalidate.FieldPathPb.desc().file.proto.to_binary())
    names = {line.split('"')[1] for name in sources() for line in imports(HERE / name)}
    roots = (names | set(validate.dependency)) - {*sources(), VALIDATE}
    ordered: dict[str, FileDescriptorProto] = {}
    for root in sorted(roots):
        collect(
            importlib.import_module(f"{root.removesuffix('.proto').replace('/', '.')}_pb2").DESCRIPTOR,
            ordered,
        )
    return FileDescriptorSet(file=[*ordered.values(), validate])


def imports(path: Path) -> Iterator[str]:
    return (line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("import "))


def collect(file: FileDescriptor, ordered: dict[str, FileDescriptorProto]) -> None:
    for dependency in file.dependencies:
        collect(dependency, ordered)
    ordered[file.name] = FileDescriptorProto.FromString(file.serialized_pb)


def buf(command: str, described: Path, *arguments: str) -> None:
    """Run buf over our part of a descriptor set, by the rules of `buf.yaml`."""
    rules: Iterable[str] = ("--config", str(HERE / "buf.yaml"), "--path", OURS)
    if subprocess.run([TOOLS / "buf", command, described, *rules, *arguments], check=False).returncode:
        raise Failed(f"buf {command} found what stands above")


if __name__ == "__main__":
    main(sys.argv[1:])
