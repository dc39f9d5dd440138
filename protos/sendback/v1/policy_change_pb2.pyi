import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.type import money_pb2 as _money_pb2
from sendback.v1 import policy_pb2 as _policy_pb2
from sendback.v1 import return_pb2 as _return_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class PolicyEffect(_message.Message):
    __slots__ = ()
    class Kind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        KIND_UNSPECIFIED: _ClassVar[PolicyEffect.Kind]
        BETTER: _ClassVar[PolicyEffect.Kind]
        WORSE: _ClassVar[PolicyEffect.Kind]
        MIXED: _ClassVar[PolicyEffect.Kind]
        NEUTRAL: _ClassVar[PolicyEffect.Kind]
    KIND_UNSPECIFIED: PolicyEffect.Kind
    BETTER: PolicyEffect.Kind
    WORSE: PolicyEffect.Kind
    MIXED: PolicyEffect.Kind
    NEUTRAL: PolicyEffect.Kind
    def __init__(self) -> None: ...

class DiffPoliciesRequest(_message.Message):
    __slots__ = ("merchant_id", "version", "other_version", "draft")
    MERCHANT_ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    OTHER_VERSION_FIELD_NUMBER: _ClassVar[int]
    DRAFT_FIELD_NUMBER: _ClassVar[int]
    merchant_id: str
    version: int
    other_version: int
    draft: _policy_pb2.Policy
    def __init__(self, merchant_id: _Optional[str] = ..., version: _Optional[int] = ..., other_version: _Optional[int] = ..., draft: _Optional[_Union[_policy_pb2.Policy, _Mapping]] = ...) -> None: ...

class DiffPoliciesResponse(_message.Message):
    __slots__ = ("version", "other_version", "differences", "effect", "explanation")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    OTHER_VERSION_FIELD_NUMBER: _ClassVar[int]
    DIFFERENCES_FIELD_NUMBER: _ClassVar[int]
    EFFECT_FIELD_NUMBER: _ClassVar[int]
    EXPLANATION_FIELD_NUMBER: _ClassVar[int]
    version: int
    other_version: int
    differences: _containers.RepeatedCompositeFieldContainer[PolicyDifference]
    effect: PolicyEffect.Kind
    explanation: str
    def __init__(self, version: _Optional[int] = ..., other_version: _Optional[int] = ..., differences: _Optional[_Iterable[_Union[PolicyDifference, _Mapping]]] = ..., effect: _Optional[_Union[PolicyEffect.Kind, str]] = ..., explanation: _Optional[str] = ...) -> None: ...

class PolicyDifference(_message.Message):
    __slots__ = ("field", "old_value", "new_value", "removed", "added", "member_count", "effect", "explanation")
    FIELD_FIELD_NUMBER: _ClassVar[int]
    OLD_VALUE_FIELD_NUMBER: _ClassVar[int]
    NEW_VALUE_FIELD_NUMBER: _ClassVar[int]
    REMOVED_FIELD_NUMBER: _ClassVar[int]
    ADDED_FIELD_NUMBER: _ClassVar[int]
    MEMBER_COUNT_FIELD_NUMBER: _ClassVar[int]
    EFFECT_FIELD_NUMBER: _ClassVar[int]
    EXPLANATION_FIELD_NUMBER: _ClassVar[int]
    field: str
    old_value: str
    new_value: str
    removed: _containers.RepeatedScalarFieldContainer[str]
    added: _containers.RepeatedScalarFieldContainer[str]
    member_count: int
    effect: PolicyEffect.Kind
    explanation: str
    def __init__(self, field: _Optional[str] = ..., old_value: _Optional[str] = ..., new_value: _Optional[str] = ..., removed: _Optional[_Iterable[str]] = ..., added: _Optional[_Iterable[str]] = ..., member_count: _Optional[int] = ..., effect: _Optional[_Union[PolicyEffect.Kind, str]] = ..., explanation: _Optional[str] = ...) -> None: ...

