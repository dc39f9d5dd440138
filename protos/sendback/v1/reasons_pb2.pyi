from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from typing import ClassVar as _ClassVar

DESCRIPTOR: _descriptor.FileDescriptor

class ErrorReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ERROR_REASON_UNSPECIFIED: _ClassVar[ErrorReason]
    INVALID_FIELD: _ClassVar[ErrorReason]
    KEY_MISSING: _ClassVar[ErrorReason]
    KEY_INVALID: _ClassVar[ErrorReason]
    SCOPE_MISSING: _ClassVar[ErrorReason]
    NOT_FOUND: _ClassVar[ErrorReason]
    ETAG_STALE: _ClassVar[ErrorReason]
    REQUEST_ID_REUSED: _ClassVar[ErrorReason]
    STATE_FORBIDS: _ClassVar[ErrorReason]
    NOT_RETURNABLE: _ClassVar[ErrorReason]
    QUOTE_STALE: _ClassVar[ErrorReason]
    PORTAL_INACTIVE: _ClassVar[ErrorReason]
    PORTAL_NOT_PROMOTED: _ClassVar[ErrorReason]
    NOT_ENTITLED: _ClassVar[ErrorReason]
    PORTAL_INCOMPLETE: _ClassVar[ErrorReason]
    SLUG_TAKEN: _ClassVar[ErrorReason]
    SIGN_IN_FAILED: _ClassVar[ErrorReason]
    SESSION_INVALID: _ClassVar[ErrorReason]
    RATE_LIMITED: _ClassVar[ErrorReason]
    LABEL_NOT_READY: _ClassVar[ErrorReason]
    MONEY_OPEN: _ClassVar[ErrorReason]
    REFUND_EXCEEDS_PAYMENT: _ClassVar[ErrorReason]
    CREDIT_NOT_OFFERED: _ClassVar[ErrorReason]
    ORDER_INVALID: _ClassVar[ErrorReason]
    ACCOUNT_MISSING: _ClassVar[ErrorReason]
    WEBHOOK_REFUSED: _ClassVar[ErrorReason]
    PAGE_TOKEN_INVALID: _ClassVar[ErrorReason]
    OVERLOADED: _ClassVar[ErrorReason]
    INTERNAL: _ClassVar[ErrorReason]
    ALREADY_EXISTS: _ClassVar[ErrorReason]
    TOO_LARGE: _ClassVar[ErrorReason]
    IMAGE_REFUSED: _ClassVar[ErrorReason]
    NOTHING_TO_SIMULATE: _ClassVar[ErrorReason]
    BUYER_DATA_NEEDED: _ClassVar[ErrorReason]
    BUYER_ERASED: _ClassVar[ErrorReason]
ERROR_REASON_UNSPECIFIED: ErrorReason
INVALID_FIELD: ErrorReason
KEY_MISSING: ErrorReason
KEY_INVALID: ErrorReason
SCOPE_MISSING: ErrorReason
NOT_FOUND: ErrorReason
ETAG_STALE: ErrorReason
REQUEST_ID_REUSED: ErrorReason
STATE_FORBIDS: ErrorReason
NOT_RETURNABLE: ErrorReason
QUOTE_STALE: ErrorReason
PORTAL_INACTIVE: ErrorReason
PORTAL_NOT_PROMOTED: ErrorReason
NOT_ENTITLED: ErrorReason
PORTAL_INCOMPLETE: ErrorReason
SLUG_TAKEN: ErrorReason
SIGN_IN_FAILED: ErrorReason
SESSION_INVALID: ErrorReason
RATE_LIMITED: ErrorReason
LABEL_NOT_READY: ErrorReason
MONEY_OPEN: ErrorReason
REFUND_EXCEEDS_PAYMENT: ErrorReason
CREDIT_NOT_OFFERED: ErrorReason
ORDER_INVALID: ErrorReason
ACCOUNT_MISSING: ErrorReason
WEBHOOK_REFUSED: ErrorReason
PAGE_TOKEN_INVALID: ErrorReason
OVERLOADED: ErrorReason
INTERNAL: ErrorReason
ALREADY_EXISTS: ErrorReason
TOO_LARGE: ErrorReason
IMAGE_REFUSED: ErrorReason
NOTHING_TO_SIMULATE: ErrorReason
BUYER_DATA_NEEDED: ErrorReason
BUYER_ERASED: ErrorReason
