"""The real Admin schema, out of the package in which Shopify publishes it. It is fetched once into a folder that git
ignores, and is what it was when its checksum was noted."""

import base64
import gzip
import hashlib
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from functools import lru_cache
from pathlib import Path

from graphql import GraphQLSchema, build_client_schema

from sendback_shopify.settings import API_VERSION

_PACKAGE = "@shopify/dev-mcp@1.16.0"
_INTEGRITY = "tqgRnK7sQhjew+htxtleTH23nXB5fZcsrhWgEkomsorGXvLOB2mh2upwZm8uzuTDNTZnqtLMe64yIwh6s2awtw=="
_MEMBER = f"package/dist/data/admin_{API_VERSION}.json.gz"
_SECONDS = 180


class SchemaAbsent(Exception):
    """There is neither a copy nor a way to fetch one."""


@lru_cache(maxsize=1)
def admin_schema(folder: Path) -> GraphQLSchema:
    """Takes a second and 90 MB, once a process."""
    file = folder / f"admin-{API_VERSION}.json.gz"
    if not file.exists():
        _fetch(file)
    return build_client_schema(json.loads(gzip.decompress(file.read_bytes()))["data"], assume_valid=True)


def _fetch(file: Path) -> None:
    """By npm's own client. Several processes may do so at once: each moves a whole file into place."""
    npm = shutil.which("npm")
    if npm is None:
        raise SchemaAbsent("npm is not here: install it to try the plugin on Shopify's own schema")
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=file.parent) as folder:
        packed = _packed(npm, Path(folder))
        with tarfile.open(packed) as archive:
            member = archive.extractfile(_MEMBER)
            assert member is not None
            new = Path(folder) / "new"
            new.write_bytes(member.read())
        os.replace(new, file)


def _packed(npm: str, folder: Path) -> Path:
    command = [npm, "pack", _PACKAGE, "--silent"]
    try:
        subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=_SECONDS)
        packed = next(folder.glob("*.tgz"))
    except (subprocess.SubprocessError, OSError, StopIteration) as broken:
        raise SchemaAbsent(f"npm could not fetch {_PACKAGE}: {type(broken).__name__}") from broken
    digest = base64.b64encode(hashlib.sha512(packed.read_bytes()).digest()).decode()
    if digest != _INTEGRITY:
        raise ValueError(f"{_PACKAGE} is not what it was when its checksum was noted")
    return packed
