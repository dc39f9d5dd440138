"""python -m tests.clients: prints the table; `--json` a line for each cell. Fails where a cell does, or a language."""

import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from sendback_service.demo.installation import Installation

from tests import nursery
from tests.clients.ground import Ground
from tests.clients.table import played


def main(arguments: list[str]) -> None:
    Installation.spawn = staticmethod(nursery.spawn)  # type: ignore[assignment]
    with TemporaryDirectory() as folder, Ground(Path(folder)) as ground:
        table = played(ground)
    print("\n".join(table.lines()) if "--json" in arguments else table)
    required = os.environ.get("SENDBACK_REQUIRE_ALL", "") not in ("", "0")
    sys.exit(any(table.cells.values()) or (required and bool(table.missing)))


if __name__ == "__main__":
    main(sys.argv[1:])
