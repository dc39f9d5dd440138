"""A carrier that works offline: nothing but a range of numbers and a sheet of paper."""

import io

from pydantic import Field
from sendback_sdk import (
    Billing,
    Carrier,
    Declined,
    Label,
    LabelFormat,
    LabelRequest,
    Misconfigured,
    Repeat,
    Voids,
    hookimpl,
)

from sendback_local.s10 import tracking_number
from sendback_local.sheet import Sheet, sheet

_COUNTRIES = "FR MC AT BE CZ DK FI DE GR HU IE IT LU NL PL SK ES SE PT"
_OUTLYING = "IC EA PT-20 PT-30 AX"


class Local(Carrier, Voids):
    id = "local"
    coverage = frozenset((*_COUNTRIES.split(), *_OUTLYING.split()))
    formats = frozenset(LabelFormat)
    repeat = Repeat.SAFE
    billed_on = Billing.HAND_OVER

    class Settings(Carrier.Settings):
        service: str = Field(
            "CP",
            pattern=r"^[A-Z]{2}$",
            description="S10 service indicator: two letters that tracking numbers begin with",
        )
        country: str = Field(
            "FR",
            pattern=r"^[A-Z]{2}$",
            description="Issuing country: two letters that tracking numbers end with",
        )
        first: int = Field(
            10_000_000, ge=0, le=99_999_999, description="First serial number of the account's range"
        )
        last: int = Field(
            99_999_999, ge=0, le=99_999_999, description="Last serial number of the account's range"
        )
        qr: bool = Field(False, description="Adds a code to show where nothing can be printed")

    def create_label(self, request: LabelRequest) -> Label:
        if request.sender.country not in self.coverage:
            raise Declined(f"no parcels from {request.sender.country}")
        number = self._number(request.serial)
        return Label(
            tracking_number=number,
            document=_drawn(sheet(request, number), request.format),
            format=request.format,
            qr=_code(f"{number} {request.return_reference}") if self.settings.qr else None,
            carrier_reference=number,
        )

    def void_label(self, label: Label) -> None:
        """Nothing to undo: an unused number costs nothing and is never given again."""

    def _number(self, serial: int) -> str:
        number = self.settings.first + serial
        if number > self.settings.last:
            raise Misconfigured(f"the range of numbers up to {self.settings.last} is used up")
        return tracking_number(self.settings.service, number, self.settings.country)


def _drawn(page: Sheet, format: LabelFormat) -> bytes:
    """Who draws is imported by the first to ask: every server loads this package and hardly one draws."""
    if format is LabelFormat.ZPL:
        from sendback_local import zpl

        return zpl.render(page)
    if format is LabelFormat.PNG:
        from sendback_local import png

        return png.render(page)
    from sendback_local import pdf

    return pdf.render(page)


def _code(text: str) -> bytes:
    import qrcode

    buffer = io.BytesIO()
    qrcode.make(text, error_correction=qrcode.ERROR_CORRECT_M).save(buffer)
    return buffer.getvalue()


@hookimpl
def sendback_carriers() -> list[type[Carrier]]:
    return [Local]
