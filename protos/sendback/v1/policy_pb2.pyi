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

class Policy(_message.Message):
    __slots__ = ("version", "publish_time", "window", "labels", "credit", "reasons", "exclusions", "approval", "settlement", "shipping", "restocking_percent", "grades", "unused_label_days", "etag", "limits", "particulars", "service")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    PUBLISH_TIME_FIELD_NUMBER: _ClassVar[int]
    WINDOW_FIELD_NUMBER: _ClassVar[int]
    LABELS_FIELD_NUMBER: _ClassVar[int]
    CREDIT_FIELD_NUMBER: _ClassVar[int]
    REASONS_FIELD_NUMBER: _ClassVar[int]
    EXCLUSIONS_FIELD_NUMBER: _ClassVar[int]
    APPROVAL_FIELD_NUMBER: _ClassVar[int]
    SETTLEMENT_FIELD_NUMBER: _ClassVar[int]
    SHIPPING_FIELD_NUMBER: _ClassVar[int]
    RESTOCKING_PERCENT_FIELD_NUMBER: _ClassVar[int]
    GRADES_FIELD_NUMBER: _ClassVar[int]
    UNUSED_LABEL_DAYS_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    LIMITS_FIELD_NUMBER: _ClassVar[int]
    PARTICULARS_FIELD_NUMBER: _ClassVar[int]
    SERVICE_FIELD_NUMBER: _ClassVar[int]
    version: int
    publish_time: _timestamp_pb2.Timestamp
    window: ReturnWindow
    labels: LabelTerms
    credit: CreditTerms
    reasons: _containers.RepeatedCompositeFieldContainer[ReturnReason]
    exclusions: Exclusions
    approval: ApprovalTerms
    settlement: SettlementMoment.Kind
    shipping: ShippingRefund.Kind
    restocking_percent: int
    grades: _containers.RepeatedCompositeFieldContainer[GradeTerm]
    unused_label_days: int
    etag: str
    limits: ReturnLimits
    particulars: _containers.RepeatedCompositeFieldContainer[ParticularTerms]
    service: ServiceTerms
    def __init__(self, version: _Optional[int] = ..., publish_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., window: _Optional[_Union[ReturnWindow, _Mapping]] = ..., labels: _Optional[_Union[LabelTerms, _Mapping]] = ..., credit: _Optional[_Union[CreditTerms, _Mapping]] = ..., reasons: _Optional[_Iterable[_Union[ReturnReason, _Mapping]]] = ..., exclusions: _Optional[_Union[Exclusions, _Mapping]] = ..., approval: _Optional[_Union[ApprovalTerms, _Mapping]] = ..., settlement: _Optional[_Union[SettlementMoment.Kind, str]] = ..., shipping: _Optional[_Union[ShippingRefund.Kind, str]] = ..., restocking_percent: _Optional[int] = ..., grades: _Optional[_Iterable[_Union[GradeTerm, _Mapping]]] = ..., unused_label_days: _Optional[int] = ..., etag: _Optional[str] = ..., limits: _Optional[_Union[ReturnLimits, _Mapping]] = ..., particulars: _Optional[_Iterable[_Union[ParticularTerms, _Mapping]]] = ..., service: _Optional[_Union[ServiceTerms, _Mapping]] = ...) -> None: ...

class ReturnWindow(_message.Message):
    __slots__ = ("days", "time_zone", "demand_delivery")
    DAYS_FIELD_NUMBER: _ClassVar[int]
    TIME_ZONE_FIELD_NUMBER: _ClassVar[int]
    DEMAND_DELIVERY_FIELD_NUMBER: _ClassVar[int]
    days: int
    time_zone: str
    demand_delivery: bool
    def __init__(self, days: _Optional[int] = ..., time_zone: _Optional[str] = ..., demand_delivery: _Optional[bool] = ...) -> None: ...

class LabelPolicy(_message.Message):
    __slots__ = ()
    class Kind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        KIND_UNSPECIFIED: _ClassVar[LabelPolicy.Kind]
        FREE: _ClassVar[LabelPolicy.Kind]
        FLAT_FEE: _ClassVar[LabelPolicy.Kind]
        NONE: _ClassVar[LabelPolicy.Kind]
    KIND_UNSPECIFIED: LabelPolicy.Kind
    FREE: LabelPolicy.Kind
    FLAT_FEE: LabelPolicy.Kind
    NONE: LabelPolicy.Kind
    def __init__(self) -> None: ...

