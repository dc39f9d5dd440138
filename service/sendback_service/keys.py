"""Access keys, as every call shows one: the operator's, portals', merchants'. `key_ring` makes them."""

from enum import StrEnum
from hashlib import sha256

from sendback_service.clock import Clock
from sendback_service.records import KeyRecord
from sendback_service.refusal import Reason, refuse
from sendback_service.store import Database


class KeyKind(StrEnum):
    OPERATOR = "OPERATOR"
    PORTAL = "PORTAL"
    MERCHANT = "MERCHANT"


class Scope(StrEnum):
    """What a merchant's key may do. Operator and portal keys have none: their kind says it all."""

    RETURNS_READ = "returns.read"
    RETURNS_WRITE = "returns.write"
    LABELS_WRITE = "labels.write"
    ORDERS_READ = "orders.read"
    ORDERS_WRITE = "orders.write"
    SETTINGS_READ = "settings.read"
    SETTINGS_WRITE = "settings.write"
    EVENTS_READ = "events.read"
    BUYERS_READ = "buyers.read"
    BUYERS_WRITE = "buyers.write"
    KEYS_WRITE = "keys.write"
    CREDIT_READ = "credit.read"
    CREDIT_WRITE = "credit.write"


def secret_hash(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


class Keys:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def holder(self, secret: str) -> KeyRecord:
        """The key whose secret this is; refuses unknown, expired and revoked ones alike."""
        key = await self._database.hot.key(secret_hash(secret))
        if key is None or key.revoke_time or (key.expire_time and key.expire_time <= self._clock()):
            raise refuse(Reason.KEY_INVALID)
        return key
