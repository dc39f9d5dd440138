"""The guide for writers of carriers: its blocks, put together, are a carrier that sells a label through a service."""

import os
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from sendback.v1 import label_service_pb2, return_pb2
from sendback_client import Client
from sendback_sdk.testing import CarrierEmulator
from sendback_service.demo.installation import Installation

from tests.oldest_sdk import BASELINES, complaints, current
from tests.shops import a_merchant_key, an_address

ROOT = Path(__file__).parent.parent
GUIDE = ROOT / "plugins/sdk/docs/carrier.md"
BLOCK = re.compile(r"```(?:python|toml)\n# (\S+)\n(.*?)```", re.DOTALL)


def files() -> dict[str, str]:
    """What the guide says of each file, in its order."""
    found: defaultdict[str, str] = defaultdict(str)
    for name, text in BLOCK.findall(GUIDE.read_text(encoding="utf-8")):
        found[name] += text
    return dict(found)


def run(*command: str, folder: Path, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=folder,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package that the guide's first command writes, with the guide's files in it."""
    folder = tmp_path_factory.mktemp("guide")
    first = re.search(r"```sh\npython -m (.*)\n```", GUIDE.read_text(encoding="utf-8"))
    assert first
    run(*first[1].split(), folder=folder)
    written = folder / "sendback-pigeon"
    for name, text in files().items():
        if name != "sendback.toml":
            assert (written / name).exists(), f"{name} is not among what the command writes"
            (written / name).write_text(text, encoding="utf-8")
    return written


@pytest.fixture
def installed(package: Path, tmp_path: Path) -> Path:
    pip = ["pip", "install", "-q", "--no-deps", "--no-build-isolation", "--no-index"]
    run(*pip, "--target", str(tmp_path / "site"), str(package), folder=package)
    return tmp_path / "site"


@pytest.fixture
def emulator() -> Iterator[CarrierEmulator]:
    with CarrierEmulator() as emulator:
        yield emulator


def test_the_guide_is_a_page_and_its_carrier_is_of_the_size_of_one() -> None:
    assert sorted(files()) == ["sendback.toml", "sendback_pigeon/__init__.py", "tests/test_pigeon.py"]
    assert len(GUIDE.read_text(encoding="utf-8").splitlines()) <= 200
    assert 60 <= len(files()["sendback_pigeon/__init__.py"].splitlines()) <= 150


def test_the_carrier_of_the_guide_passes_the_inherited_tests(package: Path) -> None:
    said = run(
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        f"--rootdir={package}",
        folder=package,
        PYTHONPATH=str(package),
    )
    passed = re.search(r"(\d+) passed", said)
    assert passed
    assert int(passed[1]) >= 15
    assert "skipped" not in said


def test_the_carrier_of_the_guide_uses_the_contract_as_it_is_typed(package: Path) -> None:
    assert complaints([package / "sendback_pigeon"], BASELINES / str(current())) == []


def test_the_carrier_of_the_guide_sells_a_label(
    installed: Path, emulator: CarrierEmulator, tmp_path: Path
) -> None:
    """Installed apart, found by its entry point, configured as the guide says."""
    toml = files()["sendback.toml"].replace("https://api.pigeon.example", emulator.url)
    environment = {"PYTHONPATH": str(installed), "PIGEON_TOKEN": emulator.token}
    with (
        Installation(tmp_path / "shop", toml, environment) as installation,
        Client(installation.target, key=a_merchant_key(installation)) as client,
    ):
        parcel = client.labels.CreateLabel(
            label_service_pb2.CreateLabelRequest(sender=an_address(), weight_grams=1200)
        )
        assert (parcel.label, parcel.carrier_account) == (return_pb2.LabelStatus.PURCHASED, "pigeon")
        assert client.save_label(parcel.id, tmp_path).read_bytes().startswith(b"%PDF-")
    assert [label.tracking_number for label in emulator.sold] == [parcel.tracking_number]
