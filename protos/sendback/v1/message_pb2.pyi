from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class MessageOccasion(_message.Message):
    __slots__ = ()
    class Occasion(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        MESSAGE_OCCASION_UNSPECIFIED: _ClassVar[MessageOccasion.Occasion]
        ACCESS_LINK: _ClassVar[MessageOccasion.Occasion]
        WITHDRAWAL: _ClassVar[MessageOccasion.Occasion]
        REMINDER: _ClassVar[MessageOccasion.Occasion]
        IN_REVIEW: _ClassVar[MessageOccasion.Occasion]
        LABEL: _ClassVar[MessageOccasion.Occasion]
        RENEWED_LABEL: _ClassVar[MessageOccasion.Occasion]
        ANOTHER_LABEL: _ClassVar[MessageOccasion.Occasion]
        INSTRUCTIONS: _ClassVar[MessageOccasion.Occasion]
        PARCEL_INSTRUCTIONS: _ClassVar[MessageOccasion.Occasion]
        DECLINED: _ClassVar[MessageOccasion.Occasion]
        CANCELLED: _ClassVar[MessageOccasion.Occasion]
        HANDED_OVER: _ClassVar[MessageOccasion.Occasion]
        RECEIVED: _ClassVar[MessageOccasion.Occasion]
        NOT_ACCEPTED: _ClassVar[MessageOccasion.Occasion]
        REFUNDED: _ClassVar[MessageOccasion.Occasion]
        CREDITED: _ClassVar[MessageOccasion.Occasion]
        EXPIRED: _ClassVar[MessageOccasion.Occasion]
        NOTHING_DUE: _ClassVar[MessageOccasion.Occasion]
    MESSAGE_OCCASION_UNSPECIFIED: MessageOccasion.Occasion
    ACCESS_LINK: MessageOccasion.Occasion
    WITHDRAWAL: MessageOccasion.Occasion
    REMINDER: MessageOccasion.Occasion
    IN_REVIEW: MessageOccasion.Occasion
    LABEL: MessageOccasion.Occasion
    RENEWED_LABEL: MessageOccasion.Occasion
    ANOTHER_LABEL: MessageOccasion.Occasion
    INSTRUCTIONS: MessageOccasion.Occasion
    PARCEL_INSTRUCTIONS: MessageOccasion.Occasion
    DECLINED: MessageOccasion.Occasion
    CANCELLED: MessageOccasion.Occasion
    HANDED_OVER: MessageOccasion.Occasion
    RECEIVED: MessageOccasion.Occasion
    NOT_ACCEPTED: MessageOccasion.Occasion
    REFUNDED: MessageOccasion.Occasion
    CREDITED: MessageOccasion.Occasion
    EXPIRED: MessageOccasion.Occasion
    NOTHING_DUE: MessageOccasion.Occasion
    def __init__(self) -> None: ...

class MessageTemplate(_message.Message):
    __slots__ = ("occasion", "language_code", "subject", "body", "button", "own", "variables", "etag")
    OCCASION_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_CODE_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    BODY_FIELD_NUMBER: _ClassVar[int]
    BUTTON_FIELD_NUMBER: _ClassVar[int]
    OWN_FIELD_NUMBER: _ClassVar[int]
    VARIABLES_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    occasion: MessageOccasion.Occasion
    language_code: str
    subject: str
    body: str
    button: str
    own: bool
    variables: _containers.RepeatedScalarFieldContainer[str]
    etag: str
    def __init__(self, occasion: _Optional[_Union[MessageOccasion.Occasion, str]] = ..., language_code: _Optional[str] = ..., subject: _Optional[str] = ..., body: _Optional[str] = ..., button: _Optional[str] = ..., own: _Optional[bool] = ..., variables: _Optional[_Iterable[str]] = ..., etag: _Optional[str] = ...) -> None: ...

class MessagePreview(_message.Message):
    __slots__ = ("language_code", "subject", "text", "html", "own")
    LANGUAGE_CODE_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    HTML_FIELD_NUMBER: _ClassVar[int]
    OWN_FIELD_NUMBER: _ClassVar[int]
    language_code: str
    subject: str
    text: str
    html: str
    own: bool
    def __init__(self, language_code: _Optional[str] = ..., subject: _Optional[str] = ..., text: _Optional[str] = ..., html: _Optional[str] = ..., own: _Optional[bool] = ...) -> None: ...

class MessageRule(_message.Message):
    __slots__ = ("occasion", "channels")
    OCCASION_FIELD_NUMBER: _ClassVar[int]
    CHANNELS_FIELD_NUMBER: _ClassVar[int]
    occasion: MessageOccasion.Occasion
    channels: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, occasion: _Optional[_Union[MessageOccasion.Occasion, str]] = ..., channels: _Optional[_Iterable[str]] = ...) -> None: ...

class MessageSettings(_message.Message):
    __slots__ = ("rules", "offered_channels", "etag")
    RULES_FIELD_NUMBER: _ClassVar[int]
    OFFERED_CHANNELS_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    rules: _containers.RepeatedCompositeFieldContainer[MessageRule]
    offered_channels: _containers.RepeatedScalarFieldContainer[str]
    etag: str
    def __init__(self, rules: _Optional[_Iterable[_Union[MessageRule, _Mapping]]] = ..., offered_channels: _Optional[_Iterable[str]] = ..., etag: _Optional[str] = ...) -> None: ...
