"""Updates by field mask."""

from collections.abc import Iterable
from typing import TypeVar

from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.message import Message

from sendback_service.refusal import invalid

M = TypeVar("M", bound=Message)


def merged(present: M, wanted: M, mask: FieldMask, kept: Iterable[str]) -> M:
    """`present` with the masked fields of `wanted`; with all of them where there is no mask. Names in `kept` are the
    service's own and stay: a mask of nothing else changes nothing (AIP-161)."""
    own = frozenset(kept)
    known = [name for name in wanted.DESCRIPTOR.fields_by_name if name not in own]
    names = [path for path in mask.paths if path not in own] if mask.paths else known
    unknown = [name for name in names if name not in known]
    if unknown:
        raise invalid("update_mask", f"no field {unknown[0]!r}; known: {', '.join(known)}")
    merged, masked = type(present)(), type(present)()
    merged.CopyFrom(present)
    masked.CopyFrom(wanted)
    for name in wanted.DESCRIPTOR.fields_by_name:
        (merged if name in names else masked).ClearField(name)
    merged.MergeFrom(masked)
    return merged
