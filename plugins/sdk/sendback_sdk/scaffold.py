"""New plugin packages: small, whole, and passing their own tests, to be changed from there."""

import keyword
import re
from importlib.resources import files
from pathlib import Path
from string import Template

import sendback_sdk

KINDS = ("carrier", "channel", "platform")
# What makes an installation use an account of each kind.
_USES = {
    "carrier": '[[routes]]\naccounts = ["$name"]\n',
    "channel": 'channel = "$name"            # letters to buyers go by it\n',
    "platform": 'refunds = "$name"            # pays where an order names no account\n',
}
_NAME = re.compile(r"[a-z][a-z0-9_]{0,29}[a-z0-9]")
_IMPORTED = re.compile(r"^from \S+ import (.+)$", re.MULTILINE)
_TAKEN = frozenset({"sdk", "service", "client", "web", "api"})
_TEMPLATES = files("sendback_sdk") / "templates"


class Refused(Exception):
    """Nothing was written."""


def write(kind: str, name: str, to: Path) -> Path:
    """Writes `sendback-NAME` in the folder `to`; answers where it is."""
    if not _NAME.fullmatch(name) or keyword.iskeyword(name) or name in _TAKEN:
        raise Refused(
            f"{name!r} will not do: 2 to 31 lower-case letters, digits and underscores, not a name of ours"
        )
    class_name = "".join(part.capitalize() for part in name.split("_"))
    if class_name in _needed(kind):
        raise Refused(f"{name!r} will not do: its class {class_name} would hide one that it needs")
    folder = to / f"sendback-{name.replace('_', '-')}"
    if folder.exists():
        raise Refused(f"{folder} exists already; nothing was written")
    module = f"sendback_{name}"
    words = {
        "name": name,
        "module": module,
        "distribution": f"sendback-{name.replace('_', '-')}",
        "class_name": class_name,
        "kind": kind,
        "use": Template(_USES[kind]).substitute(name=name),
    }
    for target, template in (
        ("pyproject.toml", "pyproject.toml"),
        ("README.md", "README.md"),
        (f"{module}/__init__.py", f"{kind}.py"),
        (f"tests/test_{name}.py", f"test_{kind}.py"),
    ):
        _write(folder / target, template, words)
    (folder / module / "py.typed").touch()
    return folder


def _needed(kind: str) -> set[str]:
    """Names of the contract, what else the package imports, and what Python keeps for itself, such as None."""
    imports = _IMPORTED.findall(_text(f"{kind}.py") + _text(f"test_{kind}.py"))
    return {*keyword.kwlist, *sendback_sdk.__all__, *(name for line in imports for name in line.split(", "))}


def _write(target: Path, template: str, words: dict[str, str]) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(Template(_text(template)).substitute(words), encoding="utf-8")


def _text(template: str) -> str:
    return (_TEMPLATES / f"{template}.template").read_text(encoding="utf-8")
