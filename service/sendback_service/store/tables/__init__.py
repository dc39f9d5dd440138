"""Every table. Rows end in `store/`: the rest of the service sees plain frozen values.

Every table of a merchant's has the merchant first in its key. Amounts are integers in minor units. Times are
microseconds since 1970 in UTC: the same in both databases, and compared without surprises.
"""

from sqlmodel import SQLModel

from sendback_service.store.tables.buyers import BuyerKeyRow, ErasureRow, ForgettingRow, TryRow
from sendback_service.store.tables.deliveries import (
    DeliveryRow,
    EndpointRow,
    MessageSettingsRow,
    ReceiverRow,
    TemplateRow,
)
from sendback_service.store.tables.goods import (
    ArrivalRow,
    AttemptRow,
    DocumentRow,
    OrderRow,
    OrderVersionRow,
    ParcelRow,
    PastOrderRow,
    ReturnRow,
    SerialRow,
    UnitRow,
)
from sendback_service.store.tables.happenings import (
    DeadlineRow,
    EventRow,
    FeedRow,
    InstallationRow,
    MessageRow,
    RequestKeyRow,
    WorkItemRow,
)
from sendback_service.store.tables.money import (
    CreditEntryRow,
    SettlementRow,
    TransferRow,
)
from sendback_service.store.tables.news import TrackingRow, WebhookRow
from sendback_service.store.tables.platforms import MirrorRow, SynchronisationRow
from sendback_service.store.tables.routes import CircuitRow, ConnectedAccountRow, RoutingRow
from sendback_service.store.tables.shops import (
    AccessKeyRow,
    BrandRow,
    ImageDataRow,
    ImageRow,
    MerchantRow,
    PolicyRow,
    PortalRow,
    SlugRow,
    WarehouseRow,
)

__all__ = [
    "AccessKeyRow",
    "ArrivalRow",
    "AttemptRow",
    "BrandRow",
    "BuyerKeyRow",
    "CircuitRow",
    "ConnectedAccountRow",
    "CreditEntryRow",
    "DeadlineRow",
    "DeliveryRow",
    "DocumentRow",
    "EndpointRow",
    "ErasureRow",
    "EventRow",
    "FeedRow",
    "ForgettingRow",
    "ImageDataRow",
    "ImageRow",
    "InstallationRow",
    "MerchantRow",
    "MessageRow",
    "MessageSettingsRow",
    "MirrorRow",
    "OrderRow",
    "OrderVersionRow",
    "ParcelRow",
    "PastOrderRow",
    "PolicyRow",
    "PortalRow",
    "ReceiverRow",
    "RequestKeyRow",
    "ReturnRow",
    "RoutingRow",
    "SQLModel",
    "SerialRow",
    "SettlementRow",
    "SlugRow",
    "SynchronisationRow",
    "TemplateRow",
    "TrackingRow",
    "TransferRow",
    "TryRow",
    "UnitRow",
    "WarehouseRow",
    "WebhookRow",
    "WorkItemRow",
]
