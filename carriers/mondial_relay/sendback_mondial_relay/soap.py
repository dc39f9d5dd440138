"""The older API (SOAP), which has what the new one lacks: tracing of a parcel, and the points near an address. Pure.

A call is signed by MD5 over its values and the private key, as that API has it; it changes nothing."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from xml.etree.ElementTree import Element
from zoneinfo import ZoneInfo

from sendback_sdk import Address, Declined, DropOff, Misconfigured, TrackingState, TrackingUpdate, TryLater

from sendback_mondial_relay.letters import printed
from sendback_mondial_relay.markup import Unreadable, add, read, text, written

NAMESPACE = "http://www.mondialrelay.fr/webservice/"
TRACING, POINTS = "WSI2_TracingColisDetaille", "WSI4_PointRelais_Recherche"
_ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
# Its times are those of the parcel's place, told without a zone; the network is run from France.
_ZONE = ZoneInfo("Europe/Paris")
_TIMES = ("%d/%m/%Y %H:%M", "%d/%m/%y %H:%M")
# 80 is registered, 81 under way, 82 delivered, 83 an anomaly.
_STATES = {"81": TrackingState.IN_TRANSIT, "82": TrackingState.DELIVERED, "83": TrackingState.EXCEPTION}
# Merchant unknown, merchant missing, account wrong, password or hash wrong, key wrong.
_OF_THE_ACCOUNT = frozenset({"1", "2", "3", "8", "97"})
_DAYS = ("Lundi", "Mardi", "Mercredi", "Jeudi", "Vendredi", "Samedi", "Dimanche")
_MOST = 30


def tracing(number: str, brand: str, key: str, language: str) -> bytes:
    return _call(TRACING, {"Enseigne": brand, "Expedition": number, "Langue": language}, key)


def search(address: Address, brand: str, key: str, limit: int, kilometres: int) -> bytes:
    """Points where parcels are left (`REL`), around a postal code."""
    values = dict.fromkeys(("Enseigne", "Pays", "NumPointRelais", "Ville", "CP", "Latitude", "Longitude"), "")
    values |= dict.fromkeys(("Taille", "Poids", "Action", "DelaiEnvoi", "RayonRecherche"), "")
    values |= dict.fromkeys(("TypeActivite", "NACE", "NombreResultats"), "")
    values |= {"Enseigne": brand, "Pays": "FR" if address.country == "MC" else address.country}
    values |= {"CP": printed(address.postal_code), "Action": "REL", "DelaiEnvoi": "0"}
    values |= {"RayonRecherche": str(kilometres), "NombreResultats": str(max(1, min(limit, _MOST)))}
    return _call(POINTS, values, key)


def signature(values: Mapping[str, str], key: str) -> str:
    """In the order of the values, which is that of the call."""
    content = "".join(values.values()) + key
    return hashlib.md5(content.encode(), usedforsecurity=False).hexdigest().upper()


def traced(body: bytes, number: str) -> list[TrackingUpdate]:
    """Where the parcel is now, at the time of the newest line. The lines themselves are texts in the merchant's
    language, of which nothing can be told for sure."""
    result = _result(body, TRACING)
    stat = text(result, "STAT")
    if stat in _OF_THE_ACCOUNT:
        raise Misconfigured(f"tracing: STAT {stat}")
    lines = [
        (time, text(line, "Libelle")) for line in result.iterfind("{*}Tracing/*") if (time := _time(line))
    ]
    if stat not in _STATES or not lines:
        return []
    time, said = max(lines)
    return [TrackingUpdate(number, _STATES[stat], time, said[:200])]


def points(body: bytes, limit: int) -> list[DropOff]:
    result = _result(body, POINTS)
    stat = text(result, "STAT")
    if stat in _OF_THE_ACCOUNT:
        raise Misconfigured(f"points: STAT {stat}")
    if stat != "0":
        raise Declined(f"points: STAT {stat[:10]}")
    found = [_point(each) for each in result.iterfind("{*}PointsRelais/{*}PointRelais_Details")]
    return sorted((each for each in found if each.id), key=lambda each: each.distance_m)[:limit]


def _call(operation: str, values: Mapping[str, str], key: str) -> bytes:
    envelope = Element("soap:Envelope", {"xmlns:soap": _ENVELOPE})
    call = add(add(envelope, "soap:Body"), operation, xmlns=NAMESPACE)
    for name, value in values.items():
        add(call, name, value)
    add(call, "Security", signature(values, key))
    return written(envelope)


def _result(body: bytes, operation: str) -> Element:
    try:
        result = read(body).find(f"{{*}}Body/{{*}}{operation}Response/{{*}}{operation}Result")
    except Unreadable as broken:
        raise TryLater(str(broken)) from None
    if result is None:
        raise TryLater("an answer without a result")
    return result


def _time(line: Element) -> datetime | None:
    """Times are whole minutes; a line without one is an empty place in a table."""
    said = f"{text(line, 'Date')} {text(line, 'Heure')}"
    for form in _TIMES:
        try:
            return datetime.strptime(said, form).replace(tzinfo=_ZONE)
        except ValueError:
            continue
    return None


def _point(said: Element) -> DropOff:
    name = " ".join(filter(None, (text(said, "LgAdr1"), text(said, "LgAdr2"))))
    distance = text(said, "Distance")
    return DropOff(
        id=text(said, "Num"),
        name=name,
        address=Address(
            name=name,
            street=text(said, "LgAdr3"),
            street2=text(said, "LgAdr4"),
            postal_code=text(said, "CP"),
            city=text(said, "Ville"),
            country=text(said, "Pays"),
        ),
        distance_m=int(distance) if distance.isascii() and distance.isdigit() else 0,
        opening_hours="; ".join(filter(None, (_hours(said, day) for day in _DAYS))),
    )


def _hours(said: Element, day: str) -> str:
    """Four times of four digits: two openings, `0000` where there is none."""
    times = [each.text or "" for each in said.iterfind(f"{{*}}Horaires_{day}/*")]
    spans = [(a, b) for a, b in zip(times[::2], times[1::2], strict=False) if (a, b) != ("0000", "0000")]
    told = [f"{a[:2]}:{a[2:]}-{b[:2]}:{b[2:]}" for a, b in spans if len(a) == len(b) == 4]
    return " ".join([day.lower(), *told]) if told else ""
