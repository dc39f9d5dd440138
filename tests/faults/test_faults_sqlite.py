"""The embedded database locked by somebody else, on a disk that is full, on one that may only be read."""

import contextlib
import os
import resource
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sendback.v1.returns_service_pb2 import CancelReturnRequest
from sendback_client import SendbackError

from tests.faults.ground import Ground
from tests.shops import get, make


def database(ground: Ground) -> Path:
    return Path(ground.database.removeprefix("sqlite:///"))


def test_somebody_else_locks_the_file(small: Ground) -> None:
    """For less than anybody waits; calls take longer, and none is lost."""
    with (
        small.at_work(4),
        contextlib.closing(sqlite3.connect(database(small), isolation_level=None)) as other,
    ):
        other.execute("BEGIN IMMEDIATE")
        time.sleep(2)
        other.execute("ROLLBACK")


def test_the_disk_is_full(small: Ground) -> None:
    """Server and worker may write no more to any file; then they may again."""
    installation = small.world.installation
    with small.at_work(5) as shop:
        made = make(shop.client, "ext-#29")
        with _no_more_bytes([*installation.serving(), *installation.working()]):
            with pytest.raises(SendbackError) as refused:
                shop.client.returns.CancelReturn(CancelReturnRequest(return_id=made.id), timeout=0.5)
            assert refused.value.reason == "OVERLOADED"
            assert get(shop.client, made.id).id == made.id
            time.sleep(1.5)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may make a file unwritable for root's own processes")
def test_the_files_may_only_be_read(small: Ground) -> None:
    with small.at_work(5) as shop:
        made = make(shop.client, "ext-#29")
        with _read_only(database(small).parent):
            assert get(shop.client, made.id).id == made.id
            time.sleep(1.5)


@contextmanager
def _no_more_bytes(pids: list[int]) -> Iterator[None]:
    """As on a full disk, writing fails in the middle; reading goes on."""
    before = {pid: resource.prlimit(pid, resource.RLIMIT_FSIZE) for pid in pids}
    for pid, (_, hard) in before.items():
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        for pid, limits in before.items():
            resource.prlimit(pid, resource.RLIMIT_FSIZE, limits)


@contextmanager
def _read_only(folder: Path) -> Iterator[None]:
    subprocess.run(["mount", "--bind", folder, folder], check=True)
    try:
        subprocess.run(["mount", "-o", "remount,bind,ro", folder], check=True)
        yield
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)
