"""A hand: a program in some language that does with its client what it is asked, a JSON line each.

    asked     {"id": 1, "do": "createReturn", "on": "shop", "request": {…}, "timeoutMs": 700}
    answered  {"id": 1, "is": {…}}      what came, in proto JSON
              {"id": 1, "refused": {"code": "ABORTED", "reason": "ETAG_STALE", "message": …, "metadata": {…},
                                    "fields": ["items[0].quantity"], "retryAfterMs": 0}}
              {"id": 1, "broken": "…"}  a document was not what was promised
              {"id": 1, "event": {…}}   before the end of a watch, for each event
              {"id": 1, "wrong": "…"}   what no client should do

    do        connect (target, key, language, actor, roots: the client is then called `on`), createReturn, cancelReturn,
              createLabel, createAccessKey, importOrders (orders), saveLabel (parcelId, at), watch (request, count),
              money (minor, currency), close

Tasks run at the same time; answers come as they come. The program ends with its input.
"""

import json
import queue
import subprocess
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

_SECONDS = 180.0


class Wrong(AssertionError):
    """A client did what it should not."""


class Refused(Exception):
    """What the client made of a refusal."""

    def __init__(self, said: Mapping[str, Any]) -> None:
        super().__init__(str(said))
        self.said = said


class Broken(Exception):
    """The client said that a document is not what was promised."""


class Task:
    """Something asked of a hand, which may take its time."""

    def __init__(self) -> None:
        self.events: list[Any] = []
        self._lines: queue.Queue[dict[str, Any]] = queue.Queue()

    def put(self, line: dict[str, Any]) -> None:
        self._lines.put(line)

    def await_events(self, count: int) -> list[Any]:
        while len(self.events) < count:
            self._next()
        return self.events

    def result(self) -> Any:
        while True:
            line = self._next()
            if "is" in line:
                return line["is"]
            if "refused" in line:
                raise Refused(line["refused"])
            if "broken" in line:
                raise Broken(line["broken"])

    def _next(self) -> dict[str, Any]:
        try:
            line = self._lines.get(timeout=_SECONDS)
        except queue.Empty:
            raise Wrong(f"no answer in {_SECONDS} seconds; events so far: {self.events}") from None
        if "wrong" in line:
            raise Wrong(line["wrong"])
        if "event" in line:
            self.events.append(line["event"])
        return line


class Hand:
    """Of one language. Its errors go to a file beside its work."""

    def __init__(self, language: str, command: Sequence[str], folder: Path) -> None:
        self.language = language
        self.folder = folder
        self._log = (folder / "hand.log").open("wb")
        self._process = subprocess.Popen(
            command,
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
            encoding="utf-8",
        )
        self._tasks: dict[int, Task] = {}
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> "Hand":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._reader.join(20)
        self._process.stdout.close()
        self._log.close()

    def begin(self, do: str, on: str = "shop", **task: Any) -> Task:
        number = len(self._tasks) + 1
        begun = self._tasks[number] = Task()
        assert self._process.stdin
        self._process.stdin.write(json.dumps({"id": number, "do": do, "on": on, **task}) + "\n")
        self._process.stdin.flush()
        return begun

    def do(self, do: str, on: str = "shop", **task: Any) -> Any:
        return self.begin(do, on, **task).result()

    def refusal(self, do: str, on: str = "shop", **task: Any) -> Mapping[str, Any]:
        try:
            answer = self.do(do, on, **task)
        except Refused as refused:
            return refused.said
        raise Wrong(f"{do} was not refused: {answer}")

    def _read(self) -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            answered = json.loads(line)
            self._tasks[int(answered["id"])].put(answered)
        for task in list(self._tasks.values()):
            task.put({"wrong": f"the program ended: {(self.folder / 'hand.log').read_text()[-1000:]}"})
