"""XML from outside, read with distrust, and XML written. Pure.

What declares a document type is refused: no entity is ever expanded, nothing is fetched. So is what is too deep or has
too many elements; how many bytes there may be is for those who fetch it."""

from typing import NoReturn
from xml.etree.ElementTree import Element, ParseError, SubElement, fromstring, tostring
from xml.parsers import expat

_DEEPEST, _MOST_ELEMENTS = 40, 20_000


class Unreadable(Exception):
    """It is no XML, or none that is read here. The text holds nothing of it."""


def read(body: bytes) -> Element:
    _distrust(body)
    try:
        return fromstring(body)
    except (ParseError, ValueError, LookupError) as broken:
        raise Unreadable("no XML") from broken


def text(within: Element | None, name: str) -> str:
    """The text of the first child of this name, in whatever namespace; "" where there is none."""
    child = None if within is None else within.find(f"{{*}}{name}")
    return "" if child is None or child.text is None else child.text.strip()


def written(root: Element) -> bytes:
    """UTF-8 without a byte order mark."""
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True))


def add(parent: Element, name: str, text: str = "", **attributes: str) -> Element:
    child = SubElement(parent, name, attributes)
    child.text = text or None
    return child


def _distrust(body: bytes) -> None:
    """A first pass that keeps nothing."""
    depth = elements = 0

    def begin(_name: str, _attributes: object) -> None:
        nonlocal depth, elements
        depth, elements = depth + 1, elements + 1
        if depth > _DEEPEST or elements > _MOST_ELEMENTS:
            raise Unreadable("too much XML")

    def end(_name: str) -> None:
        nonlocal depth
        depth -= 1

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse
    parser.StartElementHandler = begin
    parser.EndElementHandler = end
    try:
        parser.Parse(body, True)
    except (expat.ExpatError, ValueError, LookupError) as broken:
        raise Unreadable("no XML") from broken


def _refuse(*_declared: object) -> NoReturn:
    raise Unreadable("XML with a document type")
