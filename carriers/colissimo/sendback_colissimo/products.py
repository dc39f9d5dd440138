"""Which product carries a return, and on which paper. Pure.

By Colissimo's table of countries: CORE from France and Monaco, CORI from the other seventeen; not from the Canaries,
and from overseas only with customs papers, which this plugin does not write."""

import re
from dataclasses import dataclass
from enum import StrEnum

from sendback_sdk import Address, Declined, LabelFormat

AT_HOME = frozenset({"FR", "MC"})
ABROAD = frozenset(
    {"AT", "BE", "CZ", "DE", "DK", "ES", "FI", "GR", "HU", "IE", "IT", "LU", "NL", "PL", "PT", "SE", "SK"}
)
# Under the mother country's code: overseas France (without Monaco's 980), and the Canaries.
_OUTSIDE = {"FR": re.compile(r"97|98(?!0)"), "ES": re.compile(r"35|38")}
# "L-1234": the country has no place in a postal code.
_COUNTRY = re.compile(r"[A-Za-z]{1,3}-(?=\d)")


class Product(StrEnum):
    CORE = "CORE"
    CORI = "CORI"


class Printing(StrEnum):
    """Sheets by `outputPrintingType`."""

    PDF_10X15 = "PDF_10x15_300dpi"
    PDF_A4 = "PDF_A4_300dpi"
    ZPL_203 = "ZPL_10x15_203dpi"
    ZPL_300 = "ZPL_10x15_300dpi"


@dataclass(frozen=True, slots=True)
class Sheets:
    """How an account prints: PDF and ZPL from home, PDF from abroad, and whether ZPL is to be had from there."""

    pdf: Printing
    zpl: Printing
    pdf_abroad: Printing
    zpl_abroad: bool

    def for_label(self, format: LabelFormat, product: Product) -> Printing:
        if format is LabelFormat.PDF:
            return self.pdf if product is Product.CORE else self.pdf_abroad
        if format is LabelFormat.ZPL and (product is Product.CORE or self.zpl_abroad):
            return self.zpl
        raise Declined(f"no {product} labels as {format}")


def product_for(sender: Address, recipient: Address) -> Product:
    country = country_of(sender)
    outside = _OUTSIDE.get(country)
    if country not in AT_HOME | ABROAD or (outside and outside.match(postal_code(sender))):
        raise Declined(f"no parcels from {sender.country} {sender.postal_code[:10]}")
    if recipient.country != "FR":
        raise Declined(f"Colissimo takes returns to France only, not to {recipient.country}")
    return Product.CORE if country in AT_HOME else Product.CORI


def country_of(address: Address) -> str:
    """Monaco by its own code, also where it is written as France."""
    monaco = address.country == "FR" and postal_code(address).startswith("980")
    return "MC" if monaco else address.country


def postal_code(address: Address) -> str:
    return _COUNTRY.sub("", " ".join(address.postal_code[:40].split()), count=1)
