import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.api import field_behavior_pb2 as _field_behavior_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.type import date_pb2 as _date_pb2
from sendback.v1 import address_pb2 as _address_pb2
from sendback.v1 import document_pb2 as _document_pb2
from sendback.v1 import image_pb2 as _image_pb2
from sendback.v1 import policy_pb2 as _policy_pb2
from sendback.v1 import return_pb2 as _return_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class GetPortalRequest(_message.Message):
    __slots__ = ("slug", "language_code")
    SLUG_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_CODE_FIELD_NUMBER: _ClassVar[int]
    slug: str
    language_code: str
    def __init__(self, slug: _Optional[str] = ..., language_code: _Optional[str] = ...) -> None: ...

class Portal(_message.Message):
    __slots__ = ("slug", "available", "display_name", "support_uri", "color", "policy_uri", "language_code", "unlisted", "logo_image_id", "background_image_id", "support_email", "social_uris", "time_zone")
    SLUG_FIELD_NUMBER: _ClassVar[int]
    AVAILABLE_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    SUPPORT_URI_FIELD_NUMBER: _ClassVar[int]
    COLOR_FIELD_NUMBER: _ClassVar[int]
    POLICY_URI_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_CODE_FIELD_NUMBER: _ClassVar[int]
    UNLISTED_FIELD_NUMBER: _ClassVar[int]
    LOGO_IMAGE_ID_FIELD_NUMBER: _ClassVar[int]
    BACKGROUND_IMAGE_ID_FIELD_NUMBER: _ClassVar[int]
    SUPPORT_EMAIL_FIELD_NUMBER: _ClassVar[int]
    SOCIAL_URIS_FIELD_NUMBER: _ClassVar[int]
    TIME_ZONE_FIELD_NUMBER: _ClassVar[int]
    slug: str
    available: bool
    display_name: str
    support_uri: str
    color: str
    policy_uri: str
    language_code: str
    unlisted: bool
    logo_image_id: str
    background_image_id: str
    support_email: str
    social_uris: _containers.RepeatedScalarFieldContainer[str]
    time_zone: str
    def __init__(self, slug: _Optional[str] = ..., available: _Optional[bool] = ..., display_name: _Optional[str] = ..., support_uri: _Optional[str] = ..., color: _Optional[str] = ..., policy_uri: _Optional[str] = ..., language_code: _Optional[str] = ..., unlisted: _Optional[bool] = ..., logo_image_id: _Optional[str] = ..., background_image_id: _Optional[str] = ..., support_email: _Optional[str] = ..., social_uris: _Optional[_Iterable[str]] = ..., time_zone: _Optional[str] = ...) -> None: ...

class PortalGetImageRequest(_message.Message):
    __slots__ = ("slug", "image_id", "size")
    SLUG_FIELD_NUMBER: _ClassVar[int]
    IMAGE_ID_FIELD_NUMBER: _ClassVar[int]
    SIZE_FIELD_NUMBER: _ClassVar[int]
    slug: str
    image_id: str
    size: _image_pb2.ImageSize.Kind
    def __init__(self, slug: _Optional[str] = ..., image_id: _Optional[str] = ..., size: _Optional[_Union[_image_pb2.ImageSize.Kind, str]] = ...) -> None: ...

class StartSessionRequest(_message.Message):
    __slots__ = ("slug", "access_token", "order", "language_code")
    SLUG_FIELD_NUMBER: _ClassVar[int]
    ACCESS_TOKEN_FIELD_NUMBER: _ClassVar[int]
    ORDER_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_CODE_FIELD_NUMBER: _ClassVar[int]
    slug: str
    access_token: str
    order: OrderCredential
    language_code: str
    def __init__(self, slug: _Optional[str] = ..., access_token: _Optional[str] = ..., order: _Optional[_Union[OrderCredential, _Mapping]] = ..., language_code: _Optional[str] = ...) -> None: ...

class OrderCredential(_message.Message):
    __slots__ = ("number", "email_or_postal_code")
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    EMAIL_OR_POSTAL_CODE_FIELD_NUMBER: _ClassVar[int]
    number: str
    email_or_postal_code: str
    def __init__(self, number: _Optional[str] = ..., email_or_postal_code: _Optional[str] = ...) -> None: ...

