"""The pieces that Shopify's answers are made of. What is not a piece of ours is not looked at; what is missing or
null where it may not be makes the whole answer unreadable, and the place is named."""

from decimal import Decimal
from typing import Annotated, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

T = TypeVar("T")

# Nothing in a shop costs less than nothing or more than this; an exponent of a million would only burn memory.
Amount = Annotated[Decimal, Field(ge=0, lt=10**15)]


class Answer(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, frozen=True)


class PageInfo(Answer):
    has_next_page: bool
    end_cursor: str | None = None


class Nodes(Answer, Generic[T]):
    """A connection of which one page is all that is asked for."""

    nodes: list[T]


class Page(Nodes[T], Generic[T]):
    page_info: PageInfo


def whole(nodes: list[T]) -> Page[T]:
    """All there is, as one page."""
    return Page[T](nodes=nodes, pageInfo=PageInfo(hasNextPage=False))


class Cash(Answer):
    amount: Amount
    currency_code: str


class Bag(Answer):
    """In the buyer's currency; the shop's own is not asked for."""

    presentment_money: Cash


class Named(Answer):
    id: str


class UserError(Answer):
    """`code` only where the mutation has codes."""

    message: str
    field: list[str] | None = None
    code: str | None = None
