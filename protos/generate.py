"""Generates the Python of `sendback.v1`, and checks that what is committed is current.

    python protos/generate.py              writes the stubs
    python protos/generate.py --check      exit 1 where they are stale, ill formed or break the baseline
    python protos/generate.py --baseline   takes the present wire as the one to stay compatible with
"""

import argparse
import subprocess
import sys
import tempfile
from importlib import import_module
from pathlib import Path

from google.protobuf.descriptor_pb2 import FileDescriptorProto, FileDescriptorSet
from grpc_tools import protoc

HERE = Path(__file__).resolve().parent
BASELINE = HERE / "baseline.binpb"
_SUFFIXES = (".py", ".pyi")
_NAMESPACES = ("sendback/v1", "buf/validate")
_THIRD_PARTY = ("google.protobuf.descriptor", "google.protobuf.duration", "google.protobuf.timestamp",
                "google.protobuf.field_mask", "google.type.money", "google.api.field_behavior")  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--baseline", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        dependencies = work / "dependencies.binpb"
        dependencies.write_bytes(third_party().SerializeToString())
        made = work / "made"
        generate(dependencies, made)
        wire = work / "wire.binpb"
        describe(dependencies, wire)
        if options.check:
            return check(made, wire)
        install(made)
        if options.baseline:
            BASELINE.write_bytes(wire.read_bytes())
    return 0


def third_party() -> FileDescriptorSet:
    """The protos that ours import, out of the packages that ship them."""
    found = FileDescriptorSet()
    for name in _THIRD_PARTY:
        import_module(f"{name}_pb2").DESCRIPTOR.CopyToProto(found.file.add())
    validate = import_module("protovalidate._gen.buf.validate.validate_pb").desc().proto.to_binary()
    found.file.append(FileDescriptorProto.FromString(validate))
    return found


def generate(dependencies: Path, made: Path) -> None:
    made.mkdir()
    names = [*protos(), "buf/validate/validate.proto"]
    run(dependencies, f"--python_out={made}", f"--pyi_out={made}", *names)
    services = [name for name in protos() if name.endswith("_service.proto")]
    run(dependencies, f"--grpc_python_out={made}", f"--mypy_grpc_out=quiet:{made}", *services)


def describe(dependencies: Path, wire: Path) -> None:
    run(dependencies, f"--descriptor_set_out={wire}", "--include_imports", "--include_source_info", *protos())


def protos() -> list[str]:
    return sorted(str(path.relative_to(HERE)) for path in (HERE / "sendback/v1").glob("*.proto"))


def run(dependencies: Path, *arguments: str) -> None:
    plugin = Path(sys.executable).with_name("protoc-gen-mypy_grpc")
    status = protoc.main(
        [
            "protoc",
            f"--descriptor_set_in={dependencies}",
            f"--proto_path={HERE}",
            f"--plugin=protoc-gen-mypy_grpc={plugin}",
            *arguments,
        ]
    )
    if status:
        raise SystemExit(status)


def install(made: Path) -> None:
    for old in committed():
        old.unlink()
    for new in made.rglob("*"):
        if new.is_file() and new.stat().st_size:
            target = HERE / new.relative_to(made)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(new.read_bytes())


def committed() -> list[Path]:
    return [p for n in _NAMESPACES for p in (HERE / n).glob("*") if p.name.endswith(_SUFFIXES)]


def check(made: Path, wire: Path) -> int:
    wrong = stale(made)
    for line in wrong:
        print(line)
    if wrong:
        print("run `make protos` and commit what it writes")
    return int(bool(wrong)) | lint(wire) | breaking(wire)


def stale(made: Path) -> list[str]:
    wanted = {p.relative_to(made): p.read_bytes() for p in made.rglob("*") if p.is_file() and p.stat().st_size}
    present = {p.relative_to(HERE): p.read_bytes() for p in committed()}
    names = sorted(wanted.keys() | present.keys())
    return [f"stale: protos/{name}" for name in names if wanted.get(name) != present.get(name)]


def lint(wire: Path) -> int:
    return buf("lint", str(wire), "--config", str(HERE / "buf.yaml"), *(f"--path={p}" for p in protos()))


def breaking(wire: Path) -> int:
    return buf("breaking", str(wire), "--against", str(BASELINE), "--config", str(HERE / "buf.yaml"))


def buf(*arguments: str) -> int:
    return subprocess.run([Path(sys.executable).with_name("buf"), *arguments], cwd=HERE, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
