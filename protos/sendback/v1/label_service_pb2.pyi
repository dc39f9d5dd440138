import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.api import field_behavior_pb2 as _field_behavior_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from sendback.v1 import address_pb2 as _address_pb2
from sendback.v1 import document_pb2 as _document_pb2
from sendback.v1 import return_pb2 as _return_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class CreateLabelRequest(_message.Message):
    __slots__ = ("sender", "reference", "weight_grams", "format", "paper", "request_id")
    SENDER_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_FIELD_NUMBER: _ClassVar[int]
    WEIGHT_GRAMS_FIELD_NUMBER: _ClassVar[int]
    FORMAT_FIELD_NUMBER: _ClassVar[int]
    PAPER_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    sender: _address_pb2.Address
    reference: str
    weight_grams: int
    format: _return_pb2.LabelFormat.Kind
    paper: _return_pb2.LabelFormat.Paper
    request_id: str
    def __init__(self, sender: _Optional[_Union[_address_pb2.Address, _Mapping]] = ..., reference: _Optional[str] = ..., weight_grams: _Optional[int] = ..., format: _Optional[_Union[_return_pb2.LabelFormat.Kind, str]] = ..., paper: _Optional[_Union[_return_pb2.LabelFormat.Paper, str]] = ..., request_id: _Optional[str] = ...) -> None: ...

class GetLabelRequest(_message.Message):
    __slots__ = ("parcel_id",)
    PARCEL_ID_FIELD_NUMBER: _ClassVar[int]
    parcel_id: str
    def __init__(self, parcel_id: _Optional[str] = ...) -> None: ...

class GetLabelDocumentRequest(_message.Message):
    __slots__ = ("parcel_id", "document")
    PARCEL_ID_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    parcel_id: str
    document: _document_pb2.LabelDocument.Kind
    def __init__(self, parcel_id: _Optional[str] = ..., document: _Optional[_Union[_document_pb2.LabelDocument.Kind, str]] = ...) -> None: ...

class VoidLabelRequest(_message.Message):
    __slots__ = ("parcel_id", "request_id")
    PARCEL_ID_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    parcel_id: str
    request_id: str
    def __init__(self, parcel_id: _Optional[str] = ..., request_id: _Optional[str] = ...) -> None: ...

class ReportTrackingRequest(_message.Message):
    __slots__ = ("parcel_id", "transit", "occur_time", "request_id")
    PARCEL_ID_FIELD_NUMBER: _ClassVar[int]
    TRANSIT_FIELD_NUMBER: _ClassVar[int]
    OCCUR_TIME_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    parcel_id: str
    transit: _return_pb2.Transit.State
    occur_time: _timestamp_pb2.Timestamp
    request_id: str
    def __init__(self, parcel_id: _Optional[str] = ..., transit: _Optional[_Union[_return_pb2.Transit.State, str]] = ..., occur_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., request_id: _Optional[str] = ...) -> None: ...
