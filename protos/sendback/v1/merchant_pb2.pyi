import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.api import field_behavior_pb2 as _field_behavior_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from sendback.v1 import address_pb2 as _address_pb2
from sendback.v1 import policy_pb2 as _policy_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Merchant(_message.Message):
    __slots__ = ("id", "name", "entitled", "create_time")
    ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    ENTITLED_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    id: str
    name: str
    entitled: bool
    create_time: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., name: _Optional[str] = ..., entitled: _Optional[bool] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class PortalStatus(_message.Message):
    __slots__ = ()
    class State(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        STATE_UNSPECIFIED: _ClassVar[PortalStatus.State]
        INACTIVE: _ClassVar[PortalStatus.State]
        HIDDEN: _ClassVar[PortalStatus.State]
        ACTIVE: _ClassVar[PortalStatus.State]
    STATE_UNSPECIFIED: PortalStatus.State
    INACTIVE: PortalStatus.State
    HIDDEN: PortalStatus.State
    ACTIVE: PortalStatus.State
    def __init__(self) -> None: ...

class PortalSettings(_message.Message):
    __slots__ = ("merchant_id", "status", "slug", "default_language_code", "omit_qr_on_slip", "etag", "background_image_id", "typed_link_on_slip", "hints")
    MERCHANT_ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    SLUG_FIELD_NUMBER: _ClassVar[int]
    DEFAULT_LANGUAGE_CODE_FIELD_NUMBER: _ClassVar[int]
    OMIT_QR_ON_SLIP_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    BACKGROUND_IMAGE_ID_FIELD_NUMBER: _ClassVar[int]
    TYPED_LINK_ON_SLIP_FIELD_NUMBER: _ClassVar[int]
    HINTS_FIELD_NUMBER: _ClassVar[int]
    merchant_id: str
    status: PortalStatus.State
    slug: str
    default_language_code: str
    omit_qr_on_slip: bool
    etag: str
    background_image_id: str
    typed_link_on_slip: bool
    hints: _containers.RepeatedCompositeFieldContainer[SettingsHint]
    def __init__(self, merchant_id: _Optional[str] = ..., status: _Optional[_Union[PortalStatus.State, str]] = ..., slug: _Optional[str] = ..., default_language_code: _Optional[str] = ..., omit_qr_on_slip: _Optional[bool] = ..., etag: _Optional[str] = ..., background_image_id: _Optional[str] = ..., typed_link_on_slip: _Optional[bool] = ..., hints: _Optional[_Iterable[_Union[SettingsHint, _Mapping]]] = ...) -> None: ...

class SettingsHint(_message.Message):
    __slots__ = ("kind", "currency_code", "explanation")
    class Kind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        KIND_UNSPECIFIED: _ClassVar[SettingsHint.Kind]
        FEE_MISSING: _ClassVar[SettingsHint.Kind]
        NO_CARRIER: _ClassVar[SettingsHint.Kind]
        POLICY_PAGE_MISSING: _ClassVar[SettingsHint.Kind]
        POLICY_PAGE_UNCHECKED: _ClassVar[SettingsHint.Kind]
        PORTAL_NOT_LINKED: _ClassVar[SettingsHint.Kind]
        FEE_NOT_TOLD: _ClassVar[SettingsHint.Kind]
        SUPPORT_MISSING: _ClassVar[SettingsHint.Kind]
    KIND_UNSPECIFIED: SettingsHint.Kind
    FEE_MISSING: SettingsHint.Kind
    NO_CARRIER: SettingsHint.Kind
    POLICY_PAGE_MISSING: SettingsHint.Kind
    POLICY_PAGE_UNCHECKED: SettingsHint.Kind
    PORTAL_NOT_LINKED: SettingsHint.Kind
    FEE_NOT_TOLD: SettingsHint.Kind
    SUPPORT_MISSING: SettingsHint.Kind
    KIND_FIELD_NUMBER: _ClassVar[int]
    CURRENCY_CODE_FIELD_NUMBER: _ClassVar[int]
    EXPLANATION_FIELD_NUMBER: _ClassVar[int]
    kind: SettingsHint.Kind
    currency_code: str
    explanation: str
    def __init__(self, kind: _Optional[_Union[SettingsHint.Kind, str]] = ..., currency_code: _Optional[str] = ..., explanation: _Optional[str] = ...) -> None: ...

class Brand(_message.Message):
    __slots__ = ("merchant_id", "display_name", "color", "policy_uri", "support_uri", "support_email", "social_uris", "logo_image_id", "etag")
    MERCHANT_ID_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    COLOR_FIELD_NUMBER: _ClassVar[int]
    POLICY_URI_FIELD_NUMBER: _ClassVar[int]
    SUPPORT_URI_FIELD_NUMBER: _ClassVar[int]
    SUPPORT_EMAIL_FIELD_NUMBER: _ClassVar[int]
    SOCIAL_URIS_FIELD_NUMBER: _ClassVar[int]
    LOGO_IMAGE_ID_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    merchant_id: str
    display_name: str
    color: str
    policy_uri: str
    support_uri: str
    support_email: str
    social_uris: _containers.RepeatedScalarFieldContainer[str]
    logo_image_id: str
    etag: str
    def __init__(self, merchant_id: _Optional[str] = ..., display_name: _Optional[str] = ..., color: _Optional[str] = ..., policy_uri: _Optional[str] = ..., support_uri: _Optional[str] = ..., support_email: _Optional[str] = ..., social_uris: _Optional[_Iterable[str]] = ..., logo_image_id: _Optional[str] = ..., etag: _Optional[str] = ...) -> None: ...

class Warehouse(_message.Message):
    __slots__ = ("id", "address", "region_codes", "enclose", "etag")
    ID_FIELD_NUMBER: _ClassVar[int]
    ADDRESS_FIELD_NUMBER: _ClassVar[int]
    REGION_CODES_FIELD_NUMBER: _ClassVar[int]
    ENCLOSE_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    id: str
    address: _address_pb2.Address
    region_codes: _containers.RepeatedScalarFieldContainer[str]
    enclose: _containers.RepeatedCompositeFieldContainer[_policy_pb2.LocalizedText]
    etag: str
    def __init__(self, id: _Optional[str] = ..., address: _Optional[_Union[_address_pb2.Address, _Mapping]] = ..., region_codes: _Optional[_Iterable[str]] = ..., enclose: _Optional[_Iterable[_Union[_policy_pb2.LocalizedText, _Mapping]]] = ..., etag: _Optional[str] = ...) -> None: ...

class AccessKey(_message.Message):
    __slots__ = ("id", "kind", "merchant_id", "scopes", "title", "create_time", "expire_time", "revoke_time")
    class Kind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        KIND_UNSPECIFIED: _ClassVar[AccessKey.Kind]
        OPERATOR: _ClassVar[AccessKey.Kind]
        PORTAL: _ClassVar[AccessKey.Kind]
        MERCHANT: _ClassVar[AccessKey.Kind]
    KIND_UNSPECIFIED: AccessKey.Kind
    OPERATOR: AccessKey.Kind
    PORTAL: AccessKey.Kind
    MERCHANT: AccessKey.Kind
    ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    MERCHANT_ID_FIELD_NUMBER: _ClassVar[int]
    SCOPES_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    REVOKE_TIME_FIELD_NUMBER: _ClassVar[int]
    id: str
    kind: AccessKey.Kind
    merchant_id: str
    scopes: _containers.RepeatedScalarFieldContainer[str]
    title: str
    create_time: _timestamp_pb2.Timestamp
    expire_time: _timestamp_pb2.Timestamp
    revoke_time: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., kind: _Optional[_Union[AccessKey.Kind, str]] = ..., merchant_id: _Optional[str] = ..., scopes: _Optional[_Iterable[str]] = ..., title: _Optional[str] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expire_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., revoke_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...
