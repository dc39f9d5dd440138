import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.api import field_behavior_pb2 as _field_behavior_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.type import money_pb2 as _money_pb2
from sendback.v1 import address_pb2 as _address_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Order(_message.Message):
    __slots__ = ("id", "external_id", "number", "currency_code", "place_time", "email", "language_code", "customer_id", "ship_to", "lines", "discounts", "shipping", "duties", "payments", "fulfilments", "tags", "cancelled", "create_time", "update_time", "etag", "erase_time")
    ID_FIELD_NUMBER: _ClassVar[int]
    EXTERNAL_ID_FIELD_NUMBER: _ClassVar[int]
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    CURRENCY_CODE_FIELD_NUMBER: _ClassVar[int]
    PLACE_TIME_FIELD_NUMBER: _ClassVar[int]
    EMAIL_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_CODE_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    SHIP_TO_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    DISCOUNTS_FIELD_NUMBER: _ClassVar[int]
    SHIPPING_FIELD_NUMBER: _ClassVar[int]
    DUTIES_FIELD_NUMBER: _ClassVar[int]
    PAYMENTS_FIELD_NUMBER: _ClassVar[int]
    FULFILMENTS_FIELD_NUMBER: _ClassVar[int]
    TAGS_FIELD_NUMBER: _ClassVar[int]
    CANCELLED_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    ERASE_TIME_FIELD_NUMBER: _ClassVar[int]
    id: str
    external_id: str
    number: str
    currency_code: str
    place_time: _timestamp_pb2.Timestamp
    email: str
    language_code: str
    customer_id: str
    ship_to: _address_pb2.Address
    lines: _containers.RepeatedCompositeFieldContainer[OrderLine]
    discounts: _containers.RepeatedCompositeFieldContainer[Discount]
    shipping: Shipping
    duties: _money_pb2.Money
    payments: _containers.RepeatedCompositeFieldContainer[Payment]
    fulfilments: _containers.RepeatedCompositeFieldContainer[Fulfilment]
    tags: _containers.RepeatedScalarFieldContainer[str]
    cancelled: bool
    create_time: _timestamp_pb2.Timestamp
    update_time: _timestamp_pb2.Timestamp
    etag: str
    erase_time: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., external_id: _Optional[str] = ..., number: _Optional[str] = ..., currency_code: _Optional[str] = ..., place_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., email: _Optional[str] = ..., language_code: _Optional[str] = ..., customer_id: _Optional[str] = ..., ship_to: _Optional[_Union[_address_pb2.Address, _Mapping]] = ..., lines: _Optional[_Iterable[_Union[OrderLine, _Mapping]]] = ..., discounts: _Optional[_Iterable[_Union[Discount, _Mapping]]] = ..., shipping: _Optional[_Union[Shipping, _Mapping]] = ..., duties: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., payments: _Optional[_Iterable[_Union[Payment, _Mapping]]] = ..., fulfilments: _Optional[_Iterable[_Union[Fulfilment, _Mapping]]] = ..., tags: _Optional[_Iterable[str]] = ..., cancelled: _Optional[bool] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., update_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., etag: _Optional[str] = ..., erase_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class OrderLine(_message.Message):
    __slots__ = ("id", "title", "quantity", "price", "sku", "variant", "image_uri", "product_id", "tags", "discounts", "taxes", "weight_grams", "hs_code", "origin_region_code", "final_sale", "gift_card", "digital", "hygiene_sealed", "personalised")
    ID_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    PRICE_FIELD_NUMBER: _ClassVar[int]
    SKU_FIELD_NUMBER: _ClassVar[int]
    VARIANT_FIELD_NUMBER: _ClassVar[int]
    IMAGE_URI_FIELD_NUMBER: _ClassVar[int]
    PRODUCT_ID_FIELD_NUMBER: _ClassVar[int]
    TAGS_FIELD_NUMBER: _ClassVar[int]
    DISCOUNTS_FIELD_NUMBER: _ClassVar[int]
    TAXES_FIELD_NUMBER: _ClassVar[int]
    WEIGHT_GRAMS_FIELD_NUMBER: _ClassVar[int]
    HS_CODE_FIELD_NUMBER: _ClassVar[int]
    ORIGIN_REGION_CODE_FIELD_NUMBER: _ClassVar[int]
    FINAL_SALE_FIELD_NUMBER: _ClassVar[int]
    GIFT_CARD_FIELD_NUMBER: _ClassVar[int]
    DIGITAL_FIELD_NUMBER: _ClassVar[int]
    HYGIENE_SEALED_FIELD_NUMBER: _ClassVar[int]
    PERSONALISED_FIELD_NUMBER: _ClassVar[int]
    id: str
    title: str
    quantity: int
    price: _money_pb2.Money
    sku: str
    variant: str
    image_uri: str
    product_id: str
    tags: _containers.RepeatedScalarFieldContainer[str]
    discounts: _containers.RepeatedCompositeFieldContainer[Discount]
    taxes: _containers.RepeatedCompositeFieldContainer[TaxLine]
    weight_grams: int
    hs_code: str
    origin_region_code: str
    final_sale: bool
    gift_card: bool
    digital: bool
    hygiene_sealed: bool
    personalised: bool
    def __init__(self, id: _Optional[str] = ..., title: _Optional[str] = ..., quantity: _Optional[int] = ..., price: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., sku: _Optional[str] = ..., variant: _Optional[str] = ..., image_uri: _Optional[str] = ..., product_id: _Optional[str] = ..., tags: _Optional[_Iterable[str]] = ..., discounts: _Optional[_Iterable[_Union[Discount, _Mapping]]] = ..., taxes: _Optional[_Iterable[_Union[TaxLine, _Mapping]]] = ..., weight_grams: _Optional[int] = ..., hs_code: _Optional[str] = ..., origin_region_code: _Optional[str] = ..., final_sale: _Optional[bool] = ..., gift_card: _Optional[bool] = ..., digital: _Optional[bool] = ..., hygiene_sealed: _Optional[bool] = ..., personalised: _Optional[bool] = ...) -> None: ...

