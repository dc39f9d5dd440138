"""The use cases, put together and handed to the servicers."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sendback.v1 import (
    carrier_service_pb2,
    carrier_service_pb2_grpc,
    credit_service_pb2,
    credit_service_pb2_grpc,
    event_service_pb2,
    event_service_pb2_grpc,
    label_service_pb2,
    label_service_pb2_grpc,
    merchant_service_pb2,
    merchant_service_pb2_grpc,
    message_service_pb2,
    message_service_pb2_grpc,
    order_service_pb2,
    order_service_pb2_grpc,
    portal_service_pb2,
    portal_service_pb2_grpc,
    returns_service_pb2,
    returns_service_pb2_grpc,
)

from sendback_service.access import Doorkeeper
from sendback_service.account_trials import Trials
from sendback_service.advice import Advice
from sendback_service.api.carriers import CarrierServicer
from sendback_service.api.credit import CreditServicer
from sendback_service.api.events import EventServicer
from sendback_service.api.labels import LabelServicer
from sendback_service.api.merchants import MerchantServicer
from sendback_service.api.messages import MessageServicer
from sendback_service.api.orders import OrderServicer
from sendback_service.api.portal import PortalServicer
from sendback_service.api.returns import ReturnsServicer
from sendback_service.arrivals import Arrivals
from sendback_service.buyer_data import BuyerData
from sendback_service.buyers import Buyers
from sendback_service.clock import Clock
from sendback_service.configuration import Configuration
from sendback_service.connections import Connections
from sendback_service.creation import Creation
from sendback_service.deliveries import Deliveries
from sendback_service.drop_offs import DropOffPoints
from sendback_service.endpoints import Endpoints
from sendback_service.erasures import Erasures
from sendback_service.exports import Exports
from sendback_service.feed import Feed
from sendback_service.figures import Statistics
from sendback_service.host import Host
from sendback_service.images import Images
from sendback_service.key_ring import KeyRing
from sendback_service.live_configuration import LiveConfiguration
from sendback_service.merchants import Merchants
from sendback_service.message_settings import Channels, MessagePreferences
from sendback_service.message_templates import MessageTemplates
from sendback_service.order_lookup import SECONDS, OrderLookup
from sendback_service.orders import Orders
from sendback_service.parcels import Parcels
from sendback_service.plugin_lookups import Lookups
from sendback_service.policies import Policies
from sendback_service.privacy_news import PrivacyNews
from sendback_service.promotions import Promotions
from sendback_service.redemptions import Redemptions
from sendback_service.refund_news import RefundNews
from sendback_service.returns import Returns
from sendback_service.routings import Routings
from sendback_service.shop_news import ShopNews
from sendback_service.shops import Shops
from sendback_service.sign_ins import SignIns
from sendback_service.store import Database
from sendback_service.streams import Streams
from sendback_service.vault import vault_of
from sendback_service.webhooks import Webhooks
from sendback_service.websites import Websites

_SERVICES = (
    carrier_service_pb2,
    credit_service_pb2,
    event_service_pb2,
    label_service_pb2,
    merchant_service_pb2,
    message_service_pb2,
    order_service_pb2,
    portal_service_pb2,
    returns_service_pb2,
)

SERVICE_NAMES = tuple(
    service.full_name for module in _SERVICES for service in module.DESCRIPTOR.services_by_name.values()
)


@dataclass(frozen=True, slots=True)
class Shared:
    """What the use cases of a server share."""

    database: Database
    clock: Clock
    host: Host
    live: LiveConfiguration
    streams: Streams


def register(server: Any, configuration: Configuration, shared: Shared) -> None:
    """Puts the use cases together and hands them to the servicers."""
    database, clock, host, streams = shared.database, shared.clock, shared.host, shared.streams
    covered = shared.live.coverage
    doorkeeper = Doorkeeper(
        configuration.signing_keys(), timedelta(minutes=configuration.portal.session_minutes)
    )
    shops = Shops(database)
    returns = Returns(database, streams)
    parcels = Parcels(database, shops, streams)
    creation = Creation(
        database,
        shops,
        clock,
        covered,
        host.rules,
        timedelta(minutes=configuration.portal.estimate_minutes),
    )
    base_url = configuration.portal.base_url
    merchants = Merchants(database, shops, configuration.support_url)
    images = Images(database)
    websites = Websites(configuration.portal.private_hosts)
    advice = Advice(database, shops, clock, websites, base_url, covered)
    policies = Policies(database, shops, clock, covered, host.rules)
    promotions = Promotions(shops, creation, doorkeeper, base_url)
    orders = Orders(database, shops, doorkeeper, base_url)
    feed = Feed(database, streams)
    vault = vault_of(configuration.secrets_key)
    connections = Connections(database, host, vault)
    endpoints = Endpoints(database, host, vault, configuration.portal.private_hosts)
    routings = Routings(database, host, shared.live)
    lookups, erasures = Lookups(), Erasures(database)
    refund_news = RefundNews(database, configuration.refunds)
    shop_news, privacy_news = ShopNews(database, lookups, orders), PrivacyNews(database, erasures)
    webhooks = Webhooks(database, host, lookups, parcels, refund_news, shop_news, privacy_news)
    order_lookup = OrderLookup(host, Lookups(seconds=SECONDS), shop_news)
    sign_ins = SignIns(database, clock, configuration.signing_keys()[0])
    buyers = Buyers(database, shops, doorkeeper, clock, order_lookup, sign_ins)
    portal_service_pb2_grpc.add_PortalServiceServicer_to_server(
        PortalServicer(
            shops, buyers, creation, returns, parcels, images, DropOffPoints(database, host, lookups)
        ),
        server,
    )
    returns_service_pb2_grpc.add_ReturnsServiceServicer_to_server(
        ReturnsServicer(
            creation,
            returns,
            Arrivals(database),
            images,
            Statistics(database, shops),
            Exports(database, shops),
        ),
        server,
    )
    credit_service_pb2_grpc.add_CreditServiceServicer_to_server(CreditServicer(Redemptions(database)), server)
    label_service_pb2_grpc.add_LabelServiceServicer_to_server(LabelServicer(parcels), server)
    order_service_pb2_grpc.add_OrderServiceServicer_to_server(
        OrderServicer(orders, promotions, BuyerData(database), erasures), server
    )
    merchant_service_pb2_grpc.add_MerchantServiceServicer_to_server(
        MerchantServicer(merchants, shops, KeyRing(database), images, advice, policies, connections),
        server,
    )
    carrier_service_pb2_grpc.add_CarrierServiceServicer_to_server(
        CarrierServicer(host, routings, Trials(database, host)), server
    )
    channels = Channels(configuration.channel, configuration.channels)
    message_service_pb2_grpc.add_MessageServiceServicer_to_server(
        MessageServicer(MessageTemplates(database), MessagePreferences(database, channels)), server
    )
    event_service_pb2_grpc.add_EventServiceServicer_to_server(
        EventServicer(feed, webhooks, clock, endpoints, Deliveries(database)), server
    )
