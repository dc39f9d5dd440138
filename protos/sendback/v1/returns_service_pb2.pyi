import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.api import field_behavior_pb2 as _field_behavior_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.type import date_pb2 as _date_pb2
from google.type import money_pb2 as _money_pb2
from sendback.v1 import address_pb2 as _address_pb2
from sendback.v1 import document_pb2 as _document_pb2
from sendback.v1 import figures_pb2 as _figures_pb2
from sendback.v1 import image_pb2 as _image_pb2
from sendback.v1 import return_pb2 as _return_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class CreateReturnRequest(_message.Message):
    __slots__ = ("order_id", "items", "outcome", "ship_from", "override_note", "format", "paper", "request_id", "validate_only", "basis")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    SHIP_FROM_FIELD_NUMBER: _ClassVar[int]
    OVERRIDE_NOTE_FIELD_NUMBER: _ClassVar[int]
    FORMAT_FIELD_NUMBER: _ClassVar[int]
    PAPER_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    BASIS_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    items: _containers.RepeatedCompositeFieldContainer[_return_pb2.ReturnItem]
    outcome: _return_pb2.Outcome.Kind
    ship_from: _address_pb2.Address
    override_note: str
    format: _return_pb2.LabelFormat.Kind
    paper: _return_pb2.LabelFormat.Paper
    request_id: str
    validate_only: bool
    basis: _return_pb2.ReturnBasis.Kind
    def __init__(self, order_id: _Optional[str] = ..., items: _Optional[_Iterable[_Union[_return_pb2.ReturnItem, _Mapping]]] = ..., outcome: _Optional[_Union[_return_pb2.Outcome.Kind, str]] = ..., ship_from: _Optional[_Union[_address_pb2.Address, _Mapping]] = ..., override_note: _Optional[str] = ..., format: _Optional[_Union[_return_pb2.LabelFormat.Kind, str]] = ..., paper: _Optional[_Union[_return_pb2.LabelFormat.Paper, str]] = ..., request_id: _Optional[str] = ..., validate_only: _Optional[bool] = ..., basis: _Optional[_Union[_return_pb2.ReturnBasis.Kind, str]] = ...) -> None: ...

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

class AddParcelRequest(_message.Message):
    __slots__ = ("return_id", "etag", "request_id")
    RETURN_ID_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    return_id: str
    etag: str
    request_id: str
    def __init__(self, return_id: _Optional[str] = ..., etag: _Optional[str] = ..., request_id: _Optional[str] = ...) -> None: ...

class ReceiveParcelRequest(_message.Message):
    __slots__ = ("return_id", "parcel_id", "etag", "request_id", "another_parcel", "tracking_number")
    RETURN_ID_FIELD_NUMBER: _ClassVar[int]
    PARCEL_ID_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    ANOTHER_PARCEL_FIELD_NUMBER: _ClassVar[int]
    TRACKING_NUMBER_FIELD_NUMBER: _ClassVar[int]
    return_id: str
    parcel_id: str
    etag: str
    request_id: str
    another_parcel: bool
    tracking_number: str
    def __init__(self, return_id: _Optional[str] = ..., parcel_id: _Optional[str] = ..., etag: _Optional[str] = ..., request_id: _Optional[str] = ..., another_parcel: _Optional[bool] = ..., tracking_number: _Optional[str] = ...) -> None: ...

class InspectUnitsRequest(_message.Message):
    __slots__ = ("return_id", "findings", "etag", "request_id", "extra_goods")
    RETURN_ID_FIELD_NUMBER: _ClassVar[int]
    FINDINGS_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    EXTRA_GOODS_FIELD_NUMBER: _ClassVar[int]
    return_id: str
    findings: _containers.RepeatedCompositeFieldContainer[UnitFinding]
    etag: str
    request_id: str
    extra_goods: _containers.RepeatedCompositeFieldContainer[ExtraGoods]
    def __init__(self, return_id: _Optional[str] = ..., findings: _Optional[_Iterable[_Union[UnitFinding, _Mapping]]] = ..., etag: _Optional[str] = ..., request_id: _Optional[str] = ..., extra_goods: _Optional[_Iterable[_Union[ExtraGoods, _Mapping]]] = ...) -> None: ...

