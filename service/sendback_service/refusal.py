"""The one error of the domain: a call refused for a reason that programs can act on.

Only the interceptor in `api/` turns it into a status code and words; everything else raises it.
"""

from dataclasses import dataclass, field
from enum import StrEnum


class Reason(StrEnum):
    """As in protos/sendback/v1/reasons.proto, where every value has an example."""

    INVALID_FIELD = "INVALID_FIELD"
    KEY_MISSING = "KEY_MISSING"
    KEY_INVALID = "KEY_INVALID"
    SCOPE_MISSING = "SCOPE_MISSING"
    NOT_FOUND = "NOT_FOUND"
    ETAG_STALE = "ETAG_STALE"
    REQUEST_ID_REUSED = "REQUEST_ID_REUSED"
    STATE_FORBIDS = "STATE_FORBIDS"
    NOT_RETURNABLE = "NOT_RETURNABLE"
    QUOTE_STALE = "QUOTE_STALE"
    PORTAL_INACTIVE = "PORTAL_INACTIVE"
    PORTAL_NOT_PROMOTED = "PORTAL_NOT_PROMOTED"
    NOT_ENTITLED = "NOT_ENTITLED"
    PORTAL_INCOMPLETE = "PORTAL_INCOMPLETE"
    SLUG_TAKEN = "SLUG_TAKEN"
    SIGN_IN_FAILED = "SIGN_IN_FAILED"
    SESSION_INVALID = "SESSION_INVALID"
    RATE_LIMITED = "RATE_LIMITED"
    LABEL_NOT_READY = "LABEL_NOT_READY"
    MONEY_OPEN = "MONEY_OPEN"
    REFUND_EXCEEDS_PAYMENT = "REFUND_EXCEEDS_PAYMENT"
    CREDIT_NOT_OFFERED = "CREDIT_NOT_OFFERED"
    ORDER_INVALID = "ORDER_INVALID"
    ACCOUNT_MISSING = "ACCOUNT_MISSING"
    WEBHOOK_REFUSED = "WEBHOOK_REFUSED"
    PAGE_TOKEN_INVALID = "PAGE_TOKEN_INVALID"
    OVERLOADED = "OVERLOADED"
    BUSY = "BUSY"
    SECRETS_KEY_MISSING = "SECRETS_KEY_MISSING"
    INTERNAL = "INTERNAL"
    ALREADY_EXISTS = "ALREADY_EXISTS"
    TOO_LARGE = "TOO_LARGE"
    IMAGE_REFUSED = "IMAGE_REFUSED"
    NOTHING_TO_SIMULATE = "NOTHING_TO_SIMULATE"
    BUYER_DATA_NEEDED = "BUYER_DATA_NEEDED"
    BUYER_ERASED = "BUYER_ERASED"
    ACCOUNT_SILENT = "ACCOUNT_SILENT"
    ISSUER_SILENT = "ISSUER_SILENT"
    CREDIT_INSUFFICIENT = "CREDIT_INSUFFICIENT"


@dataclass(frozen=True)
class Problem:
    """What is wrong with one field, and what would be right."""

    field: str
    description: str


@dataclass(eq=False)
class Refusal(Exception):
    """`metadata` is machine-readable and never personal; `problems` name fields; `retry_after` is in seconds."""

    reason: Reason
    metadata: dict[str, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    retry_after: float | None = None

    def __str__(self) -> str:
        return f"{self.reason} {self.metadata or ''}".strip()


def refuse(reason: Reason, **metadata: str) -> Refusal:
    return Refusal(reason, metadata)


def not_found(resource: str, id: str) -> Refusal:
    return refuse(Reason.NOT_FOUND, resource=resource, id=id)


def invalid(field: str, description: str) -> Refusal:
    return Refusal(Reason.INVALID_FIELD, {"field": field}, (Problem(field, description),))
