"""The API as descriptor sets, for whoever makes stubs, pages or generic clients of it:

    python protos/descriptors.py build/protos

writes `sendback.binpb`, all of the API with its comments, rules and everything it imports; and
`sendback-client.binpb`, the same without the options that only a server reads (rules of validation, marks of required
fields), so that a language needs no stubs of theirs. Both are what `protoc --descriptor_set_in` and `buf` take.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import generate
from google.protobuf.descriptor_pb2 import FileDescriptorProto, FileDescriptorSet
from google.protobuf.message import Message
from google.rpc import error_details_pb2

WHOLE = "sendback.binpb"
FOR_CLIENTS = "sendback-client.binpb"
# What a refusal carries is imported by none of our files.
_REFUSALS = error_details_pb2.DESCRIPTOR
_SERVERS = ("buf/validate/validate.proto", "google/api/field_behavior.proto")


def main(arguments: list[str]) -> None:
    if len(arguments) != 1:
        sys.exit(__doc__)
    folder = Path(arguments[0])
    folder.mkdir(parents=True, exist_ok=True)
    described = whole()
    write(folder / WHOLE, described)
    write(folder / FOR_CLIENTS, for_clients(described))
    print(f"protos: {len(described.file)} files described in {folder}")


def write(path: Path, described: FileDescriptorSet) -> None:
    """Left alone where it is the same, so that what was built of it stays current."""
    content = described.SerializeToString(deterministic=True)
    if generate.content_of(path) != content:
        path.write_bytes(content)


def whole() -> FileDescriptorSet:
    """Our files with comments, and all that they import, dependencies first."""
    with TemporaryDirectory() as folder:
        file = generate.described_set(Path(folder), "--include_source_info")
        return FileDescriptorSet.FromString(file.read_bytes())


def for_clients(described: FileDescriptorSet) -> FileDescriptorSet:
    """The same without the options of others, and without what only they need."""
    stripped = FileDescriptorSet()
    stripped.CopyFrom(described)
    for file in stripped.file:
        if file.name.startswith(f"{generate.OURS}/"):
            kept = [name for name in file.dependency if name not in _SERVERS]
            del file.dependency[:]
            file.dependency.extend(kept)
            strip(file)
            forget_comments_of_options(file)
    return needed(stripped)


def strip(message: Message) -> None:
    """Takes the options of others off a descriptor and all within it."""
    for field, value in message.ListFields():
        if field.type != field.TYPE_MESSAGE or field.is_extension:
            continue
        if field.name == "options":
            value.DiscardUnknownFields()
            for option, _ in value.ListFields():
                if option.is_extension:
                    value.ClearExtension(option)
            if not value.ListFields():
                message.ClearField("options")
        elif field.name != "source_code_info":
            for part in value if field.is_repeated else (value,):
                strip(part)


def forget_comments_of_options(file: FileDescriptorProto) -> None:
    """Only comments are of use; the places of what was taken off are not."""
    told = [
        place for place in file.source_code_info.location if place.leading_comments or place.trailing_comments
    ]
    del file.source_code_info.location[:]
    file.source_code_info.location.extend(told)


def needed(described: FileDescriptorSet) -> FileDescriptorSet:
    """Our files, what refusals carry, and all that these import; dependencies first."""
    known = {file.name: file for file in described.file}
    refusals = FileDescriptorProto()
    _REFUSALS.CopyToProto(refusals)
    known.setdefault(refusals.name, refusals)
    for dependency in _REFUSALS.dependencies:
        known.setdefault(dependency.name, FileDescriptorProto.FromString(dependency.serialized_pb))
    ordered: dict[str, FileDescriptorProto] = {}

    def take(name: str) -> None:
        if name not in ordered:
            for dependency in known[name].dependency:
                take(dependency)
            ordered[name] = known[name]

    for name in [*generate.sources(), refusals.name]:
        take(name)
    return FileDescriptorSet(file=ordered.values())


if __name__ == "__main__":
    main(sys.argv[1:])