class LabelTerms(_message.Message):
    __slots__ = ("policy", "fees", "region_codes", "outlying_codes")
    POLICY_FIELD_NUMBER: _ClassVar[int]
    FEES_FIELD_NUMBER: _ClassVar[int]
    REGION_CODES_FIELD_NUMBER: _ClassVar[int]
    OUTLYING_CODES_FIELD_NUMBER: _ClassVar[int]
    policy: LabelPolicy.Kind
    fees: _containers.RepeatedCompositeFieldContainer[_money_pb2.Money]
    region_codes: _containers.RepeatedScalarFieldContainer[str]
    outlying_codes: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, policy: _Optional[_Union[LabelPolicy.Kind, str]] = ..., fees: _Optional[_Iterable[_Union[_money_pb2.Money, _Mapping]]] = ..., region_codes: _Optional[_Iterable[str]] = ..., outlying_codes: _Optional[_Iterable[str]] = ...) -> None: ...

class FreeLabelWhenCreditOn(_message.Message):
    __slots__ = ()
    class Kind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        KIND_UNSPECIFIED: _ClassVar[FreeLabelWhenCreditOn.Kind]
        CREDIT_RETURNS: _ClassVar[FreeLabelWhenCreditOn.Kind]
        ALL_RETURNS: _ClassVar[FreeLabelWhenCreditOn.Kind]
    KIND_UNSPECIFIED: FreeLabelWhenCreditOn.Kind
    CREDIT_RETURNS: FreeLabelWhenCreditOn.Kind
    ALL_RETURNS: FreeLabelWhenCreditOn.Kind
    def __init__(self) -> None: ...

class CreditTerms(_message.Message):
    __slots__ = ("enabled", "free_label_when_credit_on", "moment", "maximum", "bonus_percent", "bonus_maximum", "expires_after_days")
    ENABLED_FIELD_NUMBER: _ClassVar[int]
    FREE_LABEL_WHEN_CREDIT_ON_FIELD_NUMBER: _ClassVar[int]
    MOMENT_FIELD_NUMBER: _ClassVar[int]
    MAXIMUM_FIELD_NUMBER: _ClassVar[int]
    BONUS_PERCENT_FIELD_NUMBER: _ClassVar[int]
    BONUS_MAXIMUM_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AFTER_DAYS_FIELD_NUMBER: _ClassVar[int]
    enabled: bool
    free_label_when_credit_on: FreeLabelWhenCreditOn.Kind
    moment: SettlementMoment.Kind
    maximum: _containers.RepeatedCompositeFieldContainer[_money_pb2.Money]
    bonus_percent: int
    bonus_maximum: _containers.RepeatedCompositeFieldContainer[_money_pb2.Money]
    expires_after_days: int
    def __init__(self, enabled: _Optional[bool] = ..., free_label_when_credit_on: _Optional[_Union[FreeLabelWhenCreditOn.Kind, str]] = ..., moment: _Optional[_Union[SettlementMoment.Kind, str]] = ..., maximum: _Optional[_Iterable[_Union[_money_pb2.Money, _Mapping]]] = ..., bonus_percent: _Optional[int] = ..., bonus_maximum: _Optional[_Iterable[_Union[_money_pb2.Money, _Mapping]]] = ..., expires_after_days: _Optional[int] = ...) -> None: ...

class SettlementMoment(_message.Message):
    __slots__ = ()
    class Kind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        KIND_UNSPECIFIED: _ClassVar[SettlementMoment.Kind]
        ON_REQUEST: _ClassVar[SettlementMoment.Kind]
        FIRST_SCAN: _ClassVar[SettlementMoment.Kind]
        DELIVERY: _ClassVar[SettlementMoment.Kind]
        INSPECTION: _ClassVar[SettlementMoment.Kind]
    KIND_UNSPECIFIED: SettlementMoment.Kind
    ON_REQUEST: SettlementMoment.Kind
    FIRST_SCAN: SettlementMoment.Kind
    DELIVERY: SettlementMoment.Kind
    INSPECTION: SettlementMoment.Kind
    def __init__(self) -> None: ...

