"""Runs documents on the schema: what graphql-core finds wrong is said in the codes of Shopify."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLResolveInfo,
    GraphQLSchema,
    OperationDefinitionNode,
    execute_sync,
    get_named_type,
    is_list_type,
    is_non_null_type,
    parse,
    validate,
)
from graphql.utilities import value_from_ast_untyped

from sendback_shopify.testing.cost import LARGEST, Points, objects, price_of

Resolver = Callable[..., Any]
Info: TypeAlias = GraphQLResolveInfo[Any]

_HUMP = re.compile(r"(?<!^)(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class Graph:
    """`resolvers`: by the name of a root field, or by `Type.field` where a node does not hold the value itself. They
    are given the node, where they are in the document, and the arguments in lower case."""

    schema: GraphQLSchema
    resolvers: Mapping[str, Resolver]
    points: Points

    def answer(self, body: Any) -> dict[str, Any]:
        """The whole JSON answer to `{"query", "variables", "operationName"}`."""
        try:
            document = _valid(self.schema, body["query"])
            operation = operation_named(document, body.get("operationName"))
        except GraphQLError as wrong:
            return {"errors": [_error(wrong)]}
        variables = body.get("variables") or {}
        price = price_of(self.schema, document, operation, variables)
        if price > LARGEST:
            return {
                "errors": [{"message": "Query cost is too high", "extensions": {"code": "MAX_COST_EXCEEDED"}}]
            }
        if price > self.points.available and not self.points.take(price):
            return {"errors": [_THROTTLED], "extensions": self._cost(price, None)}
        result = execute_sync(
            self.schema,
            document,
            variable_values=variables,
            operation_name=operation.name.value if operation.name else None,
            field_resolver=self._resolve,
        )
        spent = max(objects(result.data), 10 if operation.operation.value == "mutation" else 1)
        self.points.take(spent)
        answer: dict[str, Any] = {"data": result.data, "extensions": self._cost(price, spent)}
        if result.errors:
            answer["errors"] = [_error(error) for error in result.errors]
        if result.data is None:
            del answer["data"]
        return answer

    def _cost(self, price: int, spent: int | None) -> dict[str, Any]:
        status = self.points.status()
        return {"cost": {"requestedQueryCost": price, "actualQueryCost": spent, "throttleStatus": status}}

    def _resolve(self, source: Any, info: Info, **arguments: Any) -> Any:
        name = info.field_name
        own = self.resolvers.get(name if source is None else f"{info.parent_type.name}.{name}")
        named = {_HUMP.sub("_", argument).lower(): value for argument, value in arguments.items()}
        value = own(source, info, **named) if own else source[name]
        return _page(value, info, arguments) if isinstance(value, list) else value


def idempotency_key(info: Info) -> str | None:
    """What the field's `@idempotent` directive says."""
    for directive in info.field_nodes[0].directives or ():
        if directive.name.value == "idempotent" and directive.arguments:
            value = value_from_ast_untyped(directive.arguments[0].value, info.variable_values.coerced)
            return str(value)
    return None


_THROTTLED = {"message": "Throttled", "extensions": {"code": "THROTTLED"}}


@lru_cache(maxsize=128)
def _valid(schema: GraphQLSchema, text: str) -> DocumentNode:
    document = parse(text)
    for error in validate(schema, document):
        raise error
    return document


def operation_named(document: DocumentNode, name: str | None) -> OperationDefinitionNode:
    for node in document.definitions:
        if isinstance(node, OperationDefinitionNode) and name in (None, node.name and node.name.value):
            return node
    raise GraphQLError(f"No operation named {name}")


def _page(value: list[Any], info: Info, arguments: dict[str, Any]) -> Any:
    """A connection, or a list that may be cut; both bounded as they were asked for."""
    kind = info.return_type.of_type if is_non_null_type(info.return_type) else info.return_type
    nodes = value[::-1] if arguments.get("reverse") and info.field_name != "orders" else value
    first = arguments.get("first")
    if is_list_type(kind):
        return nodes[:first]
    if not get_named_type(kind).name.endswith("Connection"):
        return value
    if first is None or not 0 < first <= 250:
        raise GraphQLError("you must provide one of first or last", extensions={"code": "BAD_REQUEST"})
    start = int(arguments.get("after") or 0)
    end = start + first
    more = end < len(nodes)
    return {"nodes": nodes[start:end], "pageInfo": {"hasNextPage": more, "endCursor": str(end)}}


def _error(error: GraphQLError) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "message": error.message,
        "extensions": error.extensions or {"code": _code(error)},
    }
    if error.path:
        shown["path"] = error.path
    return shown


def _code(error: GraphQLError) -> str:
    if error.original_error is not None:
        return "INTERNAL_SERVER_ERROR"
    if error.message.startswith("Cannot query field"):
        return "undefinedField"
    return "INVALID_VARIABLE" if error.message.startswith("Variable") else "argumentNotAccepted"
