"""A carrier's API, as many are: JSON, a token, no idempotency key, labels found again by reference."""

import base64
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from sendback_sdk.testing.emulator import Answer, Asked, Emulator

_REQUIRED = ("reference", "sender", "recipient", "weight_grams", "format")
_ADDRESS = ("street", "city", "country")
_FORMATS = ("PDF", "PNG", "ZPL")
# What every label costs, in minor units.
PRICE = (490, "EUR")


@dataclass(slots=True)
class SoldLabel:
    id: str
    reference: str
    tracking_number: str
    format: str
    voided: bool = False
    scanned: bool = False


class CarrierEmulator(Emulator):
    """Sells a label for every `POST /labels`, twice for the same reference if asked twice. `sold` is what it really
    sold; `calls` counts every request to sell."""

    def __init__(self, *, token: str = "practice", record: Path | None = None, retry_after: int = 1) -> None:
        super().__init__(record=record, retry_after=retry_after)
        self.token = token
        self.sold: list[SoldLabel] = []
        label_document("PDF", "")  # what is slow the first time is done before anybody waits for an answer

    def labels(self, reference: str) -> list[SoldLabel]:
        return [label for label in self.sold if label.reference == reference]

    def scan(self, tracking_number: str) -> None:
        """The parcel was handed over: its label cannot be voided any more."""
        for label in self.sold:
            if label.tracking_number == tracking_number:
                label.scanned = True

    def answer(self, asked: Asked) -> Answer:
        if asked.headers.get("authorization") != f"Bearer {self.token}":
            return Answer(401, {"error": "unknown token"})
        url = urlsplit(asked.path)
        if (asked.method, url.path) == ("POST", "/labels"):
            return self._sell(asked)
        if (asked.method, url.path) == ("GET", "/labels"):
            wanted = parse_qs(url.query).get("reference", [""])[0]
            return Answer(
                200, {"labels": [self._shown(label) for label in self.labels(wanted) if not label.voided]}
            )
        if asked.method == "POST" and url.path.startswith("/labels/") and url.path.endswith("/void"):
            return self._void(url.path.split("/")[2])
        return Answer(404, {"error": "no such path"})

    def _sell(self, asked: Asked) -> Answer:
        try:
            wanted = asked.json()
        except ValueError:
            return Answer(400, {"error": "no JSON"})
        problem = _problem(wanted)
        if problem:
            return Answer(422, {"error": problem})
        number = len(self.sold) + 1
        label = SoldLabel(f"lab_{number}", wanted["reference"], f"PR{number:09d}FR", wanted["format"])
        self.sold.append(label)
        self.note(did="label", reference=label.reference, tracking_number=label.tracking_number)
        return Answer(201, self._shown(label))

    def _void(self, id: str) -> Answer:
        label = next((label for label in self.sold if label.id == id), None)
        if label is None:
            return Answer(404, {"error": "no such label"})
        if label.scanned:
            return Answer(409, {"error": "the parcel is on its way"})
        if not label.voided:
            label.voided = True
            self.note(did="void", reference=label.reference, tracking_number=label.tracking_number)
        return Answer(200, {"id": id, "voided": True})

    def _shown(self, label: SoldLabel) -> dict[str, Any]:
        document = label_document(label.format, f"{label.tracking_number}\n{label.reference}")
        return {
            "id": label.id,
            "reference": label.reference,
            "tracking_number": label.tracking_number,
            "tracking_url": f"https://carrier.example/{label.tracking_number}",
            "format": label.format,
            "price": {"minor": PRICE[0], "currency": PRICE[1]},
            "document": base64.b64encode(document).decode(),
        }


def label_document(format: str, text: str) -> bytes:
    """A small real document that says `text`."""
    if format == "ZPL":
        lines = "".join(f"^FO40,{40 + 40 * i}^A0N,30^FD{line}^FS" for i, line in enumerate(text.splitlines()))
        return f"^XA^CI28{lines}^XZ".encode()
    return _png(text) if format == "PNG" else _pdf(text)


def _pdf(text: str) -> bytes:
    from fpdf import FPDF

    page = FPDF(unit="mm", format=(105, 148))
    page.add_page()
    page.set_font("Helvetica", size=12)
    page.multi_cell(0, 8, text)
    return bytes(page.output())


def _png(text: str) -> bytes:
    from PIL import Image, ImageDraw

    image = Image.new("1", (420, 592), 1)
    ImageDraw.Draw(image).multiline_text((20, 20), text, fill=0)
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def _problem(wanted: Any) -> str:
    """What a real carrier would refuse."""
    if not isinstance(wanted, dict):
        return "an object is wanted"
    missing = [name for name in _REQUIRED if not wanted.get(name)]
    if missing:
        return f"{missing[0]} is missing"
    for side in ("sender", "recipient"):
        address = wanted[side]
        lacking = [name for name in _ADDRESS if not isinstance(address, dict) or not address.get(name)]
        if lacking:
            return f"{side}.{lacking[0]} is missing"
        if not address.get("name") and not address.get("company"):
            return f"{side} names nobody"
        if any(len(str(value)) > 35 for value in address.values()):
            return f"{side}: a line has at most 35 characters"
    if wanted["format"] not in _FORMATS:
        return "format must be PDF, PNG or ZPL"
    weight = wanted["weight_grams"]
    return "" if isinstance(weight, int) and 0 < weight <= 30_000 else "weight_grams must be 1 to 30000"
