"""What is wrong with a message by the rules that stand in the protos, and by those on text."""

from typing import Any

from google.protobuf.message import Message
from protovalidate import Validator

from sendback_service.api.hygiene import unclean
from sendback_service.refusal import Problem, Refusal
from sendback_service.rules.values import frozen


@frozen
class Wrong:
    """A message of a stream and why it is refused; None where its bytes are no message."""

    request: Any
    refusal: Refusal


class Validation:
    """Made once: the first message of a kind is the dear one."""

    def __init__(self) -> None:
        self._validator = Validator()

    def problems(self, message: Message) -> tuple[Problem, ...]:
        violations = [found.proto for found in self._validator.collect_violations(message)]
        return tuple(Problem(_path(v.field), v.message) for v in violations) or tuple(unclean(message))


def _path(field: Any) -> str:
    """`items[0].quantity`, from protovalidate's field path."""
    path = ""
    for element in field.elements if field else ():
        path += f".{element.field_name}" if path else element.field_name
        subscript = element.subscript
        if subscript is not None and subscript.field == "index":
            path += f"[{subscript.value}]"
    return path
