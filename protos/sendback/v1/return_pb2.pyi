import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.api import field_behavior_pb2 as _field_behavior_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.type import date_pb2 as _date_pb2
from google.type import money_pb2 as _money_pb2
from sendback.v1 import address_pb2 as _address_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Decision(_message.Message):
    __slots__ = ()
    class State(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        STATE_UNSPECIFIED: _ClassVar[Decision.State]
        REQUESTED: _ClassVar[Decision.State]
        IN_REVIEW: _ClassVar[Decision.State]
        APPROVED: _ClassVar[Decision.State]
        DECLINED: _ClassVar[Decision.State]
        CANCELLED: _ClassVar[Decision.State]
        EXPIRED: _ClassVar[Decision.State]
        CLOSED: _ClassVar[Decision.State]
    STATE_UNSPECIFIED: Decision.State
    REQUESTED: Decision.State
    IN_REVIEW: Decision.State
    APPROVED: Decision.State
    DECLINED: Decision.State
    CANCELLED: Decision.State
    EXPIRED: Decision.State
    CLOSED: Decision.State
    def __init__(self) -> None: ...

class Shipment(_message.Message):
    __slots__ = ()
    class State(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        STATE_UNSPECIFIED: _ClassVar[Shipment.State]
        CREATED: _ClassVar[Shipment.State]
        SHIPPED: _ClassVar[Shipment.State]
        DELIVERED: _ClassVar[Shipment.State]
        INSPECTED: _ClassVar[Shipment.State]
    STATE_UNSPECIFIED: Shipment.State
    CREATED: Shipment.State
    SHIPPED: Shipment.State
    DELIVERED: Shipment.State
    INSPECTED: Shipment.State
    def __init__(self) -> None: ...

class Resolution(_message.Message):
    __slots__ = ()
    class State(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        STATE_UNSPECIFIED: _ClassVar[Resolution.State]
        OPEN: _ClassVar[Resolution.State]
        ACTION_REQUIRED: _ClassVar[Resolution.State]
        RESOLVED: _ClassVar[Resolution.State]
        DECLINED: _ClassVar[Resolution.State]
        CANCELLED: _ClassVar[Resolution.State]
        EXPIRED: _ClassVar[Resolution.State]
    STATE_UNSPECIFIED: Resolution.State
    OPEN: Resolution.State
    ACTION_REQUIRED: Resolution.State
    RESOLVED: Resolution.State
    DECLINED: Resolution.State
    CANCELLED: Resolution.State
    EXPIRED: Resolution.State
    def __init__(self) -> None: ...

class Outcome(_message.Message):
    __slots__ = ()
    class Kind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        KIND_UNSPECIFIED: _ClassVar[Outcome.Kind]
        REFUND: _ClassVar[Outcome.Kind]
        STORE_CREDIT: _ClassVar[Outcome.Kind]
        WAIVED: _ClassVar[Outcome.Kind]
    KIND_UNSPECIFIED: Outcome.Kind
    REFUND: Outcome.Kind
    STORE_CREDIT: Outcome.Kind
    WAIVED: Outcome.Kind
    def __init__(self) -> None: ...

class LabelOffer(_message.Message):
    __slots__ = ("kind", "fee", "explanation")
    class Kind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        KIND_UNSPECIFIED: _ClassVar[LabelOffer.Kind]
        FREE_LABEL: _ClassVar[LabelOffer.Kind]
        LABEL_WITH_FEE: _ClassVar[LabelOffer.Kind]
        INSTRUCTIONS: _ClassVar[LabelOffer.Kind]
    KIND_UNSPECIFIED: LabelOffer.Kind
    FREE_LABEL: LabelOffer.Kind
    LABEL_WITH_FEE: LabelOffer.Kind
    INSTRUCTIONS: LabelOffer.Kind
    KIND_FIELD_NUMBER: _ClassVar[int]
    FEE_FIELD_NUMBER: _ClassVar[int]
    EXPLANATION_FIELD_NUMBER: _ClassVar[int]
    kind: LabelOffer.Kind
    fee: _money_pb2.Money
    explanation: str
    def __init__(self, kind: _Optional[_Union[LabelOffer.Kind, str]] = ..., fee: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., explanation: _Optional[str] = ...) -> None: ...

class LabelStatus(_message.Message):
    __slots__ = ()
    class State(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        STATE_UNSPECIFIED: _ClassVar[LabelStatus.State]
        NOT_NEEDED: _ClassVar[LabelStatus.State]
        REQUESTED: _ClassVar[LabelStatus.State]
        PURCHASED: _ClassVar[LabelStatus.State]
        UNKNOWN: _ClassVar[LabelStatus.State]
        FAILED: _ClassVar[LabelStatus.State]
        VOID_PENDING: _ClassVar[LabelStatus.State]
        VOIDED: _ClassVar[LabelStatus.State]
        EXPIRED: _ClassVar[LabelStatus.State]
    STATE_UNSPECIFIED: LabelStatus.State
    NOT_NEEDED: LabelStatus.State
    REQUESTED: LabelStatus.State
    PURCHASED: LabelStatus.State
    UNKNOWN: LabelStatus.State
    FAILED: LabelStatus.State
    VOID_PENDING: LabelStatus.State
    VOIDED: LabelStatus.State
    EXPIRED: LabelStatus.State
    def __init__(self) -> None: ...

class Transit(_message.Message):
    __slots__ = ()
    class State(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        STATE_UNSPECIFIED: _ClassVar[Transit.State]
        NOT_SCANNED: _ClassVar[Transit.State]
        HANDED_OVER: _ClassVar[Transit.State]
        IN_TRANSIT: _ClassVar[Transit.State]
        DELIVERED: _ClassVar[Transit.State]
        EXCEPTION: _ClassVar[Transit.State]
        LOST: _ClassVar[Transit.State]
    STATE_UNSPECIFIED: Transit.State
    NOT_SCANNED: Transit.State
    HANDED_OVER: Transit.State
    IN_TRANSIT: Transit.State
    DELIVERED: Transit.State
    EXCEPTION: Transit.State
    LOST: Transit.State
    def __init__(self) -> None: ...

class Inspection(_message.Message):
    __slots__ = ()
    class State(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        STATE_UNSPECIFIED: _ClassVar[Inspection.State]
        EXPECTED: _ClassVar[Inspection.State]
        RECEIVED: _ClassVar[Inspection.State]
        ACCEPTED: _ClassVar[Inspection.State]
        REJECTED: _ClassVar[Inspection.State]
        MISSING: _ClassVar[Inspection.State]
    STATE_UNSPECIFIED: Inspection.State
    EXPECTED: Inspection.State
    RECEIVED: Inspection.State
    ACCEPTED: Inspection.State
    REJECTED: Inspection.State
    MISSING: Inspection.State
    def __init__(self) -> None: ...

class Grade(_message.Message):
    __slots__ = ()
    class Level(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        LEVEL_UNSPECIFIED: _ClassVar[Grade.Level]
        A_RESELL: _ClassVar[Grade.Level]
        B_OPENED: _ClassVar[Grade.Level]
        C_DAMAGED: _ClassVar[Grade.Level]
        D_UNUSABLE: _ClassVar[Grade.Level]
    LEVEL_UNSPECIFIED: Grade.Level
    A_RESELL: Grade.Level
    B_OPENED: Grade.Level
    C_DAMAGED: Grade.Level
    D_UNUSABLE: Grade.Level
    def __init__(self) -> None: ...

class Disposition(_message.Message):
    __slots__ = ()
    class Kind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        KIND_UNSPECIFIED: _ClassVar[Disposition.Kind]
        RESTOCK: _ClassVar[Disposition.Kind]
        REFURBISH: _ClassVar[Disposition.Kind]
        QUARANTINE: _ClassVar[Disposition.Kind]
        DONATE: _ClassVar[Disposition.Kind]
        DESTROY: _ClassVar[Disposition.Kind]
        RETURN_TO_MERCHANT: _ClassVar[Disposition.Kind]
        RETURN_TO_CUSTOMER: _ClassVar[Disposition.Kind]
        LIQUIDATE: _ClassVar[Disposition.Kind]
    KIND_UNSPECIFIED: Disposition.Kind
    RESTOCK: Disposition.Kind
    REFURBISH: Disposition.Kind
    QUARANTINE: Disposition.Kind
    DONATE: Disposition.Kind
    DESTROY: Disposition.Kind
    RETURN_TO_MERCHANT: Disposition.Kind
    RETURN_TO_CUSTOMER: Disposition.Kind
    LIQUIDATE: Disposition.Kind
    def __init__(self) -> None: ...

class SettlementStatus(_message.Message):
    __slots__ = ()
    class State(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        STATE_UNSPECIFIED: _ClassVar[SettlementStatus.State]
        SUBMITTED: _ClassVar[SettlementStatus.State]
        UNKNOWN: _ClassVar[SettlementStatus.State]
        SETTLED: _ClassVar[SettlementStatus.State]
        FAILED: _ClassVar[SettlementStatus.State]
        REVERSED: _ClassVar[SettlementStatus.State]
    STATE_UNSPECIFIED: SettlementStatus.State
    SUBMITTED: SettlementStatus.State
    UNKNOWN: SettlementStatus.State
    SETTLED: SettlementStatus.State
    FAILED: SettlementStatus.State
    REVERSED: SettlementStatus.State
    def __init__(self) -> None: ...

class ReturnBasis(_message.Message):
    __slots__ = ()
    class Kind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        KIND_UNSPECIFIED: _ClassVar[ReturnBasis.Kind]
        GOODWILL: _ClassVar[ReturnBasis.Kind]
        STATUTORY_WITHDRAWAL: _ClassVar[ReturnBasis.Kind]
        CLAIM: _ClassVar[ReturnBasis.Kind]
        CARRIER_RETURN: _ClassVar[ReturnBasis.Kind]
    KIND_UNSPECIFIED: ReturnBasis.Kind
    GOODWILL: ReturnBasis.Kind
    STATUTORY_WITHDRAWAL: ReturnBasis.Kind
    CLAIM: ReturnBasis.Kind
    CARRIER_RETURN: ReturnBasis.Kind
    def __init__(self) -> None: ...

class UnitKind(_message.Message):
    __slots__ = ()
    class Kind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        KIND_UNSPECIFIED: _ClassVar[UnitKind.Kind]
        ANNOUNCED: _ClassVar[UnitKind.Kind]
        WRONG_ITEM: _ClassVar[UnitKind.Kind]
        UNANNOUNCED: _ClassVar[UnitKind.Kind]
    KIND_UNSPECIFIED: UnitKind.Kind
    ANNOUNCED: UnitKind.Kind
    WRONG_ITEM: UnitKind.Kind
    UNANNOUNCED: UnitKind.Kind
    def __init__(self) -> None: ...

class Return(_message.Message):
    __slots__ = ("id", "reference", "order_id", "order_number", "decision", "shipment", "resolution", "outcome", "units", "parcels", "settlements", "estimated_amount", "shown_fee", "label_offer", "instructions", "region_code", "language_code", "policy_version", "decline_note", "create_time", "update_time", "etag", "basis", "linked_return_id")
    ID_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_NUMBER_FIELD_NUMBER: _ClassVar[int]
    DECISION_FIELD_NUMBER: _ClassVar[int]
    SHIPMENT_FIELD_NUMBER: _ClassVar[int]
    RESOLUTION_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    UNITS_FIELD_NUMBER: _ClassVar[int]
    PARCELS_FIELD_NUMBER: _ClassVar[int]
    SETTLEMENTS_FIELD_NUMBER: _ClassVar[int]
    ESTIMATED_AMOUNT_FIELD_NUMBER: _ClassVar[int]
    SHOWN_FEE_FIELD_NUMBER: _ClassVar[int]
    LABEL_OFFER_FIELD_NUMBER: _ClassVar[int]
    INSTRUCTIONS_FIELD_NUMBER: _ClassVar[int]
    REGION_CODE_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_CODE_FIELD_NUMBER: _ClassVar[int]
    POLICY_VERSION_FIELD_NUMBER: _ClassVar[int]
    DECLINE_NOTE_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    BASIS_FIELD_NUMBER: _ClassVar[int]
    LINKED_RETURN_ID_FIELD_NUMBER: _ClassVar[int]
    id: str
    reference: str
    order_id: str
    order_number: str
    decision: Decision.State
    shipment: Shipment.State
    resolution: Resolution.State
    outcome: Outcome.Kind
    units: _containers.RepeatedCompositeFieldContainer[ReturnUnit]
    parcels: _containers.RepeatedCompositeFieldContainer[Parcel]
    settlements: _containers.RepeatedCompositeFieldContainer[Settlement]
    estimated_amount: _money_pb2.Money
    shown_fee: _money_pb2.Money
    label_offer: LabelOffer.Kind
    instructions: Instructions
    region_code: str
    language_code: str
    policy_version: int
    decline_note: str
    create_time: _timestamp_pb2.Timestamp
    update_time: _timestamp_pb2.Timestamp
    etag: str
    basis: ReturnBasis.Kind
    linked_return_id: str
    def __init__(self, id: _Optional[str] = ..., reference: _Optional[str] = ..., order_id: _Optional[str] = ..., order_number: _Optional[str] = ..., decision: _Optional[_Union[Decision.State, str]] = ..., shipment: _Optional[_Union[Shipment.State, str]] = ..., resolution: _Optional[_Union[Resolution.State, str]] = ..., outcome: _Optional[_Union[Outcome.Kind, str]] = ..., units: _Optional[_Iterable[_Union[ReturnUnit, _Mapping]]] = ..., parcels: _Optional[_Iterable[_Union[Parcel, _Mapping]]] = ..., settlements: _Optional[_Iterable[_Union[Settlement, _Mapping]]] = ..., estimated_amount: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., shown_fee: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., label_offer: _Optional[_Union[LabelOffer.Kind, str]] = ..., instructions: _Optional[_Union[Instructions, _Mapping]] = ..., region_code: _Optional[str] = ..., language_code: _Optional[str] = ..., policy_version: _Optional[int] = ..., decline_note: _Optional[str] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., update_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., etag: _Optional[str] = ..., basis: _Optional[_Union[ReturnBasis.Kind, str]] = ..., linked_return_id: _Optional[str] = ...) -> None: ...

class ReturnUnit(_message.Message):
    __slots__ = ("order_line_id", "unit", "title", "reason_code", "comment", "inspection", "grade", "disposition", "rejection_note", "evidence_image_ids", "kind", "cancelled", "finding_image_ids")
    ORDER_LINE_ID_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    REASON_CODE_FIELD_NUMBER: _ClassVar[int]
    COMMENT_FIELD_NUMBER: _ClassVar[int]
    INSPECTION_FIELD_NUMBER: _ClassVar[int]
    GRADE_FIELD_NUMBER: _ClassVar[int]
    DISPOSITION_FIELD_NUMBER: _ClassVar[int]
    REJECTION_NOTE_FIELD_NUMBER: _ClassVar[int]
    EVIDENCE_IMAGE_IDS_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    CANCELLED_FIELD_NUMBER: _ClassVar[int]
    FINDING_IMAGE_IDS_FIELD_NUMBER: _ClassVar[int]
    order_line_id: str
    unit: int
    title: str
    reason_code: str
    comment: str
    inspection: Inspection.State
    grade: Grade.Level
    disposition: Disposition.Kind
    rejection_note: str
    evidence_image_ids: _containers.RepeatedScalarFieldContainer[str]
    kind: UnitKind.Kind
    cancelled: bool
    finding_image_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, order_line_id: _Optional[str] = ..., unit: _Optional[int] = ..., title: _Optional[str] = ..., reason_code: _Optional[str] = ..., comment: _Optional[str] = ..., inspection: _Optional[_Union[Inspection.State, str]] = ..., grade: _Optional[_Union[Grade.Level, str]] = ..., disposition: _Optional[_Union[Disposition.Kind, str]] = ..., rejection_note: _Optional[str] = ..., evidence_image_ids: _Optional[_Iterable[str]] = ..., kind: _Optional[_Union[UnitKind.Kind, str]] = ..., cancelled: _Optional[bool] = ..., finding_image_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class Parcel(_message.Message):
    __slots__ = ("id", "return_id", "label", "transit", "carrier_account", "tracking_number", "tracking_uri", "format", "document_size", "document_sha256", "has_qr", "expire_time", "failure")
    ID_FIELD_NUMBER: _ClassVar[int]
    RETURN_ID_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    TRANSIT_FIELD_NUMBER: _ClassVar[int]
    CARRIER_ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    TRACKING_NUMBER_FIELD_NUMBER: _ClassVar[int]
    TRACKING_URI_FIELD_NUMBER: _ClassVar[int]
    FORMAT_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_SIZE_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_SHA256_FIELD_NUMBER: _ClassVar[int]
    HAS_QR_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    FAILURE_FIELD_NUMBER: _ClassVar[int]
    id: str
    return_id: str
    label: LabelStatus.State
    transit: Transit.State
    carrier_account: str
    tracking_number: str
    tracking_uri: str
    format: LabelFormat.Kind
    document_size: int
    document_sha256: str
    has_qr: bool
    expire_time: _timestamp_pb2.Timestamp
    failure: str
    def __init__(self, id: _Optional[str] = ..., return_id: _Optional[str] = ..., label: _Optional[_Union[LabelStatus.State, str]] = ..., transit: _Optional[_Union[Transit.State, str]] = ..., carrier_account: _Optional[str] = ..., tracking_number: _Optional[str] = ..., tracking_uri: _Optional[str] = ..., format: _Optional[_Union[LabelFormat.Kind, str]] = ..., document_size: _Optional[int] = ..., document_sha256: _Optional[str] = ..., has_qr: _Optional[bool] = ..., expire_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., failure: _Optional[str] = ...) -> None: ...

class LabelFormat(_message.Message):
    __slots__ = ()
    class Kind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        KIND_UNSPECIFIED: _ClassVar[LabelFormat.Kind]
        PDF: _ClassVar[LabelFormat.Kind]
        PNG: _ClassVar[LabelFormat.Kind]
        ZPL: _ClassVar[LabelFormat.Kind]
    KIND_UNSPECIFIED: LabelFormat.Kind
    PDF: LabelFormat.Kind
    PNG: LabelFormat.Kind
    ZPL: LabelFormat.Kind
    class Paper(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        PAPER_UNSPECIFIED: _ClassVar[LabelFormat.Paper]
        A6: _ClassVar[LabelFormat.Paper]
        LABEL_4X6: _ClassVar[LabelFormat.Paper]
    PAPER_UNSPECIFIED: LabelFormat.Paper
    A6: LabelFormat.Paper
    LABEL_4X6: LabelFormat.Paper
    def __init__(self) -> None: ...

class Instructions(_message.Message):
    __slots__ = ("address", "address_lines", "reference", "text")
    ADDRESS_FIELD_NUMBER: _ClassVar[int]
    ADDRESS_LINES_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    address: _address_pb2.Address
    address_lines: _containers.RepeatedScalarFieldContainer[str]
    reference: str
    text: str
    def __init__(self, address: _Optional[_Union[_address_pb2.Address, _Mapping]] = ..., address_lines: _Optional[_Iterable[str]] = ..., reference: _Optional[str] = ..., text: _Optional[str] = ...) -> None: ...

class Settlement(_message.Message):
    __slots__ = ("id", "kind", "state", "amount", "label_fee", "bonus", "provider_reference", "create_time", "settle_time", "failure", "note", "reverses_settlement_id")
    ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    LABEL_FEE_FIELD_NUMBER: _ClassVar[int]
    BONUS_FIELD_NUMBER: _ClassVar[int]
    PROVIDER_REFERENCE_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    SETTLE_TIME_FIELD_NUMBER: _ClassVar[int]
    FAILURE_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    REVERSES_SETTLEMENT_ID_FIELD_NUMBER: _ClassVar[int]
    id: str
    kind: Outcome.Kind
    state: SettlementStatus.State
    amount: _money_pb2.Money
    label_fee: _money_pb2.Money
    bonus: _money_pb2.Money
    provider_reference: str
    create_time: _timestamp_pb2.Timestamp
    settle_time: _timestamp_pb2.Timestamp
    failure: str
    note: str
    reverses_settlement_id: str
    def __init__(self, id: _Optional[str] = ..., kind: _Optional[_Union[Outcome.Kind, str]] = ..., state: _Optional[_Union[SettlementStatus.State, str]] = ..., amount: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., label_fee: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., bonus: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., provider_reference: _Optional[str] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., settle_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., failure: _Optional[str] = ..., note: _Optional[str] = ..., reverses_settlement_id: _Optional[str] = ...) -> None: ...

class Quote(_message.Message):
    __slots__ = ("hash", "expire_time", "amount", "goods", "shipping", "label_fee", "unrecovered_fee", "bonus", "steps", "outcome")
    HASH_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    GOODS_FIELD_NUMBER: _ClassVar[int]
    SHIPPING_FIELD_NUMBER: _ClassVar[int]
    LABEL_FEE_FIELD_NUMBER: _ClassVar[int]
    UNRECOVERED_FEE_FIELD_NUMBER: _ClassVar[int]
    BONUS_FIELD_NUMBER: _ClassVar[int]
    STEPS_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    hash: str
    expire_time: _timestamp_pb2.Timestamp
    amount: _money_pb2.Money
    goods: _money_pb2.Money
    shipping: _money_pb2.Money
    label_fee: _money_pb2.Money
    unrecovered_fee: _money_pb2.Money
    bonus: _money_pb2.Money
    steps: _containers.RepeatedCompositeFieldContainer[QuoteStep]
    outcome: Outcome.Kind
    def __init__(self, hash: _Optional[str] = ..., expire_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., amount: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., goods: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., shipping: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., label_fee: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., unrecovered_fee: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., bonus: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., steps: _Optional[_Iterable[_Union[QuoteStep, _Mapping]]] = ..., outcome: _Optional[_Union[Outcome.Kind, str]] = ...) -> None: ...

class QuoteStep(_message.Message):
    __slots__ = ("rule", "base", "amount", "running", "explanation")
    RULE_FIELD_NUMBER: _ClassVar[int]
    BASE_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    RUNNING_FIELD_NUMBER: _ClassVar[int]
    EXPLANATION_FIELD_NUMBER: _ClassVar[int]
    rule: str
    base: _money_pb2.Money
    amount: _money_pb2.Money
    running: _money_pb2.Money
    explanation: str
    def __init__(self, rule: _Optional[str] = ..., base: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., amount: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., running: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., explanation: _Optional[str] = ...) -> None: ...

class ReturnItem(_message.Message):
    __slots__ = ("order_line_id", "quantity", "reason_code", "comment", "evidence_image_ids", "seal_intact")
    ORDER_LINE_ID_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    REASON_CODE_FIELD_NUMBER: _ClassVar[int]
    COMMENT_FIELD_NUMBER: _ClassVar[int]
    EVIDENCE_IMAGE_IDS_FIELD_NUMBER: _ClassVar[int]
    SEAL_INTACT_FIELD_NUMBER: _ClassVar[int]
    order_line_id: str
    quantity: int
    reason_code: str
    comment: str
    evidence_image_ids: _containers.RepeatedScalarFieldContainer[str]
    seal_intact: bool
    def __init__(self, order_line_id: _Optional[str] = ..., quantity: _Optional[int] = ..., reason_code: _Optional[str] = ..., comment: _Optional[str] = ..., evidence_image_ids: _Optional[_Iterable[str]] = ..., seal_intact: _Optional[bool] = ...) -> None: ...

class WorkItem(_message.Message):
    __slots__ = ("id", "kind", "return_id", "explanation", "create_time")
    ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    RETURN_ID_FIELD_NUMBER: _ClassVar[int]
    EXPLANATION_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    id: str
    kind: str
    return_id: str
    explanation: str
    create_time: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., kind: _Optional[str] = ..., return_id: _Optional[str] = ..., explanation: _Optional[str] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class UnitVerdict(_message.Message):
    __slots__ = ("order_line_id", "unit", "returnable", "code", "rule", "explanation", "until_time", "policy_version", "last_day")
    ORDER_LINE_ID_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    RETURNABLE_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    RULE_FIELD_NUMBER: _ClassVar[int]
    EXPLANATION_FIELD_NUMBER: _ClassVar[int]
    UNTIL_TIME_FIELD_NUMBER: _ClassVar[int]
    POLICY_VERSION_FIELD_NUMBER: _ClassVar[int]
    LAST_DAY_FIELD_NUMBER: _ClassVar[int]
    order_line_id: str
    unit: int
    returnable: bool
    code: str
    rule: str
    explanation: str
    until_time: _timestamp_pb2.Timestamp
    policy_version: int
    last_day: _date_pb2.Date
    def __init__(self, order_line_id: _Optional[str] = ..., unit: _Optional[int] = ..., returnable: _Optional[bool] = ..., code: _Optional[str] = ..., rule: _Optional[str] = ..., explanation: _Optional[str] = ..., until_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., policy_version: _Optional[int] = ..., last_day: _Optional[_Union[_date_pb2.Date, _Mapping]] = ...) -> None: ...
