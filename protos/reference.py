"""Writes the reference of `sendback.v1` from the comments in its proto files: a page for each, and a list of all calls.

python protos/reference.py             write docs/reference/
python protos/reference.py --check     fail if a page is stale, edited or left over
"""

import argparse
import sys
from collections.abc import Iterator

import descriptors
import generate
from generate import Failed
from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    EnumDescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
    FileDescriptorSet,
    MethodDescriptorProto,
)

HOME = generate.HERE / "docs/reference"
_EDIT = "<!-- Written by `make protos`; edit the comments in the proto files instead. -->"
# Numbers of fields in descriptor.proto, by which comments are found.
_MESSAGE, _ENUM, _SERVICE, _FIELD, _NESTED, _NESTED_ENUM, _CALL, _VALUE = 4, 5, 6, 2, 3, 4, 2, 2


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true")
    wanted = pages(descriptors.whole())
    try:
        check(wanted) if parser.parse_args(arguments).check else write(wanted)
    except Failed as failure:
        sys.exit(f"protos: {failure}")


def write(wanted: dict[str, str]) -> None:
    HOME.mkdir(parents=True, exist_ok=True)
    for path in HOME.glob("*.md"):
        if path.name not in wanted:
            path.unlink()
    for name, text in wanted.items():
        (HOME / name).write_text(text, encoding="utf-8")
    print(f"protos: {len(wanted)} pages of reference written")


def check(wanted: dict[str, str]) -> None:
    names = wanted.keys() | {path.name for path in HOME.glob("*.md")}
    found = {name: generate.content_of(HOME / name) for name in names}
    stale = sorted(n for n in names if found[n] != (wanted[n].encode() if n in wanted else None))
    if stale:
        raise Failed(f"stale or edited pages in docs/reference: {', '.join(stale)}; run `make protos`")
    print(f"protos: {len(wanted)} pages of reference are current")


def pages(described: FileDescriptorSet) -> dict[str, str]:
    """Name → text."""
    ours = [file for file in described.file if file.name.startswith(f"{generate.OURS}/")]
    places = {name: page_of(file) for file in ours for name in types_of(file)}
    made = {page_of(file): "\n".join(Page(file, places).lines()) + "\n" for file in ours}
    return {**made, "README.md": "\n".join(contents(ours)) + "\n"}


def page_of(file: FileDescriptorProto) -> str:
    return file.name.rpartition("/")[2].removesuffix(".proto") + ".md"


def types_of(file: FileDescriptorProto) -> Iterator[str]:
    """Every message and enum, by full name."""
    prefix = f".{file.package}"
    yield from (f"{prefix}.{enum.name}" for enum in file.enum_type)
    for message in file.message_type:
        yield from _types_within(message, prefix)


def _types_within(message: DescriptorProto, prefix: str) -> Iterator[str]:
    name = f"{prefix}.{message.name}"
    yield name
    yield from (f"{name}.{enum.name}" for enum in message.enum_type)
    for nested in message.nested_type:
        if not nested.options.map_entry:
            yield from _types_within(nested, name)


def contents(files: list[FileDescriptorProto]) -> Iterator[str]:
    """All services with their calls, then the other pages."""
    yield from (_EDIT, "# sendback.v1", "")
    yield from ("Every call, by service; what it takes and answers stands behind its link.", "")
    for file in files:
        for index, service in enumerate(file.service):
            told = comments_of(file)
            yield from (f"## [{service.name}]({page_of(file)})", "", told.get((_SERVICE, index), ""), "")
            for number, call in enumerate(service.method):
                said = told.get((_SERVICE, index, _CALL, number), "")
                yield f"- [{call.name}]({page_of(file)}#{anchor(service.name + '.' + call.name)}): {said}"
            yield ""
    rest = [f"[{page_of(file).removesuffix('.md')}]({page_of(file)})" for file in files if not file.service]
    yield f"What they share: {', '.join(rest)}."