class ShippingRefund(_message.Message):
    __slots__ = ()
    class Kind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        KIND_UNSPECIFIED: _ClassVar[ShippingRefund.Kind]
        NEVER: _ClassVar[ShippingRefund.Kind]
        IF_ALL_RETURNED: _ClassVar[ShippingRefund.Kind]
        PROPORTIONAL: _ClassVar[ShippingRefund.Kind]
        ALWAYS: _ClassVar[ShippingRefund.Kind]
        STATUTORY: _ClassVar[ShippingRefund.Kind]
    KIND_UNSPECIFIED: ShippingRefund.Kind
    NEVER: ShippingRefund.Kind
    IF_ALL_RETURNED: ShippingRefund.Kind
    PROPORTIONAL: ShippingRefund.Kind
    ALWAYS: ShippingRefund.Kind
    STATUTORY: ShippingRefund.Kind
    def __init__(self) -> None: ...

class ReturnReason(_message.Message):
    __slots__ = ("code", "titles", "fault", "evidence")
    CODE_FIELD_NUMBER: _ClassVar[int]
    TITLES_FIELD_NUMBER: _ClassVar[int]
    FAULT_FIELD_NUMBER: _ClassVar[int]
    EVIDENCE_FIELD_NUMBER: _ClassVar[int]
    code: str
    titles: _containers.RepeatedCompositeFieldContainer[LocalizedText]
    fault: Fault.Party
    evidence: Evidence.Kind
    def __init__(self, code: _Optional[str] = ..., titles: _Optional[_Iterable[_Union[LocalizedText, _Mapping]]] = ..., fault: _Optional[_Union[Fault.Party, str]] = ..., evidence: _Optional[_Union[Evidence.Kind, str]] = ...) -> None: ...

class LocalizedText(_message.Message):
    __slots__ = ("language_code", "text")
    LANGUAGE_CODE_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    language_code: str
    text: str
    def __init__(self, language_code: _Optional[str] = ..., text: _Optional[str] = ...) -> None: ...

