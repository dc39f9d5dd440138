"""The file that `sendback quote` reads: an order, a policy and what comes back. Its form: docs/quote.md."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from google.protobuf.message import Message
from google.type.money_pb2 import Money
from sendback.v1 import order_pb2, policy_pb2, return_pb2, returns_service_pb2
from sendback_sdk.orders import Order

from sendback_service.api.message_json import document_of, message_of
from sendback_service.api.money import minor_of
from sendback_service.api.order_wire import order_of
from sendback_service.api.policy_wire import kind_of, policy_of
from sendback_service.api.validation import Validation
from sendback_service.refusal import Problem, Reason, Refusal, invalid
from sendback_service.rules.order import problems
from sendback_service.rules.policy import Policy
from sendback_service.rules.quote import UnitKey
from sendback_service.rules.requested_return import RequestedReturn, RequestedUnit
from sendback_service.rules.states import Basis, SettlementKind
from sendback_service.rules.territory import LABEL_COUNTRIES, place_of

M = TypeVar("M", bound=Message)

_OF_A_RETURN = ("items", "outcome", "basis", "findings", "labelFee", "expected")
_OF_THE_FILE = ("order", "policy", *_OF_A_RETURN, "earlier")


@dataclass(frozen=True, slots=True)
class Stage:
    """A return of the file. `label_fee` None: what the policy says. `expected` is what it must come to."""

    asked: RequestedReturn
    label_fee: int | None
    expected: return_pb2.Quote


@dataclass(frozen=True, slots=True)
class QuoteFile:
    """`stages` are the returns one after another; the last is the one asked about."""

    policy: Policy
    stages: tuple[Stage, ...]


def quote_file(text: str) -> QuoteFile:
    """Refuses with the path of everything that is wrong, in the names of the file."""
    try:
        return _Reading().file(document_of(text))
    except Refusal as refusal:
        raise Refusal(
            refusal.reason, refusal.metadata, tuple(_in_json(p) for p in refusal.problems)
        ) from None


class _Reading:
    def __init__(self) -> None:
        self._validation = Validation()
        self._taken: set[UnitKey] = set()

    def file(self, document: object) -> QuoteFile:
        whole = _section(document, "", _OF_THE_FILE, ("order", "items"))
        order = self._order(whole["order"])
        policy = policy_of(self._message(policy_pb2.Policy, whole.get("policy") or {}, "policy"))
        earlier = _list(whole.get("earlier", []), "earlier")
        sections = [
            (_section(part, f"earlier[{n}]", _OF_A_RETURN, ("items",)), f"earlier[{n}].")
            for n, part in enumerate(earlier)
        ]
        stages = [self._stage(order, policy, part, at) for part, at in (*sections, (whole, ""))]
        return QuoteFile(policy, tuple(stages))

    def _order(self, document: object) -> Order:
        order = order_of(self._message(order_pb2.Order, document, "order"))
        wrong = tuple(Problem(f"order.{p.field}", p.description) for p in problems(order))
        if wrong:
            raise Refusal(Reason.ORDER_INVALID, {"order": order.id}, wrong)
        return order

    def _stage(self, order: Order, policy: Policy, part: Mapping[str, Any], at: str) -> Stage:
        items = self._messages(return_pb2.ReturnItem, part["items"], f"{at}items")
        findings = self._messages(returns_service_pb2.UnitFinding, part.get("findings", []), f"{at}findings")
        _check_reasons(items, policy, at)
        units = _found(tuple(self._units(order, items, at)), findings, at)
        outcome = kind_of(self._outcome(part.get("outcome"), at), f"{at}outcome")
        if outcome is SettlementKind.STORE_CREDIT and not policy.credit.enabled:
            raise invalid(f"{at}outcome", "the policy does not offer store credit: set policy.credit.enabled")
        place = place_of(order.ship_to) or min(policy.labels.countries or LABEL_COUNTRIES)
        fee = part.get("labelFee")
        return Stage(
            RequestedReturn(order, units, place, outcome, self._basis(part.get("basis"), at)),
            None if fee is None else self._amount(fee, order.currency, f"{at}labelFee"),
            message_of(return_pb2.Quote, part.get("expected") or {}, f"{at}expected"),
        )

    def _units(
        self, order: Order, items: Sequence[return_pb2.ReturnItem], at: str
    ) -> Iterator[RequestedUnit]:
        """The lowest free units of each line, as when a return is made."""
        lines = {line.id: line.quantity for line in order.lines}
        for n, item in enumerate(items):
            if item.order_line_id not in lines:
                raise invalid(
                    f"{at}items[{n}].order_line_id", f"no line {item.order_line_id!r} in this order"
                )
            keys = [(item.order_line_id, number) for number in range(lines[item.order_line_id])]
            free = [key for key in keys if key not in self._taken]
            if item.quantity > len(free):
                raise invalid(
                    f"{at}items[{n}].quantity", f"{len(free)} of the line's {len(keys)} units are left"
                )
            self._taken |= set(free[: item.quantity])
            yield from (RequestedUnit(*key, item.reason_code) for key in free[: item.quantity])

    def _outcome(self, name: object, at: str) -> int:
        return self._named(return_pb2.Quote, "outcome", name, at).outcome

    def _basis(self, name: object, at: str) -> Basis:
        number = self._named(return_pb2.Return, "basis", name, at).basis
        return Basis(return_pb2.ReturnBasis.Kind.Name(number)) if number else Basis.GOODWILL

    def _named(self, kind: type[M], field: str, name: object, at: str) -> M:
        """An enum's value by its name, in a message that has a field of this enum."""
        return message_of(kind, {} if name is None else {field: name}, at.removesuffix("."))

    def _amount(self, document: object, currency: str, at: str) -> int:
        amount = minor_of(self._message(Money, document, at), at, currency)
        if amount < 0:
            raise invalid(at, "must not be negative")
        return amount

    def _messages(self, kind: type[M], documents: object, at: str) -> list[M]:
        return [self._message(kind, part, f"{at}[{n}]") for n, part in enumerate(_list(documents, at))]

    def _message(self, kind: type[M], document: object, at: str) -> M:
        message = message_of(kind, document, at)
        wrong = tuple(
            Problem(f"{at}.{p.field}" if p.field else at, p.description)
            for p in self._validation.problems(message)
        )
        if wrong:
            raise Refusal(Reason.INVALID_FIELD, {"field": wrong[0].field}, wrong)
        return message


