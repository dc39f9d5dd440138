import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.api import field_behavior_pb2 as _field_behavior_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from sendback.v1 import address_pb2 as _address_pb2
from sendback.v1 import return_pb2 as _return_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ListPluginsRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListPluginsResponse(_message.Message):
    __slots__ = ("plugins",)
    PLUGINS_FIELD_NUMBER: _ClassVar[int]
    plugins: _containers.RepeatedCompositeFieldContainer[LoadedPlugin]
    def __init__(self, plugins: _Optional[_Iterable[_Union[LoadedPlugin, _Mapping]]] = ...) -> None: ...

class LoadedPlugin(_message.Message):
    __slots__ = ("name", "version", "hooks", "accounts", "failure")
    NAME_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    HOOKS_FIELD_NUMBER: _ClassVar[int]
    ACCOUNTS_FIELD_NUMBER: _ClassVar[int]
    FAILURE_FIELD_NUMBER: _ClassVar[int]
    name: str
    version: str
    hooks: _containers.RepeatedScalarFieldContainer[str]
    accounts: _containers.RepeatedScalarFieldContainer[str]
    failure: str
    def __init__(self, name: _Optional[str] = ..., version: _Optional[str] = ..., hooks: _Optional[_Iterable[str]] = ..., accounts: _Optional[_Iterable[str]] = ..., failure: _Optional[str] = ...) -> None: ...

class ListAccountsRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListAccountsResponse(_message.Message):
    __slots__ = ("accounts",)
    ACCOUNTS_FIELD_NUMBER: _ClassVar[int]
    accounts: _containers.RepeatedCompositeFieldContainer[Account]
    def __init__(self, accounts: _Optional[_Iterable[_Union[Account, _Mapping]]] = ...) -> None: ...

class Account(_message.Message):
    __slots__ = ("name", "plugin", "kind", "roles", "region_codes", "formats", "failure", "failures", "resting", "synchronisation")
    NAME_FIELD_NUMBER: _ClassVar[int]
    PLUGIN_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    ROLES_FIELD_NUMBER: _ClassVar[int]
    REGION_CODES_FIELD_NUMBER: _ClassVar[int]
    FORMATS_FIELD_NUMBER: _ClassVar[int]
    FAILURE_FIELD_NUMBER: _ClassVar[int]
    FAILURES_FIELD_NUMBER: _ClassVar[int]
    RESTING_FIELD_NUMBER: _ClassVar[int]
    SYNCHRONISATION_FIELD_NUMBER: _ClassVar[int]
    name: str
    plugin: str
    kind: str
    roles: _containers.RepeatedScalarFieldContainer[str]
    region_codes: _containers.RepeatedScalarFieldContainer[str]
    formats: _containers.RepeatedScalarFieldContainer[_return_pb2.LabelFormat.Kind]
    failure: str
    failures: int
    resting: str
    synchronisation: OrderSynchronisation
    def __init__(self, name: _Optional[str] = ..., plugin: _Optional[str] = ..., kind: _Optional[str] = ..., roles: _Optional[_Iterable[str]] = ..., region_codes: _Optional[_Iterable[str]] = ..., formats: _Optional[_Iterable[_Union[_return_pb2.LabelFormat.Kind, str]]] = ..., failure: _Optional[str] = ..., failures: _Optional[int] = ..., resting: _Optional[str] = ..., synchronisation: _Optional[_Union[OrderSynchronisation, _Mapping]] = ...) -> None: ...

class OrderSynchronisation(_message.Message):
    __slots__ = ("merchant_id", "lag_seconds", "through_time", "sync_time", "orders", "failures", "failure")
    MERCHANT_ID_FIELD_NUMBER: _ClassVar[int]
    LAG_SECONDS_FIELD_NUMBER: _ClassVar[int]
    THROUGH_TIME_FIELD_NUMBER: _ClassVar[int]
    SYNC_TIME_FIELD_NUMBER: _ClassVar[int]
    ORDERS_FIELD_NUMBER: _ClassVar[int]
    FAILURES_FIELD_NUMBER: _ClassVar[int]
    FAILURE_FIELD_NUMBER: _ClassVar[int]
    merchant_id: str
    lag_seconds: int
    through_time: _timestamp_pb2.Timestamp
    sync_time: _timestamp_pb2.Timestamp
    orders: int
    failures: int
    failure: str
    def __init__(self, merchant_id: _Optional[str] = ..., lag_seconds: _Optional[int] = ..., through_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., sync_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., orders: _Optional[int] = ..., failures: _Optional[int] = ..., failure: _Optional[str] = ...) -> None: ...

