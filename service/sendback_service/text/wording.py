"""A letter in a merchant's own words: a subject, paragraphs and a button, in a small part of Jinja.

What a merchant writes is text, never HTML: it cannot break a letter, and what it names is put in as text too. Nothing
can be called, looped over or reached into, so that no template can hang a worker or read what is not its own.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

import structlog
from jinja2 import StrictUndefined, Template, TemplateError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from sendback_service.text.lines import plain, visible

LONGEST_SUBJECT, LONGEST_BODY, LONGEST_BUTTON = 120, 4_000, 40
LONGEST_TEMPLATE = 8_000
# What reading and filling in raise of a template that passed for one, such as `{{ order | upper(3) }}`.
_BROKEN = (TemplateError, ValueError, TypeError, RecursionError, ArithmeticError, SyntaxError)
_FILTERS = frozenset({"upper", "lower", "capitalize", "trim"})
_ALLOWED = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Const,
    nodes.If,
    nodes.CondExpr,
    nodes.Not,
    nodes.And,
    nodes.Or,
    nodes.Compare,
    nodes.Operand,
    nodes.Filter,
)


@dataclass(frozen=True, slots=True)
class Wording:
    """As the merchant wrote it. Paragraphs of the body are parted by an empty line; an empty button is ours."""

    subject: str
    body: str
    button: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """With everything filled in."""

    subject: str
    paragraphs: tuple[str, ...]
    button: str


@dataclass(frozen=True, slots=True)
class Flaw:
    """`part` is subject, body or button."""

    part: str
    says: str


class _Wrong(Exception):
    """Says what a template must not do, or does not know."""


def said_by(wording: Wording, values: Mapping[str, str]) -> Said | None:
    """None where it cannot be said: then our own words are."""
    try:
        subject = plain(_filled(wording.subject, values))
        paragraphs = _paragraphs(_filled(wording.body, values))
        button = plain(_filled(wording.button, values))
    except _BROKEN as broken:
        structlog.get_logger().error("template.failed", error=type(broken).__name__)
        return None
    return Said(subject, paragraphs, button) if subject and paragraphs else None


def flaws(wording: Wording, sample: Mapping[str, str], needed: frozenset[str]) -> Iterator[Flaw]:
    """What is wrong with it, tried on a sample: nothing where it can be said of every letter of its kind. `needed` are
    the names that the body must say. What is written wrongly is never filled in: it could take a worker's memory."""
    found = [
        *_written("subject", wording.subject, LONGEST_SUBJECT, sample),
        *_written("body", wording.body, LONGEST_BODY, sample),
        *_written("button", wording.button, LONGEST_BUTTON, sample),
    ]
    yield from found
    said = None if found else said_by(wording, sample)
    if said is not None:
        body = "\n".join(said.paragraphs)
        for name in sorted(name for name in needed if sample[name] not in body):
            yield Flaw("body", f"must say {{{{ {name} }}}}, which the law or the buyer needs")


def _written(part: str, source: str, longest: int, sample: Mapping[str, str]) -> Iterator[Flaw]:
    try:
        yield from _flaws(part, source, longest, sample)
    except _Wrong as wrong:
        yield Flaw(part, str(wrong))
    except _BROKEN as broken:
        yield Flaw(part, f"cannot be read: {getattr(broken, 'message', None) or broken}")


def _flaws(part: str, source: str, longest: int, sample: Mapping[str, str]) -> Iterator[Flaw]:
    if len(source) > LONGEST_TEMPLATE:
        raise _Wrong(f"is longer than {LONGEST_TEMPLATE} characters")
    _check(source, sample)
    filled = _filled(source, sample)
    if part != "button" and not plain(filled):
        yield Flaw(part, "is empty")
    if len(filled) > longest:
        yield Flaw(part, f"comes to {len(filled)} characters; {longest} at most")
    if part != "body" and "\n" in filled.strip():
        yield Flaw(part, "must be one line")


def _check(source: str, sample: Mapping[str, str]) -> None:
    for node in _walk(_ENVIRONMENT.parse(source)):
        if not isinstance(node, _ALLOWED):
            raise _Wrong(f"only names, conditions and texts: no {type(node).__name__.lower()}")
        if isinstance(node, nodes.Name) and node.name not in sample:
            raise _Wrong(f"no {node.name!r} in this letter; known: {', '.join(sorted(sample))}")
        if isinstance(node, nodes.Filter) and node.name not in _FILTERS:
            raise _Wrong(f"no filter {node.name!r}; known: {', '.join(sorted(_FILTERS))}")


def _walk(node: nodes.Node) -> Iterator[nodes.Node]:
    yield node
    for child in node.iter_child_nodes():
        yield from _walk(child)


def _filled(source: str, values: Mapping[str, str]) -> str:
    return _template(source).render(values)


@lru_cache(maxsize=512)
def _template(source: str) -> Template:
    return _ENVIRONMENT.from_string(source)


def _paragraphs(text: str) -> tuple[str, ...]:
    """Lines within a paragraph stay lines."""
    blocks = re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip())
    lines = ("\n".join(visible(line) for line in block.split("\n")).strip() for block in blocks)
    return tuple(block for block in lines if block)


_ENVIRONMENT = ImmutableSandboxedEnvironment(
    undefined=StrictUndefined, autoescape=False, trim_blocks=True, lstrip_blocks=True
)
