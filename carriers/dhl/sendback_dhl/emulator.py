"""DHL's returns, login and tracking as far as returns need them: strict, without deduplication, faulty on demand."""

import base64
import io
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import qrcode
from PIL import Image
from sendback_sdk.testing.carrier import label_document
from sendback_sdk.testing.emulator import Answer, Asked, Emulator

from sendback_dhl.receivers import COUNTRIES
from sendback_dhl.refusals import refusal

_PROBLEM = {"content-type": "application/problem+json"}
_RETURNS = "/parcel/de/shipping/returns/v1"
_LOGIN = "/parcel/de/account/auth/ropc/v1/token"
_LABEL_TYPES = ("BOTH", "SHIPMENT_LABEL", "QR_LABEL")


class Code(StrEnum):
    """In what form a code comes, which is not documented."""

    PICTURE = "PICTURE"
    SHEET = "SHEET"
    NONE = "NONE"
    BROKEN = "BROKEN"


@dataclass(frozen=True, slots=True)
class SoldReturn:
    number: str
    body: dict[str, Any]

    @property
    def reference(self) -> str:
        return str(self.body.get("shipmentReference", ""))


@dataclass(frozen=True, slots=True)
class Location:
    """A receiver of the account: its id, whose senders it takes (alpha-3), and where it is."""

    id: str
    country: str
    postal_code: str = "69002"


@dataclass(slots=True)
class Keys:
    """What the other side accepts. `seconds`: how long a token lives."""

    username: str = "user-valid"
    password: str = "passw0rd-of-dhl"
    api_key: str = "key-of-the-app"
    api_secret: str = "s3cret-of-the-app"
    seconds: int = 1800
    tokens: list[str] = field(default_factory=list)


