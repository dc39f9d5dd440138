"""`python -m sendback_web serve` runs the application, `demo` a whole installation to look at."""

import argparse
import sys
from pathlib import Path

from sendback_web.serving import serve


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m sendback_web", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("serve", help="run portal, console and ingress; SENDBACK_WEB_… says how")
    demo = commands.add_parser("demo", help="run a whole installation on this machine, with something in it")
    demo.add_argument("--folder", type=Path, default=Path("build/run"), help="made anew each time")
    demo.add_argument("--port", type=int, default=8080, help="where nobody has it; else any")
    options = parser.parse_args()
    return _demo(options.folder, options.port) if options.command == "demo" else serve()


def _demo(folder: Path, port: int) -> int:
    try:
        from sendback_web.demo.play import play
    except ModuleNotFoundError as missing:
        print(f"the demo needs {missing.name}: pip install 'sendback-web[demo]'", file=sys.stderr)
        return 2
    return play(folder, port)


if __name__ == "__main__":
    sys.exit(main())
