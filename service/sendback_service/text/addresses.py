"""Countries and addresses as people of a language write them."""

from functools import lru_cache

from sendback_sdk.addresses import Address

from sendback_service.text.words import Words

# How countries write the locality (UPU; libaddressinput); a province that a country has no place for is not lost.
_USUAL = ("{code} {city}", "{region}")
_LOCALITIES = {
    ("{city}, {region} {code}",): "BB SO TW US",
    ("{city} {region} {code}",): "AS AU CA CC CX FM GU MH MP NF PG PR PW UM VI",
    ("{city}", "{region}", "{code}"): "AI EG FK GB GG GI HU IE IM JE KE KR LK RU SZ TC UA VG ZA",
    ("{city} {code}", "{region}"): "BD BH BM BN BT IL IN JO KH LB LS MM MT MV NG NP NZ PE PK SA SG",
    ("{city}", "{region} {code}"): "ID MN TH VN",
    ("{city}, {region}", "{code}"): "CN CO HN IQ JP",
    ("{city}-{region}", "{code}"): "BR",
    ("{code} {city} ({region})",): "IT",
    ("{code} {city}, {region}",): "MX",
    ("{code} {city}/{region}",): "TR",
}
_LOCALITY = {country: lines for lines, countries in _LOCALITIES.items() for country in countries.split()}


@lru_cache(2048)
def country(code: str, words: Words) -> str:
    return str(words.locale.territories.get(code, code))


def address_lines(address: Address, words: Words) -> list[str]:
    """As printed: the locality as its country writes it, the country in capitals last (UPU)."""
    lines = [address.name, address.company, address.street, address.street2, *_locality(address)]
    return [line for line in lines if line] + [country(address.country, words).upper()]


def _locality(address: Address) -> list[str]:
    parts = {"code": address.postal_code, "city": address.city, "region": address.region}
    return [_tidy(line.format_map(parts)) for line in _LOCALITY.get(address.country, _USUAL)]


def _tidy(line: str) -> str:
    """Without what stands around a part that is not there."""
    return " ".join(line.replace("()", "").split()).strip(" ,-/")