class UnitFinding(_message.Message):
    __slots__ = ("order_line_id", "unit", "result", "grade", "disposition", "note", "image_ids")
    ORDER_LINE_ID_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    RESULT_FIELD_NUMBER: _ClassVar[int]
    GRADE_FIELD_NUMBER: _ClassVar[int]
    DISPOSITION_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    IMAGE_IDS_FIELD_NUMBER: _ClassVar[int]
    order_line_id: str
    unit: int
    result: _return_pb2.Inspection.State
    grade: _return_pb2.Grade.Level
    disposition: _return_pb2.Disposition.Kind
    note: str
    image_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, order_line_id: _Optional[str] = ..., unit: _Optional[int] = ..., result: _Optional[_Union[_return_pb2.Inspection.State, str]] = ..., grade: _Optional[_Union[_return_pb2.Grade.Level, str]] = ..., disposition: _Optional[_Union[_return_pb2.Disposition.Kind, str]] = ..., note: _Optional[str] = ..., image_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class ExtraGoods(_message.Message):
    __slots__ = ("kind", "title", "quantity", "disposition", "note")
    KIND_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    DISPOSITION_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    kind: _return_pb2.UnitKind.Kind
    title: str
    quantity: int
    disposition: _return_pb2.Disposition.Kind
    note: str
    def __init__(self, kind: _Optional[_Union[_return_pb2.UnitKind.Kind, str]] = ..., title: _Optional[str] = ..., quantity: _Optional[int] = ..., disposition: _Optional[_Union[_return_pb2.Disposition.Kind, str]] = ..., note: _Optional[str] = ...) -> None: ...

class QuoteSettlementRequest(_message.Message):
    __slots__ = ("return_id",)
    RETURN_ID_FIELD_NUMBER: _ClassVar[int]
    return_id: str
    def __init__(self, return_id: _Optional[str] = ...) -> None: ...

class SettleReturnRequest(_message.Message):
    __slots__ = ("return_id", "quote_hash", "etag", "request_id", "amount", "waive", "note")
    RETURN_ID_FIELD_NUMBER: _ClassVar[int]
    QUOTE_HASH_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    WAIVE_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    return_id: str
    quote_hash: str
    etag: str
    request_id: str
    amount: _money_pb2.Money
    waive: bool
    note: str
    def __init__(self, return_id: _Optional[str] = ..., quote_hash: _Optional[str] = ..., etag: _Optional[str] = ..., request_id: _Optional[str] = ..., amount: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., waive: _Optional[bool] = ..., note: _Optional[str] = ...) -> None: ...

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

class FindReturnsRequest(_message.Message):
    __slots__ = ("text",)
    TEXT_FIELD_NUMBER: _ClassVar[int]
    text: str
    def __init__(self, text: _Optional[str] = ...) -> None: ...

class FindReturnsResponse(_message.Message):
    __slots__ = ("returns", "misread")
    RETURNS_FIELD_NUMBER: _ClassVar[int]
    MISREAD_FIELD_NUMBER: _ClassVar[int]
    returns: _containers.RepeatedCompositeFieldContainer[_return_pb2.Return]
    misread: bool
    def __init__(self, returns: _Optional[_Iterable[_Union[_return_pb2.Return, _Mapping]]] = ..., misread: _Optional[bool] = ...) -> None: ...

class UnitRef(_message.Message):
    __slots__ = ("order_line_id", "unit")
    ORDER_LINE_ID_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    order_line_id: str
    unit: int
    def __init__(self, order_line_id: _Optional[str] = ..., unit: _Optional[int] = ...) -> None: ...

class CancelUnitsRequest(_message.Message):
    __slots__ = ("return_id", "units", "etag", "request_id")
    RETURN_ID_FIELD_NUMBER: _ClassVar[int]
    UNITS_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    return_id: str
    units: _containers.RepeatedCompositeFieldContainer[UnitRef]
    etag: str
    request_id: str
    def __init__(self, return_id: _Optional[str] = ..., units: _Optional[_Iterable[_Union[UnitRef, _Mapping]]] = ..., etag: _Optional[str] = ..., request_id: _Optional[str] = ...) -> None: ...

class ReleaseUnitsRequest(_message.Message):
    __slots__ = ("return_id", "units", "note", "etag", "request_id")
    RETURN_ID_FIELD_NUMBER: _ClassVar[int]
    UNITS_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    return_id: str
    units: _containers.RepeatedCompositeFieldContainer[UnitRef]
    note: str
    etag: str
    request_id: str
    def __init__(self, return_id: _Optional[str] = ..., units: _Optional[_Iterable[_Union[UnitRef, _Mapping]]] = ..., note: _Optional[str] = ..., etag: _Optional[str] = ..., request_id: _Optional[str] = ...) -> None: ...

