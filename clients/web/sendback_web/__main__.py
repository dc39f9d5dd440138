"""`python -m sendback_web serve` runs the application, `demo` a whole installation to look at."""

import argparse
import sys

from sendback_web.serving import serve


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m sendback_web", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("serve", help="run portal, console and ingress; SENDBACK_WEB_… says how")
    parser.parse_args()
    return serve()


if __name__ == "__main__":
    sys.exit(main())
