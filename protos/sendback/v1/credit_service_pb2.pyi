import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.api import field_behavior_pb2 as _field_behavior_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.type import money_pb2 as _money_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class CreditAccount(_message.Message):
    __slots__ = ("customer_id", "balances", "etag")
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    BALANCES_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    customer_id: str
    balances: _containers.RepeatedCompositeFieldContainer[CreditBalance]
    etag: str
    def __init__(self, customer_id: _Optional[str] = ..., balances: _Optional[_Iterable[_Union[CreditBalance, _Mapping]]] = ..., etag: _Optional[str] = ...) -> None: ...

class CreditBalance(_message.Message):
    __slots__ = ("amount", "next_expire_time", "next_expire_amount")
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    NEXT_EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    NEXT_EXPIRE_AMOUNT_FIELD_NUMBER: _ClassVar[int]
    amount: _money_pb2.Money
    next_expire_time: _timestamp_pb2.Timestamp
    next_expire_amount: _money_pb2.Money
    def __init__(self, amount: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., next_expire_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., next_expire_amount: _Optional[_Union[_money_pb2.Money, _Mapping]] = ...) -> None: ...

class CreditEntry(_message.Message):
    __slots__ = ("id", "kind", "amount", "credit_id", "expire_time", "create_time", "return_id", "redemption_id")
    class Kind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        KIND_UNSPECIFIED: _ClassVar[CreditEntry.Kind]
        CREDIT: _ClassVar[CreditEntry.Kind]
        DEBIT: _ClassVar[CreditEntry.Kind]
        EXPIRY: _ClassVar[CreditEntry.Kind]
        REVERSAL: _ClassVar[CreditEntry.Kind]
        RESTORATION: _ClassVar[CreditEntry.Kind]
    KIND_UNSPECIFIED: CreditEntry.Kind
    CREDIT: CreditEntry.Kind
    DEBIT: CreditEntry.Kind
    EXPIRY: CreditEntry.Kind
    REVERSAL: CreditEntry.Kind
    RESTORATION: CreditEntry.Kind
    ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    CREDIT_ID_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    RETURN_ID_FIELD_NUMBER: _ClassVar[int]
    REDEMPTION_ID_FIELD_NUMBER: _ClassVar[int]
    id: str
    kind: CreditEntry.Kind
    amount: _money_pb2.Money
    credit_id: str
    expire_time: _timestamp_pb2.Timestamp
    create_time: _timestamp_pb2.Timestamp
    return_id: str
    redemption_id: str
    def __init__(self, id: _Optional[str] = ..., kind: _Optional[_Union[CreditEntry.Kind, str]] = ..., amount: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., credit_id: _Optional[str] = ..., expire_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., return_id: _Optional[str] = ..., redemption_id: _Optional[str] = ...) -> None: ...

class Redemption(_message.Message):
    __slots__ = ("id", "customer_id", "amount", "state", "create_time", "reverse_time")
    class State(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        STATE_UNSPECIFIED: _ClassVar[Redemption.State]
        REDEEMED: _ClassVar[Redemption.State]
        REVERSED: _ClassVar[Redemption.State]
    STATE_UNSPECIFIED: Redemption.State
    REDEEMED: Redemption.State
    REVERSED: Redemption.State
    ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    REVERSE_TIME_FIELD_NUMBER: _ClassVar[int]
    id: str
    customer_id: str
    amount: _money_pb2.Money
    state: Redemption.State
    create_time: _timestamp_pb2.Timestamp
    reverse_time: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., customer_id: _Optional[str] = ..., amount: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., state: _Optional[_Union[Redemption.State, str]] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., reverse_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class GetCreditAccountRequest(_message.Message):
    __slots__ = ("customer_id",)
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    customer_id: str
    def __init__(self, customer_id: _Optional[str] = ...) -> None: ...

class ListCreditEntriesRequest(_message.Message):
    __slots__ = ("customer_id", "currency_code", "page_size", "page_token")
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    CURRENCY_CODE_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    customer_id: str
    currency_code: str
    page_size: int
    page_token: str
    def __init__(self, customer_id: _Optional[str] = ..., currency_code: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListCreditEntriesResponse(_message.Message):
    __slots__ = ("entries", "next_page_token")
    ENTRIES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    entries: _containers.RepeatedCompositeFieldContainer[CreditEntry]
    next_page_token: str
    def __init__(self, entries: _Optional[_Iterable[_Union[CreditEntry, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class RedeemCreditRequest(_message.Message):
    __slots__ = ("customer_id", "amount", "request_id", "etag")
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    customer_id: str
    amount: _money_pb2.Money
    request_id: str
    etag: str
    def __init__(self, customer_id: _Optional[str] = ..., amount: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., request_id: _Optional[str] = ..., etag: _Optional[str] = ...) -> None: ...

class GetRedemptionRequest(_message.Message):
    __slots__ = ("redemption_id",)
    REDEMPTION_ID_FIELD_NUMBER: _ClassVar[int]
    redemption_id: str
    def __init__(self, redemption_id: _Optional[str] = ...) -> None: ...

class ReverseRedemptionRequest(_message.Message):
    __slots__ = ("redemption_id", "request_id")
    REDEMPTION_ID_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    redemption_id: str
    request_id: str
    def __init__(self, redemption_id: _Optional[str] = ..., request_id: _Optional[str] = ...) -> None: ...
