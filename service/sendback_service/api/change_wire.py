"""What a change of policy means, as messages. Words are in the caller's language."""

from collections.abc import Iterator, Mapping

from google.type.money_pb2 import Money as MoneyMessage
from sendback.v1 import policy_change_pb2 as pb
from sendback_sdk.money import Money

from sendback_service.api.money import money_message
from sendback_service.api.times import stamp
from sendback_service.policies import Comparison, Simulation
from sendback_service.rules.clauses import Value
from sendback_service.rules.differences import Difference, effect_of
from sendback_service.rules.labels import LabelOfferKind
from sendback_service.rules.policy import Particular
from sendback_service.rules.simulation import SimulatedReturn, SimulatedUnit
from sendback_service.rules.tally import Example, Sums, by_frequency
from sendback_service.text.policies import difference_text, judgement_text, verdict_on_change

_MOST_MEMBERS = 500


def comparison_message(found: Comparison, language: str) -> pb.DiffPoliciesResponse:
    effect = effect_of(found.differences)
    return pb.DiffPoliciesResponse(
        version=found.version,
        other_version=found.other_version,
        differences=[_difference(difference, language) for difference in found.differences],
        effect=str(effect),
        explanation=verdict_on_change(effect, language),
    )


def simulation_message(found: Simulation, language: str) -> pb.PolicySimulation:
    tally = found.tally
    return pb.PolicySimulation(
        placed_from_time=stamp(found.period.start),
        placed_before_time=stamp(found.period.end),
        order_count=tally.orders,
        unit_count=tally.units,
        return_count=tally.returns,
        complete=found.complete,
        units=_changes(tally.unit_changes, language),
        returns=_changes(tally.return_changes, language),
        label_count=tally.labels[0],
        label_count_instead=tally.labels[1],
        money=[_money(currency, sums) for currency, sums in sorted(tally.money.items())],
        examples=[_example(example, language) for example in tally.examples()],
    )


def _difference(difference: Difference, language: str) -> pb.PolicyDifference:
    message = pb.PolicyDifference(
        field=difference.path,
        effect=str(difference.effect),
        explanation=difference_text(difference, language),
    )
    if difference.of_members:
        listed = message.added if difference.new else message.removed
        listed.extend(difference.keys[:_MOST_MEMBERS])
        message.member_count = len(difference.keys)
    else:
        message.old_value, message.new_value = _plain(difference.old), _plain(difference.new)
    return message


def _plain(value: Value) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case Money():
            return f"{value.decimal()} {value.currency}"
        case tuple():
            return "; ".join(f"{language}: {text}" for language, text in value)
        case Particular():
            return "; ".join(_particular(value))
    return str(value)


def _particular(terms: Particular) -> Iterator[str]:
    for name in ("window_days", "label_policy", "restocking_percent"):
        said = getattr(terms, name)
        if said is not None:
            yield f"{name} {said}"
    for currency, minor in terms.label_fees:
        yield f"label_fees {_plain(Money(minor, currency))}"
    if terms.always_approve:
        yield "always_approve true"


def _changes(counts: Mapping[tuple[str, str], int], language: str) -> list[pb.JudgementChange]:
    return [
        pb.JudgementChange(
            judged=judged,
            judged_instead=instead,
            count=count,
            explanation=judgement_text(instead, language),
        )
        for (judged, instead), count in by_frequency(counts)
    ]


def _money(currency: str, sums: Sums) -> pb.SimulatedMoney:
    def pair(amounts: list[int]) -> tuple[MoneyMessage, MoneyMessage]:
        return money_message(amounts[0], currency), money_message(amounts[1], currency)

    message = pb.SimulatedMoney(return_count=sums.changed)
    for name, amounts in (
        ("refunds", sums.refunds),
        ("credits", sums.credits),
        ("label_fees", sums.label_fees),
    ):
        was, instead = pair(amounts)
        getattr(message, name).CopyFrom(was)
        getattr(message, f"{name}_instead").CopyFrom(instead)
    return message


def _example(example: Example, language: str) -> pb.SimulatedExample:
    message = pb.SimulatedExample(order_id=example.order_id, order_number=example.order_number)
    match example.what:
        case SimulatedUnit() as unit:
            message.MergeFrom(
                pb.SimulatedExample(
                    return_id=unit.return_id,
                    order_line_id=unit.line_id,
                    unit=unit.number,
                    judged=unit.judged,
                    judged_instead=unit.instead,
                )
            )
        case SimulatedReturn() as one:
            message.MergeFrom(_of_return(one, example.currency))
    message.explanation = judgement_text(message.judged_instead, language)
    return message


def _of_return(one: SimulatedReturn, currency: str) -> pb.SimulatedExample:
    return pb.SimulatedExample(
        return_id=one.past.id,
        judged=one.course.judged,
        judged_instead=one.instead.judged,
        label_offer=_offer(one.course.offer),
        label_offer_instead=_offer(one.instead.offer),
        amount=money_message(one.course.amount, currency),
        amount_instead=money_message(one.instead.amount, currency),
        label_fee=money_message(one.course.label_fee, currency),
        label_fee_instead=money_message(one.instead.label_fee, currency),
    )


def _offer(kind: LabelOfferKind | None) -> str | None:
    return None if kind is None else str(kind)