class Session(_message.Message):
    __slots__ = ("session_token", "expire_time", "language_code", "order_id")
    SESSION_TOKEN_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_CODE_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    session_token: str
    expire_time: _timestamp_pb2.Timestamp
    language_code: str
    order_id: str
    def __init__(self, session_token: _Optional[str] = ..., expire_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., language_code: _Optional[str] = ..., order_id: _Optional[str] = ...) -> None: ...

class GetReturnableOrderRequest(_message.Message):
    __slots__ = ("session_token",)
    SESSION_TOKEN_FIELD_NUMBER: _ClassVar[int]
    session_token: str
    def __init__(self, session_token: _Optional[str] = ...) -> None: ...

class ReturnableOrder(_message.Message):
    __slots__ = ("number", "currency_code", "lines", "reasons", "window_open", "label_offer", "credit_offered", "ship_from", "withdrawal_open")
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    CURRENCY_CODE_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    REASONS_FIELD_NUMBER: _ClassVar[int]
    WINDOW_OPEN_FIELD_NUMBER: _ClassVar[int]
    LABEL_OFFER_FIELD_NUMBER: _ClassVar[int]
    CREDIT_OFFERED_FIELD_NUMBER: _ClassVar[int]
    SHIP_FROM_FIELD_NUMBER: _ClassVar[int]
    WITHDRAWAL_OPEN_FIELD_NUMBER: _ClassVar[int]
    number: str
    currency_code: str
    lines: _containers.RepeatedCompositeFieldContainer[ReturnableLine]
    reasons: _containers.RepeatedCompositeFieldContainer[OfferedReason]
    window_open: bool
    label_offer: _return_pb2.LabelOffer
    credit_offered: bool
    ship_from: _address_pb2.Address
    withdrawal_open: bool
    def __init__(self, number: _Optional[str] = ..., currency_code: _Optional[str] = ..., lines: _Optional[_Iterable[_Union[ReturnableLine, _Mapping]]] = ..., reasons: _Optional[_Iterable[_Union[OfferedReason, _Mapping]]] = ..., window_open: _Optional[bool] = ..., label_offer: _Optional[_Union[_return_pb2.LabelOffer, _Mapping]] = ..., credit_offered: _Optional[bool] = ..., ship_from: _Optional[_Union[_address_pb2.Address, _Mapping]] = ..., withdrawal_open: _Optional[bool] = ...) -> None: ...

class ReturnableLine(_message.Message):
    __slots__ = ("order_line_id", "title", "variant", "image_uri", "quantity", "returnable_quantity", "units", "seal_required")
    ORDER_LINE_ID_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    VARIANT_FIELD_NUMBER: _ClassVar[int]
    IMAGE_URI_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    RETURNABLE_QUANTITY_FIELD_NUMBER: _ClassVar[int]
    UNITS_FIELD_NUMBER: _ClassVar[int]
    SEAL_REQUIRED_FIELD_NUMBER: _ClassVar[int]
    order_line_id: str
    title: str
    variant: str
    image_uri: str
    quantity: int
    returnable_quantity: int
    units: _containers.RepeatedCompositeFieldContainer[_return_pb2.UnitVerdict]
    seal_required: bool
    def __init__(self, order_line_id: _Optional[str] = ..., title: _Optional[str] = ..., variant: _Optional[str] = ..., image_uri: _Optional[str] = ..., quantity: _Optional[int] = ..., returnable_quantity: _Optional[int] = ..., units: _Optional[_Iterable[_Union[_return_pb2.UnitVerdict, _Mapping]]] = ..., seal_required: _Optional[bool] = ...) -> None: ...

class OfferedReason(_message.Message):
    __slots__ = ("code", "title", "evidence")
    CODE_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    EVIDENCE_FIELD_NUMBER: _ClassVar[int]
    code: str
    title: str
    evidence: _policy_pb2.Evidence.Kind
    def __init__(self, code: _Optional[str] = ..., title: _Optional[str] = ..., evidence: _Optional[_Union[_policy_pb2.Evidence.Kind, str]] = ...) -> None: ...

class EstimateReturnRequest(_message.Message):
    __slots__ = ("session_token", "items", "outcome", "ship_from")
    SESSION_TOKEN_FIELD_NUMBER: _ClassVar[int]
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    SHIP_FROM_FIELD_NUMBER: _ClassVar[int]
    session_token: str
    items: _containers.RepeatedCompositeFieldContainer[_return_pb2.ReturnItem]
    outcome: _return_pb2.Outcome.Kind
    ship_from: _address_pb2.Address
    def __init__(self, session_token: _Optional[str] = ..., items: _Optional[_Iterable[_Union[_return_pb2.ReturnItem, _Mapping]]] = ..., outcome: _Optional[_Union[_return_pb2.Outcome.Kind, str]] = ..., ship_from: _Optional[_Union[_address_pb2.Address, _Mapping]] = ...) -> None: ...

