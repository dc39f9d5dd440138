"""Pictures that are uploaded: what for, in which sizes, and how large they may be. `encoding` makes them."""

from dataclasses import dataclass
from enum import StrEnum

from sendback_service.refusal import Reason, refuse

LARGEST_UPLOAD = 10 * 1024 * 1024


class Use(StrEnum):
    LOGO = "LOGO"
    BACKGROUND = "BACKGROUND"
    EVIDENCE = "EVIDENCE"


class Size(StrEnum):
    PHONE = "PHONE"
    DESKTOP = "DESKTOP"


class Why(StrEnum):
    """Why a picture is refused."""

    NOT_A_PICTURE = "NOT_A_PICTURE"
    BROKEN = "BROKEN"
    ANIMATED = "ANIMATED"
    TOO_SMALL = "TOO_SMALL"
    TOO_MANY_PIXELS = "TOO_MANY_PIXELS"


@dataclass(frozen=True, slots=True)
class Variant:
    size: Size
    width: int
    height: int
    media_type: str
    data: bytes


class Gathering:
    """Pieces of an upload, as long as they stay within a limit."""

    def __init__(self, limit: int = LARGEST_UPLOAD) -> None:
        self._limit = limit
        self._parts: list[bytes] = []
        self._size = 0

    def add(self, part: bytes) -> None:
        self._size += len(part)
        if self._size > self._limit:
            raise refuse(Reason.TOO_LARGE, limit=f"{self._limit // (1024 * 1024)} MiB")
        self._parts.append(part)

    def whole(self) -> bytes:
        return b"".join(self._parts)
