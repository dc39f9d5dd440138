"""Colissimo (La Poste): return labels by SLS 2.0, from 18 countries and Monaco to a warehouse in France."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NoReturn, Self
from urllib.parse import quote
from zoneinfo import ZoneInfo

import httpx
from pydantic import Field, SecretStr, model_validator
from sendback_sdk import (
    Billing,
    Carrier,
    Declined,
    Label,
    LabelFormat,
    LabelRequest,
    OutcomeUnknown,
    Repeat,
    TrackingUpdate,
    Tracks,
    TryLater,
    hookimpl,
)
from sendback_sdk.pages import first_page

from sendback_colissimo import answer
from sendback_colissimo.answer import Made, Meaning
from sendback_colissimo.api import Access, call, look
from sendback_colissimo.letters import Letters
from sendback_colissimo.products import ABROAD, AT_HOME, Printing, Product, Sheets, product_for
from sendback_colissimo.shipment import Terms, shipment
from sendback_colissimo.tracking import seen

_URL = r"^https?://.+[^/]$"
_ZONE = ZoneInfo("Europe/Paris")


class Colissimo(Carrier, Tracks):
    id = "colissimo"
    coverage = AT_HOME | ABROAD
    formats = frozenset({LabelFormat.PDF, LabelFormat.ZPL})
    repeat = Repeat.UNSAFE
    billed_on = Billing.HAND_OVER

    class Settings(Carrier.Settings):
        api_key: SecretStr | None = Field(
            None, description="API key of the Colissimo Box; or give contract_number and password"
        )
        contract_number: str = Field(
            "", max_length=20, description="Number of the contract, where there is no API key"
        )
        password: SecretStr | None = Field(
            None, description="Password of the contract, where there is no API key"
        )
        parent_account: str = Field(
            "", max_length=20, description="Number of the account that pays, where it is another"
        )
        printerless: bool = Field(
            False,
            description="From France: a code for the post office to scan; the contract must have the secured return",
        )
        pdf: Printing = Field(
            Printing.PDF_10X15, description="PDF sheet of labels from France and Monaco: one of PDF_…"
        )
        zpl: Printing = Field(
            Printing.ZPL_203, description="ZPL sheet of labels from France and Monaco: one of ZPL_…"
        )
        pdf_abroad: Printing = Field(
            Printing.PDF_A4, description="PDF sheet of labels from abroad: one of PDF_…"
        )
        zpl_abroad: bool = Field(False, description="Also gives ZPL labels from abroad")
        letters: Letters = Field(
            Letters.LATIN_1, description="Letters sent as they are written; others are transliterated"
        )
        insured: bool = Field(False, description="Insures each parcel for its value, up to 5000 EUR")
        label_days: int | None = Field(
            None, ge=1, le=730, description="For how many days a label is good by your contract"
        )
        misconfigured_ids: frozenset[str] = Field(
            frozenset({"30000"}), description="Ids of Colissimo's errors that mean wrong settings"
        )
        later_ids: frozenset[str] = Field(
            frozenset(), description="Ids of Colissimo's errors after which the same may be asked again later"
        )
        tracking_key: SecretStr | None = Field(
            None, description="Key of La Poste's API Suivi v2; without it parcels are not followed"
        )
        tracking_page: str = Field(
            "https://www.laposte.fr/outils/suivre-vos-envois?code=",
            description="Page where buyers follow a parcel; its number is added at the end",
        )
        base_url: str = Field(
            "https://ws.colissimo.fr/sls-ws/SlsServiceWSRest/2.0",
            pattern=_URL,
            description="Address of Colissimo's web service",
        )
        sandbox_url: str = Field(
            "",
            pattern=rf"^$|{_URL}",
            description="Address for sandbox labels, where you have one; without it they are checked and declined",
        )
        tracking_url: str = Field(
            "https://api.laposte.fr/suivi/v2", pattern=_URL, description="Address of La Poste's tracking API"
        )
        timeout_seconds: float = Field(
            20.0, gt=0, le=25, description="How long an answer of Colissimo is waited for, in seconds"
        )

        @model_validator(mode="after")
        def _proven(self) -> Self:
            if self.api_key is None and not (self.contract_number and self.password):
                raise ValueError("give api_key, or contract_number and password")
            return self

        @model_validator(mode="after")
        def _printable(self) -> Self:
            if not (
                self.pdf.startswith("PDF")
                and self.pdf_abroad.startswith("PDF")
                and self.zpl.startswith("ZPL")
            ):
                raise ValueError("pdf and pdf_abroad want a PDF_… type, zpl a ZPL_… type")
            return self

    def create_label(self, request: LabelRequest) -> Label:
        settings = self.settings
        product = product_for(request.sender, request.recipient)
        sheets = Sheets(settings.pdf, settings.zpl, settings.pdf_abroad, settings.zpl_abroad)
        printing = sheets.for_label(request.format, product)
        today = datetime.now(_ZONE).date()
        terms = Terms(product, printing, today, settings.letters, settings.insured, settings.parent_account)
        body = shipment(request, terms)
        meaning = Meaning(settings.misconfigured_ids, settings.later_ids)
        if request.sandbox and not settings.sandbox_url:
            self._check(body, meaning)
        coded = settings.printerless and product is Product.CORE and request.format is LabelFormat.PDF
        access = self._access(settings.sandbox_url if request.sandbox else settings.base_url)
        response = call(self.http, access, "generateToken" if coded else "generateLabel", body)
        made = answer.made(response, request.format, meaning)
        days = settings.label_days
        return Label(
            tracking_number=made.number,
            document=made.document,
            format=request.format,
            tracking_url=settings.tracking_page + quote(made.number, safe=""),
            qr=self._code(made) if coded else None,
            expires=datetime.now(UTC) + timedelta(days=days) if days else None,
        )

    def track(self, labels: Sequence[Label]) -> list[TrackingUpdate]:
        """Nothing without a key of La Poste's own portal."""
        key = self.settings.tracking_key
        if key is None:
            return []
        updates = [
            update
            for label in labels
            for update in seen(self._look(label.tracking_number, key), label.tracking_number)
        ]
        return sorted(updates, key=lambda update: update.time)

    def _code(self, made: Made) -> bytes | None:
        """The sheet holds the code that is scanned at the post office: it is shown as a picture, where it can be."""
        try:
            return first_page(made.document)
        except ValueError:
            self.log.info(f"colissimo.no_code: {made.number}")
            return None

    def _look(self, number: str, key: SecretStr) -> httpx.Response:
        settings = self.settings
        url = f"{settings.tracking_url}/idships/{quote(number, safe='')}?lang=fr_FR"
        return look(self.http, url, key.get_secret_value(), settings.timeout_seconds)

    def _check(self, body: dict[str, Any], meaning: Meaning) -> NoReturn:
        """There is no sandbox for everybody, but a call that says whether all is well and makes nothing."""
        try:
            answer.checked(
                call(self.http, self._access(self.settings.base_url), "checkGenerateLabel", body), meaning
            )
        except OutcomeUnknown as unanswered:
            raise TryLater(unanswered.text) from None
        raise Declined("Colissimo checked this and would take it; labels to try need sandbox_url")

    def _access(self, url: str) -> Access:
        settings = self.settings
        return Access(
            url=url,
            api_key=_told(settings.api_key),
            contract_number=settings.contract_number,
            password=_told(settings.password),
            timeout=settings.timeout_seconds,
        )


def _told(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret else ""


@hookimpl
def sendback_carriers() -> list[type[Carrier]]:
    return [Colissimo]
