"""Where a rotated token outlives the process: a small file that only its owner reads, changed by one at a time."""

import fcntl
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from sendback_sdk import Misconfigured


@dataclass(frozen=True, slots=True)
class Kept:
    """`expires` in seconds since 1970. `begun`: digests of the refresh tokens of settings that were begun with here."""

    access_token: str = ""
    refresh_token: str = ""
    expires: float = 0.0
    begun: Sequence[str] = ()


class TokenFile:
    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> Kept:
        """Nothing is kept yet where there is no file."""
        try:
            return Kept(**json.loads(self._path.read_bytes()))
        except FileNotFoundError:
            return Kept()
        except (OSError, ValueError, TypeError) as broken:
            raise Misconfigured(f"`token_file` cannot be read: {type(broken).__name__}") from broken

    def write(self, kept: Kept) -> None:
        """Whole or not at all: a refresh token that is lost here is lost for good."""
        new = self._path.with_name(self._path.name + ".new")
        try:
            file = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(file, "w", encoding="utf-8") as stream:
                json.dump(asdict(kept), stream)
                stream.flush()
                os.fsync(stream.fileno())
            new.replace(self._path)
        except OSError as broken:
            raise Misconfigured(f"`token_file` cannot be written: {type(broken).__name__}") from broken

    @contextmanager
    def turn(self) -> Iterator[None]:
        """One process and thread at a time."""
        try:
            lock = os.open(self._path.with_name(self._path.name + ".lock"), os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as broken:
            raise Misconfigured(
                f"`token_file` lies where nothing can be written: {broken.strerror}"
            ) from broken
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)
