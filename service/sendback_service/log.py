"""Logs: one JSON line per call and per effect, dotted event names, ids bound, nothing secret or personal.

Redaction is by construction: what stands under a personal or secret name is masked wherever it is nested, and the
secrets of an account are masked in whatever text they turn up.
"""

import json
import logging
import sys
from collections.abc import Mapping, MutableMapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, TextIO, cast

import structlog
from pydantic_core import PydanticSerializationError, to_json

from sendback_service.effects.error_summary import described

_MASK = "[redacted]"
_PRIVATE = frozenset(
    {
        "address",
        "authorization",
        "body",
        "city",
        "comment",
        "credential",
        "email",
        "html",
        "key_secret",
        "name",
        "password",
        "phone",
        "postal_code",
        "recipient",
        "secret",
        "sender",
        "session_token",
        "street",
        "text",
        "token",
    }
)


_SIMPLE = frozenset({str, int, float, bool, type(None)})


def set_up(*, pretty: bool | None = None, level: int = logging.INFO) -> None:
    """For the entry points of processes; nothing is set up at import. Pretty lines are for terminals."""
    people = sys.stderr.isatty() if pretty is None else pretty
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            *((_stamped, redact, structlog.dev.ConsoleRenderer()) if people else (_line,)),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(cast(TextIO, _Steadfast(sys.stderr))),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=logging.WARNING, handlers=[_Libraries()])


class _Libraries(logging.Handler):
    """What libraries warn of, as lines of ours."""

    def emit(self, record: logging.LogRecord) -> None:
        broken = record.exc_info[1] if record.exc_info else None
        error = {} if broken is None else {"error": described(broken)}
        said = (
            structlog.get_logger().warning if record.levelno < logging.ERROR else structlog.get_logger().error
        )
        said("library.warned", library=record.name, said=_said(record)[:500], **error)


def _said(record: logging.LogRecord) -> str:
    """Without its arguments where these do not fit: whoever warns of something must not fail by that."""
    try:
        return record.getMessage()
    except (TypeError, ValueError, KeyError):
        return str(record.msg)


def _line(_logger: Any, method: str, event: MutableMapping[str, Any]) -> str:
    """All that becomes of a line for machines, in one step: there is one a call. What is no proper text is written
    by the library that takes anything."""
    line = redact(_logger, method, _stamped(_logger, method, event))
    try:
        return to_json(line, fallback=repr).decode()
    except PydanticSerializationError:
        return json.dumps(line, default=repr)


def _stamped(_logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    event["level"] = method
    event["timestamp"] = f"{datetime.now(UTC).replace(tzinfo=None).isoformat()}Z"
    return event


class _Steadfast:
    """A stream whose failing (a full disk, a pipe that nobody reads any more) stops nobody's work."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        try:
            return self._stream.write(text)
        except (OSError, ValueError):
            return 0

    def flush(self) -> None:
        try:
            self._stream.flush()
        except (OSError, ValueError):
            return


def redact(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {
        key: value if type(value) in _SIMPLE and _is_public(key) else _masked(key, value)
        for key, value in event.items()
    }


def redacting(log: Any, secrets: Sequence[str]) -> Any:
    """A logger in which these values cannot stand."""
    return _Redacting(log, tuple(secret for secret in secrets if secret))


class _Redacting:
    def __init__(self, log: Any, secrets: tuple[str, ...]) -> None:
        self._log = log
        self._secrets = secrets

    def info(self, event: str, **values: Any) -> None:
        self._log.info(event, **self._clean(values))

    def warning(self, event: str, **values: Any) -> None:
        self._log.warning(event, **self._clean(values))

    def error(self, event: str, **values: Any) -> None:
        self._log.error(event, **self._clean(values))

    def _clean(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return {key: self._without_secrets(value) for key, value in values.items()}

    def _without_secrets(self, value: Any) -> Any:
        if isinstance(value, int | float | bool | None):
            return value
        text = value if isinstance(value, str) else repr(value)
        for secret in self._secrets:
            text = text.replace(secret, _MASK)
        return text


@lru_cache(1024)
def _is_public(key: str) -> bool:
    return key.lower() not in _PRIVATE


def _masked(key: str, value: Any) -> Any:
    if not _is_public(key):
        return _MASK
    if type(value) in _SIMPLE:
        return value
    if isinstance(value, Mapping):
        return {k: _masked(str(k), v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_masked("", v) for v in value]
    return value
