"""What an installation is told: `sendback.toml`, overridden by environment variables that begin with SENDBACK_.

Secrets are never written in the file: `token = "env:POST_TOKEN"` names the variable that holds one.
"""

import os
import tomllib
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, SettingsError

from sendback_service.authentication_settings import Issuer, Tls
from sendback_service.configuration_part import Part
from sendback_service.parties import Account, RoutePart, WebhookPart

# Guessing a shorter one would be worth somebody's while.
_SHORTEST_KEY = 32
# What is younger is still asked for: by readers of the feed, by figures, by whoever has a right of return.
SHORTEST_HISTORY = 12


class ConfigurationError(Exception):
    """Says which file and key is wrong, and what would be right."""


class Server(Part):
    """`port` 0 takes a free one. `processes` serve it together, on PostgreSQL. `max_message_bytes` bounds every message
    in and out. Of calls, each process works on `concurrency` at a time, lets `queue` more wait, keeps `lasting` open
    (streams, uploads, waiting for a label; `lasting_per_caller` for one key or buyer), and refuses the rest with
    RESOURCE_EXHAUSTED. Told to stop, it says so to its health probes, goes on for `notice_seconds`, then takes no more
    calls and gives those in flight `drain_seconds`."""

    host: str = "127.0.0.1"
    port: int = Field(50051, ge=0, le=65535)
    processes: int = Field(1, ge=1, le=64)
    max_message_bytes: int = Field(4 * 1024 * 1024, ge=65536)
    concurrency: int = Field(64, ge=1, le=4096)
    queue: int = Field(256, ge=0, le=65536)
    lasting: int = Field(512, ge=1, le=65536)
    lasting_per_caller: int = Field(64, ge=1, le=65536)
    tls: Tls | None = None
    notice_seconds: float = Field(0.0, ge=0, le=300)
    drain_seconds: float = Field(10.0, ge=0, le=300)


class Portal(Part):
    """`base_url` stands before the slug in links and QR codes. `private_hosts` are hosts of merchants' websites that
    may be read although they lie in a private network."""

    base_url: str = Field("http://localhost:8080", pattern="^https?://[^/]")
    session_minutes: int = Field(60, ge=1, le=1440)
    estimate_minutes: int = Field(30, ge=1, le=1440)
    private_hosts: frozenset[str] = frozenset()


class Worker(Part):
    """`embedded`: the server starts a worker of its own; None means so for SQLite and not for PostgreSQL.
    `executor` names this worker; two with one name cannot run. Without a name it takes the first free number.
    `poll_seconds` is how often queues are looked at, `concurrency` how many effects run at a time."""

    embedded: bool | None = None
    executor: str = ""
    poll_seconds: float = Field(0.1, gt=0, le=10)
    concurrency: int = Field(32, ge=1, le=256)


class Privacy(Part):
    """`retention_months` after a return has ended its personal data goes, and with the last one of an order that of the
    order; 0 keeps it. Choose more than the longest window. `history_months` after the last change everything goes: an
    order with its returns, a label without one, events; 0 keeps it for ever. Choose what books must be kept for."""

    retention_months: int = Field(0, ge=0, le=600)
    history_months: int = Field(120, ge=0, le=1200)

    @model_validator(mode="after")
    def _in_their_order(self) -> "Privacy":
        if 0 < self.history_months < max(SHORTEST_HISTORY, self.retention_months):
            raise ValueError(
                f"history_months is 0 or at least {SHORTEST_HISTORY}, and no less than retention_months"
            )
        return self


class Metrics(Part):
    """Where /metrics, /ready and /live are shown over HTTP, to whoever asks: the first server process on `port`, each
    further one on the next; the same for workers and `worker_port`. 0 shows nothing."""

    host: str = "127.0.0.1"
    port: int = Field(0, ge=0, le=65535)
    worker_port: int = Field(0, ge=0, le=65535)

    def server(self, number: int) -> int:
        """The port of a server process, counted from 0."""
        return self.port and self.port + number

    def worker(self, number: int) -> int:
        return self.worker_port and self.worker_port + number


class Synchronisation(Part):
    """Orders of shops are fetched ahead: every `every_seconds` what changed since the last time, 0 for never; the first
    time what changed within `history_days`."""

    every_seconds: float = Field(60.0, ge=0, le=86400)
    history_days: int = Field(60, ge=0, le=3650)


class Traces(Part):
    """Which part of the calls is traced, 0 for none; those that a traced caller makes always are. Where to, the
    variables of OpenTelemetry say: OTEL_EXPORTER_OTLP_ENDPOINT and its like. Needs sendback-service[otel]."""

    ratio: float = Field(0.0, ge=0, le=1)