def _section(document: object, at: str, known: Sequence[str], needed: Sequence[str]) -> Mapping[str, Any]:
    if not isinstance(document, dict):
        raise invalid(at, "must be an object: { … }")
    before = f"{at}." if at else ""
    wrong = [
        Problem(f"{before}{name}", f"there is no field {name!r}; known: {', '.join(known)}")
        for name in document
        if name not in known
    ]
    wrong += [
        Problem(f"{before}{name}", "is required") for name in needed if document.get(name) in (None, [])
    ]
    if wrong:
        raise Refusal(Reason.INVALID_FIELD, {"field": wrong[0].field}, tuple(wrong))
    return document


def _list(value: object, at: str) -> Sequence[Any]:
    if not isinstance(value, list):
        raise invalid(at, "must be a list: [ … ]")
    return value


def _check_reasons(items: Sequence[return_pb2.ReturnItem], policy: Policy, at: str) -> None:
    """A reason decides about fees, so one that the policy does not have would be told wrong."""
    codes = [reason.code for reason in policy.reasons]
    for n, item in enumerate(items):
        if item.reason_code and item.reason_code not in codes:
            known = f"must be one of {', '.join(codes)}" if codes else "the policy has no reasons"
            raise invalid(f"{at}items[{n}].reason_code", known)


def _found(
    units: tuple[RequestedUnit, ...], findings: Sequence[returns_service_pb2.UnitFinding], at: str
) -> tuple[RequestedUnit, ...]:
    found = {unit.key: unit for unit in units}
    seen: set[UnitKey] = set()
    for n, finding in enumerate(findings):
        key = finding.order_line_id, finding.unit
        if key not in found or key in seen:
            why = "was told before" if key in seen else "is not in this return"
            raise invalid(f"{at}findings[{n}]", f"unit {key[1]} of line {key[0]!r} {why}")
        seen.add(key)
        found[key] = _inspected(found[key], finding)
    return tuple(found.values())


def _inspected(unit: RequestedUnit, finding: returns_service_pb2.UnitFinding) -> RequestedUnit:
    accepted = finding.result == return_pb2.Inspection.ACCEPTED
    grade = return_pb2.Grade.Level.Name(finding.grade) if accepted and finding.grade else ""
    return RequestedUnit(unit.line_id, unit.number, unit.reason_code, grade, not accepted)


def _in_json(problem: Problem) -> Problem:
    """Proto names as JSON has them: `order.place_time` → `order.placeTime`."""
    field = re.sub(r"(?<=[a-z])_([a-z])", lambda found: found[1].upper(), problem.field)
    return Problem(field, problem.description)
