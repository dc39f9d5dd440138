"""In what two policies differ, and whether buyers are better or worse off by it.

A clause on what is switched off, or does not bear on what a buyer pays, means nothing to anybody: the switch tells what
was gained or lost by turning it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sendback_service.rules.audiences import as_for, audiences, terms_for
from sendback_service.rules.clauses import CLAUSES, Clause, Value
from sendback_service.rules.policy import Policy

# A policy that names no currency.
_NONE_NAMED = Policy()


class Effect(StrEnum):
    """What a change means to buyers; MIXED: some gain, others lose."""

    BETTER = "BETTER"
    WORSE = "WORSE"
    MIXED = "MIXED"
    NEUTRAL = "NEUTRAL"


@dataclass(frozen=True, slots=True)
class Difference:
    """`field` is a path of the wire in which `[]` stands for the key: `labels.fees[]` of EUR, `reasons[].fault` of
    LATE. What came into a list, or left it, is told at once: then it is one `of_members`, which are the `keys`, and
    `new` is whether they came."""

    field: str
    keys: tuple[str, ...]
    old: Value
    new: Value
    effect: Effect
    of_members: bool = False

    @property
    def path(self) -> str:
        return self.field.replace("[]", f"[{self.keys[0]}]")


def differences(old: Policy, new: Policy, currency: str | None = None) -> Iterator[Difference]:
    """In the order of the policy's fields, those for some buyers last. With a `currency`, for one buyer who paid in it,
    of policies as they are for this buyer; else for all buyers together."""
    currencies = _named(old, new) if currency is None else (currency,)
    for clause in CLAUSES:
        keys = [key for key in clause.differing(old, new) if not clause.by_currency or key in currencies]
        if clause.members:
            yield from _members(clause, old, new, keys)
        else:
            for key in keys:
                effect = _effect(clause, old, new, currencies if clause.in_every_currency else (key,))
                yield Difference(clause.field, (key,), clause.value(old, key), clause.value(new, key), effect)
    if currency is None:
        yield from _for_some(old, new)


def _for_some(old: Policy, new: Policy) -> Iterator[Difference]:
    for audience in audiences(old, new):
        before, after = terms_for(old, audience), terms_for(new, audience)
        if before != after:
            effect = effect_of(differences(*as_for(old, new, audience)))
            yield Difference("particulars[]", (audience.name,), before, after, effect)


def effect_of(found: Iterable[Difference]) -> Effect:
    """All of them taken together."""
    return _together({difference.effect for difference in found})


def _members(clause: Clause, old: Policy, new: Policy, keys: Sequence[str]) -> Iterator[Difference]:
    """Those that left, then those that came: each kind means the same to buyers."""
    for came in (False, True):
        of_kind = tuple(key for key in keys if clause.value(new, key) is came)
        if of_kind:
            yield Difference(
                clause.field, of_kind, not came, came, _effect(clause, old, new, of_kind[:1]), True
            )


def _effect(clause: Clause, old: Policy, new: Policy, keys: Iterable[str]) -> Effect:
    if not (clause.when(old) and clause.when(new)):
        return Effect.NEUTRAL
    return _together({_between(clause.rank(old, key), clause.rank(new, key)) for key in keys})


def _between(before: float, after: float) -> Effect:
    if before == after:
        return Effect.NEUTRAL
    return Effect.BETTER if after > before else Effect.WORSE


def _together(effects: set[Effect]) -> Effect:
    told = effects - {Effect.NEUTRAL}
    return Effect.MIXED if len(told) > 1 else next(iter(told), Effect.NEUTRAL)


def _named(*policies: Policy) -> tuple[str, ...]:
    """The currencies that the policies name anywhere, and one that stands for all others."""
    amounts = [clause for clause in CLAUSES if clause.by_currency]
    found = {
        key for policy in policies for clause in amounts for key in clause.differing(_NONE_NAMED, policy)
    }
    return ("", *sorted(found))
