"""Every client keeps the promises that all of them make; and what their READMEs show works from an empty folder."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sendback_service.demo.world import Shop

from tests.clients import newcomers
from tests.clients.ground import Ground
from tests.clients.languages import LANGUAGES, ROOT, Language, Missing
from tests.clients.table import SCENARIOS, Table, played
from tests.shops import a_shop

pytestmark = [
    pytest.mark.xdist_group("clients"),
    pytest.mark.timeout(1500),
]  # cold, Maven alone takes minutes
by_language = pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.name)


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    with Ground(tmp_path_factory.mktemp("clients")) as ground:
        yield ground


@pytest.fixture(scope="module")
def table(ground: Ground) -> Table:
    table = played(ground)
    print(table)
    return table


@pytest.fixture(scope="module")
def shop(ground: Ground) -> Shop:
    return a_shop(ground.world, "newcomers")


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.says)
@by_language
def test_scenario(table: Table, language: Language, scenario: object) -> None:
    if language.name in table.missing:
        pytest.skip(table.missing[language.name])
    says = getattr(scenario, "says", "")
    assert table.cells[language.name, says] == ""


@by_language
def test_the_readme_s_program_saves_a_label(
    ground: Ground, shop: Shop, language: Language, tmp_path: Path
) -> None:
    try:
        language.built()
    except Missing as missing:
        pytest.skip(str(missing))
    folder = tmp_path / "empty"
    run = getattr(newcomers, language.name.lower())
    said = run(folder, SENDBACK_TARGET=ground.target, SENDBACK_KEY=ground.key(shop))
    [label] = folder.glob("label-*.pdf")
    assert label.name in said
    assert label.read_bytes().startswith(b"%PDF-")


def test_a_generic_client_calls_by_reflection_alone(ground: Ground, shop: Shop, tmp_path: Path) -> None:
    def call(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, str(ROOT / "protos/examples/call.py"), ground.target, *arguments]
        environment = os.environ | {"SENDBACK_KEY": ground.key(shop)}
        return subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120, check=False
        )

    calls = call().stdout.splitlines()
    assert {"sendback.v1.LabelService/CreateLabel", "sendback.v1.EventService/WatchEvents"} <= set(calls)
    events = call("sendback.v1.EventService/WatchEvents", '{"stopAtEnd": true}').stdout
    assert '"type": "order.imported"' in events
    refused = call("sendback.v1.LabelService/GetLabel", '{"parcelId": "par_none"}')
    assert refused.returncode == 1
    assert refused.stderr.startswith("NOT_FOUND\n")
    assert '"reason": "NOT_FOUND"' in refused.stderr