class TaxLine(_message.Message):
    __slots__ = ("title", "rate_ppm", "amount", "inclusive")
    TITLE_FIELD_NUMBER: _ClassVar[int]
    RATE_PPM_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    INCLUSIVE_FIELD_NUMBER: _ClassVar[int]
    title: str
    rate_ppm: int
    amount: _money_pb2.Money
    inclusive: bool
    def __init__(self, title: _Optional[str] = ..., rate_ppm: _Optional[int] = ..., amount: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., inclusive: _Optional[bool] = ...) -> None: ...

class Discount(_message.Message):
    __slots__ = ("title", "amount", "allocations")
    TITLE_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    ALLOCATIONS_FIELD_NUMBER: _ClassVar[int]
    title: str
    amount: _money_pb2.Money
    allocations: _containers.RepeatedCompositeFieldContainer[DiscountAllocation]
    def __init__(self, title: _Optional[str] = ..., amount: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., allocations: _Optional[_Iterable[_Union[DiscountAllocation, _Mapping]]] = ...) -> None: ...

class DiscountAllocation(_message.Message):
    __slots__ = ("line_id", "amount")
    LINE_ID_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    line_id: str
    amount: _money_pb2.Money
    def __init__(self, line_id: _Optional[str] = ..., amount: _Optional[_Union[_money_pb2.Money, _Mapping]] = ...) -> None: ...

class Shipping(_message.Message):
    __slots__ = ("price", "discount", "taxes")
    PRICE_FIELD_NUMBER: _ClassVar[int]
    DISCOUNT_FIELD_NUMBER: _ClassVar[int]
    TAXES_FIELD_NUMBER: _ClassVar[int]
    price: _money_pb2.Money
    discount: _money_pb2.Money
    taxes: _containers.RepeatedCompositeFieldContainer[TaxLine]
    def __init__(self, price: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., discount: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., taxes: _Optional[_Iterable[_Union[TaxLine, _Mapping]]] = ...) -> None: ...

class Payment(_message.Message):
    __slots__ = ("id", "captured", "refunded", "account", "gift_card", "capture_time", "refund_references")
    ID_FIELD_NUMBER: _ClassVar[int]
    CAPTURED_FIELD_NUMBER: _ClassVar[int]
    REFUNDED_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    GIFT_CARD_FIELD_NUMBER: _ClassVar[int]
    CAPTURE_TIME_FIELD_NUMBER: _ClassVar[int]
    REFUND_REFERENCES_FIELD_NUMBER: _ClassVar[int]
    id: str
    captured: _money_pb2.Money
    refunded: _money_pb2.Money
    account: str
    gift_card: bool
    capture_time: _timestamp_pb2.Timestamp
    refund_references: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, id: _Optional[str] = ..., captured: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., refunded: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., account: _Optional[str] = ..., gift_card: _Optional[bool] = ..., capture_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., refund_references: _Optional[_Iterable[str]] = ...) -> None: ...

class Fulfilment(_message.Message):
    __slots__ = ("id", "lines", "ship_time", "deliver_time")
    ID_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    SHIP_TIME_FIELD_NUMBER: _ClassVar[int]
    DELIVER_TIME_FIELD_NUMBER: _ClassVar[int]
    id: str
    lines: _containers.RepeatedCompositeFieldContainer[FulfilledLine]
    ship_time: _timestamp_pb2.Timestamp
    deliver_time: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., lines: _Optional[_Iterable[_Union[FulfilledLine, _Mapping]]] = ..., ship_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., deliver_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class FulfilledLine(_message.Message):
    __slots__ = ("line_id", "quantity")
    LINE_ID_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    line_id: str
    quantity: int
    def __init__(self, line_id: _Optional[str] = ..., quantity: _Optional[int] = ...) -> None: ...
