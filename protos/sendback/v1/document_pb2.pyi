from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Optional as _Optional

DESCRIPTOR: _descriptor.FileDescriptor

class LabelDocument(_message.Message):
    __slots__ = ()
    class Kind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        KIND_UNSPECIFIED: _ClassVar[LabelDocument.Kind]
        LABEL: _ClassVar[LabelDocument.Kind]
        QR: _ClassVar[LabelDocument.Kind]
    KIND_UNSPECIFIED: LabelDocument.Kind
    LABEL: LabelDocument.Kind
    QR: LabelDocument.Kind
    def __init__(self) -> None: ...

class DocumentChunk(_message.Message):
    __slots__ = ("media_type", "size", "sha256", "data")
    MEDIA_TYPE_FIELD_NUMBER: _ClassVar[int]
    SIZE_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    DATA_FIELD_NUMBER: _ClassVar[int]
    media_type: str
    size: int
    sha256: str
    data: bytes
    def __init__(self, media_type: _Optional[str] = ..., size: _Optional[int] = ..., sha256: _Optional[str] = ..., data: _Optional[bytes] = ...) -> None: ...
