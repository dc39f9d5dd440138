"""How the command ends, in numbers that scripts can act on."""

from enum import IntEnum

import grpc
from sendback_client import SendbackError


class Exit(IntEnum):
    """Stands in the help and in the README: these numbers are a promise."""

    DONE = 0
    REFUSED = 1
    USAGE = 2
    UNREACHED = 3
    NOT_FOUND = 4
    NO_RIGHT = 5
    CHANGED = 6
    IN_PART = 7


class Unusable(Exception):
    """What the user gave cannot be used; the text says what would be right."""


_BY_CODE = {
    grpc.StatusCode.INVALID_ARGUMENT: Exit.USAGE,
    grpc.StatusCode.UNAVAILABLE: Exit.UNREACHED,
    grpc.StatusCode.DEADLINE_EXCEEDED: Exit.UNREACHED,
    grpc.StatusCode.RESOURCE_EXHAUSTED: Exit.UNREACHED,
    grpc.StatusCode.CANCELLED: Exit.UNREACHED,
    grpc.StatusCode.NOT_FOUND: Exit.NOT_FOUND,
    grpc.StatusCode.UNAUTHENTICATED: Exit.NO_RIGHT,
    grpc.StatusCode.PERMISSION_DENIED: Exit.NO_RIGHT,
    grpc.StatusCode.ABORTED: Exit.CHANGED,
}


def exit_of(error: SendbackError) -> Exit:
    return _BY_CODE.get(error.code, Exit.REFUSED)
