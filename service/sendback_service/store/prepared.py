"""Statements that labels, letters and verbs ask again and again, put together once: to put one together takes as long
as to carry it out. What is locked is locked until the transaction ends."""

from typing import Any

from sqlalchemy import BindParameter, bindparam, insert
from sqlmodel import col, func, select

from sendback_service.rules.states import SettlementState, UnitKind
from sendback_service.store.ordering import valued
from sendback_service.store.tables import (
    AttemptRow,
    CircuitRow,
    DocumentRow,
    EventRow,
    FeedRow,
    InstallationRow,
    MerchantRow,
    MessageRow,
    MessageSettingsRow,
    OrderRow,
    OrderVersionRow,
    ParcelRow,
    PolicyRow,
    ReturnRow,
    SerialRow,
    SettlementRow,
    TemplateRow,
    UnitRow,
)

_NAMES = ("merchant_id", "id", "return_id", "parcel_id", "order_id", "account")
_Given = BindParameter[Any]
_MERCHANT, _ID, _RETURN, _PARCEL, _ORDER, _ACCOUNT = (_Given(name) for name in _NAMES)

_RETURNS = select(ReturnRow).where(ReturnRow.merchant_id == _MERCHANT).with_for_update()
RETURN = _RETURNS.where(ReturnRow.id == _ID)
RETURN_BY_REFERENCE = _RETURNS.where(ReturnRow.reference == _ID)
RETURN_OF_PARCEL = _RETURNS.where(
    ReturnRow.id
    == select(ParcelRow.return_id)
    .where(ParcelRow.merchant_id == _MERCHANT, ParcelRow.id == _ID)
    .scalar_subquery()
)
PARCELS = (
    select(ParcelRow)
    .where(ParcelRow.merchant_id == _MERCHANT, ParcelRow.return_id == _RETURN)
    .order_by(valued(ParcelRow.id))
)
UNITS = (
    select(UnitRow)
    .where(
        UnitRow.merchant_id == _MERCHANT,
        UnitRow.return_id == _RETURN,
        UnitRow.kind == UnitKind.ANNOUNCED,
        col(UnitRow.cancelled).is_(False),
    )
    .order_by(UnitRow.line_id, col(UnitRow.unit))
)
SETTLED = select(SettlementRow).where(
    SettlementRow.merchant_id == _MERCHANT,
    SettlementRow.return_id == _RETURN,
    SettlementRow.state == SettlementState.SETTLED,
)
ORDER_DOCUMENT = select(OrderVersionRow.document).where(
    OrderVersionRow.merchant_id == _MERCHANT,
    OrderVersionRow.order_id == _ORDER,
    OrderVersionRow.version == bindparam("version"),
)
ACCESS_REVISION = select(OrderRow.access_revision).where(
    OrderRow.merchant_id == _MERCHANT, OrderRow.id == _ORDER
)
POLICY_DOCUMENT = select(PolicyRow.document).where(
    PolicyRow.merchant_id == _MERCHANT, PolicyRow.version == bindparam("version")
)
MERCHANT_REVISION = select(MerchantRow.revision).where(MerchantRow.id == _ID)

PARCEL = select(ParcelRow).where(ParcelRow.merchant_id == _MERCHANT, ParcelRow.id == _ID)
DOCUMENTS = select(DocumentRow.kind, DocumentRow.media_type, DocumentRow.data).where(
    DocumentRow.merchant_id == _MERCHANT, DocumentRow.parcel_id == _PARCEL
)
ATTEMPTS = select(AttemptRow).where(AttemptRow.merchant_id == _MERCHANT, AttemptRow.parcel_id == _PARCEL)
ATTEMPT = ATTEMPTS.where(AttemptRow.number == bindparam("number")).with_for_update()
NEW_ATTEMPT = insert(AttemptRow)
SERIAL = select(SerialRow.account).where(SerialRow.account == _ACCOUNT).with_for_update()
CIRCUIT = select(CircuitRow).where(CircuitRow.account == _ACCOUNT)

MESSAGE = (
    select(MessageRow).where(MessageRow.merchant_id == _MERCHANT, MessageRow.id == _ID).with_for_update()
)
CHANNEL = select(MessageRow.channel).where(MessageRow.merchant_id == _MERCHANT, MessageRow.id == _ID)
NEW_MESSAGE = insert(MessageRow)
LAST_MESSAGE = select(func.max(MessageRow.number)).where(
    MessageRow.merchant_id == _MERCHANT,
    MessageRow.subject_id == bindparam("subject_id"),
    MessageRow.occasion == bindparam("occasion"),
    MessageRow.number < bindparam("below"),
)
MESSAGE_SETTINGS = select(MessageSettingsRow).where(MessageSettingsRow.merchant_id == _MERCHANT)
TEMPLATE_DOCUMENT = select(TemplateRow.document).where(
    TemplateRow.merchant_id == _MERCHANT,
    TemplateRow.occasion == bindparam("occasion"),
    TemplateRow.language == bindparam("language"),
)

_UNPLACED = col(EventRow.position).is_(None)
_WAITING_COLUMNS = ("merchant_id", "id", "time", "subject_type", "subject_id", "intents")
WAITING = (
    select(*(col(getattr(EventRow, name)) for name in _WAITING_COLUMNS))
    .where(_UNPLACED)
    .order_by(EventRow.id)
    .limit(bindparam("most"))
)
WAITING_KEYS = WAITING.with_only_columns(col(EventRow.merchant_id), col(EventRow.id))
POSITION = select(FeedRow.position).where(FeedRow.id == 1).with_for_update()
INSTALLATION_VALUE = select(InstallationRow.value).where(InstallationRow.name == bindparam("name"))