class Estimate(_message.Message):
    __slots__ = ("quote", "label_offer", "needs_approval")
    QUOTE_FIELD_NUMBER: _ClassVar[int]
    LABEL_OFFER_FIELD_NUMBER: _ClassVar[int]
    NEEDS_APPROVAL_FIELD_NUMBER: _ClassVar[int]
    quote: _return_pb2.Quote
    label_offer: _return_pb2.LabelOffer
    needs_approval: bool
    def __init__(self, quote: _Optional[_Union[_return_pb2.Quote, _Mapping]] = ..., label_offer: _Optional[_Union[_return_pb2.LabelOffer, _Mapping]] = ..., needs_approval: _Optional[bool] = ...) -> None: ...

class UploadEvidenceRequest(_message.Message):
    __slots__ = ("session_token", "data")
    SESSION_TOKEN_FIELD_NUMBER: _ClassVar[int]
    DATA_FIELD_NUMBER: _ClassVar[int]
    session_token: str
    data: bytes
    def __init__(self, session_token: _Optional[str] = ..., data: _Optional[bytes] = ...) -> None: ...

class PortalCreateReturnRequest(_message.Message):
    __slots__ = ("session_token", "items", "outcome", "ship_from", "quote_hash", "format", "paper", "request_id")
    SESSION_TOKEN_FIELD_NUMBER: _ClassVar[int]
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    SHIP_FROM_FIELD_NUMBER: _ClassVar[int]
    QUOTE_HASH_FIELD_NUMBER: _ClassVar[int]
    FORMAT_FIELD_NUMBER: _ClassVar[int]
    PAPER_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    session_token: str
    items: _containers.RepeatedCompositeFieldContainer[_return_pb2.ReturnItem]
    outcome: _return_pb2.Outcome.Kind
    ship_from: _address_pb2.Address
    quote_hash: str
    format: _return_pb2.LabelFormat.Kind
    paper: _return_pb2.LabelFormat.Paper
    request_id: str
    def __init__(self, session_token: _Optional[str] = ..., items: _Optional[_Iterable[_Union[_return_pb2.ReturnItem, _Mapping]]] = ..., outcome: _Optional[_Union[_return_pb2.Outcome.Kind, str]] = ..., ship_from: _Optional[_Union[_address_pb2.Address, _Mapping]] = ..., quote_hash: _Optional[str] = ..., format: _Optional[_Union[_return_pb2.LabelFormat.Kind, str]] = ..., paper: _Optional[_Union[_return_pb2.LabelFormat.Paper, str]] = ..., request_id: _Optional[str] = ...) -> None: ...