class Fault(_message.Message):
    __slots__ = ()
    class Party(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        PARTY_UNSPECIFIED: _ClassVar[Fault.Party]
        MERCHANT: _ClassVar[Fault.Party]
        BUYER: _ClassVar[Fault.Party]
        CARRIER: _ClassVar[Fault.Party]
    PARTY_UNSPECIFIED: Fault.Party
    MERCHANT: Fault.Party
    BUYER: Fault.Party
    CARRIER: Fault.Party
    def __init__(self) -> None: ...

class Evidence(_message.Message):
    __slots__ = ()
    class Kind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        KIND_UNSPECIFIED: _ClassVar[Evidence.Kind]
        NONE: _ClassVar[Evidence.Kind]
        COMMENT: _ClassVar[Evidence.Kind]
        PHOTO: _ClassVar[Evidence.Kind]
    KIND_UNSPECIFIED: Evidence.Kind
    NONE: Evidence.Kind
    COMMENT: Evidence.Kind
    PHOTO: Evidence.Kind
    def __init__(self) -> None: ...

class Exclusions(_message.Message):
    __slots__ = ("tags", "product_ids", "region_codes", "discount_at_least_percent", "order_tags", "customer_ids")
    TAGS_FIELD_NUMBER: _ClassVar[int]
    PRODUCT_IDS_FIELD_NUMBER: _ClassVar[int]
    REGION_CODES_FIELD_NUMBER: _ClassVar[int]
    DISCOUNT_AT_LEAST_PERCENT_FIELD_NUMBER: _ClassVar[int]
    ORDER_TAGS_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_IDS_FIELD_NUMBER: _ClassVar[int]
    tags: _containers.RepeatedScalarFieldContainer[str]
    product_ids: _containers.RepeatedScalarFieldContainer[str]
    region_codes: _containers.RepeatedScalarFieldContainer[str]
    discount_at_least_percent: int
    order_tags: _containers.RepeatedScalarFieldContainer[str]
    customer_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, tags: _Optional[_Iterable[str]] = ..., product_ids: _Optional[_Iterable[str]] = ..., region_codes: _Optional[_Iterable[str]] = ..., discount_at_least_percent: _Optional[int] = ..., order_tags: _Optional[_Iterable[str]] = ..., customer_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class ApprovalTerms(_message.Message):
    __slots__ = ("always", "above", "reason_codes", "customer_ids")
    ALWAYS_FIELD_NUMBER: _ClassVar[int]
    ABOVE_FIELD_NUMBER: _ClassVar[int]
    REASON_CODES_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_IDS_FIELD_NUMBER: _ClassVar[int]
    always: bool
    above: _containers.RepeatedCompositeFieldContainer[_money_pb2.Money]
    reason_codes: _containers.RepeatedScalarFieldContainer[str]
    customer_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, always: _Optional[bool] = ..., above: _Optional[_Iterable[_Union[_money_pb2.Money, _Mapping]]] = ..., reason_codes: _Optional[_Iterable[str]] = ..., customer_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class GradeTerm(_message.Message):
    __slots__ = ("grade", "percent")
    GRADE_FIELD_NUMBER: _ClassVar[int]
    PERCENT_FIELD_NUMBER: _ClassVar[int]
    grade: str
    percent: int
    def __init__(self, grade: _Optional[str] = ..., percent: _Optional[int] = ...) -> None: ...

class ReturnLimits(_message.Message):
    __slots__ = ("days", "returns", "values")
    DAYS_FIELD_NUMBER: _ClassVar[int]
    RETURNS_FIELD_NUMBER: _ClassVar[int]
    VALUES_FIELD_NUMBER: _ClassVar[int]
    days: int
    returns: int
    values: _containers.RepeatedCompositeFieldContainer[_money_pb2.Money]
    def __init__(self, days: _Optional[int] = ..., returns: _Optional[int] = ..., values: _Optional[_Iterable[_Union[_money_pb2.Money, _Mapping]]] = ...) -> None: ...

class ParticularTerms(_message.Message):
    __slots__ = ("region_codes", "customer_ids", "window_days", "label_policy", "label_fees", "restocking_percent", "always_approve")
    REGION_CODES_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_IDS_FIELD_NUMBER: _ClassVar[int]
    WINDOW_DAYS_FIELD_NUMBER: _ClassVar[int]
    LABEL_POLICY_FIELD_NUMBER: _ClassVar[int]
    LABEL_FEES_FIELD_NUMBER: _ClassVar[int]
    RESTOCKING_PERCENT_FIELD_NUMBER: _ClassVar[int]
    ALWAYS_APPROVE_FIELD_NUMBER: _ClassVar[int]
    region_codes: _containers.RepeatedScalarFieldContainer[str]
    customer_ids: _containers.RepeatedScalarFieldContainer[str]
    window_days: int
    label_policy: LabelPolicy.Kind
    label_fees: _containers.RepeatedCompositeFieldContainer[_money_pb2.Money]
    restocking_percent: int
    always_approve: bool
    def __init__(self, region_codes: _Optional[_Iterable[str]] = ..., customer_ids: _Optional[_Iterable[str]] = ..., window_days: _Optional[int] = ..., label_policy: _Optional[_Union[LabelPolicy.Kind, str]] = ..., label_fees: _Optional[_Iterable[_Union[_money_pb2.Money, _Mapping]]] = ..., restocking_percent: _Optional[int] = ..., always_approve: _Optional[bool] = ...) -> None: ...

class ServiceTerms(_message.Message):
    __slots__ = ("reminder_days", "parcel_days", "inspection_days", "refund_days")
    REMINDER_DAYS_FIELD_NUMBER: _ClassVar[int]
    PARCEL_DAYS_FIELD_NUMBER: _ClassVar[int]
    INSPECTION_DAYS_FIELD_NUMBER: _ClassVar[int]
    REFUND_DAYS_FIELD_NUMBER: _ClassVar[int]
    reminder_days: int
    parcel_days: int
    inspection_days: int
    refund_days: int
    def __init__(self, reminder_days: _Optional[int] = ..., parcel_days: _Optional[int] = ..., inspection_days: _Optional[int] = ..., refund_days: _Optional[int] = ...) -> None: ...
