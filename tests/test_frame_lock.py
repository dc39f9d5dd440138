"""The lock covers what members declare, and the check of it can fail."""

import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
requirements = runpy.run_path(str(ROOT / ".ci/requirements.py"))
LOCK = """\
grpcio==1.85.1 \\
    --hash=sha256:00
psycopg[binary]==3.3.9 ; sys_platform != 'win32' \\
    --hash=sha256:00
PyJWT==2.15.1 --hash=sha256:00
"""


def test_the_lock_covers_what_members_declare() -> None:
    declared = requirements["declared"](ROOT)
    assert len(declared) > 20
    assert requirements["uncovered"](declared, (ROOT / "requirements.lock").read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "need", ["grpcio>=1.80", "psycopg[binary]>=3.2", "pyjwt", "grpcio<2; python_version > '3'"]
)
def test_a_pin_covers_a_need(need: str) -> None:
    assert requirements["uncovered"]([need], LOCK) == []


@pytest.mark.parametrize("need", ["grpcio>=2", "grpcio-status", "grpc", "httpx"])
def test_a_need_without_a_pin_is_noticed(need: str) -> None:
    assert requirements["uncovered"]([need], LOCK) == [need]


def test_members_are_found_where_they_live_and_their_needs_of_each_other_left_out(tmp_path: Path) -> None:
    for member in ("protos", "service", "plugins/sdk", "carriers/local", "clients/python"):
        (tmp_path / member).mkdir(parents=True)
        name = member.replace("/", "-")
        (tmp_path / member / "pyproject.toml").write_text(
            f'[project]\nname = "{name}"\ndependencies = ["needs-{name}", "sendback-sdk>=1"]\n'
            '[project.optional-dependencies]\ntesting = ["needs-tests"]\n[build-system]\nrequires = ["needs-builder"]\n'
        )
    (tmp_path / "pyproject.toml").write_text('[dependency-groups]\ndev = ["needs-tools"]\n')
    names = [
        "builder",
        "carriers-local",
        "clients-python",
        "plugins-sdk",
        "protos",
        "service",
        "tests",
        "tools",
    ]
    assert requirements["declared"](tmp_path) == [f"needs-{name}" for name in names]
