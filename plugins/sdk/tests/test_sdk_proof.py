"""`python -m sendback_sdk test PACKAGE`, on packages that lie beside each other in a folder as installed ones do."""

import subprocess
import sys
from pathlib import Path

import pytest

_RULES = """
from sendback_sdk import Rule, hookimpl

@hookimpl
def sendback_rules():
    return [Rule("never", lambda order, line: "" if line.quantity else "none is left")]
"""
_OBSERVER = """
from sendback_sdk import hookimpl

@hookimpl
def sendback_event(event):
    raise RuntimeError("nothing happened: nobody is to be told")
"""
_ROLE_FIRST = """
from pydantic import SecretStr
from sendback_sdk import Carrier, Label, LabelFormat, LabelRequest, Voids, hookimpl

class Pigeon(Voids, Carrier):
    id = "pigeon"
    coverage = frozenset({"FR"})
    formats = frozenset({LabelFormat.PDF})

    class Settings(Carrier.Settings):
        token: SecretStr

    def create_label(self, request: LabelRequest) -> Label: ...
    def void_label(self, label: Label) -> None: ...

@hookimpl
def sendback_carriers():
    return [Pigeon]
"""


def _tested(folder: Path, code: str) -> subprocess.CompletedProcess[str]:
    (folder / "sendback_pigeon.py").write_text(code)
    info = folder / "sendback_pigeon-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: sendback-pigeon\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[sendback]\npigeon = sendback_pigeon\n")
    command = [sys.executable, "-m", "sendback_sdk", "test", "sendback-pigeon"]
    return subprocess.run(
        command, cwd=folder, env={"PYTHONPATH": str(folder)}, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    ("code", "tests"),
    [(_RULES, 2), (_OBSERVER, 1), (_RULES + _OBSERVER, 2), (_ROLE_FIRST, 2)],
    ids=["rules", "an observer", "both", "a role first"],
)
def test_a_package_that_keeps_to_the_contract_passes(code: str, tests: int, tmp_path: Path) -> None:
    done = _tested(tmp_path, code)
    assert done.returncode == 0, done.stdout
    assert f"{tests} passed" in done.stdout


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("", "get_hookcallers"),
        (_OBSERVER.replace("event(event)", "event(happening)"), "happening"),
        (_OBSERVER.replace("sendback_event", "sendback_evnt"), "sendback_evnt"),
        (_RULES.replace('Rule("never", ', "("), "isinstance"),
        (
            _RULES.replace('"none is left"', "None").replace("if line.quantity", "if not line.quantity"),
            "isinstance",
        ),
        (
            _ROLE_FIRST.replace("Settings(Carrier.Settings)", "Settings(__import__('pydantic').BaseModel)"),
            "issubclass",
        ),
    ],
    ids=[
        "no hooks",
        "another argument",
        "an unknown hook",
        "what is no rule",
        "a rule without a word",
        "other settings",
    ],
)
def test_a_package_that_does_not_fails(code: str, says: str, tmp_path: Path) -> None:
    done = _tested(tmp_path, code)
    assert done.returncode == 1, done.stdout
    assert says in done.stdout