class PortalListReturnsRequest(_message.Message):
    __slots__ = ("session_token", "page_size", "page_token")
    SESSION_TOKEN_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    session_token: str
    page_size: int
    page_token: str
    def __init__(self, session_token: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class PortalListReturnsResponse(_message.Message):
    __slots__ = ("returns", "next_page_token")
    RETURNS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    returns: _containers.RepeatedCompositeFieldContainer[_return_pb2.Return]
    next_page_token: str
    def __init__(self, returns: _Optional[_Iterable[_Union[_return_pb2.Return, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class PortalGetReturnRequest(_message.Message):
    __slots__ = ("session_token", "return_id")
    SESSION_TOKEN_FIELD_NUMBER: _ClassVar[int]
    RETURN_ID_FIELD_NUMBER: _ClassVar[int]
    session_token: str
    return_id: str
    def __init__(self, session_token: _Optional[str] = ..., return_id: _Optional[str] = ...) -> None: ...

class PortalCancelReturnRequest(_message.Message):
    __slots__ = ("session_token", "return_id", "etag", "request_id")
    SESSION_TOKEN_FIELD_NUMBER: _ClassVar[int]
    RETURN_ID_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    session_token: str
    return_id: str
    etag: str
    request_id: str
    def __init__(self, session_token: _Optional[str] = ..., return_id: _Optional[str] = ..., etag: _Optional[str] = ..., request_id: _Optional[str] = ...) -> None: ...

class PortalGetLabelDocumentRequest(_message.Message):
    __slots__ = ("session_token", "parcel_id", "document")
    SESSION_TOKEN_FIELD_NUMBER: _ClassVar[int]
    PARCEL_ID_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    session_token: str
    parcel_id: str
    document: _document_pb2.LabelDocument.Kind
    def __init__(self, session_token: _Optional[str] = ..., parcel_id: _Optional[str] = ..., document: _Optional[_Union[_document_pb2.LabelDocument.Kind, str]] = ...) -> None: ...

class PortalWatchReturnRequest(_message.Message):
    __slots__ = ("session_token", "return_id")
    SESSION_TOKEN_FIELD_NUMBER: _ClassVar[int]
    RETURN_ID_FIELD_NUMBER: _ClassVar[int]
    session_token: str
    return_id: str
    def __init__(self, session_token: _Optional[str] = ..., return_id: _Optional[str] = ...) -> None: ...

class PortalCancelUnitsRequest(_message.Message):
    __slots__ = ("session_token", "return_id", "items", "etag", "request_id")
    SESSION_TOKEN_FIELD_NUMBER: _ClassVar[int]
    RETURN_ID_FIELD_NUMBER: _ClassVar[int]
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    session_token: str
    return_id: str
    items: _containers.RepeatedCompositeFieldContainer[CancelledItem]
    etag: str
    request_id: str
    def __init__(self, session_token: _Optional[str] = ..., return_id: _Optional[str] = ..., items: _Optional[_Iterable[_Union[CancelledItem, _Mapping]]] = ..., etag: _Optional[str] = ..., request_id: _Optional[str] = ...) -> None: ...

class CancelledItem(_message.Message):
    __slots__ = ("order_line_id", "quantity")
    ORDER_LINE_ID_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    order_line_id: str
    quantity: int
    def __init__(self, order_line_id: _Optional[str] = ..., quantity: _Optional[int] = ...) -> None: ...

class PortalAddTrackingRequest(_message.Message):
    __slots__ = ("session_token", "return_id", "tracking_number", "tracking_uri", "request_id", "parcel_id", "another_parcel")
    SESSION_TOKEN_FIELD_NUMBER: _ClassVar[int]
    RETURN_ID_FIELD_NUMBER: _ClassVar[int]
    TRACKING_NUMBER_FIELD_NUMBER: _ClassVar[int]
    TRACKING_URI_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    PARCEL_ID_FIELD_NUMBER: _ClassVar[int]
    ANOTHER_PARCEL_FIELD_NUMBER: _ClassVar[int]
    session_token: str
    return_id: str
    tracking_number: str
    tracking_uri: str
    request_id: str
    parcel_id: str
    another_parcel: bool
    def __init__(self, session_token: _Optional[str] = ..., return_id: _Optional[str] = ..., tracking_number: _Optional[str] = ..., tracking_uri: _Optional[str] = ..., request_id: _Optional[str] = ..., parcel_id: _Optional[str] = ..., another_parcel: _Optional[bool] = ...) -> None: ...

class StartWithdrawalRequest(_message.Message):
    __slots__ = ("session_token", "items", "outcome", "ship_from")
    SESSION_TOKEN_FIELD_NUMBER: _ClassVar[int]
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    SHIP_FROM_FIELD_NUMBER: _ClassVar[int]
    session_token: str
    items: _containers.RepeatedCompositeFieldContainer[_return_pb2.ReturnItem]
    outcome: _return_pb2.Outcome.Kind
    ship_from: _address_pb2.Address
    def __init__(self, session_token: _Optional[str] = ..., items: _Optional[_Iterable[_Union[_return_pb2.ReturnItem, _Mapping]]] = ..., outcome: _Optional[_Union[_return_pb2.Outcome.Kind, str]] = ..., ship_from: _Optional[_Union[_address_pb2.Address, _Mapping]] = ...) -> None: ...

class Withdrawal(_message.Message):
    __slots__ = ("statement", "items", "quote", "label_offer", "until_time", "last_day")
    STATEMENT_FIELD_NUMBER: _ClassVar[int]
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    QUOTE_FIELD_NUMBER: _ClassVar[int]
    LABEL_OFFER_FIELD_NUMBER: _ClassVar[int]
    UNTIL_TIME_FIELD_NUMBER: _ClassVar[int]
    LAST_DAY_FIELD_NUMBER: _ClassVar[int]
    statement: str
    items: _containers.RepeatedCompositeFieldContainer[_return_pb2.ReturnItem]
    quote: _return_pb2.Quote
    label_offer: _return_pb2.LabelOffer
    until_time: _timestamp_pb2.Timestamp
    last_day: _date_pb2.Date
    def __init__(self, statement: _Optional[str] = ..., items: _Optional[_Iterable[_Union[_return_pb2.ReturnItem, _Mapping]]] = ..., quote: _Optional[_Union[_return_pb2.Quote, _Mapping]] = ..., label_offer: _Optional[_Union[_return_pb2.LabelOffer, _Mapping]] = ..., until_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., last_day: _Optional[_Union[_date_pb2.Date, _Mapping]] = ...) -> None: ...

class ConfirmWithdrawalRequest(_message.Message):
    __slots__ = ("session_token", "items", "outcome", "ship_from", "quote_hash", "format", "paper", "request_id")
    SESSION_TOKEN_FIELD_NUMBER: _ClassVar[int]
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    SHIP_FROM_FIELD_NUMBER: _ClassVar[int]
    QUOTE_HASH_FIELD_NUMBER: _ClassVar[int]
    FORMAT_FIELD_NUMBER: _ClassVar[int]
    PAPER_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    session_token: str
    items: _containers.RepeatedCompositeFieldContainer[_return_pb2.ReturnItem]
    outcome: _return_pb2.Outcome.Kind
    ship_from: _address_pb2.Address
    quote_hash: str
    format: _return_pb2.LabelFormat.Kind
    paper: _return_pb2.LabelFormat.Paper
    request_id: str
    def __init__(self, session_token: _Optional[str] = ..., items: _Optional[_Iterable[_Union[_return_pb2.ReturnItem, _Mapping]]] = ..., outcome: _Optional[_Union[_return_pb2.Outcome.Kind, str]] = ..., ship_from: _Optional[_Union[_address_pb2.Address, _Mapping]] = ..., quote_hash: _Optional[str] = ..., format: _Optional[_Union[_return_pb2.LabelFormat.Kind, str]] = ..., paper: _Optional[_Union[_return_pb2.LabelFormat.Paper, str]] = ..., request_id: _Optional[str] = ...) -> None: ...

class PortalAddParcelRequest(_message.Message):
    __slots__ = ("session_token", "return_id", "etag", "request_id")
    SESSION_TOKEN_FIELD_NUMBER: _ClassVar[int]
    RETURN_ID_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    session_token: str
    return_id: str
    etag: str
    request_id: str
    def __init__(self, session_token: _Optional[str] = ..., return_id: _Optional[str] = ..., etag: _Optional[str] = ..., request_id: _Optional[str] = ...) -> None: ...

class ListDropOffPointsRequest(_message.Message):
    __slots__ = ("session_token", "parcel_id", "max_points")
    SESSION_TOKEN_FIELD_NUMBER: _ClassVar[int]
    PARCEL_ID_FIELD_NUMBER: _ClassVar[int]
    MAX_POINTS_FIELD_NUMBER: _ClassVar[int]
    session_token: str
    parcel_id: str
    max_points: int
    def __init__(self, session_token: _Optional[str] = ..., parcel_id: _Optional[str] = ..., max_points: _Optional[int] = ...) -> None: ...

class ListDropOffPointsResponse(_message.Message):
    __slots__ = ("points",)
    POINTS_FIELD_NUMBER: _ClassVar[int]
    points: _containers.RepeatedCompositeFieldContainer[DropOffPoint]
    def __init__(self, points: _Optional[_Iterable[_Union[DropOffPoint, _Mapping]]] = ...) -> None: ...

class DropOffPoint(_message.Message):
    __slots__ = ("id", "name", "address", "distance_meters", "opening_hours")
    ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    ADDRESS_FIELD_NUMBER: _ClassVar[int]
    DISTANCE_METERS_FIELD_NUMBER: _ClassVar[int]
    OPENING_HOURS_FIELD_NUMBER: _ClassVar[int]
    id: str
    name: str
    address: _address_pb2.Address
    distance_meters: int
    opening_hours: str
    def __init__(self, id: _Optional[str] = ..., name: _Optional[str] = ..., address: _Optional[_Union[_address_pb2.Address, _Mapping]] = ..., distance_meters: _Optional[int] = ..., opening_hours: _Optional[str] = ...) -> None: ...
