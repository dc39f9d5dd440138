"""Who calls, by whatever proves it: a key of ours, a token of an identity provider, a certificate."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sendback_service.authentication_settings import Grant
from sendback_service.clock import Clock
from sendback_service.grants import granted
from sendback_service.keys import Keys
from sendback_service.records import KeyRecord
from sendback_service.refusal import Reason, refuse

if TYPE_CHECKING:
    from sendback_service.identities import Identities

_OF_OURS = "sbk_"
_SAN, _CN = "x509_subject_alternative_name", "x509_common_name"


class Credentials:
    """`certified` says what holders of certificates may do, `identities` who vouches by tokens, None for nobody."""

    def __init__(
        self,
        keys: Keys,
        clock: Clock,
        identities: "Identities | None" = None,
        certified: Sequence[Grant] = (),
    ) -> None:
        self._keys = keys
        self._clock = clock
        self._identities = identities
        self._certified = certified

    async def holder(self, secret: str) -> KeyRecord:
        """Refuses what is unknown, expired or revoked alike."""
        if secret.count(".") == 2 and not secret.startswith(_OF_OURS):
            if self._identities is None:
                raise refuse(Reason.KEY_INVALID)
            return await self._identities.holder(secret)
        return await self._keys.holder(secret)

    def certified(self, proved: Mapping[str, Iterable[bytes]]) -> KeyRecord:
        """By the connection's certificate alone, where one is worth as much as a key."""
        claims = _claims(proved) if self._certified else {}
        names = [*claims.get("san", ()), *claims.get("cn", ())]
        found = granted(self._certified, claims, f"cert:{names[0]}", self._clock()) if names else None
        if found is None:
            raise refuse(Reason.KEY_MISSING)
        return found


def _claims(proved: Mapping[str, Iterable[bytes]]) -> dict[str, Any]:
    """As grants name them. gRPC tells of no certificate that was not checked against the authorities."""
    said = {
        name: [value.decode("utf-8", "replace") for value in proved.get(name, ())] for name in (_SAN, _CN)
    }
    return {"san": said[_SAN], "cn": said[_CN]}
