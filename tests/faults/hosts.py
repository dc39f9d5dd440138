"""Another host: a network namespace with a line to this one, which can be cut."""

import os
import subprocess
from contextlib import AbstractContextManager
from itertools import count
from types import TracebackType

# Of the hosts that tests make, on no other network.
_NUMBERS = count()
# A line of a network of its own each: the one before may linger a while after its namespace is gone.
_NETWORK, _MASK = "10.213.{}.{}", "24"


def can_be_made() -> bool:
    """Whether this machine lets us make namespaces and lines between them."""
    if os.geteuid() != 0:
        return False
    name = f"sendback-try-{os.getpid()}"
    try:
        tried = subprocess.run(["ip", "netns", "add", name], capture_output=True, check=False)
        made = subprocess.run(["ip", "netns", "del", name], capture_output=True, check=False)
    except FileNotFoundError:
        return False
    return tried.returncode == made.returncode == 0


class Host(AbstractContextManager["Host"]):
    """`near` is our address on the line; `prefix` runs a command over there."""

    def __init__(self) -> None:
        place = next(_NUMBERS)
        number = f"{os.getpid() % 100_000}{place}"
        self.near, self._far = (_NETWORK.format(77 + place % 100, end) for end in (1, 2))
        self._name = f"sendback-{number}"
        self._ends = f"sb{number}a", f"sb{number}b"

    @property
    def prefix(self) -> list[str]:
        return ["ip", "netns", "exec", self._name]

    def cut(self) -> None:
        _ip("link", "set", self._ends[0], "down")

    def mend(self) -> None:
        _ip("link", "set", self._ends[0], "up")

    def __enter__(self) -> "Host":
        near, far = self._ends
        _ip("netns", "add", self._name)
        _ip("link", "add", near, "type", "veth", "peer", "name", far, "netns", self._name)
        _ip("address", "add", f"{self.near}/{_MASK}", "dev", near)
        _ip("link", "set", near, "up")
        for words in (("address", "add", f"{self._far}/{_MASK}", "dev", far), ("link", "set", far, "up")):
            _ip("-n", self._name, *words)
        _ip("-n", self._name, "link", "set", "lo", "up")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """The line first: its end over there may be held for a while by who still ends."""
        _ip("link", "del", self._ends[0])
        _ip("netns", "del", self._name)


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)
