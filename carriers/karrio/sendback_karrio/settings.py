"""What an account at a karrio server needs."""

from enum import StrEnum

from pydantic import Field, SecretStr
from sendback_sdk import Plugin

_CODES = "FR MC AT BE CZ DK FI DE GR HU IE IT LU NL PL SK ES SE PT"
COUNTRIES = frozenset(_CODES.split())


class Ask(StrEnum):
    """How the connected carrier is asked. RETURN: for a return label, where the connection makes such (karrio's DHL
    Parcel DE, UPS, FedEx, USPS, Canada Post). SHIPMENT: for a label like any other, from the buyer to the warehouse."""

    RETURN = "RETURN"
    SHIPMENT = "SHIPMENT"


class KarrioSettings(Plugin.Settings):
    base_url: str = Field(
        pattern=r"^https?://[^/?#\s]+(/[^?#\s]*[^/?#\s])?$", description="Address of your karrio server"
    )
    api_key: SecretStr = Field(
        description="API key of that server; for sandbox labels, one made in its test mode"
    )
    connection: str = Field(min_length=1, description="karrio's carrier_id of the connected carrier")
    service: str = Field(
        min_length=1, description="karrio's name for what is bought there, such as dhl_parcel_de_retoure"
    )
    ask_for: Ask = Field(
        Ask.RETURN,
        description="SHIPMENT: an ordinary label to the warehouse, where the carrier makes no return labels",
    )
    countries: frozenset[str] = Field(COUNTRIES, description="Countries where the carrier takes parcels")
    webhook_secret: SecretStr = Field(
        SecretStr(""), description="What karrio answered (whsec_…) when the webhook was made"
    )
    timeout_seconds: float = Field(
        30.0,
        gt=0,
        le=50,
        description="How long each answer is waited for, the carrier's included, in seconds; a label takes two",
    )