class RouteShare(_message.Message):
    __slots__ = ("account", "weight")
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    WEIGHT_FIELD_NUMBER: _ClassVar[int]
    account: str
    weight: int
    def __init__(self, account: _Optional[str] = ..., weight: _Optional[int] = ...) -> None: ...

class RoutePlace(_message.Message):
    __slots__ = ("shares",)
    SHARES_FIELD_NUMBER: _ClassVar[int]
    shares: _containers.RepeatedCompositeFieldContainer[RouteShare]
    def __init__(self, shares: _Optional[_Iterable[_Union[RouteShare, _Mapping]]] = ...) -> None: ...

class Route(_message.Message):
    __slots__ = ("places", "region_codes", "merchant_ids", "formats", "min_weight_grams", "max_weight_grams")
    PLACES_FIELD_NUMBER: _ClassVar[int]
    REGION_CODES_FIELD_NUMBER: _ClassVar[int]
    MERCHANT_IDS_FIELD_NUMBER: _ClassVar[int]
    FORMATS_FIELD_NUMBER: _ClassVar[int]
    MIN_WEIGHT_GRAMS_FIELD_NUMBER: _ClassVar[int]
    MAX_WEIGHT_GRAMS_FIELD_NUMBER: _ClassVar[int]
    places: _containers.RepeatedCompositeFieldContainer[RoutePlace]
    region_codes: _containers.RepeatedScalarFieldContainer[str]
    merchant_ids: _containers.RepeatedScalarFieldContainer[str]
    formats: _containers.RepeatedScalarFieldContainer[_return_pb2.LabelFormat.Kind]
    min_weight_grams: int
    max_weight_grams: int
    def __init__(self, places: _Optional[_Iterable[_Union[RoutePlace, _Mapping]]] = ..., region_codes: _Optional[_Iterable[str]] = ..., merchant_ids: _Optional[_Iterable[str]] = ..., formats: _Optional[_Iterable[_Union[_return_pb2.LabelFormat.Kind, str]]] = ..., min_weight_grams: _Optional[int] = ..., max_weight_grams: _Optional[int] = ...) -> None: ...

class Routing(_message.Message):
    __slots__ = ("merchant_id", "version", "routes", "note", "actor", "cause", "create_time", "etag", "warnings")
    MERCHANT_ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    ROUTES_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    ACTOR_FIELD_NUMBER: _ClassVar[int]
    CAUSE_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    WARNINGS_FIELD_NUMBER: _ClassVar[int]
    merchant_id: str
    version: int
    routes: _containers.RepeatedCompositeFieldContainer[Route]
    note: str
    actor: str
    cause: str
    create_time: _timestamp_pb2.Timestamp
    etag: str
    warnings: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, merchant_id: _Optional[str] = ..., version: _Optional[int] = ..., routes: _Optional[_Iterable[_Union[Route, _Mapping]]] = ..., note: _Optional[str] = ..., actor: _Optional[str] = ..., cause: _Optional[str] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., etag: _Optional[str] = ..., warnings: _Optional[_Iterable[str]] = ...) -> None: ...

class GetRoutingRequest(_message.Message):
    __slots__ = ("merchant_id", "version")
    MERCHANT_ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    merchant_id: str
    version: int
    def __init__(self, merchant_id: _Optional[str] = ..., version: _Optional[int] = ...) -> None: ...

