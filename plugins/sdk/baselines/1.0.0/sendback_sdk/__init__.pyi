from sendback_sdk.addresses import Address as Address
from sendback_sdk.carriers import Billing as Billing, Carrier as Carrier, CustomsItem as CustomsItem, DropOff as DropOff, DropOffs as DropOffs, Finds as Finds, Label as Label, LabelFormat as LabelFormat, LabelRequest as LabelRequest, Paper as Paper, Parcel as Parcel, Repeat as Repeat, TrackingState as TrackingState, TrackingUpdate as TrackingUpdate, Tracks as Tracks, Voids as Voids
from sendback_sdk.channels import Attachment as Attachment, Channel as Channel, Message as Message
from sendback_sdk.erasure import BuyerErasure as BuyerErasure, Forgets as Forgets
from sendback_sdk.errors import Declined as Declined, Misconfigured as Misconfigured, OutcomeUnknown as OutcomeUnknown, PluginError as PluginError, TryLater as TryLater
from sendback_sdk.events import Event as Event, Rule as Rule
from sendback_sdk.hooks import hookimpl as hookimpl
from sendback_sdk.money import Money as Money
from sendback_sdk.orders import Discount as Discount, Fulfilment as Fulfilment, Order as Order, OrderLine as OrderLine, OrderPage as OrderPage, OrderQuery as OrderQuery, OrderState as OrderState, Payment as Payment, Shipping as Shipping, TaxLine as TaxLine
from sendback_sdk.platforms import Change as Change, CreditRequest as CreditRequest, Credits as Credits, FindsOrders as FindsOrders, FindsRefund as FindsRefund, ListsOrders as ListsOrders, Mirrors as Mirrors, Platform as Platform, Receipt as Receipt, ReceiptState as ReceiptState, RefundLine as RefundLine, RefundRequest as RefundRequest, Refunds as Refunds
from sendback_sdk.plugin import Plugin as Plugin
from sendback_sdk.webhooks import Hears as Hears, OrderChange as OrderChange, RefundUpdate as RefundUpdate, WebhookRequest as WebhookRequest

__all__ = ['Address', 'Attachment', 'Billing', 'BuyerErasure', 'Carrier', 'Change', 'Channel', 'CreditRequest', 'Credits', 'CustomsItem', 'Declined', 'Discount', 'DropOff', 'DropOffs', 'Event', 'Finds', 'FindsOrders', 'FindsRefund', 'Forgets', 'Fulfilment', 'Hears', 'Label', 'LabelFormat', 'LabelRequest', 'ListsOrders', 'Message', 'Mirrors', 'Misconfigured', 'Money', 'Order', 'OrderChange', 'OrderLine', 'OrderPage', 'OrderQuery', 'OrderState', 'OutcomeUnknown', 'Paper', 'Parcel', 'Payment', 'Platform', 'Plugin', 'PluginError', 'Receipt', 'ReceiptState', 'RefundLine', 'RefundRequest', 'RefundUpdate', 'Refunds', 'Repeat', 'Rule', 'Shipping', 'TaxLine', 'TrackingState', 'TrackingUpdate', 'Tracks', 'TryLater', 'Voids', 'WebhookRequest', 'hookimpl']
