"""A skip fails the run where everything is required, and only there."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = {
    "passes": "def test_it(): assert True",
    "skips": "import pytest\ndef test_it(): pytest.skip('no database')",
    "skips_itself_whole": "import pytest\npytest.importorskip('no_such_module')",
}


@pytest.mark.parametrize("workers", ["0", "2"])
@pytest.mark.parametrize(
    ("test", "required", "status"),
    [
        ("passes", "1", 0),
        ("skips", "", 0),
        ("skips", "0", 0),
        ("skips", "1", 1),
        ("skips_itself_whole", "1", 1),
    ],
)
def test_a_skip_counts_as_a_failure_where_everything_is_required(
    tmp_path: Path, test: str, required: str, status: int, workers: str
) -> None:
    shutil.copy(Path(__file__).with_name("conftest.py"), tmp_path)
    (tmp_path / "test_sample.py").write_text(TESTS["passes"].replace("it", "other") + "\n")
    (tmp_path / "test_it.py").write_text(TESTS[test])
    command = f"{sys.executable} -m pytest -p xdist -p no:cacheprovider -n {workers} --rootdir=. .".split()
    done = subprocess.run(
        command,
        cwd=tmp_path,
        env=os.environ | {"SENDBACK_REQUIRE_ALL": required, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    assert done.returncode == status, done.stdout
    assert ("SENDBACK_REQUIRE_ALL is set" in done.stdout) == bool(status)
