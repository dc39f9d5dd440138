"""What clients in other languages must not fall behind in: services, calls that may be made twice, versions."""

import importlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.descriptor import MethodDescriptor

ROOT = Path(__file__).resolve().parent.parent
PROTOS = sorted((ROOT / "protos/sendback/v1").glob("*_service.proto"))
# What each client says of a service, by language.
SAYS = {
    "clients/python/sendback_client/services.py": "{}Stub,",
    "clients/typescript/src/client.ts": "createClient({}, transport)",
    "clients/go/client.go": "sendbackv1.New{}Client(connection)",
    "clients/java/src/main/java/dev/sendback/client/SendbackClient.java": "{}Grpc.newBlockingStub(channel)",
}
VERBS = "Get List Find Explain Quote Estimate Diff Simulate Preview Check Start Revoke Deliver"
# What may not be made twice, and cannot be told twice by a request id either. A client gives up at once.
ONCE = {"CreateAccessKey", "CreateAccessLink", "RotateAccessKey", "TestAccount"}
REPEATED_IN = (
    "clients/python/sendback_client/calls.py",
    "clients/typescript/src/calls.ts",
    "clients/go/calls.go",
    "clients/java/src/main/java/dev/sendback/client/Manner.java",
    "protos/docs/new-language.md",
)


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def calls() -> Iterator[MethodDescriptor]:
    for proto in PROTOS:
        stubs: Any = importlib.import_module(f"sendback.v1.{proto.stem}_pb2")
        for service in stubs.DESCRIPTOR.services_by_name.values():
            yield from service.methods


@pytest.mark.parametrize("client", SAYS)
def test_a_client_has_every_service(client: str) -> None:
    services = {call.containing_service.name for call in calls()}
    assert len(services) >= 7
    assert [name for name in sorted(services) if SAYS[client].format(name) not in text(client)] == []


def test_every_call_has_a_request_id_or_may_be_made_twice_or_is_known_to_be_made_once() -> None:
    """A new call that changes something needs a `request_id`; only what is in ONCE goes without."""
    unnamed = {
        call.name
        for call in calls()
        if "request_id" not in call.input_type.fields_by_name
        and not (call.client_streaming or call.server_streaming)
    }
    assert {name for name in unnamed if not name.startswith(tuple(VERBS.split()))} == ONCE


@pytest.mark.parametrize("file", REPEATED_IN)
def test_what_may_be_made_twice_is_the_same_everywhere(file: str) -> None:
    listed = re.compile("[|, ]+".join(VERBS.split()))
    assert listed.search(text(file))


def test_clients_have_one_version() -> None:
    found = {
        "python": re.findall(r'^version = "(.*)"', text("clients/python/pyproject.toml"), re.M)[0],
        "typescript": json.loads(text("clients/typescript/package.json"))["version"],
        "java": re.findall(r"<version>(.*)</version>", text("clients/java/pom.xml"))[0],
        "java's readme": re.findall(
            r"client</artifactId>\s*<version>(.*)</version>", text("clients/java/README.md")
        )[0],
    }
    assert len(set(found.values())) == 1, found
