"""What may stand in the repository: small files in known folders, that speak of no machine and no registry."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = {".ci", "protos", "plugins", "carriers", "service", "clients", "tests", "docker"}
LIMIT = 1_000_000
GENERATED = re.compile(
    r".*_pb2(_grpc)?\.pyi?$|.*/migrations/versions/|clients/go/v1/|clients/typescript/src/gen/"
)
MACHINE = re.compile(r"(?<![\w.~-])/(work|root|Users|home/(?!app\b)\w+)/\w|[.]pyenv/")
REGISTRY = re.compile(
    r"pypi\.org|pythonhosted\.org|npmjs\.(org|com)|proxy\.golang\.org|repo\d?\.maven|static\.crates"
)
UNFINISHED = re.compile(r"\b(TO[D]O|FIX[M]E|NotImplemented[E]rror)\b|not [i]mplemented")
LONGEST = 300
LONGEST_TEST = 450
BESIDE_THE_POINT = {"utils", "helpers", "base", "manager", "core", "common"}


def tracked() -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    return sorted(name for name in listed.split("\0") if name and (ROOT / name).is_file())


def text(name: str) -> str:
    """The content, or nothing for a file that is not text."""
    content = (ROOT / name).read_bytes()
    return "" if b"\0" in content else content.decode("utf-8", errors="replace")


def lines_with(pattern: re.Pattern[str], files: list[str]) -> list[str]:
    return [
        f"{name}:{number}: {line.strip()[:80]}"
        for name in files
        for number, line in enumerate(text(name).splitlines(), 1)
        if pattern.search(line)
    ]


def python() -> list[str]:
    return [name for name in tracked() if name.endswith(".py") and not GENERATED.match(name)]


def test_no_file_is_large() -> None:
    files = tracked()
    assert len(files) > 50
    assert [name for name in files if (ROOT / name).stat().st_size > LIMIT] == []


def test_no_folder_beside_those_of_the_map() -> None:
    assert {name.split("/")[0] for name in tracked() if "/" in name} - FOLDERS == set()


@pytest.mark.parametrize(
    "pattern", [MACHINE, REGISTRY, UNFINISHED], ids=["machine", "registry", "unfinished"]
)
def test_no_file_names_a_machine_or_a_registry_or_leaves_work_undone(pattern: re.Pattern[str]) -> None:
    found = lines_with(pattern, [name for name in tracked() if not GENERATED.match(name)])
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("pattern", "line"),
    [
        (MACHINE, "see /" + "work/main/x"),
        (MACHINE, "'/" + "root/a'"),
        (REGISTRY, "https://pypi" + ".org/simple"),
        (UNFINISHED, "# TO" + "DO later"),
        (UNFINISHED, "raise NotImplemented" + "Error"),
    ],
)
def test_such_a_line_is_noticed(pattern: re.Pattern[str], line: str) -> None:
    assert pattern.search(line)


def test_the_lock_names_no_source() -> None:
    lock = text("requirements.lock")
    assert lock.count("--hash=sha256:") > 100
    assert re.findall(r"\S*://\S*|^-\S+|^\S+ @ .*", lock, re.MULTILINE) == []


def test_no_module_is_long() -> None:
    """Tests may be longer: their stories are read one by one."""
    long = {name: len(text(name).splitlines()) for name in python()}
    bounds = {name: LONGEST_TEST if "tests/" in name else LONGEST for name in long}
    assert {name: count for name, count in long.items() if count > bounds[name]} == {}


def test_modules_are_named_for_what_they_are_about() -> None:
    assert [name for name in python() if BESIDE_THE_POINT & set(Path(name).with_suffix("").parts)] == []
