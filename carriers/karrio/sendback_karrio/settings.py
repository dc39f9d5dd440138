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
    """`connection` and `service` are karrio's names for the connected carrier (its `carrier_id`) and for what is
    bought there. `countries`: where that carrier takes parcels. `webhook_secret`: what karrio answered (`whsec_…`)
    when the webhook was made. `timeout_seconds`: how long each answer is waited for, the carrier's included; a label
    takes two."""

    base_url: str = Field(pattern=r"^https?://[^/?#\s]+(/[^?#\s]*[^/?#\s])?$")
    api_key: SecretStr
    connection: str = Field(min_length=1)
    service: str = Field(min_length=1)
    ask_for: Ask = Ask.RETURN
    countries: frozenset[str] = COUNTRIES
    webhook_secret: SecretStr = SecretStr("")
    timeout_seconds: float = Field(30.0, gt=0, le=50)
