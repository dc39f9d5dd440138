"""What Mondial Relay answers to a shipment: always HTTP 200; a list of statuses says how it went. Pure.

The answer repeats the account's password. Nothing of it gets into an error but codes and cleaned texts."""

from dataclasses import dataclass
from typing import NoReturn
from xml.etree.ElementTree import Element

from sendback_sdk import Declined, Misconfigured, OutcomeUnknown, TryLater

from sendback_mondial_relay.markup import Unreadable, read, text

# Who asks is unknown or not entitled: somebody must mend the settings.
_OF_THE_ACCOUNT = frozenset({*map(str, range(10000, 10008)), "10066", "10067", "10072", "10079"})
# A carrier that it works with did not answer.
_OF_A_PARTNER = frozenset({"10068", "10081"})
# Something broke on its side, at a time that nobody tells.
_OF_ITS_OWN = frozenset({"-1", "10080", "99999", ""})
_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Made:
    """`output` is a link, or base64, or a code's content, by what was asked for. `warnings` are codes."""

    number: str
    output: str
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Status:
    code: str
    level: str
    message: str

    @property
    def failed(self) -> bool:
        """It is "Error" or "Critical error", in one case or another; success has code 0 and often no level."""
        return "error" in self.level.lower() or (not self.level and self.code != "0")


def made(body: bytes, password: str) -> Made:
    """The shipment, or what its refusal means. What cannot be read leaves it open."""
    try:
        answer = read(body)
    except Unreadable as broken:
        raise OutcomeUnknown(str(broken)) from None
    statuses = [_status(each, password) for each in answer.iterfind("{*}StatusList/{*}Status")]
    shipment = answer.find("{*}ShipmentsList/{*}Shipment")
    number = "" if shipment is None else shipment.get("ShipmentNumber", "").strip()
    failures = [status for status in statuses if status.failed]
    if failures and not number:
        refuse(failures)
    output = text(None if shipment is None else shipment.find("{*}LabelList/{*}Label"), "Output")
    if not (number and output):
        raise OutcomeUnknown(f"no label in the answer (shipment {number or 'unknown'})")
    return Made(number, output, tuple(status.code for status in statuses if status.code != "0"))


def refuse(failures: list[Status]) -> NoReturn:
    """Errors and critical errors make no shipment, by the documentation; those of its own are not taken at that."""
    said = "; ".join(f"{failure.code}: {failure.message}" for failure in failures)[:_SHOWN]
    codes = {failure.code for failure in failures}
    if codes & _OF_ITS_OWN:
        raise OutcomeUnknown(said)
    if codes & _OF_THE_ACCOUNT:
        raise Misconfigured(said)
    if codes & _OF_A_PARTNER:
        raise TryLater(said)
    raise Declined(said)


def _status(element: Element, password: str) -> Status:
    message = element.get("Message", "")
    message = message.replace(password, "…") if password else message
    plain = " ".join("".join(c if c.isprintable() else " " for c in message).split())
    return Status(element.get("Code", "").strip()[:10], element.get("Level", "").strip(), plain[:_SHOWN])
