"""Documents: pieces put together, checked against what the first piece promised, and saved whole or not at all."""

import hashlib
from pathlib import Path

from sendback.v1.document_pb2 import DocumentChunk

_SUFFIXES = {"application/pdf": ".pdf", "image/png": ".png", "application/zpl": ".zpl"}


class DocumentBroken(Exception):
    """What came is not what was promised; nothing was saved."""


class Paper:
    """Takes the pieces in order."""

    def __init__(self) -> None:
        self._first: DocumentChunk | None = None
        self._pieces: list[bytes] = []

    def add(self, piece: DocumentChunk) -> None:
        self._first = self._first or piece
        self._pieces.append(piece.data)

    def data(self) -> bytes:
        data = b"".join(self._pieces)
        if self._first is None or len(data) != self._first.size:
            raise DocumentBroken("the document came only in part")
        if hashlib.sha256(data).hexdigest() != self._first.sha256:
            raise DocumentBroken("the document's checksum is wrong")
        return data

    def save(self, path: Path | str, name: str) -> Path:
        """At `path`, or in it under `name` where it is a folder. Written aside first."""
        data, target = self.data(), Path(path)
        suffix = _SUFFIXES.get(self._first.media_type if self._first else "", ".bin")
        if target.is_dir():
            target = target / f"{name}{suffix}"
        aside = target.with_name(f".{target.name}.part")
        aside.write_bytes(data)
        aside.replace(target)
        return target
