"""Files of one JSON object a line, written by many threads."""

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Line = dict[str, Any]


class Journal:
    """Every line reaches the file before `note` returns."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = path.open("w", encoding="utf-8")
        self._lock = threading.Lock()

    def note(self, **line: Any) -> None:
        with self._lock:
            self._file.write(json.dumps({"time": round(time.time(), 3), **line}) + "\n")
            self._file.flush()

    def close(self) -> None:
        self._file.close()


def read(path: Path) -> Iterator[Line]:
    with path.open(encoding="utf-8") as file:
        yield from map(json.loads, file)
