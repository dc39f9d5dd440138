"""Pictures that merchants and buyers upload: kept in every size, used by name, dropped when nothing uses them."""

import asyncio
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col, func, select

from sendback_service.call import Call
from sendback_service.ids import new_id
from sendback_service.pictures import Size, Use, Variant
from sendback_service.refusal import Reason, Refusal, invalid, not_found
from sendback_service.store import Database
from sendback_service.store.tables import (
    BrandRow,
    ImageDataRow,
    ImageRow,
    MerchantRow,
    PortalRow,
    UnitRow,
)
from sendback_service.store.times import micros, moment
from sendback_service.store.transaction import Transaction

UNUSED_FOR = timedelta(days=1)
DEADLINE = "image.unused"
# Waiting to be used at a time: a merchant's pictures, an order's photos.
_MOST_WAITING = 20


@dataclass(frozen=True, slots=True)
class ImageRecord:
    """`variants` are (size, width, height, media type, bytes)."""

    id: str
    use: Use
    variants: tuple[tuple[Size, int, int, str, int], ...]
    create_time: datetime


@dataclass(frozen=True, slots=True)
class Picture:
    """One size of a picture, to be streamed."""

    media_type: str
    data: bytes
    width: int = 0
    height: int = 0

    @property
    def data_uri(self) -> str:
        """For a page that must not ask anybody for it."""
        return f"data:{self.media_type};base64,{b64encode(self.data).decode()}"


class Images:
    def __init__(self, database: Database) -> None:
        self._database = database
        # One at a time: decoding takes a core and many megabytes.
        self._decoding = asyncio.Semaphore(1)

    async def take(self, call: Call, use: Use, data: bytes, order_id: str = "") -> ImageRecord:
        """Keeps a picture of a merchant's, or a photo of an order's buyer."""
        if not data:
            raise invalid("data", "no bytes came")
        async with self._decoding:
            variants = await asyncio.to_thread(_encoded, data, use)
        return await self._database.write(
            lambda tx: _keep(tx, call.merchant_id, use, order_id, variants), call.author
        )

    async def picture(
        self, merchant_id: str, image_id: str, size: Size, uses: Sequence[Use], order_id: str = ""
    ) -> Picture:
        """One size of a picture that is for one of these uses; other pictures do not exist for the caller."""
        return await self._database.read(lambda tx: _picture(tx, merchant_id, image_id, size, uses, order_id))


def used(tx: Transaction, merchant_id: str, image_id: str, use: Use, field: str) -> None:
    """Refuses the name of a picture that is not there, or not for this."""
    row = tx.session.get(ImageRow, (merchant_id, image_id)) if image_id else None
    if image_id and (row is None or row.use != use):
        raise invalid(field, f"no uploaded picture for use {use}")


def check_evidence(tx: Transaction, merchant_id: str, order_id: str, image_ids: Sequence[str]) -> None:
    """Photos belong to the order that they were uploaded for."""
    query = select(ImageRow.id).where(
        ImageRow.merchant_id == merchant_id,
        ImageRow.order_id == order_id,
        col(ImageRow.id).in_(image_ids),
    )
    found = set(tx.session.exec(query))
    for image_id in image_ids:
        if image_id not in found:
            raise not_found("image", image_id)


def logo(tx: Transaction, merchant_id: str, image_id: str) -> Picture | None:
    """As letters show it."""
    row = tx.session.get(ImageDataRow, (merchant_id, image_id, Size.PHONE)) if image_id else None
    return None if row is None else Picture(row.media_type, row.data, row.width, row.height)


def drop_unused(tx: Transaction, merchant_id: str, image_id: str) -> None:
    """A picture that nothing names is dropped; one in use is looked at again later."""
    row = tx.session.get(ImageRow, (merchant_id, image_id))
    if row is None:
        return
    if _is_used(tx, row):
        tx.set_deadline(merchant_id, DEADLINE, image_id, tx.now + 30 * UNUSED_FOR)
        return
    for size in Size:
        data = tx.session.get(ImageDataRow, (merchant_id, image_id, size))
        if data is not None:
            tx.session.delete(data)
    tx.session.delete(row)


def _keep(
    tx: Transaction, merchant_id: str, use: Use, order_id: str, variants: Sequence[Variant]
) -> ImageRecord:
    if tx.session.get(MerchantRow, merchant_id) is None:
        raise not_found("merchant", merchant_id)
    _check_waiting(tx, merchant_id, order_id)
    row = ImageRow(
        merchant_id=merchant_id,
        id=new_id("img", tx.now),
        use=use,
        order_id=order_id,
        create_time=micros(tx.now),
    )
    tx.session.add(row)
    tx.session.add_all(
        ImageDataRow(
            merchant_id=merchant_id,
            image_id=row.id,
            size=v.size,
            width=v.width,
            height=v.height,
            media_type=v.media_type,
            data=v.data,
        )
        for v in variants
    )
    tx.set_deadline(merchant_id, DEADLINE, row.id, tx.now + UNUSED_FOR)
    sizes = tuple((v.size, v.width, v.height, v.media_type, len(v.data)) for v in variants)
    return ImageRecord(row.id, use, sizes, moment(row.create_time))


def _check_waiting(tx: Transaction, merchant_id: str, order_id: str) -> None:
    since = micros(tx.now - UNUSED_FOR)
    waiting = tx.session.exec(
        select(func.count()).where(
            ImageRow.merchant_id == merchant_id, ImageRow.order_id == order_id, ImageRow.create_time > since
        )
    ).one()
    if waiting >= _MOST_WAITING:
        wait = UNUSED_FOR.total_seconds() / _MOST_WAITING
        raise Refusal(Reason.RATE_LIMITED, {"limit": "pictures a day"}, retry_after=wait)


def _picture(
    tx: Transaction, merchant_id: str, image_id: str, size: Size, uses: Sequence[Use], order_id: str
) -> Picture:
    row = tx.session.get(ImageRow, (merchant_id, image_id))
    data = tx.session.get(ImageDataRow, (merchant_id, image_id, size))
    if row is None or data is None or row.use not in uses or row.order_id != order_id:
        raise not_found("image", image_id)
    return Picture(data.media_type, data.data)


def _is_used(tx: Transaction, row: ImageRow) -> bool:
    if row.use == Use.LOGO:
        brand = tx.session.get(BrandRow, row.merchant_id)
        return brand is not None and brand.document.get("logo_image_id") == row.id
    if row.use == Use.BACKGROUND:
        portal = tx.session.get(PortalRow, row.merchant_id)
        return portal is not None and portal.background_image_id == row.id
    query = select(UnitRow.evidence).where(
        UnitRow.merchant_id == row.merchant_id, UnitRow.order_id == row.order_id
    )
    return any(row.id in ids for evidence in tx.session.exec(query) for ids in evidence.values())


def _encoded(data: bytes, use: Use) -> tuple[Variant, ...]:
    # Most processes are never sent a picture.
    from sendback_service.encoding import encoded

    return encoded(data, use)
