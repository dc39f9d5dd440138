"""Shipping options: which carrier's service a return is announced with, as the account's settings say."""

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict, Field
from sendback_sdk import Declined, LabelFormat, LabelRequest


class Option(BaseModel):
    """`code` as Sendcloud's shipping options API gives it. `countries`: where parcels of this option are sent from;
    empty means everywhere. `contract` is needed where the account has several with the same carrier. `labelless`:
    announced with a code to show instead of a label to print."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: str = Field(min_length=1, max_length=255)
    countries: frozenset[str] = frozenset()
    contract: int | None = Field(None, ge=1)
    labelless: bool = False


def chosen(options: Sequence[Option], sandbox_code: str, request: LabelRequest) -> Option:
    """The first that serves the sender's country. Sendcloud has no sandbox: an option that costs nothing stands in."""
    if request.sandbox:
        if not sandbox_code:
            raise Declined(
                "Sendcloud has no sandbox: name a shipping option that costs nothing in sandbox_option"
            )
        return Option(code=sandbox_code)
    country = request.sender.country
    option = next((each for each in options if not each.countries or country in each.countries), None)
    if option is None:
        raise Declined(f"no shipping option of this account serves {country}")
    if option.labelless and request.format is LabelFormat.ZPL:
        raise Declined("a code to show is no ZPL: ask for PDF or PNG")
    return option
