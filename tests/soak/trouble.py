"""What goes wrong while the clients are at work: processes killed, connections cut, an outside that fails."""

import os
import random
import signal
import threading
import time
from collections import Counter
from contextlib import suppress

import psycopg
from sendback_sdk.testing.emulator import Fault
from sendback_service.demo.world import World

_PER_SECOND = 1.6
# Each as it may come; a bank that hangs does so for longer than a soak wants to wait.
_CARRIER = [fault for fault in Fault if fault is not Fault.REFUSE]
_BANK = [fault for fault in _CARRIER if fault is not Fault.ACT_THEN_HANG]
_MAIL = ("451 4.7.1 later, please", "451 4.3.0 the disk is full")
# Seconds: shorter and longer than a transaction may rest.
_FROZEN = (0.3, 1.0, 6.0)
_CUT = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()"""


class Trouble:
    """Kills somewhat more than one process a second until it is told to stop; `done` counts everything."""

    def __init__(self, seed: str, world: World, database: str) -> None:
        self._thread = threading.Thread(target=self._run, name="trouble", daemon=True)
        self._random = random.Random(f"{seed}/trouble")
        self._world = world
        self._database = database
        self._over = threading.Event()
        self._frozen: list[threading.Timer] = []
        self._began = time.monotonic()
        self.seconds = 0.0
        self.done: Counter[str] = Counter()

    @property
    def kills(self) -> int:
        return self.done["server killed"] + self.done["worker killed"]

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """When it returns everybody goes on."""
        self._over.set()
        self._thread.join()
        for going_on in self._frozen:
            going_on.join()

    def _run(self) -> None:
        self._began = time.monotonic()
        while not self._over.is_set():
            self._outside()
            if self.kills < (time.monotonic() - self._began) * _PER_SECOND:
                self._kill()
            if self._random.random() < 0.02:
                self._cut()
            if self._random.random() < 0.05:
                self._freeze()
            self._over.wait(0.1)
        self.seconds = time.monotonic() - self._began

    def _kill(self) -> None:
        installation = self._world.installation
        living = [("server killed", pid) for pid in installation.serving()]
        living += [("worker killed", pid) for pid in installation.working()]
        if living:
            what, pid = self._random.choice(living)
            _signal(pid, signal.SIGKILL)
            self.done[what] += 1

    def _freeze(self) -> None:
        """A process stands still for a while, and then goes on as if nothing had been: its machine was moved."""
        living = [*self._world.installation.serving(), *self._world.installation.working()]
        if not living:
            return
        pid = self._random.choice(living)
        _signal(pid, signal.SIGSTOP)
        going_on = threading.Timer(self._random.choice(_FROZEN), _signal, (pid, signal.SIGCONT))
        going_on.start()
        self._frozen.append(going_on)
        self.done["process frozen"] += 1

    def _cut(self) -> None:
        """All connections to the database at once."""
        with psycopg.connect(self._database, autocommit=True) as connection:
            connection.execute(_CUT)
        self.done["connections cut"] += 1

    def _outside(self) -> None:
        if self._random.random() < 0.15:
            emulator, faults = self._random.choice(
                [(self._world.carrier, _CARRIER), (self._world.bank, _BANK)]
            )
            emulator.fail(self._random.choice(faults))
            self.done["fault outside"] += 1
        if self._random.random() < 0.05:
            self._world.post.fail(self._random.choice(_MAIL))
            self.done["fault outside"] += 1


def _signal(pid: int, number: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)
