"""What makes a process start sooner, and keeps it small."""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_DRAWING = ("rich", "click")


@contextmanager
def undisturbed() -> Iterator[None]:
    """For importing much at once: nothing of it is ever garbage, so nobody looks for any, then or later. Takes a fifth
    off the start, and children that are forked afterwards share the memory for good."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def plain() -> None:
    """Loads structlog and httpx without what they would load for drawing in colours, pygments and all: 7 MB of every
    process, for logs that are JSON. Who draws for people loads it afterwards."""
    absent = [name for name in _DRAWING if name not in sys.modules]
    sys.modules.update(dict.fromkeys(absent))  # type: ignore[arg-type]
    try:
        import httpx  # noqa: F401
        import structlog  # noqa: F401
    finally:
        for name in absent:
            del sys.modules[name]
