"""Plugins get along with the oldest contract that they allow, and the contract only grows."""

import shutil
from itertools import pairwise
from pathlib import Path

import pytest
from packaging.version import Version

from tests.oldest_sdk import (
    BASELINES,
    MODULES,
    SDK,
    by_lower_bound,
    complaints,
    current,
    draw,
    lost,
    lower_bound,
    plugins,
    stubs,
    versions,
)

OLD = BASELINES / "1.0.0"
PLUGIN = """\
from sendback_sdk import Carrier, Label, LabelFormat, LabelRequest

class Pigeon(Carrier):
    def create_label(self, request: LabelRequest) -> Label:
        {uses}
        return Label("1", b"", LabelFormat.ZPL)
"""


@pytest.fixture
def newer(tmp_path: Path) -> Path:
    """Baselines of 1.0.0 and of a 1.1.0 in which a parcel has a colour."""
    shutil.copytree(OLD, tmp_path / "1.0.0")
    shutil.copytree(OLD, tmp_path / "1.1.0")
    edit(
        tmp_path / "1.1.0",
        "carriers.pyi",
        "    value: Money | None = ...\n",
        "    value: Money | None = ...\n    colour: str = ...\n",
    )
    return tmp_path


def edit(baseline: Path, name: str, old: str, new: str) -> None:
    file = baseline / "sendback_sdk" / name
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), encoding="utf-8")


def a_plugin(folder: Path, uses: str, needs: str) -> Path:
    package = folder / "pigeon/sendback_pigeon"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(PLUGIN.format(uses=uses), encoding="utf-8")
    (package.parent / "pyproject.toml").write_text(
        f'[project]\ndependencies = ["{needs}"]\n', encoding="utf-8"
    )
    return package.parent


def test_every_plugin_gets_along_with_the_oldest_contract_that_it_allows() -> None:
    grouped = by_lower_bound(plugins(), versions())
    assert sum(map(len, grouped.values())) == len(plugins()) >= 4
    for version, packages in grouped.items():
        assert complaints(packages, BASELINES / str(version)) == []


def test_what_the_contract_has_is_written_down_under_its_version(tmp_path: Path) -> None:
    draw(tmp_path)
    written = BASELINES / str(current())
    assert written.is_dir(), "run: python -m tests.oldest_sdk"
    assert stubs(tmp_path) == stubs(written), (
        "the contract has changed: raise its version and run python -m tests.oldest_sdk "
        "(while this version is unpublished: python -m tests.oldest_sdk --again)"
    )


def test_every_module_that_plugins_may_import_is_written_down() -> None:
    tools = {"__main__", "proof", "reference", "scaffold"}
    there = {file.stem for file in (SDK / "sendback_sdk").glob("*.py")} - tools
    assert there == {module.partition(".")[2] or "__init__" for module in MODULES}


def test_within_a_major_version_the_contract_only_grows() -> None:
    known = versions()
    assert known
    for older, newer in pairwise(known):
        if older.major == newer.major:
            assert lost(BASELINES / str(older), BASELINES / str(newer)) == []


def test_a_plugin_that_uses_something_newer_has_to_say_so(tmp_path: Path, newer: Path) -> None:
    uses = "from sendback_sdk import Parcel; print(request.parcel.colour); Parcel(1, colour='red')"
    for needs, oldest, noticed in (
        ("sendback-sdk>=1,<2", Version("1.0.0"), 2),
        ("sendback-sdk>=1.1,<2", Version("1.1.0"), 0),
    ):
        member = a_plugin(tmp_path / f"allows-{oldest}", uses, needs)
        ((bound, packages),) = by_lower_bound([member], versions(newer)).items()
        assert bound == oldest
        assert len([line for line in complaints(packages, newer / str(bound)) if "colour" in line]) == noticed


def test_names_fields_members_and_arguments_are_looked_at(tmp_path: Path) -> None:
    uses = (
        "from sendback_sdk import Balloon",
        "from sendback_sdk.http import receive",
        "LabelFormat.HTML",
        "request.parcel.colour",
        "Label('1', b'', LabelFormat.ZPL, scent='rose')",
        "self.colours",
    )
    member = a_plugin(tmp_path, "; ".join(uses), "sendback-sdk>=1,<2")
    assert len(complaints([member / "sendback_pigeon"], OLD)) == len(uses)


@pytest.mark.parametrize(
    "needs", ["httpx>=0.28", "sendback-sdk", "sendback-sdk>=1", "sendback-sdk<2", "sendback-sdk>=7,<8"]
)
def test_a_plugin_names_the_oldest_and_the_first_too_new(tmp_path: Path, needs: str) -> None:
    with pytest.raises(LookupError):
        lower_bound(a_plugin(tmp_path, "", needs) / "pyproject.toml", [Version("1.0.0")])


def test_growth_is_no_loss(newer: Path) -> None:
    edit(
        newer / "1.1.0",
        "errors.pyi",
        "after: float | None = None)",
        "after: float | None = None, why: str = '')",
    )
    assert lost(newer / "1.0.0", newer / "1.1.0") == []


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("money.pyi", "    minor: int\n", "", "Money.minor is gone"),
        ("money.pyi", "    minor: int\n", "    minor: float\n", "Money.minor has changed"),
        (
            "money.pyi",
            "    currency: str\n",
            "    currency: str\n    day: str\n",
            "Money.day is new and has no default",
        ),
        ("errors.pyi", "*, after: float | None = None", "*, after: int = 0", "TryLater.__init__ has changed"),
        (
            "errors.pyi",
            "*, after: float | None = None",
            "*, after: float | None",
            "TryLater.__init__ has changed",
        ),
        ("http.pyi", "url: str, **options", "url: str, body: bytes, **options", "send has changed"),
        ("carriers.pyi", "    LOST = 'LOST'\n", "", "TrackingState.LOST is gone"),
        (
            "money.pyi",
            "    minor: int\n    currency: str\n",
            "    currency: str\n    minor: int\n",
            "Money has its fields in another order",
        ),
        (
            "platforms.pyi",
            "    reference: str\n    state: Rec",
            "    reference: str\n    day: str = ...\n    state: Rec",
            "Receipt has its fields in another order",
        ),
    ],
)
def test_what_breaks_plugins_is_noticed(newer: Path, file: str, old: str, new: str, said: str) -> None:
    edit(newer / "1.1.0", file, old, new)
    assert lost(newer / "1.0.0", newer / "1.1.0") == [f"{file}: {said}"]
