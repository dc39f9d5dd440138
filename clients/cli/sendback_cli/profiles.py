"""Servers by name: where they are, and where their keys are kept. A key itself never stands in the file."""

import os
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import tomli_w
import typer

from sendback_cli.statuses import Unusable

_FILE = "SENDBACKCTL_CONFIG"
_NAME_IS = "letters, digits, - and _"


@dataclass(frozen=True, slots=True)
class Profile:
    """`key` is `env:NAME` or `file:PATH`; `ca` a PEM file of root certificates, `system` for the system's, empty for a
    line without TLS; `merchant` whose things an operator's commands are about."""

    target: str = ""
    key: str = ""
    ca: str = ""
    language: str = ""
    merchant: str = ""

    def secret(self) -> str:
        kind, _, name = self.key.partition(":")
        if kind == "env" and name:
            found = os.environ.get(name, "")
            if not found:
                raise Unusable(f"the key is kept in the environment variable {name}, which is not set")
            return found
        if kind == "file" and name:
            return _read_key(Path(name).expanduser())
        raise Unusable("a key is given as env:NAME or file:PATH, so that it stands in no history")


def _read_key(path: Path) -> str:
    try:
        if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise Unusable(f"{path} can be read by others; make it yours alone: chmod 600 {path}")
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as wrong:
        raise Unusable(f"the key cannot be read from {path}: {wrong}") from None


class Profiles:
    """The file with them, and which one is taken where none is named."""

    def __init__(self, path: Path | None = None) -> None:
        told = os.environ.get(_FILE, "")
        self.path = path or (Path(told) if told else Path(typer.get_app_dir("sendback")) / "profiles.toml")

    def all(self) -> dict[str, Profile]:
        found = self._read().get("profiles", {})
        return {name: _profile(name, values) for name, values in found.items()}

    @property
    def chosen(self) -> str:
        return str(self._read().get("use", ""))

    def get(self, name: str) -> Profile:
        """The one of this name, else the one in use, else an empty one."""
        known, wanted = self.all(), name or self.chosen
        if wanted and wanted not in known:
            raise Unusable(f"there is no profile {wanted}; known: {', '.join(known) or 'none'}")
        return known[wanted] if wanted else Profile()

    def put(self, name: str, profile: Profile) -> None:
        if not name.replace("-", "").replace("_", "").isalnum():
            raise Unusable(f"a profile's name has {_NAME_IS}")
        known = {**self.all(), name: profile}
        self._write(known, self.chosen or name)

    def use(self, name: str) -> None:
        self.get(name)
        self._write(self.all(), name)

    def remove(self, name: str) -> None:
        known = self.all()
        if known.pop(name, None) is None:
            raise Unusable(f"there is no profile {name}")
        self._write(known, "" if self.chosen == name else self.chosen)

    def keep_key(self, name: str, secret: str) -> str:
        """Writes a key into a file that only its owner reads, and says how to name it."""
        path = self.path.parent / "keys" / name
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.unlink(missing_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secret + "\n")
        return f"file:{path}"

    def _read(self) -> dict[str, Any]:
        try:
            return tomllib.loads(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as wrong:
            raise Unusable(f"{self.path}: {wrong}") from None

    def _write(self, known: Mapping[str, Profile], use: str) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        filled = {name: {k: v for k, v in asdict(p).items() if v} for name, p in known.items()}
        aside = self.path.with_name(f".{self.path.name}.part")
        aside.write_text(tomli_w.dumps({"use": use, "profiles": filled}), encoding="utf-8")
        aside.replace(self.path)


def _profile(name: str, values: object) -> Profile:
    known = Profile.__dataclass_fields__
    if not isinstance(values, dict) or not all(isinstance(v, str) for v in values.values()):
        raise Unusable(f"profile {name} is no table of texts")
    if strange := sorted(set(values) - set(known)):
        raise Unusable(f"profile {name} has {', '.join(strange)}; known are {', '.join(known)}")
    return replace(Profile(), **values)
