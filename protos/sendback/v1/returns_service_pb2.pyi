import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.api import field_behavior_pb2 as _field_behavior_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from sendback.v1 import address_pb2 as _address_pb2
from sendback.v1 import document_pb2 as _document_pb2
from sendback.v1 import image_pb2 as _image_pb2
from sendback.v1 import return_pb2 as _return_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class CreateReturnRequest(_message.Message):
    __slots__ = ("order_id", "items", "outcome", "ship_from", "override_note", "format", "paper", "request_id", "validate_only")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    SHIP_FROM_FIELD_NUMBER: _ClassVar[int]
    OVERRIDE_NOTE_FIELD_NUMBER: _ClassVar[int]
    FORMAT_FIELD_NUMBER: _ClassVar[int]
    PAPER_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    items: _containers.RepeatedCompositeFieldContainer[_return_pb2.ReturnItem]
    outcome: _return_pb2.Outcome.Kind
    ship_from: _address_pb2.Address
    override_note: str
    format: _return_pb2.LabelFormat.Kind
    paper: _return_pb2.LabelFormat.Paper
    request_id: str
    validate_only: bool
    def __init__(self, order_id: _Optional[str] = ..., items: _Optional[_Iterable[_Union[_return_pb2.ReturnItem, _Mapping]]] = ..., outcome: _Optional[_Union[_return_pb2.Outcome.Kind, str]] = ..., ship_from: _Optional[_Union[_address_pb2.Address, _Mapping]] = ..., override_note: _Optional[str] = ..., format: _Optional[_Union[_return_pb2.LabelFormat.Kind, str]] = ..., paper: _Optional[_Union[_return_pb2.LabelFormat.Paper, str]] = ..., request_id: _Optional[str] = ..., validate_only: _Optional[bool] = ...) -> None: ...

class GetReturnRequest(_message.Message):
    __slots__ = ("return_id",)
    RETURN_ID_FIELD_NUMBER: _ClassVar[int]
    return_id: str
    def __init__(self, return_id: _Optional[str] = ...) -> None: ...