class UploadPhotoRequest(_message.Message):
    __slots__ = ("return_id", "data")
    RETURN_ID_FIELD_NUMBER: _ClassVar[int]
    DATA_FIELD_NUMBER: _ClassVar[int]
    return_id: str
    data: bytes
    def __init__(self, return_id: _Optional[str] = ..., data: _Optional[bytes] = ...) -> None: ...

class Arrival(_message.Message):
    __slots__ = ("id", "tracking_number", "note", "goods", "return_id", "create_time")
    ID_FIELD_NUMBER: _ClassVar[int]
    TRACKING_NUMBER_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    GOODS_FIELD_NUMBER: _ClassVar[int]
    RETURN_ID_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    id: str
    tracking_number: str
    note: str
    goods: _containers.RepeatedCompositeFieldContainer[ExtraGoods]
    return_id: str
    create_time: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., tracking_number: _Optional[str] = ..., note: _Optional[str] = ..., goods: _Optional[_Iterable[_Union[ExtraGoods, _Mapping]]] = ..., return_id: _Optional[str] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class RecordArrivalRequest(_message.Message):
    __slots__ = ("arrival", "request_id")
    ARRIVAL_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    arrival: Arrival
    request_id: str
    def __init__(self, arrival: _Optional[_Union[Arrival, _Mapping]] = ..., request_id: _Optional[str] = ...) -> None: ...

class AssignArrivalRequest(_message.Message):
    __slots__ = ("arrival_id", "return_id", "request_id")
    ARRIVAL_ID_FIELD_NUMBER: _ClassVar[int]
    RETURN_ID_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    arrival_id: str
    return_id: str
    request_id: str
    def __init__(self, arrival_id: _Optional[str] = ..., return_id: _Optional[str] = ..., request_id: _Optional[str] = ...) -> None: ...

class ListArrivalsRequest(_message.Message):
    __slots__ = ("page_size", "page_token")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListArrivalsResponse(_message.Message):
    __slots__ = ("arrivals", "next_page_token")
    ARRIVALS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    arrivals: _containers.RepeatedCompositeFieldContainer[Arrival]
    next_page_token: str
    def __init__(self, arrivals: _Optional[_Iterable[_Union[Arrival, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class ReverseSettlementRequest(_message.Message):
    __slots__ = ("return_id", "settlement_id", "note", "etag", "request_id")
    RETURN_ID_FIELD_NUMBER: _ClassVar[int]
    SETTLEMENT_ID_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    return_id: str
    settlement_id: str
    note: str
    etag: str
    request_id: str
    def __init__(self, return_id: _Optional[str] = ..., settlement_id: _Optional[str] = ..., note: _Optional[str] = ..., etag: _Optional[str] = ..., request_id: _Optional[str] = ...) -> None: ...

class ExportWithdrawalEvidenceRequest(_message.Message):
    __slots__ = ("return_id",)
    RETURN_ID_FIELD_NUMBER: _ClassVar[int]
    return_id: str
    def __init__(self, return_id: _Optional[str] = ...) -> None: ...

class CompleteWorkItemRequest(_message.Message):
    __slots__ = ("work_item_id", "request_id")
    WORK_ITEM_ID_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    work_item_id: str
    request_id: str
    def __init__(self, work_item_id: _Optional[str] = ..., request_id: _Optional[str] = ...) -> None: ...

class GetFiguresRequest(_message.Message):
    __slots__ = ("first_date", "last_date")
    FIRST_DATE_FIELD_NUMBER: _ClassVar[int]
    LAST_DATE_FIELD_NUMBER: _ClassVar[int]
    first_date: _date_pb2.Date
    last_date: _date_pb2.Date
    def __init__(self, first_date: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., last_date: _Optional[_Union[_date_pb2.Date, _Mapping]] = ...) -> None: ...

class ExportReturnsRequest(_message.Message):
    __slots__ = ("rows", "decisions", "created_from_time", "created_before_time")
    ROWS_FIELD_NUMBER: _ClassVar[int]
    DECISIONS_FIELD_NUMBER: _ClassVar[int]
    CREATED_FROM_TIME_FIELD_NUMBER: _ClassVar[int]
    CREATED_BEFORE_TIME_FIELD_NUMBER: _ClassVar[int]
    rows: _figures_pb2.ReturnsExport.Rows
    decisions: _containers.RepeatedScalarFieldContainer[_return_pb2.Decision.State]
    created_from_time: _timestamp_pb2.Timestamp
    created_before_time: _timestamp_pb2.Timestamp
    def __init__(self, rows: _Optional[_Union[_figures_pb2.ReturnsExport.Rows, str]] = ..., decisions: _Optional[_Iterable[_Union[_return_pb2.Decision.State, str]]] = ..., created_from_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., created_before_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...
