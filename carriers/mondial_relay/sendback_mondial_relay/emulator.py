"""Mondial Relay's APIs, as far as returns need them: strict, answering refusals with HTTP 200, repeating the password,
without deduplication, faulty on demand."""

import base64
import io
import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from xml.etree.ElementTree import Element

import qrcode
from sendback_sdk.testing.carrier import label_document
from sendback_sdk.testing.emulator import Answer, Asked, Emulator

from sendback_mondial_relay.markup import Unreadable, add, read, text, written
from sendback_mondial_relay.refusals import NAMESPACE, Said, refusals
from sendback_mondial_relay.soap import NAMESPACE as SOAP
from sendback_mondial_relay.soap import POINTS, TRACING, signature

_RESPONSE = "http://www.example.org/Response"
_XML = {"content-type": "application/xml; charset=utf-8"}
_CULTURE = re.compile(r"[a-z]{2}-[A-Z]{2}")


class Code(StrEnum):
    """How a QR code comes out: documented is only that it does."""

    CONTENT = "CONTENT"
    PICTURE = "PICTURE"
    LINK = "LINK"


@dataclass(frozen=True, slots=True)
class SoldShipment:
    number: str
    reference: str
    output: str
    request: Element


class MondialRelayEmulator(Emulator):
    """`sold` is what was really made, `warned` what it warned of. `stat` and `lines` (date, hour, text) are what
    tracing tells of any parcel; `points` are (number, name, postal code, country, metres)."""

    def __init__(
        self, *, code: Code = Code.CONTENT, record: Path | None = None, retry_after: int = 1
    ) -> None:
        super().__init__(record=record, retry_after=retry_after)
        self.code = code
        self.login, self.password = "BDTEST13@business-api.mondialrelay.com", "passw0rd<&>of-the-relay"
        self.customer_id, self.private_key = "BDTEST13", "PrivateKeyOfTheRelay"
        self.countries = frozenset({"FR", "BE", "LU", "NL", "ES", "PT", "IT", "DE", "AT"})
        self.sold: list[SoldShipment] = []
        self.warned: list[str] = []
        self.say: list[Said] = []
        self.link = ""
        self.repeats_the_request = False
        self.labels_down, self.label_status = 0, 500
        self.stat = "80"
        self.lines: list[tuple[str, str, str]] = []
        self.points: list[tuple[str, str, str, str, int]] = []

    @property
    def base_url(self) -> str:
        return f"{self.url}/api/shipment"

    @property
    def soap_url(self) -> str:
        return f"{self.url}/Web_Services.asmx"

    def changes(self, asked: Asked) -> bool:
        return asked.method == "POST" and asked.path == "/api/shipment"

    def answer(self, asked: Asked) -> Answer:
        if self.repeats_the_request:
            return Answer(400, b"cannot read: " + asked.body, {"content-type": "text/plain"})
        match asked.method, asked.path.split("?")[0].strip("/").split("/"):
            case "POST", ["api", "shipment"]:
                return self._ship(asked)
            case "POST", ["Web_Services.asmx"]:
                return self._soap(asked)
            case "GET", ["etiquette", kind, number]:
                return self._document(kind, number)
        return Answer(404, b"", _XML)

    def _ship(self, asked: Asked) -> Answer:
        media = asked.headers.get("content-type", "").split(";")[0]
        if media not in ("text/xml", "application/xml"):
            return Answer(415, b"", _XML)
        try:
            request = read(asked.body)
        except Unreadable:
            return _response(None, [("10061", "Error", "Not well-formed XML request")])
        if request.tag != f"{{{NAMESPACE}}}ShipmentCreationRequest":
            return _response(None, [("10061", "Error", "Not well-formed XML request")])
        said = self._of_context(request) or self.say
        options = request.find("{*}OutputOptions")
        shipment = request.find("{*}ShipmentsList/{*}Shipment")
        if not said and (shipment is None or options is None):
            said = [("10011", "Error", "No shipment")]
        if not said and shipment is not None and options is not None:
            said = refusals(shipment, options, self.countries)
        if any("error" in level.lower() for _, level, _ in said) or shipment is None:
            return _response(request, said)
        return self._sell(request, shipment, said)

    def _of_context(self, request: Element) -> list[Said]:
        context = request.find("{*}Context")
        if (text(context, "Login"), text(context, "Password")) != (self.login, self.password):
            wrong = f"Invalid user and/or password: {text(context, 'Password')}"
            return [("10001", "Critical error", wrong)]
        if text(context, "CustomerId") != self.customer_id:
            return [("10005", "Critical Error", "Unknown customer Id")]
        if not _CULTURE.fullmatch(text(context, "Culture")):
            return [("10006", "Critical Error", "Unknown culture")]
        return (
            []
            if text(context, "VersionAPI") == "1.0"
            else [("10007", "Critical Error", "Unknown VersionAPI")]
        )

    def _sell(self, request: Element, shipment: Element, said: list[Said]) -> Answer:
        number, output = (
            f"{96_408_887 + len(self.sold)}",
            text(request.find("{*}OutputOptions"), "OutputType"),
        )
        self.sold.append(SoldShipment(number, text(shipment, "OrderNo"), output, request))
        self.warned += [code for code, _, _ in said]
        self.note(did="shipment", reference=self.sold[-1].reference, tracking_number=number)
        return _response(request, [*said, ("0", "", "")], number, self._output(number, output))

    def _output(self, number: str, output: str) -> str:
        if output == "ZplCode":
            return base64.b64encode(label_document("ZPL", number)).decode()
        if output == "QRCode" and self.code is not Code.LINK:
            return number if self.code is Code.CONTENT else base64.b64encode(_code(number)).decode()
        kind = "code" if output == "QRCode" else "pdf"
        return self.link or f"{self.url}/etiquette/{kind}/{number}?lg=fr-FR&format=10x15&crc=2D4FBA4AEEF3FD29"

    def _document(self, kind: str, number: str) -> Answer:
        if self.labels_down:
            self.labels_down -= 1
            return Answer(self.label_status, b"", _XML)
        if number not in {sold.number for sold in self.sold}:
            return Answer(404, b"", _XML)
        if kind == "code":
            return Answer(200, _code(number), {"content-type": "image/png"})
        return Answer(200, label_document("PDF", number), {"content-type": "application/pdf"})

    def _soap(self, asked: Asked) -> Answer:
        operation = asked.headers.get("soapaction", "").strip('"').removeprefix(SOAP)
        call = read(asked.body).find(f"{{*}}Body/{{{SOAP}}}{operation}")
        if call is None or operation not in (TRACING, POINTS):
            return Answer(500, b"", _XML)
        values = {child.tag.rpartition("}")[2]: child.text or "" for child in call}
        signed = values.pop("Security", "")
        envelope = Element("soap:Envelope", {"xmlns:soap": "http://schemas.xmlsoap.org/soap/envelope/"})
        answered = add(add(envelope, "soap:Body"), f"{operation}Response", xmlns=SOAP)
        result = add(answered, f"{operation}Result")
        if signed != signature(values, self.private_key) or values["Enseigne"] != self.customer_id:
            add(result, "STAT", "97" if signed else "8")
        elif operation == TRACING:
            self._trace(result)
        else:
            self._near(result, values)
        return Answer(200, written(envelope), {"content-type": "text/xml; charset=utf-8"})

    def _trace(self, result: Element) -> None:
        add(result, "STAT", self.stat)
        tracing = add(result, "Tracing")
        for date, hour, said in [*self.lines, ("", "", "")]:
            line = add(tracing, "ret_WSI2_sub_TracingColisDetaille")
            add(line, "Libelle", said)
            add(line, "Date", date)
            add(line, "Heure", hour)

    def _near(self, result: Element, values: dict[str, str]) -> None:
        add(result, "STAT", "0")
        found = add(result, "PointsRelais")
        here = [point for point in self.points if point[3] == values["Pays"]]
        for number, name, postal_code, country, metres in here[: int(values["NombreResultats"])]:
            point = add(found, "PointRelais_Details")
            told = {
                "Num": number,
                "LgAdr1": f"{name}     ",
                "LgAdr3": "4 PLACE DE LA GARE",
                "CP": postal_code,
            }
            told |= {"Ville": "PARIS", "Pays": country, "Distance": str(metres)}
            for tag, value in told.items():
                add(point, tag, value)
            for day, times in (("Lundi", "0900 1230 1400 1900"), ("Dimanche", "0000 0000 0000 0000")):
                hours = add(point, f"Horaires_{day}")
                for each in times.split():
                    add(hours, "string", each)


def _response(request: Element | None, said: list[Said], number: str = "", output: str = "") -> Answer:
    """It says again what it was asked, the password too."""
    response = Element("ShipmentCreationResponse", xmlns=_RESPONSE)
    context = None if request is None else request.find("{*}Context")
    if context is not None:
        echoed = add(response, "Context")
        for child in context:
            add(echoed, child.tag.rpartition("}")[2], child.text or "")
    if number:
        shipment = add(add(response, "ShipmentsList"), "Shipment", ShipmentNumber=number)
        label = add(add(shipment, "LabelList"), "Label")
        add(add(label, "RawContent"), "Barcodes")
        add(label, "Output", output)
    statuses = add(response, "StatusList")
    for code, level, message in said:
        add(statuses, "Status", Code=code, Level=level, Message=message)
    return Answer(200, written(response), _XML)


def _code(content: str) -> bytes:
    buffer = io.BytesIO()
    qrcode.make(content).save(buffer)
    return buffer.getvalue()
