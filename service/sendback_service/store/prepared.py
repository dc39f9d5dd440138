"""Statements that labels, letters and verbs ask again and again, put together once: to put one together takes as long
as to carry it out. What is locked is locked until the transaction ends."""

from typing import Any

from sqlalchemy import BindParameter, ColumnElement, and_, bindparam
from sqlmodel import col, select

from sendback_service.rules.states import SettlementKind, SettlementState, UnitKind
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


def _all(*conditions: Any) -> ColumnElement[bool]:
    return and_(*conditions)


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
ORDER_DOCUMENT = select(OrderVersionRow.document).where(
    OrderVersionRow.merchant_id == _MERCHANT,
    OrderVersionRow.order_id == _ORDER,
    OrderVersionRow.version == bindparam("version"),
)
# What a return is bound by: its order as it was, and its policy; None for one that is not kept.
TERMS = (
    ORDER_DOCUMENT.add_columns(col(PolicyRow.document))
    .select_from(OrderVersionRow)
    .outerjoin(
        PolicyRow, _all(PolicyRow.merchant_id == _MERCHANT, PolicyRow.version == bindparam("policy_version"))
    )
)
MERCHANT_REVISION = select(MerchantRow.revision).where(MerchantRow.id == _ID)

PARCEL = select(ParcelRow).where(ParcelRow.merchant_id == _MERCHANT, ParcelRow.id == _ID)
DOCUMENTS = select(DocumentRow.kind, DocumentRow.media_type, DocumentRow.data).where(
    DocumentRow.merchant_id == _MERCHANT, DocumentRow.parcel_id == _PARCEL
)
ATTEMPTS = select(AttemptRow).where(AttemptRow.merchant_id == _MERCHANT, AttemptRow.parcel_id == _PARCEL)
ATTEMPT = ATTEMPTS.where(AttemptRow.number == bindparam("number")).with_for_update()
SERIAL = select(SerialRow.next).where(SerialRow.account == _ACCOUNT).with_for_update()
CIRCUIT = select(CircuitRow).where(CircuitRow.account == _ACCOUNT)
FAILURES = select(CircuitRow.failures).where(CircuitRow.account == _ACCOUNT)

MESSAGE = (
    select(MessageRow, MessageSettingsRow)
    .outerjoin(MessageSettingsRow, _all(MessageSettingsRow.merchant_id == _MERCHANT))
    .where(MessageRow.merchant_id == _MERCHANT, MessageRow.id == _ID)
    .with_for_update(of=MessageRow)
)
CHANNEL = select(MessageRow.channel).where(MessageRow.merchant_id == _MERCHANT, MessageRow.id == _ID)
TEMPLATE_DOCUMENT = select(TemplateRow.document).where(
    TemplateRow.merchant_id == _MERCHANT,
    TemplateRow.occasion == bindparam("occasion"),
    TemplateRow.language == bindparam("language"),
)
# What a letter tells of beside its return: the order as it was, how often its links were turned, the shop's revision,
# the merchant's own words, and the settlements by which money went, one after the other.
LETTER = (
    ORDER_DOCUMENT.add_columns(
        col(OrderRow.access_revision), col(MerchantRow.revision), col(TemplateRow.document), SettlementRow
    )
    .select_from(OrderVersionRow)
    .join(OrderRow, _all(OrderRow.merchant_id == _MERCHANT, OrderRow.id == _ORDER))
    .join(MerchantRow, _all(MerchantRow.id == _MERCHANT))
    .outerjoin(
        TemplateRow,
        _all(
            TemplateRow.merchant_id == _MERCHANT,
            TemplateRow.occasion == bindparam("occasion"),
            TemplateRow.language == bindparam("language"),
        ),
    )
    .outerjoin(
        SettlementRow,
        _all(
            SettlementRow.merchant_id == _MERCHANT,
            SettlementRow.return_id == _RETURN,
            col(SettlementRow.state).in_((SettlementState.SETTLED, SettlementState.REVERSED)),
            SettlementRow.reverses_id == "",
            SettlementRow.kind != SettlementKind.WAIVED,
        ),
    )
    .order_by(col(SettlementRow.settle_time), SettlementRow.id)
)

_UNPLACED = col(EventRow.position).is_(None)
_WAITING_COLUMNS = ("merchant_id", "id", "time", "subject_type", "subject_id", "sequence", "intents")
_WAITING = (
    select(*(col(getattr(EventRow, name)) for name in _WAITING_COLUMNS))
    .where(_UNPLACED)
    .order_by(EventRow.id)
)
WAITING = _WAITING.limit(bindparam("most"))
WAITING_BEHIND = _WAITING.where(
    col(EventRow.id) > bindparam("behind"),
    col(EventRow.subject_id).in_(bindparam("subjects", expanding=True)),
)
WAITING_KEYS = select(EventRow.merchant_id, EventRow.id).where(
    _UNPLACED, col(EventRow.id) >= bindparam("first"), col(EventRow.id) <= bindparam("last")
)
POSITION = select(FeedRow.position).where(FeedRow.id == 1).with_for_update()
INSTALLATION_VALUE = select(InstallationRow.value).where(InstallationRow.name == bindparam("name"))