def comments_of(file: FileDescriptorProto) -> dict[tuple[int, ...], str]:
    """Place in the descriptor → comment, as one line."""
    return {
        tuple(place.path): " ".join(place.leading_comments.split())
        for place in file.source_code_info.location
        if place.leading_comments
    }


def anchor(heading: str) -> str:
    """As forges make it of a heading."""
    return heading.lower().replace(".", "").replace(" ", "-")


class Page:
    """Of one proto file."""

    def __init__(self, file: FileDescriptorProto, places: dict[str, str]) -> None:
        self._file = file
        self._places = places
        self._told = comments_of(file)

    def lines(self) -> Iterator[str]:
        yield from (_EDIT, f"# {self._file.name.rpartition('/')[2]}", "")
        for index, service in enumerate(self._file.service):
            yield from (self._said(_SERVICE, index), "")
            for number, call in enumerate(service.method):
                yield from self._call(service.name, call, (_SERVICE, index, _CALL, number))
        for index, message in enumerate(self._file.message_type):
            yield from self._message(message, message.name, (_MESSAGE, index))
        for index, enum in enumerate(self._file.enum_type):
            yield from self._enum(enum, enum.name, (_ENUM, index))

    def _said(self, *place: int) -> str:
        return self._told.get(place, "")

    def _call(self, service: str, call: MethodDescriptorProto, place: tuple[int, ...]) -> Iterator[str]:
        yield from (f"## {service}.{call.name}", "", self._said(*place), "")
        asked = ("a stream of " if call.client_streaming else "") + self._link(call.input_type)
        answered = ("a stream of " if call.server_streaming else "") + self._link(call.output_type)
        yield from (f"Takes {asked}, answers {answered}.", "")

    def _message(self, message: DescriptorProto, name: str, place: tuple[int, ...]) -> Iterator[str]:
        yield from (f"## {name}", "", self._said(*place), "")
        if message.field:
            yield from ("| field | type | what |", "|---|---|---|")
            entries = {
                f".{nested.name}": nested for nested in message.nested_type if nested.options.map_entry
            }
            for index, field in enumerate(message.field):
                kind = self._kind(field, entries)
                yield f"| `{field.name}` | {kind} | {cell(self._said(*place, _FIELD, index))} |"
            yield ""
        for index, enum in enumerate(message.enum_type):
            yield from self._enum(enum, f"{name}.{enum.name}", (*place, _NESTED_ENUM, index))
        for index, nested in enumerate(message.nested_type):
            if not nested.options.map_entry:
                yield from self._message(nested, f"{name}.{nested.name}", (*place, _NESTED, index))

    def _enum(self, enum: EnumDescriptorProto, name: str, place: tuple[int, ...]) -> Iterator[str]:
        yield from (f"## {name}", "", self._said(*place), "", "| value | | what |", "|---|---|---|")
        for index, value in enumerate(enum.value):
            yield f"| `{value.name}` | {value.number} | {cell(self._said(*place, _VALUE, index))} |"
        yield ""

    def _kind(self, field: FieldDescriptorProto, entries: dict[str, DescriptorProto]) -> str:
        for suffix, entry in entries.items():
            if field.type_name.endswith(suffix):
                key, value = (self._kind(part, {}) for part in entry.field)
                return f"map of {key} → {value}"
        kind = self._link(field.type_name) if field.type_name else name_of(field)
        repeated = field.label == FieldDescriptorProto.LABEL_REPEATED
        return f"repeated {kind}" if repeated else kind

    def _link(self, full: str) -> str:
        """To where the type stands."""
        if full not in self._places:
            return f"`{full.removeprefix('.')}`"
        name = full.removeprefix(f".{self._file.package}.")
        return f"[{name}]({self._places[full]}#{anchor(name)})"


def name_of(field: FieldDescriptorProto) -> str:
    return FieldDescriptorProto.Type.Name(field.type).removeprefix("TYPE_").lower()


def cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    main(sys.argv[1:])
