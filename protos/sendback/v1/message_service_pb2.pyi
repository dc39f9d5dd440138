from buf.validate import validate_pb2 as _validate_pb2
from google.api import field_behavior_pb2 as _field_behavior_pb2
from sendback.v1 import message_pb2 as _message_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ListMessageTemplatesRequest(_message.Message):
    __slots__ = ("merchant_id", "occasions", "language_codes")
    MERCHANT_ID_FIELD_NUMBER: _ClassVar[int]
    OCCASIONS_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_CODES_FIELD_NUMBER: _ClassVar[int]
    merchant_id: str
    occasions: _containers.RepeatedScalarFieldContainer[_message_pb2.MessageOccasion.Occasion]
    language_codes: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, merchant_id: _Optional[str] = ..., occasions: _Optional[_Iterable[_Union[_message_pb2.MessageOccasion.Occasion, str]]] = ..., language_codes: _Optional[_Iterable[str]] = ...) -> None: ...

class ListMessageTemplatesResponse(_message.Message):
    __slots__ = ("templates",)
    TEMPLATES_FIELD_NUMBER: _ClassVar[int]
    templates: _containers.RepeatedCompositeFieldContainer[_message_pb2.MessageTemplate]
    def __init__(self, templates: _Optional[_Iterable[_Union[_message_pb2.MessageTemplate, _Mapping]]] = ...) -> None: ...

class UpdateMessageTemplateRequest(_message.Message):
    __slots__ = ("merchant_id", "template", "request_id")
    MERCHANT_ID_FIELD_NUMBER: _ClassVar[int]
    TEMPLATE_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    merchant_id: str
    template: _message_pb2.MessageTemplate
    request_id: str
    def __init__(self, merchant_id: _Optional[str] = ..., template: _Optional[_Union[_message_pb2.MessageTemplate, _Mapping]] = ..., request_id: _Optional[str] = ...) -> None: ...

class DeleteMessageTemplateRequest(_message.Message):
    __slots__ = ("merchant_id", "occasion", "language_code", "request_id")
    MERCHANT_ID_FIELD_NUMBER: _ClassVar[int]
    OCCASION_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_CODE_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    merchant_id: str
    occasion: _message_pb2.MessageOccasion.Occasion
    language_code: str
    request_id: str
    def __init__(self, merchant_id: _Optional[str] = ..., occasion: _Optional[_Union[_message_pb2.MessageOccasion.Occasion, str]] = ..., language_code: _Optional[str] = ..., request_id: _Optional[str] = ...) -> None: ...

class DeleteMessageTemplateResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class PreviewMessageRequest(_message.Message):
    __slots__ = ("merchant_id", "occasion", "language_codes", "draft")
    MERCHANT_ID_FIELD_NUMBER: _ClassVar[int]
    OCCASION_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_CODES_FIELD_NUMBER: _ClassVar[int]
    DRAFT_FIELD_NUMBER: _ClassVar[int]
    merchant_id: str
    occasion: _message_pb2.MessageOccasion.Occasion
    language_codes: _containers.RepeatedScalarFieldContainer[str]
    draft: _message_pb2.MessageTemplate
    def __init__(self, merchant_id: _Optional[str] = ..., occasion: _Optional[_Union[_message_pb2.MessageOccasion.Occasion, str]] = ..., language_codes: _Optional[_Iterable[str]] = ..., draft: _Optional[_Union[_message_pb2.MessageTemplate, _Mapping]] = ...) -> None: ...

class PreviewMessageResponse(_message.Message):
    __slots__ = ("previews",)
    PREVIEWS_FIELD_NUMBER: _ClassVar[int]
    previews: _containers.RepeatedCompositeFieldContainer[_message_pb2.MessagePreview]
    def __init__(self, previews: _Optional[_Iterable[_Union[_message_pb2.MessagePreview, _Mapping]]] = ...) -> None: ...

class GetMessageSettingsRequest(_message.Message):
    __slots__ = ("merchant_id",)
    MERCHANT_ID_FIELD_NUMBER: _ClassVar[int]
    merchant_id: str
    def __init__(self, merchant_id: _Optional[str] = ...) -> None: ...

class UpdateMessageSettingsRequest(_message.Message):
    __slots__ = ("merchant_id", "settings", "request_id")
    MERCHANT_ID_FIELD_NUMBER: _ClassVar[int]
    SETTINGS_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    merchant_id: str
    settings: _message_pb2.MessageSettings
    request_id: str
    def __init__(self, merchant_id: _Optional[str] = ..., settings: _Optional[_Union[_message_pb2.MessageSettings, _Mapping]] = ..., request_id: _Optional[str] = ...) -> None: ...
