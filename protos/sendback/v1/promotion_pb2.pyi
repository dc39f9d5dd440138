from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class PromotionForm(_message.Message):
    __slots__ = ()
    class Kind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        KIND_UNSPECIFIED: _ClassVar[PromotionForm.Kind]
        INSERT_PDF: _ClassVar[PromotionForm.Kind]
        INSERT_PNG: _ClassVar[PromotionForm.Kind]
        INSERT_SVG: _ClassVar[PromotionForm.Kind]
        INSERT_ZPL: _ClassVar[PromotionForm.Kind]
        EMAIL_HTML: _ClassVar[PromotionForm.Kind]
        EMAIL_TEXT: _ClassVar[PromotionForm.Kind]
        SITE_LINK: _ClassVar[PromotionForm.Kind]
    KIND_UNSPECIFIED: PromotionForm.Kind
    INSERT_PDF: PromotionForm.Kind
    INSERT_PNG: PromotionForm.Kind
    INSERT_SVG: PromotionForm.Kind
    INSERT_ZPL: PromotionForm.Kind
    EMAIL_HTML: PromotionForm.Kind
    EMAIL_TEXT: PromotionForm.Kind
    SITE_LINK: PromotionForm.Kind
    def __init__(self) -> None: ...

class BuyerCase(_message.Message):
    __slots__ = ()
    class Kind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        KIND_UNSPECIFIED: _ClassVar[BuyerCase.Kind]
        FREE_LABEL: _ClassVar[BuyerCase.Kind]
        LABEL_WITH_FEE: _ClassVar[BuyerCase.Kind]
        INSTRUCTIONS: _ClassVar[BuyerCase.Kind]
        WINDOW_CLOSED: _ClassVar[BuyerCase.Kind]
        NOT_RETURNABLE: _ClassVar[BuyerCase.Kind]
    KIND_UNSPECIFIED: BuyerCase.Kind
    FREE_LABEL: BuyerCase.Kind
    LABEL_WITH_FEE: BuyerCase.Kind
    INSTRUCTIONS: BuyerCase.Kind
    WINDOW_CLOSED: BuyerCase.Kind
    NOT_RETURNABLE: BuyerCase.Kind
    def __init__(self) -> None: ...

class Promotion(_message.Message):
    __slots__ = ("media_type", "content", "uri", "language_code", "buyer_case", "sentences")
    MEDIA_TYPE_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    URI_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_CODE_FIELD_NUMBER: _ClassVar[int]
    BUYER_CASE_FIELD_NUMBER: _ClassVar[int]
    SENTENCES_FIELD_NUMBER: _ClassVar[int]
    media_type: str
    content: bytes
    uri: str
    language_code: str
    buyer_case: BuyerCase.Kind
    sentences: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, media_type: _Optional[str] = ..., content: _Optional[bytes] = ..., uri: _Optional[str] = ..., language_code: _Optional[str] = ..., buyer_case: _Optional[_Union[BuyerCase.Kind, str]] = ..., sentences: _Optional[_Iterable[str]] = ...) -> None: ...
