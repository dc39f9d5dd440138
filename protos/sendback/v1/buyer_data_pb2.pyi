import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class BuyerErasure(_message.Message):
    __slots__ = ("id", "state", "counts", "open_matters", "accounts", "create_time", "erase_time")
    class State(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        STATE_UNSPECIFIED: _ClassVar[BuyerErasure.State]
        DEFERRED: _ClassVar[BuyerErasure.State]
        FORGETTING: _ClassVar[BuyerErasure.State]
        DONE: _ClassVar[BuyerErasure.State]
    STATE_UNSPECIFIED: BuyerErasure.State
    DEFERRED: BuyerErasure.State
    FORGETTING: BuyerErasure.State
    DONE: BuyerErasure.State
    ID_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    COUNTS_FIELD_NUMBER: _ClassVar[int]
    OPEN_MATTERS_FIELD_NUMBER: _ClassVar[int]
    ACCOUNTS_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    ERASE_TIME_FIELD_NUMBER: _ClassVar[int]
    id: str
    state: BuyerErasure.State
    counts: ErasureCounts
    open_matters: _containers.RepeatedCompositeFieldContainer[OpenMatter]
    accounts: _containers.RepeatedCompositeFieldContainer[ForgettingAccount]
    create_time: _timestamp_pb2.Timestamp
    erase_time: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., state: _Optional[_Union[BuyerErasure.State, str]] = ..., counts: _Optional[_Union[ErasureCounts, _Mapping]] = ..., open_matters: _Optional[_Iterable[_Union[OpenMatter, _Mapping]]] = ..., accounts: _Optional[_Iterable[_Union[ForgettingAccount, _Mapping]]] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., erase_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ErasureCounts(_message.Message):
    __slots__ = ("orders", "returns", "parcels", "documents", "photos", "messages", "credit_entries")
    ORDERS_FIELD_NUMBER: _ClassVar[int]
    RETURNS_FIELD_NUMBER: _ClassVar[int]
    PARCELS_FIELD_NUMBER: _ClassVar[int]
    DOCUMENTS_FIELD_NUMBER: _ClassVar[int]
    PHOTOS_FIELD_NUMBER: _ClassVar[int]
    MESSAGES_FIELD_NUMBER: _ClassVar[int]
    CREDIT_ENTRIES_FIELD_NUMBER: _ClassVar[int]
    orders: int
    returns: int
    parcels: int
    documents: int
    photos: int
    messages: int
    credit_entries: int
    def __init__(self, orders: _Optional[int] = ..., returns: _Optional[int] = ..., parcels: _Optional[int] = ..., documents: _Optional[int] = ..., photos: _Optional[int] = ..., messages: _Optional[int] = ..., credit_entries: _Optional[int] = ...) -> None: ...

class OpenMatter(_message.Message):
    __slots__ = ("kind", "id")
    class Kind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        KIND_UNSPECIFIED: _ClassVar[OpenMatter.Kind]
        RETURN: _ClassVar[OpenMatter.Kind]
        SETTLEMENT: _ClassVar[OpenMatter.Kind]
        LABEL: _ClassVar[OpenMatter.Kind]
        PARCEL: _ClassVar[OpenMatter.Kind]
        CREDIT: _ClassVar[OpenMatter.Kind]
    KIND_UNSPECIFIED: OpenMatter.Kind
    RETURN: OpenMatter.Kind
    SETTLEMENT: OpenMatter.Kind
    LABEL: OpenMatter.Kind
    PARCEL: OpenMatter.Kind
    CREDIT: OpenMatter.Kind
    KIND_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    kind: OpenMatter.Kind
    id: str
    def __init__(self, kind: _Optional[_Union[OpenMatter.Kind, str]] = ..., id: _Optional[str] = ...) -> None: ...

class ForgettingAccount(_message.Message):
    __slots__ = ("account", "state")
    class State(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        STATE_UNSPECIFIED: _ClassVar[ForgettingAccount.State]
        PENDING: _ClassVar[ForgettingAccount.State]
        FORGOTTEN: _ClassVar[ForgettingAccount.State]
        FAILED: _ClassVar[ForgettingAccount.State]
    STATE_UNSPECIFIED: ForgettingAccount.State
    PENDING: ForgettingAccount.State
    FORGOTTEN: ForgettingAccount.State
    FAILED: ForgettingAccount.State
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    account: str
    state: ForgettingAccount.State
    def __init__(self, account: _Optional[str] = ..., state: _Optional[_Union[ForgettingAccount.State, str]] = ...) -> None: ...