class DhlEmulator(Emulator):
    """`sold` is what was really made, `logins` and `looks` count tokens and receivers asked for. Taking `keys.tokens`
    away makes every token void. `events` are what tracking tells of a number, and `questions` how many of them an app
    may still ask today: 250, until DHL grants it more."""

    def __init__(
        self, *, code: Code = Code.PICTURE, record: Path | None = None, retry_after: int = 1
    ) -> None:
        super().__init__(record=record, retry_after=retry_after)
        self.code = code
        self.keys = Keys()
        self.locations = [Location(f"returns-{iso3}", iso3) for iso3 in COUNTRIES.values()]
        self.sold: list[SoldReturn] = []
        self.logins = self.looks = 0
        self.login_status = self.look_status = 200
        self.events: dict[str, list[dict[str, Any]]] = {}
        self.questions = 250

    def changes(self, asked: Asked) -> bool:
        return asked.method == "POST" and asked.path.startswith(f"{_RETURNS}/orders")

    def answer(self, asked: Asked) -> Answer:
        url = urlsplit(asked.path)
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        match asked.method, url.path:
            case "POST", path if path == _LOGIN:
                return self._login(asked)
            case "GET", "/track/shipments":
                return self._track(asked, query.get("trackingNumber", ""))
            case "POST", path if path == f"{_RETURNS}/orders":
                return self._unproven(asked) or self._order(asked, query.get("labelType", "BOTH"))
            case "GET", path if path == f"{_RETURNS}/locations":
                return self._unproven(asked) or self._look(query.get("countryCode", ""))
        return _problem(404, "Not Found", "no such resource")

    def _login(self, asked: Asked) -> Answer:
        self.logins += 1
        if self.login_status != 200:
            return Answer(self.login_status, {"error": "unavailable"}, {"retry-after": "1"})
        form = {name: values[0] for name, values in parse_qs(asked.body.decode()).items()}
        keys = self.keys
        proof = {"grant_type": "password", "username": keys.username, "password": keys.password}
        if form != proof | {"client_id": keys.api_key, "client_secret": keys.api_secret}:
            return Answer(401, {"error": "invalid_grant", "password": form.get("password")})
        keys.tokens.append(f"token-{self.logins}-of-dhl")
        return Answer(
            200, {"access_token": keys.tokens[-1], "token_type": "Bearer", "expires_in": keys.seconds}
        )

    def _unproven(self, asked: Asked) -> Answer | None:
        keys, proof = self.keys, asked.headers.get("authorization", "")
        basic = "Basic " + base64.b64encode(f"{keys.username}:{keys.password}".encode()).decode()
        if proof == basic and asked.headers.get("dhl-api-key") == keys.api_key:
            return None
        if proof.removeprefix("Bearer ") in keys.tokens:
            return None
        return _problem(401, "Unauthorized", "Unauthorized for given resource.")

    def _look(self, country: str) -> Answer:
        self.looks += 1
        if self.look_status != 200:
            return _problem(self.look_status, "Trouble", "no receivers today")
        found = [_shown(each) for each in self.locations if country in ("", each.country)]
        return Answer(200, found) if found else _problem(404, "Not Found", "no receiver")

    def _order(self, asked: Asked, label_type: str) -> Answer:
        try:
            body = asked.json()
        except ValueError:
            return _problem(400, "Bad Request", "no JSON")
        if label_type not in _LABEL_TYPES:
            return _problem(400, "Bad Request", "labelType: unknown")
        refused = refusal(body, {each.id: each.country for each in self.locations})
        if refused:
            return _problem(refused[0], "Bad Request" if refused[0] == 400 else "Unprocessable", refused[1])
        sold = SoldReturn(f"9999915{87_211 + len(self.sold):05d}", body)
        self.sold.append(sold)
        self.note(did="return", reference=sold.reference, tracking_number=sold.number)
        return Answer(201, self._made(sold, label_type))

    def _made(self, sold: SoldReturn, label_type: str) -> dict[str, Any]:
        answer: dict[str, Any] = {
            "sstatus": {"title": "Created", "status": 201, "detail": "The webservice call ran successfully."},
            "shipmentNo": sold.number,
            "routingCode": "40327653113+99000933090010",
        }
        if label_type != "QR_LABEL":
            shipper = sold.body["shipper"]
            text = f"DHL RETOURE\n{sold.number}\n{shipper['name1']}\n{shipper['addressStreet']}"
            answer["label"] = _b64(label_document("PDF", text.encode("latin-1", "replace").decode("latin-1")))
        if label_type != "SHIPMENT_LABEL" and self.code is not Code.NONE:
            answer["qrLabel"] = _b64(_drawn(sold.number, self.code))
            answer["qrLink"] = f"https://link.example/retoure?code={sold.number}"
        return answer

    def _track(self, asked: Asked, number: str) -> Answer:
        if asked.headers.get("dhl-api-key") != self.keys.api_key:
            return _problem(401, "Unauthorized", "Unauthorized for given resource.")
        if not self.questions:
            return _problem(429, "Too Many Requests", "Too many requests within defined time period.")
        self.questions -= 1
        if number not in self.events:
            return _problem(404, "No result found", "No shipment with given tracking number found.")
        return Answer(200, {"shipments": [{"id": number, "events": self.events[number]}]})


def _shown(location: Location) -> dict[str, Any]:
    address = {"name1": "Retouren", "postalCode": location.postal_code, "city": "Bonn", "country": "deu"}
    return {
        "receiverId": location.id,
        "shipperCountry": location.country,
        "billingNumber": "22222222220701",
        "receiverAddress": address,
    }


def _problem(status: int, title: str, detail: str) -> Answer:
    return Answer(status, {"title": title, "status": status, "detail": detail}, _PROBLEM)


def _b64(document: bytes) -> dict[str, str]:
    return {"b64": base64.b64encode(document).decode()}


def _drawn(number: str, code: Code) -> bytes:
    if code is Code.BROKEN:
        return b"%PDF-1.4 and no more"
    buffer = io.BytesIO()
    image: Image.Image = qrcode.make(number).get_image().convert("L")
    image.save(buffer, "PDF" if code is Code.SHEET else "PNG")
    return buffer.getvalue()
