"""Who receives: DHL keeps warehouses under ids of an account's choice, each for one country of senders. Pure."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from sendback_sdk import Address, Declined

# ISO 3166-1 alpha-3, as DHL writes them. Monaco is none of DHL's countries: the settings say which stands for it.
COUNTRIES = {
    **{
        "AT": "aut",
        "BE": "bel",
        "CZ": "cze",
        "DE": "deu",
        "DK": "dnk",
        "ES": "esp",
        "FI": "fin",
        "FR": "fra",
    },
    **{
        "GR": "grc",
        "HU": "hun",
        "IE": "irl",
        "IT": "ita",
        "LU": "lux",
        "NL": "nld",
        "PL": "pol",
        "PT": "prt",
    },
    **{"SE": "swe", "SK": "svk"},
}


class Receiver(BaseModel):
    """A receiver that is named instead of looked up. `countries` empty: for all that no other one names."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(min_length=1, max_length=50)
    countries: frozenset[str] = frozenset()


def named(receivers: tuple[Receiver, ...], country: str) -> str:
    """The id for a sender's country (alpha-2), "" where none is named."""
    own = (each.id for each in receivers if country in each.countries)
    others = (each.id for each in receivers if not each.countries)
    return next(own, "") or next(others, "")


def chosen(locations: list[dict[str, Any]], iso3: str, warehouse: Address) -> str:
    """Of the account's receivers for a country the one at the warehouse's postal code, or the only one."""
    here = [each for each in locations if str(each.get("shipperCountry", "")).lower() == iso3]
    here = [each for each in here if isinstance(each.get("receiverId"), str) and each["receiverId"]]
    if not here:
        raise Declined(f"the DHL account has no receiver for returns from {iso3}: add one in DHL's portal")
    if len(here) == 1:
        return str(here[0]["receiverId"])
    for each in here:
        if _postal_code(each) == _bare(warehouse.postal_code):
            return str(each["receiverId"])
    raise Declined(
        f"several DHL receivers for {iso3}, none at {warehouse.postal_code[:10]}: name one in `receivers`"
    )


def _postal_code(location: dict[str, Any]) -> str:
    address = location.get("receiverAddress")
    return _bare(str(address.get("postalCode", ""))) if isinstance(address, dict) else ""


def _bare(postal_code: str) -> str:
    return postal_code.replace(" ", "").upper()
