"""`python -m sendback_sdk new carrier NAME` writes a package; `python -m sendback_sdk test PACKAGE` tests one;
`python -m sendback_sdk reference` prints the reference of the contract."""

import argparse
import sys
from pathlib import Path

from sendback_sdk import proof, scaffold


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m sendback_sdk", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="new|test|reference")
    new = commands.add_parser("new", help="write a plugin package that passes its own tests")
    new.add_argument("kind", choices=sorted(scaffold.KINDS))
    new.add_argument("name", help="lower-case letters, digits and underscores, such as parcelpost")
    new.add_argument("--to", type=Path, default=Path(), help="the folder to write it in (here)")
    test = commands.add_parser("test", help="hold an installed package's plugins to the contract")
    test.add_argument("package", help="the distribution's name, such as sendback-parcelpost")
    reference = commands.add_parser("reference", help="write the reference of the contract, as markdown")
    reference.add_argument("--to", type=Path, default=None, help="a file to write (standard output)")
    options = parser.parse_args(arguments)
    if options.command == "reference":
        return _refer(options.to)
    try:
        if options.command == "test":
            return proof.test(options.package)
        folder = scaffold.write(options.kind, options.name, options.to)
    except (scaffold.Refused, proof.NotFound) as wrong:
        print(f"sendback_sdk: {wrong}", file=sys.stderr)
        return 2
    print(f"wrote {folder}\nnext: cd {folder} && pip install -e '.[testing]' && pytest")
    return 0


def _refer(to: Path | None) -> int:
    from sendback_sdk.reference import page  # it needs what the extra `testing` brings

    if to is None:
        sys.stdout.write(page())
    else:
        to.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
