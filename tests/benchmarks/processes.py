"""What processes use: of the processor, of memory."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import psutil


@dataclass(slots=True)
class Group:
    """Processes with all their descendants; those that ended count with what they had used when last seen."""

    pids: Iterable[int] = ()
    _seen: dict[int, float] = field(default_factory=dict)

    def cpu_seconds(self) -> float:
        for process in self._living():
            try:
                used = process.cpu_times()
            except psutil.NoSuchProcess:
                continue
            self._seen[process.pid] = used.user + used.system
        return sum(self._seen.values())

    def memory_mb(self) -> float:
        """Of the largest of them."""
        return max((process.memory_info().rss for process in self._living()), default=0) / 1e6

    def _living(self) -> list[psutil.Process]:
        found: list[psutil.Process] = []
        for pid in self.pids:
            try:
                process = psutil.Process(pid)
                found += [process, *process.children(recursive=True)]
            except psutil.NoSuchProcess:
                continue
        return found


def callers(pid: int, target: str) -> set[tuple[str, int]]:
    """The addresses that are connected to a process which listens there."""
    port = int(target.rpartition(":")[2])
    open = psutil.Process(pid).net_connections("tcp")
    return {tuple(one.raddr) for one in open if one.laddr.port == port and one.raddr}
