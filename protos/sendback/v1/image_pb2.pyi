import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ImageUse(_message.Message):
    __slots__ = ()
    class Kind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        KIND_UNSPECIFIED: _ClassVar[ImageUse.Kind]
        LOGO: _ClassVar[ImageUse.Kind]
        BACKGROUND: _ClassVar[ImageUse.Kind]
        EVIDENCE: _ClassVar[ImageUse.Kind]
    KIND_UNSPECIFIED: ImageUse.Kind
    LOGO: ImageUse.Kind
    BACKGROUND: ImageUse.Kind
    EVIDENCE: ImageUse.Kind
    def __init__(self) -> None: ...

class ImageSize(_message.Message):
    __slots__ = ()
    class Kind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        KIND_UNSPECIFIED: _ClassVar[ImageSize.Kind]
        PHONE: _ClassVar[ImageSize.Kind]
        DESKTOP: _ClassVar[ImageSize.Kind]
    KIND_UNSPECIFIED: ImageSize.Kind
    PHONE: ImageSize.Kind
    DESKTOP: ImageSize.Kind
    def __init__(self) -> None: ...

class Image(_message.Message):
    __slots__ = ("id", "use", "variants", "create_time")
    ID_FIELD_NUMBER: _ClassVar[int]
    USE_FIELD_NUMBER: _ClassVar[int]
    VARIANTS_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    id: str
    use: ImageUse.Kind
    variants: _containers.RepeatedCompositeFieldContainer[ImageVariant]
    create_time: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., use: _Optional[_Union[ImageUse.Kind, str]] = ..., variants: _Optional[_Iterable[_Union[ImageVariant, _Mapping]]] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ImageVariant(_message.Message):
    __slots__ = ("size", "width", "height", "media_type", "byte_count")
    SIZE_FIELD_NUMBER: _ClassVar[int]
    WIDTH_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    MEDIA_TYPE_FIELD_NUMBER: _ClassVar[int]
    BYTE_COUNT_FIELD_NUMBER: _ClassVar[int]
    size: ImageSize.Kind
    width: int
    height: int
    media_type: str
    byte_count: int
    def __init__(self, size: _Optional[_Union[ImageSize.Kind, str]] = ..., width: _Optional[int] = ..., height: _Optional[int] = ..., media_type: _Optional[str] = ..., byte_count: _Optional[int] = ...) -> None: ...