class SimulatePolicyRequest(_message.Message):
    __slots__ = ("merchant_id", "draft", "placed_from_time", "placed_before_time")
    MERCHANT_ID_FIELD_NUMBER: _ClassVar[int]
    DRAFT_FIELD_NUMBER: _ClassVar[int]
    PLACED_FROM_TIME_FIELD_NUMBER: _ClassVar[int]
    PLACED_BEFORE_TIME_FIELD_NUMBER: _ClassVar[int]
    merchant_id: str
    draft: _policy_pb2.Policy
    placed_from_time: _timestamp_pb2.Timestamp
    placed_before_time: _timestamp_pb2.Timestamp
    def __init__(self, merchant_id: _Optional[str] = ..., draft: _Optional[_Union[_policy_pb2.Policy, _Mapping]] = ..., placed_from_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., placed_before_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class PolicySimulation(_message.Message):
    __slots__ = ("placed_from_time", "placed_before_time", "order_count", "unit_count", "return_count", "complete", "units", "returns", "label_count", "label_count_instead", "money", "examples")
    PLACED_FROM_TIME_FIELD_NUMBER: _ClassVar[int]
    PLACED_BEFORE_TIME_FIELD_NUMBER: _ClassVar[int]
    ORDER_COUNT_FIELD_NUMBER: _ClassVar[int]
    UNIT_COUNT_FIELD_NUMBER: _ClassVar[int]
    RETURN_COUNT_FIELD_NUMBER: _ClassVar[int]
    COMPLETE_FIELD_NUMBER: _ClassVar[int]
    UNITS_FIELD_NUMBER: _ClassVar[int]
    RETURNS_FIELD_NUMBER: _ClassVar[int]
    LABEL_COUNT_FIELD_NUMBER: _ClassVar[int]
    LABEL_COUNT_INSTEAD_FIELD_NUMBER: _ClassVar[int]
    MONEY_FIELD_NUMBER: _ClassVar[int]
    EXAMPLES_FIELD_NUMBER: _ClassVar[int]
    placed_from_time: _timestamp_pb2.Timestamp
    placed_before_time: _timestamp_pb2.Timestamp
    order_count: int
    unit_count: int
    return_count: int
    complete: bool
    units: _containers.RepeatedCompositeFieldContainer[JudgementChange]
    returns: _containers.RepeatedCompositeFieldContainer[JudgementChange]
    label_count: int
    label_count_instead: int
    money: _containers.RepeatedCompositeFieldContainer[SimulatedMoney]
    examples: _containers.RepeatedCompositeFieldContainer[SimulatedExample]
    def __init__(self, placed_from_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., placed_before_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., order_count: _Optional[int] = ..., unit_count: _Optional[int] = ..., return_count: _Optional[int] = ..., complete: _Optional[bool] = ..., units: _Optional[_Iterable[_Union[JudgementChange, _Mapping]]] = ..., returns: _Optional[_Iterable[_Union[JudgementChange, _Mapping]]] = ..., label_count: _Optional[int] = ..., label_count_instead: _Optional[int] = ..., money: _Optional[_Iterable[_Union[SimulatedMoney, _Mapping]]] = ..., examples: _Optional[_Iterable[_Union[SimulatedExample, _Mapping]]] = ...) -> None: ...

class JudgementChange(_message.Message):
    __slots__ = ("judged", "judged_instead", "count", "explanation")
    JUDGED_FIELD_NUMBER: _ClassVar[int]
    JUDGED_INSTEAD_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    EXPLANATION_FIELD_NUMBER: _ClassVar[int]
    judged: str
    judged_instead: str
    count: int
    explanation: str
    def __init__(self, judged: _Optional[str] = ..., judged_instead: _Optional[str] = ..., count: _Optional[int] = ..., explanation: _Optional[str] = ...) -> None: ...

class SimulatedMoney(_message.Message):
    __slots__ = ("refunds", "refunds_instead", "credits", "credits_instead", "label_fees", "label_fees_instead", "return_count")
    REFUNDS_FIELD_NUMBER: _ClassVar[int]
    REFUNDS_INSTEAD_FIELD_NUMBER: _ClassVar[int]
    CREDITS_FIELD_NUMBER: _ClassVar[int]
    CREDITS_INSTEAD_FIELD_NUMBER: _ClassVar[int]
    LABEL_FEES_FIELD_NUMBER: _ClassVar[int]
    LABEL_FEES_INSTEAD_FIELD_NUMBER: _ClassVar[int]
    RETURN_COUNT_FIELD_NUMBER: _ClassVar[int]
    refunds: _money_pb2.Money
    refunds_instead: _money_pb2.Money
    credits: _money_pb2.Money
    credits_instead: _money_pb2.Money
    label_fees: _money_pb2.Money
    label_fees_instead: _money_pb2.Money
    return_count: int
    def __init__(self, refunds: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., refunds_instead: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., credits: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., credits_instead: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., label_fees: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., label_fees_instead: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., return_count: _Optional[int] = ...) -> None: ...

class SimulatedExample(_message.Message):
    __slots__ = ("order_id", "order_number", "return_id", "order_line_id", "unit", "judged", "judged_instead", "label_offer", "label_offer_instead", "amount", "amount_instead", "label_fee", "label_fee_instead", "explanation")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_NUMBER_FIELD_NUMBER: _ClassVar[int]
    RETURN_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_LINE_ID_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    JUDGED_FIELD_NUMBER: _ClassVar[int]
    JUDGED_INSTEAD_FIELD_NUMBER: _ClassVar[int]
    LABEL_OFFER_FIELD_NUMBER: _ClassVar[int]
    LABEL_OFFER_INSTEAD_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_INSTEAD_FIELD_NUMBER: _ClassVar[int]
    LABEL_FEE_FIELD_NUMBER: _ClassVar[int]
    LABEL_FEE_INSTEAD_FIELD_NUMBER: _ClassVar[int]
    EXPLANATION_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    order_number: str
    return_id: str
    order_line_id: str
    unit: int
    judged: str
    judged_instead: str
    label_offer: _return_pb2.LabelOffer.Kind
    label_offer_instead: _return_pb2.LabelOffer.Kind
    amount: _money_pb2.Money
    amount_instead: _money_pb2.Money
    label_fee: _money_pb2.Money
    label_fee_instead: _money_pb2.Money
    explanation: str
    def __init__(self, order_id: _Optional[str] = ..., order_number: _Optional[str] = ..., return_id: _Optional[str] = ..., order_line_id: _Optional[str] = ..., unit: _Optional[int] = ..., judged: _Optional[str] = ..., judged_instead: _Optional[str] = ..., label_offer: _Optional[_Union[_return_pb2.LabelOffer.Kind, str]] = ..., label_offer_instead: _Optional[_Union[_return_pb2.LabelOffer.Kind, str]] = ..., amount: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., amount_instead: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., label_fee: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., label_fee_instead: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., explanation: _Optional[str] = ...) -> None: ...