class Configuration(BaseSettings):
    """`secret_key` signs QR codes and sessions: from SENDBACK_SECRET_KEY, or the file that `sendback init` makes; it
    may be several keys, see `access`.
    `secrets_key` encrypts what merchants connect: from SENDBACK_SECRETS_KEY alone, see `vault`.
    `support_url` is where merchants without the Returns Pack are sent. `channel` is the account that writes to
    buyers, `channels` are others that merchants may choose, `refunds` the one that pays where an order's payment names
    none. `webhooks` are told of events."""

    model_config = SettingsConfigDict(
        env_prefix="SENDBACK_", env_nested_delimiter="__", extra="forbid", frozen=True
    )

    data_dir: Path = Path("sendback-data")
    database_url: str = ""
    secret_key: str = ""
    secrets_key: str = ""
    support_url: str = ""
    test_mode: bool = False
    server: Server = Server()
    portal: Portal = Portal()
    worker: Worker = Worker()
    privacy: Privacy = Privacy()
    issuers: dict[str, Issuer] = {}
    synchronisation: Synchronisation = Synchronisation()
    accounts: dict[str, Account] = {}
    routes: tuple[RoutePart, ...] = ()
    channel: str = ""
    channels: tuple[str, ...] = ()
    webhooks: tuple[WebhookPart, ...] = ()
    refunds: str = ""
    metrics: Metrics = Metrics()
    traces: Traces = Traces()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - pydantic's signature
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment goes before the file."""
        return env_settings, init_settings

    @field_validator("database_url")
    @classmethod
    def _of_a_kind(cls, url: str) -> str:
        if url and not url.startswith(("sqlite:///", "postgresql://", "postgres://")):
            raise ValueError("give sqlite:///PATH or postgresql://…")
        return url

    @property
    def database(self) -> str:
        url = self.database_url or f"sqlite:///{self.data_dir / 'sendback.db'}"
        return url.replace("postgres://", "postgresql://", 1)

    @property
    def engine(self) -> str:
        """Where the engine keeps its tables: beside ours in a file of its own, which spares locks; in PostgreSQL in the
        same database."""
        if self.database.startswith("sqlite"):
            path = Path(self.database.removeprefix("sqlite:///"))
            return f"sqlite:///{path.with_name('dbos.db')}"
        return self.database

    @property
    def embedded(self) -> bool:
        """Whether the server runs a worker of its own."""
        return self.database.startswith("sqlite") if self.worker.embedded is None else self.worker.embedded

    @property
    def secret_file(self) -> Path:
        return self.data_dir / "secret.key"

    def signing_keys(self) -> tuple[bytes, ...]:
        """The first signs, all are read: parted by commas in the environment, a line each in the file."""
        try:
            text = self.secret_key.replace(",", "\n") or self.secret_file.read_text(encoding="utf-8")
        except FileNotFoundError:
            raise ConfigurationError(
                f"no signing key: run `sendback init`, which makes {self.secret_file}, or set SENDBACK_SECRET_KEY"
            ) from None
        keys = tuple(line.strip().encode() for line in text.splitlines() if line.strip())
        if not keys or min(map(len, keys)) < _SHORTEST_KEY:
            raise ConfigurationError(
                f"a signing key has {_SHORTEST_KEY} characters at least; `sendback secrets signing-key` makes one"
            )
        return keys


def where(path: Path | None = None) -> Path:
    """The configuration file that is read; it need not be there."""
    return path or Path(os.environ.get("SENDBACK_CONFIG", "sendback.toml"))


def read(path: Path | None = None) -> Configuration:
    """The configuration at `path`, else at $SENDBACK_CONFIG, else ./sendback.toml where there is one. Files and
    folders that it names are taken from its own folder, wherever the command is run."""
    file = where(path)
    named = path is not None or "SENDBACK_CONFIG" in os.environ
    try:
        document = tomllib.loads(file.read_text(encoding="utf-8")) if named or file.exists() else {}
    except FileNotFoundError:
        raise ConfigurationError(f"{file}: no such file; `sendback init` writes one") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as broken:
        raise ConfigurationError(f"{file}: {broken}") from None
    for name in ("secret_key", "secrets_key"):
        if name in document:
            raise ConfigurationError(
                f"{file}: {name} comes from the environment alone: SENDBACK_{name.upper()}"
            )
    if "data_dir" in document:
        document["data_dir"] = file.parent / str(document["data_dir"])
    server = document.get("server")
    tls = server.get("tls") if isinstance(server, dict) else None
    for name in ("certificate", "key", "client_ca"):
        if isinstance(tls, dict) and name in tls:
            tls[name] = file.parent / str(tls[name])
    return _valid(file, document)


def _valid(file: Path, document: dict[str, Any]) -> Configuration:
    try:
        configuration = Configuration(**document)
    except ValidationError as broken:
        lines = [f"{'.'.join(map(str, e['loc'])) or file}: {e['msg']}" for e in broken.errors()]
        raise ConfigurationError(f"{file}: " + "; ".join(lines)) from None
    except SettingsError as broken:
        raise ConfigurationError(f'{broken}: lists and tables are JSON there, such as ["mail"]') from None
    for number, part in enumerate(configuration.routes):
        unknown = [name for name in part.route().accounts if name not in configuration.accounts]
        if unknown:
            raise ConfigurationError(
                f"{file}: routes.{number}.accounts: no account {', '.join(unknown)}; "
                f"known: {', '.join(configuration.accounts) or 'none'}"
            )
    told = [part.account for part in configuration.webhooks]
    for key, names in (("webhooks", told), ("channels", configuration.channels)):
        unknown = [name for name in names if name not in configuration.accounts]
        if unknown:
            raise ConfigurationError(f"{file}: {key}: no account {', '.join(unknown)}")
    return configuration
