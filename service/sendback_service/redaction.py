"""Keeps accounts' secrets out of what is kept, told or logged.

Some peers send back what they were sent, so that a secret may stand in an answer or in an error. An account names its
secrets when it is made; whatever its plugin and its peer say goes through `redacted`.
"""

import json
from collections.abc import Iterable
from urllib.parse import quote

_MASK = "[redacted]"
# Shorter ones stand in ordinary words too, and guard nothing.
_SHORTEST = 6
# Those of settings that were changed may still come back for a while.
_MOST = 40
_of_account: dict[str, tuple[str, ...]] = {}


def keep_secret(account: str, values: Iterable[str]) -> None:
    """As they are, and as they stand in an address and in JSON."""
    forms = [form for value in values for form in (value, quote(value, safe=""), json.dumps(value)[1:-1])]
    new = [form for form in forms if len(form) >= _SHORTEST]
    _of_account[account] = tuple(dict.fromkeys((*new, *_of_account.get(account, ()))))[:_MOST]


def redacted(account: str, text: str) -> str:
    for secret in _of_account.get(account, ()):
        text = text.replace(secret, _MASK)
    return text
