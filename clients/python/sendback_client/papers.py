"""Documents: pieces put together, checked against what was promised, and saved whole or not at all."""

import hashlib
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from sendback.v1.document_pb2 import DocumentChunk

_SUFFIXES = {
    "application/pdf": ".pdf",
    "image/png": ".png",
    "application/zpl": ".zpl",
    "application/json": ".json",
    "text/csv": ".csv",
}


class DocumentBroken(Exception):
    """What came is not what was promised; nothing was saved."""


class Paper:
    """Takes the pieces in order and writes them beside where the document is to stand: at `path`, or in it under `name`
    where it is a folder. Any size passes through little memory."""

    def __init__(self, path: Path | str, name: str) -> None:
        self._path, self._name = Path(path), name
        self._first: DocumentChunk | None = None
        self._last = DocumentChunk()
        self._sum, self._size = hashlib.sha256(), 0
        self._file: BinaryIO | None = None

    def __enter__(self) -> "Paper":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """What was not saved leaves nothing behind."""
        if self._file is not None:
            self._file.close()
            self._aside.unlink(missing_ok=True)

    def add(self, piece: DocumentChunk) -> None:
        self._last = piece
        if self._first is None:
            self._first = piece
            self._file = self._aside.open("wb")
        self._sum.update(piece.data)
        self._size += len(piece.data)
        if self._file is not None:
            self._file.write(piece.data)

    def save(self) -> Path:
        self._check()
        if self._file is not None:
            self._file.close()
        return self._aside.replace(self._target)

    def _check(self) -> None:
        """The checksum stands in the first piece, or in the last where the size was not known beforehand."""
        first = self._first
        if first is None or (first.size and self._size != first.size):
            raise DocumentBroken("the document came only in part")
        promised = first.sha256 or self._last.sha256
        if not promised:
            raise DocumentBroken("the document came only in part")
        if promised != self._sum.hexdigest():
            raise DocumentBroken("the document's checksum is wrong")

    @property
    def _target(self) -> Path:
        if not self._path.is_dir():
            return self._path
        media_type = self._first.media_type if self._first else ""
        return self._path / f"{self._name}{_SUFFIXES.get(media_type.partition(';')[0], '.bin')}"

    @property
    def _aside(self) -> Path:
        return self._target.with_name(f".{self._target.name}.part")
