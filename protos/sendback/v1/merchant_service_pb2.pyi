import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.api import field_behavior_pb2 as _field_behavior_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import field_mask_pb2 as _field_mask_pb2
from google.protobuf import struct_pb2 as _struct_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from sendback.v1 import document_pb2 as _document_pb2
from sendback.v1 import image_pb2 as _image_pb2
from sendback.v1 import merchant_pb2 as _merchant_pb2
from sendback.v1 import policy_pb2 as _policy_pb2
from sendback.v1 import policy_change_pb2 as _policy_change_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class CreateMerchantRequest(_message.Message):
    __slots__ = ("merchant", "request_id")
    MERCHANT_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    merchant: _merchant_pb2.Merchant
    request_id: str
    def __init__(self, merchant: _Optional[_Union[_merchant_pb2.Merchant, _Mapping]] = ..., request_id: _Optional[str] = ...) -> None: ...

class GetMerchantRequest(_message.Message):
    __slots__ = ("merchant_id",)
    MERCHANT_ID_FIELD_NUMBER: _ClassVar[int]
    merchant_id: str
    def __init__(self, merchant_id: _Optional[str] = ...) -> None: ...

class ListMerchantsRequest(_message.Message):
    __slots__ = ("page_size", "page_token")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListMerchantsResponse(_message.Message):
    __slots__ = ("merchants", "next_page_token")
    MERCHANTS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    merchants: _containers.RepeatedCompositeFieldContainer[_merchant_pb2.Merchant]
    next_page_token: str
    def __init__(self, merchants: _Optional[_Iterable[_Union[_merchant_pb2.Merchant, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class SetEntitlementRequest(_message.Message):
    __slots__ = ("merchant_id", "entitled", "request_id")
    MERCHANT_ID_FIELD_NUMBER: _ClassVar[int]
    ENTITLED_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    merchant_id: str
    entitled: bool
    request_id: str
    def __init__(self, merchant_id: _Optional[str] = ..., entitled: _Optional[bool] = ..., request_id: _Optional[str] = ...) -> None: ...

class GetPortalSettingsRequest(_message.Message):
    __slots__ = ("merchant_id",)
    MERCHANT_ID_FIELD_NUMBER: _ClassVar[int]
    merchant_id: str
    def __init__(self, merchant_id: _Optional[str] = ...) -> None: ...

class UpdatePortalSettingsRequest(_message.Message):
    __slots__ = ("merchant_id", "settings", "update_mask", "request_id")
    MERCHANT_ID_FIELD_NUMBER: _ClassVar[int]
    SETTINGS_FIELD_NUMBER: _ClassVar[int]
    UPDATE_MASK_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    merchant_id: str
    settings: _merchant_pb2.PortalSettings
    update_mask: _field_mask_pb2.FieldMask
    request_id: str
    def __init__(self, merchant_id: _Optional[str] = ..., settings: _Optional[_Union[_merchant_pb2.PortalSettings, _Mapping]] = ..., update_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ..., request_id: _Optional[str] = ...) -> None: ...

class GetBrandRequest(_message.Message):
    __slots__ = ("merchant_id",)
    MERCHANT_ID_FIELD_NUMBER: _ClassVar[int]
    merchant_id: str
    def __init__(self, merchant_id: _Optional[str] = ...) -> None: ...

class UpdateBrandRequest(_message.Message):
    __slots__ = ("merchant_id", "brand", "update_mask", "request_id")
    MERCHANT_ID_FIELD_NUMBER: _ClassVar[int]
    BRAND_FIELD_NUMBER: _ClassVar[int]
    UPDATE_MASK_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    merchant_id: str
    brand: _merchant_pb2.Brand
    update_mask: _field_mask_pb2.FieldMask
    request_id: str
    def __init__(self, merchant_id: _Optional[str] = ..., brand: _Optional[_Union[_merchant_pb2.Brand, _Mapping]] = ..., update_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ..., request_id: _Optional[str] = ...) -> None: ...

class UploadImageRequest(_message.Message):
    __slots__ = ("merchant_id", "use", "data")
    MERCHANT_ID_FIELD_NUMBER: _ClassVar[int]
    USE_FIELD_NUMBER: _ClassVar[int]
    DATA_FIELD_NUMBER: _ClassVar[int]
    merchant_id: str
    use: _image_pb2.ImageUse.Kind
    data: bytes
    def __init__(self, merchant_id: _Optional[str] = ..., use: _Optional[_Union[_image_pb2.ImageUse.Kind, str]] = ..., data: _Optional[bytes] = ...) -> None: ...

class GetImageRequest(_message.Message):
    __slots__ = ("merchant_id", "image_id", "size")
    MERCHANT_ID_FIELD_NUMBER: _ClassVar[int]
    IMAGE_ID_FIELD_NUMBER: _ClassVar[int]
    SIZE_FIELD_NUMBER: _ClassVar[int]
    merchant_id: str
    image_id: str
    size: _image_pb2.ImageSize.Kind
    def __init__(self, merchant_id: _Optional[str] = ..., image_id: _Optional[str] = ..., size: _Optional[_Union[_image_pb2.ImageSize.Kind, str]] = ...) -> None: ...

class CheckPolicyPageRequest(_message.Message):
    __slots__ = ("merchant_id", "uri")
    MERCHANT_ID_FIELD_NUMBER: _ClassVar[int]
    URI_FIELD_NUMBER: _ClassVar[int]
    merchant_id: str
    uri: str
    def __init__(self, merchant_id: _Optional[str] = ..., uri: _Optional[str] = ...) -> None: ...

class PolicyPageCheck(_message.Message):
    __slots__ = ("uri", "final_uri", "outcome", "links_to_portal", "fee_expected", "fee_mentioned", "findings", "check_time")
    class Outcome(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        OUTCOME_UNSPECIFIED: _ClassVar[PolicyPageCheck.Outcome]
        READ: _ClassVar[PolicyPageCheck.Outcome]
        REFUSED: _ClassVar[PolicyPageCheck.Outcome]
        UNREACHABLE: _ClassVar[PolicyPageCheck.Outcome]
        ERROR_STATUS: _ClassVar[PolicyPageCheck.Outcome]
        NOT_A_PAGE: _ClassVar[PolicyPageCheck.Outcome]
    OUTCOME_UNSPECIFIED: PolicyPageCheck.Outcome
    READ: PolicyPageCheck.Outcome
    REFUSED: PolicyPageCheck.Outcome
    UNREACHABLE: PolicyPageCheck.Outcome
    ERROR_STATUS: PolicyPageCheck.Outcome
    NOT_A_PAGE: PolicyPageCheck.Outcome
    URI_FIELD_NUMBER: _ClassVar[int]
    FINAL_URI_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    LINKS_TO_PORTAL_FIELD_NUMBER: _ClassVar[int]
    FEE_EXPECTED_FIELD_NUMBER: _ClassVar[int]
    FEE_MENTIONED_FIELD_NUMBER: _ClassVar[int]
    FINDINGS_FIELD_NUMBER: _ClassVar[int]
    CHECK_TIME_FIELD_NUMBER: _ClassVar[int]
    uri: str
    final_uri: str
    outcome: PolicyPageCheck.Outcome
    links_to_portal: bool
    fee_expected: bool
    fee_mentioned: bool
    findings: _containers.RepeatedScalarFieldContainer[str]
    check_time: _timestamp_pb2.Timestamp
    def __init__(self, uri: _Optional[str] = ..., final_uri: _Optional[str] = ..., outcome: _Optional[_Union[PolicyPageCheck.Outcome, str]] = ..., links_to_portal: _Optional[bool] = ..., fee_expected: _Optional[bool] = ..., fee_mentioned: _Optional[bool] = ..., findings: _Optional[_Iterable[str]] = ..., check_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class CreateWarehouseRequest(_message.Message):
    __slots__ = ("merchant_id", "warehouse", "request_id")
    MERCHANT_ID_FIELD_NUMBER: _ClassVar[int]
    WAREHOUSE_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    merchant_id: str
    warehouse: _merchant_pb2.Warehouse
    request_id: str
    def __init__(self, merchant_id: _Optional[str] = ..., warehouse: _Optional[_Union[_merchant_pb2.Warehouse, _Mapping]] = ..., request_id: _Optional[str] = ...) -> None: ...

class UpdateWarehouseRequest(_message.Message):
    __slots__ = ("merchant_id", "warehouse", "update_mask", "request_id")
    MERCHANT_ID_FIELD_NUMBER: _ClassVar[int]
    WAREHOUSE_FIELD_NUMBER: _ClassVar[int]
    UPDATE_MASK_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    merchant_id: str
    warehouse: _merchant_pb2.Warehouse
    update_mask: _field_mask_pb2.FieldMask
    request_id: str
    def __init__(self, merchant_id: _Optional[str] = ..., warehouse: _Optional[_Union[_merchant_pb2.Warehouse, _Mapping]] = ..., update_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ..., request_id: _Optional[str] = ...) -> None: ...

class ListWarehousesRequest(_message.Message):
    __slots__ = ("merchant_id",)
    MERCHANT_ID_FIELD_NUMBER: _ClassVar[int]
    merchant_id: str
    def __init__(self, merchant_id: _Optional[str] = ...) -> None: ...

class ListWarehousesResponse(_message.Message):
    __slots__ = ("warehouses",)
    WAREHOUSES_FIELD_NUMBER: _ClassVar[int]
    warehouses: _containers.RepeatedCompositeFieldContainer[_merchant_pb2.Warehouse]
    def __init__(self, warehouses: _Optional[_Iterable[_Union[_merchant_pb2.Warehouse, _Mapping]]] = ...) -> None: ...

class PublishPolicyRequest(_message.Message):
    __slots__ = ("merchant_id", "policy", "request_id")
    MERCHANT_ID_FIELD_NUMBER: _ClassVar[int]
    POLICY_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    merchant_id: str
    policy: _policy_pb2.Policy
    request_id: str
    def __init__(self, merchant_id: _Optional[str] = ..., policy: _Optional[_Union[_policy_pb2.Policy, _Mapping]] = ..., request_id: _Optional[str] = ...) -> None: ...

class GetPolicyRequest(_message.Message):
    __slots__ = ("merchant_id", "version")
    MERCHANT_ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    merchant_id: str
    version: int
    def __init__(self, merchant_id: _Optional[str] = ..., version: _Optional[int] = ...) -> None: ...

class CreateAccessKeyRequest(_message.Message):
    __slots__ = ("access_key",)
    ACCESS_KEY_FIELD_NUMBER: _ClassVar[int]
    access_key: _merchant_pb2.AccessKey
    def __init__(self, access_key: _Optional[_Union[_merchant_pb2.AccessKey, _Mapping]] = ...) -> None: ...

class CreateAccessKeyResponse(_message.Message):
    __slots__ = ("access_key", "secret")
    ACCESS_KEY_FIELD_NUMBER: _ClassVar[int]
    SECRET_FIELD_NUMBER: _ClassVar[int]
    access_key: _merchant_pb2.AccessKey
    secret: str
    def __init__(self, access_key: _Optional[_Union[_merchant_pb2.AccessKey, _Mapping]] = ..., secret: _Optional[str] = ...) -> None: ...

class ListAccessKeysRequest(_message.Message):
    __slots__ = ("merchant_id", "page_size", "page_token")
    MERCHANT_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    merchant_id: str
    page_size: int
    page_token: str
    def __init__(self, merchant_id: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListAccessKeysResponse(_message.Message):
    __slots__ = ("access_keys", "next_page_token", "grantable_scopes")
    ACCESS_KEYS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    GRANTABLE_SCOPES_FIELD_NUMBER: _ClassVar[int]
    access_keys: _containers.RepeatedCompositeFieldContainer[_merchant_pb2.AccessKey]
    next_page_token: str
    grantable_scopes: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, access_keys: _Optional[_Iterable[_Union[_merchant_pb2.AccessKey, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., grantable_scopes: _Optional[_Iterable[str]] = ...) -> None: ...

class RotateAccessKeyRequest(_message.Message):
    __slots__ = ("access_key_id", "grace", "expire_time")
    ACCESS_KEY_ID_FIELD_NUMBER: _ClassVar[int]
    GRACE_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    access_key_id: str
    grace: _duration_pb2.Duration
    expire_time: _timestamp_pb2.Timestamp
    def __init__(self, access_key_id: _Optional[str] = ..., grace: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., expire_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class RevokeAccessKeyRequest(_message.Message):
    __slots__ = ("access_key_id",)
    ACCESS_KEY_ID_FIELD_NUMBER: _ClassVar[int]
    access_key_id: str
    def __init__(self, access_key_id: _Optional[str] = ...) -> None: ...

class AccountToConnect(_message.Message):
    __slots__ = ("name", "plugin", "settings", "secrets", "sandbox")
    class SecretsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    NAME_FIELD_NUMBER: _ClassVar[int]
    PLUGIN_FIELD_NUMBER: _ClassVar[int]
    SETTINGS_FIELD_NUMBER: _ClassVar[int]
    SECRETS_FIELD_NUMBER: _ClassVar[int]
    SANDBOX_FIELD_NUMBER: _ClassVar[int]
    name: str
    plugin: str
    settings: _struct_pb2.Struct
    secrets: _containers.ScalarMap[str, str]
    sandbox: bool
    def __init__(self, name: _Optional[str] = ..., plugin: _Optional[str] = ..., settings: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., secrets: _Optional[_Mapping[str, str]] = ..., sandbox: _Optional[bool] = ...) -> None: ...

class ConnectedAccount(_message.Message):
    __slots__ = ("account", "name", "plugin", "kind", "settings", "secret_names", "sandbox", "failure")
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    PLUGIN_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    SETTINGS_FIELD_NUMBER: _ClassVar[int]
    SECRET_NAMES_FIELD_NUMBER: _ClassVar[int]
    SANDBOX_FIELD_NUMBER: _ClassVar[int]
    FAILURE_FIELD_NUMBER: _ClassVar[int]
    account: str
    name: str
    plugin: str
    kind: str
    settings: _struct_pb2.Struct
    secret_names: _containers.RepeatedScalarFieldContainer[str]
    sandbox: bool
    failure: str
    def __init__(self, account: _Optional[str] = ..., name: _Optional[str] = ..., plugin: _Optional[str] = ..., kind: _Optional[str] = ..., settings: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., secret_names: _Optional[_Iterable[str]] = ..., sandbox: _Optional[bool] = ..., failure: _Optional[str] = ...) -> None: ...

class ConnectAccountRequest(_message.Message):
    __slots__ = ("merchant_id", "account", "request_id")
    MERCHANT_ID_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    merchant_id: str
    account: AccountToConnect
    request_id: str
    def __init__(self, merchant_id: _Optional[str] = ..., account: _Optional[_Union[AccountToConnect, _Mapping]] = ..., request_id: _Optional[str] = ...) -> None: ...

class ListConnectablePluginsRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListConnectablePluginsResponse(_message.Message):
    __slots__ = ("plugins",)
    PLUGINS_FIELD_NUMBER: _ClassVar[int]
    plugins: _containers.RepeatedCompositeFieldContainer[ConnectablePlugin]
    def __init__(self, plugins: _Optional[_Iterable[_Union[ConnectablePlugin, _Mapping]]] = ...) -> None: ...

class ConnectablePlugin(_message.Message):
    __slots__ = ("name", "kind", "settings")
    NAME_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    SETTINGS_FIELD_NUMBER: _ClassVar[int]
    name: str
    kind: str
    settings: _containers.RepeatedCompositeFieldContainer[PluginSetting]
    def __init__(self, name: _Optional[str] = ..., kind: _Optional[str] = ..., settings: _Optional[_Iterable[_Union[PluginSetting, _Mapping]]] = ...) -> None: ...

class PluginSetting(_message.Message):
    __slots__ = ("name", "kind", "required", "secret", "default_text", "choices", "description")
    class Kind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        KIND_UNSPECIFIED: _ClassVar[PluginSetting.Kind]
        TEXT: _ClassVar[PluginSetting.Kind]
        NUMBER: _ClassVar[PluginSetting.Kind]
        YES_NO: _ClassVar[PluginSetting.Kind]
        CHOICE: _ClassVar[PluginSetting.Kind]
        JSON: _ClassVar[PluginSetting.Kind]
    KIND_UNSPECIFIED: PluginSetting.Kind
    TEXT: PluginSetting.Kind
    NUMBER: PluginSetting.Kind
    YES_NO: PluginSetting.Kind
    CHOICE: PluginSetting.Kind
    JSON: PluginSetting.Kind
    NAME_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    REQUIRED_FIELD_NUMBER: _ClassVar[int]
    SECRET_FIELD_NUMBER: _ClassVar[int]
    DEFAULT_TEXT_FIELD_NUMBER: _ClassVar[int]
    CHOICES_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    name: str
    kind: PluginSetting.Kind
    required: bool
    secret: bool
    default_text: str
    choices: _containers.RepeatedScalarFieldContainer[str]
    description: str
    def __init__(self, name: _Optional[str] = ..., kind: _Optional[_Union[PluginSetting.Kind, str]] = ..., required: _Optional[bool] = ..., secret: _Optional[bool] = ..., default_text: _Optional[str] = ..., choices: _Optional[_Iterable[str]] = ..., description: _Optional[str] = ...) -> None: ...

class ListConnectedAccountsRequest(_message.Message):
    __slots__ = ("merchant_id",)
    MERCHANT_ID_FIELD_NUMBER: _ClassVar[int]
    merchant_id: str
    def __init__(self, merchant_id: _Optional[str] = ...) -> None: ...

class ListConnectedAccountsResponse(_message.Message):
    __slots__ = ("accounts",)
    ACCOUNTS_FIELD_NUMBER: _ClassVar[int]
    accounts: _containers.RepeatedCompositeFieldContainer[ConnectedAccount]
    def __init__(self, accounts: _Optional[_Iterable[_Union[ConnectedAccount, _Mapping]]] = ...) -> None: ...

class DisconnectAccountRequest(_message.Message):
    __slots__ = ("merchant_id", "name", "request_id")
    MERCHANT_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    merchant_id: str
    name: str
    request_id: str
    def __init__(self, merchant_id: _Optional[str] = ..., name: _Optional[str] = ..., request_id: _Optional[str] = ...) -> None: ...

class DisconnectAccountResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...
