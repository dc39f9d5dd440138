"""`sendbackctl`, typed by a shop's people or by the operator."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from sendback_cli.app import app
from sendback_service.demo.world import Shop, World
from typer.testing import CliRunner

Run = Callable[..., Result]


def typist(world: World, shop: Shop, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Types a command as the shop's people; as the operator where `operator` is said."""
    monkeypatch.setenv("SENDBACKCTL_CONFIG", str(folder / "profiles.toml"))
    monkeypatch.setenv("SENDBACK_TARGET", world.installation.target)
    monkeypatch.setenv("STAFF_KEY", world.key_of(shop))
    monkeypatch.setenv("SENDBACK_KEY", world.installation.operator_key)

    def typed(*words: str, operator: bool = False, status: int = 0, stdin: str = "") -> Result:
        key = () if operator else ("--key", "env:STAFF_KEY")
        result = CliRunner().invoke(app, [*key, *words], input=stdin, catch_exceptions=False)
        assert result.exit_code == status, result.output
        return result

    return typed


def lines(result: Result) -> list[dict[str, object]]:
    return [json.loads(line) for line in result.stdout.splitlines()]
