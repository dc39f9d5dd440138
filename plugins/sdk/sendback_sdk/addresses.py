"""A postal address, as printed on labels."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Address:
    """`country` is a CLDR region code (ISO 3166-1 alpha-2, also IC, EA). `street` holds street and house number;
    `street2` whatever else is needed; `region` a province or state where the country prints one."""

    name: str
    street: str
    postal_code: str
    city: str
    country: str
    company: str = ""
    street2: str = ""
    region: str = ""
    phone: str = ""
    email: str = ""
