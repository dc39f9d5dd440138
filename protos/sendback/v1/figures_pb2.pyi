import datetime

from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.type import money_pb2 as _money_pb2
from sendback.v1 import return_pb2 as _return_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Figures(_message.Message):
    __slots__ = ("time_zone", "from_time", "before_time", "total", "by_reason", "by_product", "other_products", "by_region", "state_times")
    TIME_ZONE_FIELD_NUMBER: _ClassVar[int]
    FROM_TIME_FIELD_NUMBER: _ClassVar[int]
    BEFORE_TIME_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    BY_REASON_FIELD_NUMBER: _ClassVar[int]
    BY_PRODUCT_FIELD_NUMBER: _ClassVar[int]
    OTHER_PRODUCTS_FIELD_NUMBER: _ClassVar[int]
    BY_REGION_FIELD_NUMBER: _ClassVar[int]
    STATE_TIMES_FIELD_NUMBER: _ClassVar[int]
    time_zone: str
    from_time: _timestamp_pb2.Timestamp
    before_time: _timestamp_pb2.Timestamp
    total: Tally
    by_reason: _containers.RepeatedCompositeFieldContainer[Tally]
    by_product: _containers.RepeatedCompositeFieldContainer[Tally]
    other_products: Tally
    by_region: _containers.RepeatedCompositeFieldContainer[Tally]
    state_times: _containers.RepeatedCompositeFieldContainer[StateTime]
    def __init__(self, time_zone: _Optional[str] = ..., from_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., before_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., total: _Optional[_Union[Tally, _Mapping]] = ..., by_reason: _Optional[_Iterable[_Union[Tally, _Mapping]]] = ..., by_product: _Optional[_Iterable[_Union[Tally, _Mapping]]] = ..., other_products: _Optional[_Union[Tally, _Mapping]] = ..., by_region: _Optional[_Iterable[_Union[Tally, _Mapping]]] = ..., state_times: _Optional[_Iterable[_Union[StateTime, _Mapping]]] = ...) -> None: ...

class Tally(_message.Message):
    __slots__ = ("key", "title", "return_count", "unit_count", "refunded", "credited", "label_costs", "label_count", "priced_label_count")
    KEY_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    RETURN_COUNT_FIELD_NUMBER: _ClassVar[int]
    UNIT_COUNT_FIELD_NUMBER: _ClassVar[int]
    REFUNDED_FIELD_NUMBER: _ClassVar[int]
    CREDITED_FIELD_NUMBER: _ClassVar[int]
    LABEL_COSTS_FIELD_NUMBER: _ClassVar[int]
    LABEL_COUNT_FIELD_NUMBER: _ClassVar[int]
    PRICED_LABEL_COUNT_FIELD_NUMBER: _ClassVar[int]
    key: str
    title: str
    return_count: int
    unit_count: int
    refunded: _containers.RepeatedCompositeFieldContainer[_money_pb2.Money]
    credited: _containers.RepeatedCompositeFieldContainer[_money_pb2.Money]
    label_costs: _containers.RepeatedCompositeFieldContainer[_money_pb2.Money]
    label_count: int
    priced_label_count: int
    def __init__(self, key: _Optional[str] = ..., title: _Optional[str] = ..., return_count: _Optional[int] = ..., unit_count: _Optional[int] = ..., refunded: _Optional[_Iterable[_Union[_money_pb2.Money, _Mapping]]] = ..., credited: _Optional[_Iterable[_Union[_money_pb2.Money, _Mapping]]] = ..., label_costs: _Optional[_Iterable[_Union[_money_pb2.Money, _Mapping]]] = ..., label_count: _Optional[int] = ..., priced_label_count: _Optional[int] = ...) -> None: ...

class StateTime(_message.Message):
    __slots__ = ("shipment", "resolution", "return_count", "present_count", "median", "ninetieth_percentile")
    SHIPMENT_FIELD_NUMBER: _ClassVar[int]
    RESOLUTION_FIELD_NUMBER: _ClassVar[int]
    RETURN_COUNT_FIELD_NUMBER: _ClassVar[int]
    PRESENT_COUNT_FIELD_NUMBER: _ClassVar[int]
    MEDIAN_FIELD_NUMBER: _ClassVar[int]
    NINETIETH_PERCENTILE_FIELD_NUMBER: _ClassVar[int]
    shipment: _return_pb2.Shipment.State
    resolution: _return_pb2.Resolution.State
    return_count: int
    present_count: int
    median: _duration_pb2.Duration
    ninetieth_percentile: _duration_pb2.Duration
    def __init__(self, shipment: _Optional[_Union[_return_pb2.Shipment.State, str]] = ..., resolution: _Optional[_Union[_return_pb2.Resolution.State, str]] = ..., return_count: _Optional[int] = ..., present_count: _Optional[int] = ..., median: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., ninetieth_percentile: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class ReturnsExport(_message.Message):
    __slots__ = ()
    class Rows(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        ROWS_UNSPECIFIED: _ClassVar[ReturnsExport.Rows]
        RETURNS: _ClassVar[ReturnsExport.Rows]
        UNITS: _ClassVar[ReturnsExport.Rows]
        MOVEMENTS: _ClassVar[ReturnsExport.Rows]
    ROWS_UNSPECIFIED: ReturnsExport.Rows
    RETURNS: ReturnsExport.Rows
    UNITS: ReturnsExport.Rows
    MOVEMENTS: ReturnsExport.Rows
    def __init__(self) -> None: ...