class ListReturnsRequest(_message.Message):
    __slots__ = ("page_size", "page_token", "order_id", "decisions", "created_from_time", "created_before_time")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    DECISIONS_FIELD_NUMBER: _ClassVar[int]
    CREATED_FROM_TIME_FIELD_NUMBER: _ClassVar[int]
    CREATED_BEFORE_TIME_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    order_id: str
    decisions: _containers.RepeatedScalarFieldContainer[_return_pb2.Decision.State]
    created_from_time: _timestamp_pb2.Timestamp
    created_before_time: _timestamp_pb2.Timestamp
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., order_id: _Optional[str] = ..., decisions: _Optional[_Iterable[_Union[_return_pb2.Decision.State, str]]] = ..., created_from_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., created_before_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ListReturnsResponse(_message.Message):
    __slots__ = ("returns", "next_page_token")
    RETURNS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    returns: _containers.RepeatedCompositeFieldContainer[_return_pb2.Return]
    next_page_token: str
    def __init__(self, returns: _Optional[_Iterable[_Union[_return_pb2.Return, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class ApproveReturnRequest(_message.Message):
    __slots__ = ("return_id", "etag", "request_id")
    RETURN_ID_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    return_id: str
    etag: str
    request_id: str
    def __init__(self, return_id: _Optional[str] = ..., etag: _Optional[str] = ..., request_id: _Optional[str] = ...) -> None: ...

class DeclineReturnRequest(_message.Message):
    __slots__ = ("return_id", "note", "etag", "request_id")
    RETURN_ID_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    return_id: str
    note: str
    etag: str
    request_id: str
    def __init__(self, return_id: _Optional[str] = ..., note: _Optional[str] = ..., etag: _Optional[str] = ..., request_id: _Optional[str] = ...) -> None: ...

class CancelReturnRequest(_message.Message):
    __slots__ = ("return_id", "etag", "request_id")
    RETURN_ID_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    return_id: str
    etag: str
    request_id: str
    def __init__(self, return_id: _Optional[str] = ..., etag: _Optional[str] = ..., request_id: _Optional[str] = ...) -> None: ...

class ReceiveParcelRequest(_message.Message):
    __slots__ = ("return_id", "parcel_id", "etag", "request_id")
    RETURN_ID_FIELD_NUMBER: _ClassVar[int]
    PARCEL_ID_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    return_id: str
    parcel_id: str
    etag: str
    request_id: str
    def __init__(self, return_id: _Optional[str] = ..., parcel_id: _Optional[str] = ..., etag: _Optional[str] = ..., request_id: _Optional[str] = ...) -> None: ...

class InspectUnitsRequest(_message.Message):
    __slots__ = ("return_id", "findings", "etag", "request_id")
    RETURN_ID_FIELD_NUMBER: _ClassVar[int]
    FINDINGS_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    return_id: str
    findings: _containers.RepeatedCompositeFieldContainer[UnitFinding]
    etag: str
    request_id: str
    def __init__(self, return_id: _Optional[str] = ..., findings: _Optional[_Iterable[_Union[UnitFinding, _Mapping]]] = ..., etag: _Optional[str] = ..., request_id: _Optional[str] = ...) -> None: ...

class UnitFinding(_message.Message):
    __slots__ = ("order_line_id", "unit", "result", "grade", "disposition", "note")
    ORDER_LINE_ID_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    RESULT_FIELD_NUMBER: _ClassVar[int]
    GRADE_FIELD_NUMBER: _ClassVar[int]
    DISPOSITION_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    order_line_id: str
    unit: int
    result: _return_pb2.Inspection.State
    grade: _return_pb2.Grade.Level
    disposition: _return_pb2.Disposition.Kind
    note: str
    def __init__(self, order_line_id: _Optional[str] = ..., unit: _Optional[int] = ..., result: _Optional[_Union[_return_pb2.Inspection.State, str]] = ..., grade: _Optional[_Union[_return_pb2.Grade.Level, str]] = ..., disposition: _Optional[_Union[_return_pb2.Disposition.Kind, str]] = ..., note: _Optional[str] = ...) -> None: ...

class QuoteSettlementRequest(_message.Message):
    __slots__ = ("return_id",)
    RETURN_ID_FIELD_NUMBER: _ClassVar[int]
    return_id: str
    def __init__(self, return_id: _Optional[str] = ...) -> None: ...

class SettleReturnRequest(_message.Message):
    __slots__ = ("return_id", "quote_hash", "etag", "request_id")
    RETURN_ID_FIELD_NUMBER: _ClassVar[int]
    QUOTE_HASH_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    return_id: str
    quote_hash: str
    etag: str
    request_id: str
    def __init__(self, return_id: _Optional[str] = ..., quote_hash: _Optional[str] = ..., etag: _Optional[str] = ..., request_id: _Optional[str] = ...) -> None: ...

class ConfirmSettlementRequest(_message.Message):
    __slots__ = ("return_id", "settlement_id", "provider_reference", "etag", "request_id")
    RETURN_ID_FIELD_NUMBER: _ClassVar[int]
    SETTLEMENT_ID_FIELD_NUMBER: _ClassVar[int]
    PROVIDER_REFERENCE_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    return_id: str
    settlement_id: str
    provider_reference: str
    etag: str
    request_id: str
    def __init__(self, return_id: _Optional[str] = ..., settlement_id: _Optional[str] = ..., provider_reference: _Optional[str] = ..., etag: _Optional[str] = ..., request_id: _Optional[str] = ...) -> None: ...

class CloseReturnRequest(_message.Message):
    __slots__ = ("return_id", "etag", "request_id")
    RETURN_ID_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    return_id: str
    etag: str
    request_id: str
    def __init__(self, return_id: _Optional[str] = ..., etag: _Optional[str] = ..., request_id: _Optional[str] = ...) -> None: ...

class ExplainEligibilityRequest(_message.Message):
    __slots__ = ("order_id",)
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    def __init__(self, order_id: _Optional[str] = ...) -> None: ...

class ExplainEligibilityResponse(_message.Message):
    __slots__ = ("units",)
    UNITS_FIELD_NUMBER: _ClassVar[int]
    units: _containers.RepeatedCompositeFieldContainer[_return_pb2.UnitVerdict]
    def __init__(self, units: _Optional[_Iterable[_Union[_return_pb2.UnitVerdict, _Mapping]]] = ...) -> None: ...

class ListWorkItemsRequest(_message.Message):
    __slots__ = ("page_size", "page_token")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListWorkItemsResponse(_message.Message):
    __slots__ = ("work_items", "next_page_token")
    WORK_ITEMS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    work_items: _containers.RepeatedCompositeFieldContainer[_return_pb2.WorkItem]
    next_page_token: str
    def __init__(self, work_items: _Optional[_Iterable[_Union[_return_pb2.WorkItem, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class GetEvidenceRequest(_message.Message):
    __slots__ = ("return_id", "image_id", "size")
    RETURN_ID_FIELD_NUMBER: _ClassVar[int]
    IMAGE_ID_FIELD_NUMBER: _ClassVar[int]
    SIZE_FIELD_NUMBER: _ClassVar[int]
    return_id: str
    image_id: str
    size: _image_pb2.ImageSize.Kind
    def __init__(self, return_id: _Optional[str] = ..., image_id: _Optional[str] = ..., size: _Optional[_Union[_image_pb2.ImageSize.Kind, str]] = ...) -> None: ...
