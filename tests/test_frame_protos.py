"""The stubs load, and the check of them notices what it is for."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import grpc
import protovalidate
import pytest
from google.protobuf.descriptor_pb2 import FileDescriptorSet
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.internal import api_implementation
from sendback.v1 import portal_service_pb2, portal_service_pb2_grpc

PROTOS = Path(__file__).resolve().parent.parent / "protos"
EMPTY_SLUG = portal_service_pb2.GetPortalRequest(slug="")


def checked(protos: Path, program: str = "generate.py") -> tuple[int, str]:
    command = [sys.executable, str(protos / program), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=50, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def protos(tmp_path: Path) -> Path:
    ignored = shutil.ignore_patterns("__pycache__")
    return Path(shutil.copytree(PROTOS, tmp_path / "protos", ignore=ignored))


def edit(path: Path, old: str, new: str) -> None:
    content = path.read_text(encoding="utf-8")
    assert re.search(old, content)
    path.write_text(re.sub(old, new, content, count=1), encoding="utf-8")


def test_stubs_style_and_compatibility_hold(protos: Path) -> None:
    status, said = checked(protos)
    assert status == 0, said


def test_an_edited_stub_is_noticed(protos: Path) -> None:
    edit(protos / "sendback/v1/return_pb2.py", r"\Z", "# mine\n")
    status, said = checked(protos)
    assert (status, "sendback/v1/return_pb2.py" in said) == (1, True)


def test_a_stale_stub_is_noticed(protos: Path) -> None:
    edit(
        protos / "sendback/v1/portal_service.proto",
        "(message GetPortalRequest {)",
        r"\1\n  // New.\n  bool new = 9;",
    )
    status, said = checked(protos)
    assert (status, "portal_service_pb2.pyi; run `make protos`" in said) == (1, True)


def test_a_stale_page_of_the_reference_is_noticed(protos: Path) -> None:
    edit(protos / "sendback/v1/label_service.proto", "// Shows a label's state.", "// Shows a label.")
    status, said = checked(protos, "reference.py")
    assert (status, "reference: README.md, label_service.md; run" in said) == (1, True), said


def test_the_set_for_clients_is_the_api_without_the_options_of_servers(tmp_path: Path) -> None:
    command = [sys.executable, str(PROTOS / "descriptors.py"), str(tmp_path)]
    subprocess.run(command, check=True, timeout=50, capture_output=True)
    whole, slim = (
        FileDescriptorSet.FromString((tmp_path / name).read_bytes())
        for name in ("sendback.binpb", "sendback-client.binpb")
    )
    ours = {file.name: file for file in whole.file if file.name.startswith("sendback/")}
    assert len(ours) >= 20
    assert {file.name for file in slim.file if file.name.startswith("sendback/")} == ours.keys()
    pool = DescriptorPool()
    for file in slim.file:
        assert not any(name.startswith(("buf/", "google/api/")) for name in file.dependency)
        pool.Add(file)  # complete, and in an order that can be read
    label = next(file for file in slim.file if file.name == "sendback/v1/label_service.proto")
    assert label.options.java_package == "dev.sendback.v1"
    assert label.source_code_info.location
    assert not label.message_type[0].field[0].HasField("options")
    assert ours[label.name].message_type[0].field[0].HasField("options")


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("string slug = 1", "string Slug = 1", "buf lint"),
        (r"  // The name in the portal.*|  // Required\. The name in the portal.*", "", "buf lint"),
        ("rpc GetPortal.*", "rpc GetPortal(GetPortalRequest) returns (Session);", "buf breaking"),
    ],
    ids=["name", "comment", "type"],
)
def test_bad_style_and_a_break_are_noticed(protos: Path, old: str, new: str, complaint: str) -> None:
    edit(protos / "sendback/v1/portal_service.proto", old, new)
    subprocess.run([sys.executable, protos / "generate.py"], check=True, timeout=50, capture_output=True)
    status, said = checked(protos)
    assert (status, complaint in said) == (1, True), said


def test_rules_in_the_protos_hold_for_messages() -> None:
    [violation] = protovalidate.collect_violations(EMPTY_SLUG)
    assert violation.proto.rule_id == "string.min_len"
    protovalidate.validate(portal_service_pb2.GetPortalRequest(slug="acme"))


def test_messages_are_native() -> None:
    assert api_implementation.Type() == "upb"


def test_stubs_are_not_newer_than_what_the_distribution_asks_for() -> None:
    needs = tomllib.loads((PROTOS / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    stub = (PROTOS / "sendback/v1/return_pb2.py").read_text(encoding="utf-8")
    protobuf = re.search(r"Protobuf Python Version: ([\d.]+)", stub)
    assert protobuf
    assert f"protobuf>={protobuf[1]},<8" in needs
    assert f"grpcio>={portal_service_pb2_grpc.GRPC_GENERATED_VERSION}" in needs


def test_a_call_goes_through_the_stubs() -> None:
    channel = grpc.insecure_channel("localhost:1")
    with channel, pytest.raises(grpc.RpcError) as failed:
        portal_service_pb2_grpc.PortalServiceStub(channel).GetPortal(EMPTY_SLUG, timeout=2)
    assert failed.value.code() in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED)
