"""What a document costs before it is run, and the bucket that pays: after Shopify's published rules, counted on the
safe side. Objects cost a point, a mutation ten, and what is asked for many times costs as many times."""

import time
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    get_named_type,
    is_composite_type,
)
from graphql.utilities import value_from_ast_untyped

LARGEST = 1000
_MUTATION = 10


def price_of(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: dict[str, Any],
) -> int:
    """What is asked for before a document is run."""
    fragments = {
        node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
    }
    defaults = {
        one.variable.name.value: value_from_ast_untyped(one.default_value)
        for one in operation.variable_definitions or ()
        if one.default_value is not None
    }
    return _Meter(schema, fragments, {**defaults, **variables}).operation(operation)


class _Meter:
    def __init__(
        self, schema: GraphQLSchema, fragments: dict[str, FragmentDefinitionNode], variables: dict[str, Any]
    ) -> None:
        self._schema, self._fragments, self._variables = schema, fragments, variables

    def operation(self, node: OperationDefinitionNode) -> int:
        root = self._schema.get_root_type(node.operation)
        changes = node.operation.value == "mutation"
        return self._set(node.selection_set, root) + (_MUTATION if changes else 0)

    def _set(self, selections: SelectionSetNode | None, parent: Any) -> int:
        total = 0
        for node in selections.selections if selections else ():
            if isinstance(node, FieldNode):
                total += self._field(node, parent)
            elif isinstance(node, InlineFragmentNode):
                narrowed = node.type_condition
                of = self._schema.get_type(narrowed.name.value) if narrowed else parent
                total += self._set(node.selection_set, of)
            elif isinstance(node, FragmentSpreadNode):
                fragment = self._fragments[node.name.value]
                of = self._schema.get_type(fragment.type_condition.name.value)
                total += self._set(fragment.selection_set, of)
        return total

    def _field(self, node: FieldNode, parent: Any) -> int:
        field = parent.fields.get(node.name.value)
        of = get_named_type(field.type) if field else None
        if of is None or not is_composite_type(of) or of.name == "PageInfo":
            return 0
        wrapper = of.name.endswith("Connection")
        return (self._set(node.selection_set, of) + (0 if wrapper else 1)) * self._times(node)

    def _times(self, node: FieldNode) -> int:
        for argument in node.arguments or ():
            if argument.name.value in ("first", "last"):
                return int(value_from_ast_untyped(argument.value, self._variables) or 0)
        return 1


class Points:
    """`available` may be set; it comes back at `rate` a second."""

    def __init__(self, most: float = 2000, rate: float = 100) -> None:
        self.most, self.rate, self.available = most, rate, most
        self._time = time.monotonic()

    def take(self, points: float) -> bool:
        now = time.monotonic()
        self.available = min(self.most, self.available + (now - self._time) * self.rate)
        self._time = now
        if points > self.available:
            return False
        self.available -= points
        return True

    def status(self) -> dict[str, float]:
        return {
            "maximumAvailable": self.most,
            "currentlyAvailable": int(self.available),
            "restoreRate": self.rate,
        }


def objects(data: Any) -> int:
    """Points of what was really answered."""
    if isinstance(data, dict):
        own = 0 if "nodes" in data or "hasNextPage" in data else 1
        return own + sum(objects(value) for value in data.values())
    return sum(objects(value) for value in data) if isinstance(data, list) else 0
