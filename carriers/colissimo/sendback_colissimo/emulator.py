"""Colissimo's SLS and La Poste's tracking as far as returns need them: strict, multipart, without deduplication, faulty
on demand."""

import io
import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import qrcode
from sendback_sdk.testing.carrier import label_document
from sendback_sdk.testing.emulator import Answer, Asked, Emulator

from sendback_colissimo.refusals import refusal

_SLS, _SUIVI = "/sls-ws/SlsServiceWSRest/2.0/", "/suivi/v2/idships/"
_DONE = "La requête a été traitée avec succès"
_ZONE = ZoneInfo("Europe/Paris")


@dataclass(frozen=True, slots=True)
class SoldLabel:
    number: str
    operation: str
    body: dict[str, Any]

    @property
    def reference(self) -> str:
        return str(self.body["letter"]["service"].get("orderNumber", ""))


@dataclass(slots=True)
class Form:
    """How an answer is put together. `told`: the Content-Type, with `{boundary}` in it."""

    boundary: str = "uuid:0d7b4a3e-7f0c-4a52-9d0c-1e2f3a4b5c6d"
    told: str = 'multipart/mixed; boundary="{boundary}"; type="application/json"; start="<jsonInfos>"'
    line: bytes = b"\r\n"
    preamble: bytes = b""


@dataclass(slots=True)
class Ids:
    """Numbers of errors, which are not documented."""

    login: str = "30000"
    other: str = "30999"


class ColissimoEmulator(Emulator):
    """`sold` is what was really made, `checked` counts what was only looked at. `tokens`: whether the account may have
    labels printed at the post office. `say`: an error (status, id, text) for every label. `events` by number."""

    def __init__(self, *, record: Path | None = None, retry_after: int = 1) -> None:
        super().__init__(record=record, retry_after=retry_after)
        self.api_key = "key-of-colissimo"
        self.contract_number, self.password = "875030", "passw0rd-of-colissimo"
        self.tracking_key = "okapi-key-of-la-poste"
        self.tokens = True
        self.form, self.ids = Form(), Ids()
        self.say: tuple[int, str, str] | None = None
        self.document: bytes | None = None
        self.sold: list[SoldLabel] = []
        self.checked = 0
        self.events: dict[str, list[dict[str, Any]]] = {}

    @property
    def base_url(self) -> str:
        return f"{self.url}{_SLS[:-1]}"

    @property
    def tracking_url(self) -> str:
        return f"{self.url}/suivi/v2"

    def answer(self, asked: Asked) -> Answer:
        path = urlsplit(asked.path).path
        if asked.method == "GET" and path.startswith(_SUIVI):
            return self._track(asked, path.removeprefix(_SUIVI))
        operation = path.removeprefix(_SLS)
        if asked.method != "POST" or operation not in (
            "generateLabel",
            "generateToken",
            "checkGenerateLabel",
        ):
            return Answer(404)
        try:
            body = asked.json()
        except ValueError:
            return _plain(422, self.ids.other, "Le JSON en entrée du service est mal formaté")
        return self._unproven(asked, body) or self._generate(operation, body)

    def _unproven(self, asked: Asked, body: dict[str, Any]) -> Answer | None:
        key = asked.headers.get("apikey")
        if key is not None:
            return (
                None
                if key == self.api_key
                else Answer(403, {"error": "Forbidden", "message": f"token {key}"})
            )
        if (body.get("contractNumber"), body.get("password")) == (self.contract_number, self.password):
            return None
        return self._parts(400, self._infos(self.ids.login, "Identifiant ou mot de passe incorrect"))

    def _generate(self, operation: str, body: dict[str, Any]) -> Answer:
        problem = refusal(body, datetime.now(_ZONE).date(), self.ids.other)
        if problem is None and operation == "generateToken" and not self._may_have_token(body):
            problem = self.ids.other, "Le retour sécurisé n'est pas autorisé"
        if problem is not None:
            return self._parts(400, self._infos(*problem))
        if self.say is not None:
            status, id, text = self.say
            return self._parts(status, self._infos(id, text))
        if operation == "checkGenerateLabel":
            self.checked += 1
            return Answer(200, {"messages": [{"id": "0", "type": "INFOS", "messageContent": _DONE}]})
        return self._sell(operation, body)

    def _may_have_token(self, body: dict[str, Any]) -> bool:
        return self.tokens and body["letter"]["service"]["productCode"] == "CORE"

    def _sell(self, operation: str, body: dict[str, Any]) -> Answer:
        product = body["letter"]["service"]["productCode"]
        number = f"{'8R' if product == 'CORE' else '7R'}{12_345_678_901 + len(self.sold)}"
        sold = SoldLabel(number, operation, body)
        self.sold.append(sold)
        self.note(did="label", reference=sold.reference, tracking_number=number)
        name = "tokenV2Response" if operation == "generateToken" else "labelV2Response"
        infos = self._infos("0", _DONE) | {name: {"parcelNumber": number, "pdfUrl": None, "fields": None}}
        document = self.document if self.document is not None else _drawn(sold)
        return self._parts(200, infos, document)

    def _infos(self, id: str, text: str) -> dict[str, Any]:
        kind = "INFOS" if id == "0" else "ERROR"
        message = {"id": id, "type": kind, "messageContent": text, "replacementValues": []}
        return {"messages": [message], "labelXmlV2Reponse": None, "labelV2Response": None}

    def _parts(self, status: int, infos: dict[str, Any], label: bytes | None = None) -> Answer:
        form = self.form
        told = json.dumps(infos, ensure_ascii=False).encode()
        parts = [("jsonInfos", b"application/json;charset=UTF-8", told)]
        if label is not None:
            parts.append(("label", b"application/octet-stream", label))
        mark, body = b"--" + form.boundary.encode(), form.preamble
        for name, kind, content in parts:
            head = [
                b"Content-Type: " + kind,
                b"Content-Transfer-Encoding: binary",
                f"Content-ID: <{name}>".encode(),
            ]
            body += form.line.join([mark, *head, b"", content, b""])
        content_type = form.told.format(boundary=form.boundary)
        return Answer(status, body + mark + b"--", {"content-type": content_type})

    def _track(self, asked: Asked, number: str) -> Answer:
        if asked.headers.get("x-okapi-key") != self.tracking_key:
            return Answer(401, {"code": "UNAUTHORIZED", "message": "Unauthorized"})
        if number not in self.events:
            return Answer(404, {"returnCode": 404, "returnMessage": "Aucune information", "idShip": number})
        shipment = {"idShip": number, "isFinal": False, "event": self.events[number]}
        return Answer(200, {"returnCode": 200, "lang": "fr_FR", "shipment": shipment})


def _plain(status: int, id: str, text: str) -> Answer:
    return Answer(status, {"messages": [{"id": id, "type": "ERROR", "messageContent": text}]})


def _drawn(sold: SoldLabel) -> bytes:
    if sold.operation == "generateToken":
        buffer = io.BytesIO()
        qrcode.make(sold.number).get_image().convert("L").save(buffer, "PDF")
        return buffer.getvalue()
    sender = sold.body["letter"]["sender"]["address"]
    text = f"COLISSIMO RETOUR\n{sold.number}\n{sender['lastName']}\n{sender['line2']}"
    text = text.encode("latin-1", "replace").decode("latin-1")
    return label_document(sold.body["outputFormat"]["outputPrintingType"][:3], text)