class ListRoutingsRequest(_message.Message):
    __slots__ = ("merchant_id", "page_size", "page_token")
    MERCHANT_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    merchant_id: str
    page_size: int
    page_token: str
    def __init__(self, merchant_id: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListRoutingsResponse(_message.Message):
    __slots__ = ("routings", "next_page_token")
    ROUTINGS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    routings: _containers.RepeatedCompositeFieldContainer[Routing]
    next_page_token: str
    def __init__(self, routings: _Optional[_Iterable[_Union[Routing, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class UpdateRoutingRequest(_message.Message):
    __slots__ = ("merchant_id", "routes", "restore_version", "note", "etag", "validate_only", "request_id")
    MERCHANT_ID_FIELD_NUMBER: _ClassVar[int]
    ROUTES_FIELD_NUMBER: _ClassVar[int]
    RESTORE_VERSION_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    merchant_id: str
    routes: _containers.RepeatedCompositeFieldContainer[Route]
    restore_version: int
    note: str
    etag: str
    validate_only: bool
    request_id: str
    def __init__(self, merchant_id: _Optional[str] = ..., routes: _Optional[_Iterable[_Union[Route, _Mapping]]] = ..., restore_version: _Optional[int] = ..., note: _Optional[str] = ..., etag: _Optional[str] = ..., validate_only: _Optional[bool] = ..., request_id: _Optional[str] = ...) -> None: ...

class SimulateRoutingRequest(_message.Message):
    __slots__ = ("merchant_id", "ship_from", "weight_grams", "format", "parcel_id", "routes")
    MERCHANT_ID_FIELD_NUMBER: _ClassVar[int]
    SHIP_FROM_FIELD_NUMBER: _ClassVar[int]
    WEIGHT_GRAMS_FIELD_NUMBER: _ClassVar[int]
    FORMAT_FIELD_NUMBER: _ClassVar[int]
    PARCEL_ID_FIELD_NUMBER: _ClassVar[int]
    ROUTES_FIELD_NUMBER: _ClassVar[int]
    merchant_id: str
    ship_from: _address_pb2.Address
    weight_grams: int
    format: _return_pb2.LabelFormat.Kind
    parcel_id: str
    routes: _containers.RepeatedCompositeFieldContainer[Route]
    def __init__(self, merchant_id: _Optional[str] = ..., ship_from: _Optional[_Union[_address_pb2.Address, _Mapping]] = ..., weight_grams: _Optional[int] = ..., format: _Optional[_Union[_return_pb2.LabelFormat.Kind, str]] = ..., parcel_id: _Optional[str] = ..., routes: _Optional[_Iterable[_Union[Route, _Mapping]]] = ...) -> None: ...

class SimulateRoutingResponse(_message.Message):
    __slots__ = ("candidates", "region_code")
    CANDIDATES_FIELD_NUMBER: _ClassVar[int]
    REGION_CODE_FIELD_NUMBER: _ClassVar[int]
    candidates: _containers.RepeatedCompositeFieldContainer[RoutingCandidate]
    region_code: str
    def __init__(self, candidates: _Optional[_Iterable[_Union[RoutingCandidate, _Mapping]]] = ..., region_code: _Optional[str] = ...) -> None: ...

class RoutingCandidate(_message.Message):
    __slots__ = ("account", "refusal")
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    REFUSAL_FIELD_NUMBER: _ClassVar[int]
    account: str
    refusal: str
    def __init__(self, account: _Optional[str] = ..., refusal: _Optional[str] = ...) -> None: ...

class TestAccountRequest(_message.Message):
    __slots__ = ("merchant_id", "account", "ship_from", "ship_to", "weight_grams", "format", "paper")
    MERCHANT_ID_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    SHIP_FROM_FIELD_NUMBER: _ClassVar[int]
    SHIP_TO_FIELD_NUMBER: _ClassVar[int]
    WEIGHT_GRAMS_FIELD_NUMBER: _ClassVar[int]
    FORMAT_FIELD_NUMBER: _ClassVar[int]
    PAPER_FIELD_NUMBER: _ClassVar[int]
    merchant_id: str
    account: str
    ship_from: _address_pb2.Address
    ship_to: _address_pb2.Address
    weight_grams: int
    format: _return_pb2.LabelFormat.Kind
    paper: _return_pb2.LabelFormat.Paper
    def __init__(self, merchant_id: _Optional[str] = ..., account: _Optional[str] = ..., ship_from: _Optional[_Union[_address_pb2.Address, _Mapping]] = ..., ship_to: _Optional[_Union[_address_pb2.Address, _Mapping]] = ..., weight_grams: _Optional[int] = ..., format: _Optional[_Union[_return_pb2.LabelFormat.Kind, str]] = ..., paper: _Optional[_Union[_return_pb2.LabelFormat.Paper, str]] = ...) -> None: ...

class TestAccountResponse(_message.Message):
    __slots__ = ("steps", "passed", "tracking_number", "document", "media_type")
    STEPS_FIELD_NUMBER: _ClassVar[int]
    PASSED_FIELD_NUMBER: _ClassVar[int]
    TRACKING_NUMBER_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    MEDIA_TYPE_FIELD_NUMBER: _ClassVar[int]
    steps: _containers.RepeatedCompositeFieldContainer[TestedStep]
    passed: bool
    tracking_number: str
    document: bytes
    media_type: str
    def __init__(self, steps: _Optional[_Iterable[_Union[TestedStep, _Mapping]]] = ..., passed: _Optional[bool] = ..., tracking_number: _Optional[str] = ..., document: _Optional[bytes] = ..., media_type: _Optional[str] = ...) -> None: ...

class TestedStep(_message.Message):
    __slots__ = ("name", "outcome", "note", "duration_ms")
    NAME_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    DURATION_MS_FIELD_NUMBER: _ClassVar[int]
    name: str
    outcome: str
    note: str
    duration_ms: int
    def __init__(self, name: _Optional[str] = ..., outcome: _Optional[str] = ..., note: _Optional[str] = ..., duration_ms: _Optional[int] = ...) -> None: ...
