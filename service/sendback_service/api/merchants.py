"""MerchantService: settings."""

from collections.abc import AsyncIterator

from sendback.v1 import (
    document_pb2,
    image_pb2,
    merchant_pb2,
    merchant_service_pb2_grpc,
    policy_change_pb2,
    policy_pb2,
)
from sendback.v1 import merchant_service_pb2 as pb

from sendback_service.advice import Advice
from sendback_service.api.account_wire import connected_message, connection_of, plugin_message
from sendback_service.api.caller import CALLER, call_for, key_merchant, merchant_named
from sendback_service.api.change_wire import comparison_message, simulation_message
from sendback_service.api.documents import chunks, gathered
from sendback_service.api.interceptor import Context
from sendback_service.api.masks import merged
from sendback_service.api.policy_wire import policy_message, policy_of
from sendback_service.api.settings_wire import (
    brand_message,
    brand_of,
    hint_messages,
    image_message,
    key_message,
    merchant_message,
    new_key_message,
    page_check_message,
    portal_message,
    portal_of,
    size_of,
    warehouse_message,
    warehouse_of,
)
from sendback_service.api.times import time_of
from sendback_service.api.validation import Wrong
from sendback_service.connections import Connections
from sendback_service.images import Images
from sendback_service.key_ring import GRACE, KeyRing, WantedKey, grantable
from sendback_service.keys import KeyKind
from sendback_service.merchants import Merchants
from sendback_service.pictures import Use
from sendback_service.policies import Policies
from sendback_service.records import WarehouseRecord
from sendback_service.refusal import invalid, not_found
from sendback_service.shops import Brand, Portal, Shop, Shops


class MerchantServicer(merchant_service_pb2_grpc.MerchantServiceServicer):
    def __init__(
        self,
        merchants: Merchants,
        shops: Shops,
        keys: KeyRing,
        images: Images,
        advice: Advice,
        policies: Policies,
        connections: Connections,
    ) -> None:
        self._merchants = merchants
        self._shops = shops
        self._keys = keys
        self._images = images
        self._advice = advice
        self._policies = policies
        self._connections = connections

    async def ConnectAccount(
        self, request: pb.ConnectAccountRequest, context: Context
    ) -> pb.ConnectedAccount:
        call = call_for(request, merchant_named(request.merchant_id))
        return connected_message(await self._connections.connect(call, connection_of(request.account)))

    async def ListConnectedAccounts(
        self, request: pb.ListConnectedAccountsRequest, context: Context
    ) -> pb.ListConnectedAccountsResponse:
        found = await self._connections.list(merchant_named(request.merchant_id))
        return pb.ListConnectedAccountsResponse(accounts=map(connected_message, found))

    async def ListConnectablePlugins(
        self, request: pb.ListConnectablePluginsRequest, context: Context
    ) -> pb.ListConnectablePluginsResponse:
        return pb.ListConnectablePluginsResponse(plugins=map(plugin_message, self._connections.plugins()))

    async def DisconnectAccount(
        self, request: pb.DisconnectAccountRequest, context: Context
    ) -> pb.DisconnectAccountResponse:
        call = call_for(request, merchant_named(request.merchant_id))
        await self._connections.disconnect(call, request.name)
        return pb.DisconnectAccountResponse()

    async def CreateMerchant(
        self, request: pb.CreateMerchantRequest, context: Context
    ) -> merchant_pb2.Merchant:
        return merchant_message(await self._merchants.create(call_for(request), request.merchant.name))

    async def GetMerchant(self, request: pb.GetMerchantRequest, context: Context) -> merchant_pb2.Merchant:
        return merchant_message(await self._shops.get(merchant_named(request.merchant_id)))

    async def ListMerchants(
        self, request: pb.ListMerchantsRequest, context: Context
    ) -> pb.ListMerchantsResponse:
        page = await self._merchants.list(request.page_size, request.page_token)
        return pb.ListMerchantsResponse(
            merchants=map(merchant_message, page.items), next_page_token=page.next_token
        )

    async def SetEntitlement(
        self, request: pb.SetEntitlementRequest, context: Context
    ) -> merchant_pb2.Merchant:
        merchant_id = merchant_named(request.merchant_id)
        call = call_for(request, merchant_id)
        return merchant_message(await self._merchants.set_entitlement(call, merchant_id, request.entitled))

    async def GetPortalSettings(
        self, request: pb.GetPortalSettingsRequest, context: Context
    ) -> merchant_pb2.PortalSettings:
        return await self._portal(await self._shops.get(merchant_named(request.merchant_id)))

    async def UpdatePortalSettings(
        self, request: pb.UpdatePortalSettingsRequest, context: Context
    ) -> merchant_pb2.PortalSettings:
        merchant_id = merchant_named(request.merchant_id)
        kept = ("merchant_id", "etag", "hints")

        def new(shop: Shop) -> Portal:
            return portal_of(merged(portal_message(shop), request.settings, request.update_mask, kept))

        call = call_for(request, merchant_id)
        return await self._portal(
            await self._merchants.update_portal(call, merchant_id, new, request.settings.etag)
        )

    async def GetBrand(self, request: pb.GetBrandRequest, context: Context) -> merchant_pb2.Brand:
        return brand_message(await self._shops.get(merchant_named(request.merchant_id)))

    async def UpdateBrand(self, request: pb.UpdateBrandRequest, context: Context) -> merchant_pb2.Brand:
        merchant_id = merchant_named(request.merchant_id)
        kept = ("merchant_id", "etag")

        def new(shop: Shop) -> Brand:
            return brand_of(merged(brand_message(shop), request.brand, request.update_mask, kept))

        call = call_for(request, merchant_id)
        return brand_message(await self._merchants.update_brand(call, merchant_id, new, request.brand.etag))

    async def UploadImage(
        self, requests: AsyncIterator[pb.UploadImageRequest | Wrong], context: Context
    ) -> image_pb2.Image:
        first, data = await gathered(requests)
        merchant_id = merchant_named(first.merchant_id)
        if not first.use:
            raise invalid("use", "say in the first piece what the picture is for: LOGO or BACKGROUND")
        use = Use(image_pb2.ImageUse.Kind.Name(first.use))
        return image_message(await self._images.take(call_for(first, merchant_id), use, data))

    async def GetImage(
        self, request: pb.GetImageRequest, context: Context
    ) -> AsyncIterator[document_pb2.DocumentChunk]:
        merchant_id = merchant_named(request.merchant_id)
        size = size_of(request.size)
        picture = await self._images.picture(merchant_id, request.image_id, size, (Use.LOGO, Use.BACKGROUND))
        for chunk in chunks(picture.media_type, picture.data):
            yield chunk

    async def CreateWarehouse(
        self, request: pb.CreateWarehouseRequest, context: Context
    ) -> merchant_pb2.Warehouse:
        if request.warehouse.id:
            raise invalid("warehouse.id", "is given by the service")
        merchant_id = merchant_named(request.merchant_id)
        call = call_for(request, merchant_id)
        made = await self._merchants.add_warehouse(call, merchant_id, warehouse_of(request.warehouse))
        return warehouse_message(await self._warehouse(merchant_id, made))

    async def UpdateWarehouse(
        self, request: pb.UpdateWarehouseRequest, context: Context
    ) -> merchant_pb2.Warehouse:
        merchant_id = merchant_named(request.merchant_id)
        given = request.warehouse

        def new(present: WarehouseRecord) -> WarehouseRecord:
            wanted = merged(warehouse_message(present), given, request.update_mask, ("id", "etag"))
            return warehouse_of(wanted)

        call = call_for(request, merchant_id)
        await self._merchants.update_warehouse(call, merchant_id, given.id, new, given.etag)
        return warehouse_message(await self._warehouse(merchant_id, given.id))

    async def ListWarehouses(
        self, request: pb.ListWarehousesRequest, context: Context
    ) -> pb.ListWarehousesResponse:
        shop = await self._shops.get(merchant_named(request.merchant_id))
        return pb.ListWarehousesResponse(warehouses=[warehouse_message(w) for w in shop.warehouses])

    async def PublishPolicy(self, request: pb.PublishPolicyRequest, context: Context) -> policy_pb2.Policy:
        merchant_id = merchant_named(request.merchant_id)
        call = call_for(request, merchant_id)
        return policy_message(
            await self._merchants.publish(call, merchant_id, policy_of(request.policy), request.policy.etag)
        )

    async def GetPolicy(self, request: pb.GetPolicyRequest, context: Context) -> policy_pb2.Policy:
        shop = await self._shops.get(merchant_named(request.merchant_id))
        version = shop.policy_of(request.version) if request.version else shop.policy
        if request.version and version.version != request.version:
            raise not_found("policy", str(request.version))
        return policy_message(version)

    async def DiffPolicies(
        self, request: policy_change_pb2.DiffPoliciesRequest, context: Context
    ) -> policy_change_pb2.DiffPoliciesResponse:
        draft = request.WhichOneof("other") == "draft"
        found = await self._policies.compare(
            merchant_named(request.merchant_id),
            request.version,
            policy_of(request.draft, "draft") if draft else request.other_version,
        )
        return comparison_message(found, CALLER.get().language)

    async def SimulatePolicy(
        self, request: policy_change_pb2.SimulatePolicyRequest, context: Context
    ) -> policy_change_pb2.PolicySimulation:
        found = await self._policies.simulate(
            merchant_named(request.merchant_id),
            policy_of(request.draft, "draft"),
            time_of(request, "placed_from_time"),
            time_of(request, "placed_before_time"),
            context.time_remaining(),
        )
        return simulation_message(found, CALLER.get().language)

    async def CheckPolicyPage(
        self, request: pb.CheckPolicyPageRequest, context: Context
    ) -> pb.PolicyPageCheck:
        merchant_id = merchant_named(request.merchant_id)
        found = await self._advice.check_page(call_for(request, merchant_id), merchant_id, request.uri)
        return page_check_message(found, CALLER.get().language)

    async def CreateAccessKey(
        self, request: pb.CreateAccessKeyRequest, context: Context
    ) -> pb.CreateAccessKeyResponse:
        wanted = request.access_key
        key = WantedKey(
            KeyKind(merchant_pb2.AccessKey.Kind.Name(wanted.kind)),
            key_merchant(wanted.merchant_id),
            frozenset(wanted.scopes),
            wanted.title,
            time_of(wanted, "expire_time", "access_key.expire_time"),
        )
        return new_key_message(await self._keys.create(call_for(request), CALLER.get().key, key))

    async def ListAccessKeys(
        self, request: pb.ListAccessKeysRequest, context: Context
    ) -> pb.ListAccessKeysResponse:
        merchant_id = key_merchant(request.merchant_id)
        page = await self._keys.list(merchant_id, request.page_size, request.page_token)
        return pb.ListAccessKeysResponse(
            access_keys=[key_message(key) for key in page.items],
            next_page_token=page.next_token,
            grantable_scopes=grantable(CALLER.get().key),
        )

    async def RotateAccessKey(
        self, request: pb.RotateAccessKeyRequest, context: Context
    ) -> pb.CreateAccessKeyResponse:
        grace = request.grace.ToTimedelta() if request.HasField("grace") else GRACE
        expires, holder = time_of(request, "expire_time"), CALLER.get().key
        return new_key_message(
            await self._keys.rotate(call_for(request), holder, request.access_key_id, grace, expires)
        )

    async def RevokeAccessKey(
        self, request: pb.RevokeAccessKeyRequest, context: Context
    ) -> merchant_pb2.AccessKey:
        revoked = await self._keys.revoke(call_for(request), CALLER.get().key, request.access_key_id)
        return key_message(revoked)

    async def _portal(self, shop: Shop) -> merchant_pb2.PortalSettings:
        message = portal_message(shop)
        message.hints.extend(hint_messages(await self._advice.hints(shop), CALLER.get().language))
        return message

    async def _warehouse(self, merchant_id: str, warehouse_id: str) -> WarehouseRecord:
        shop = await self._shops.get(merchant_id)
        found = next((w for w in shop.warehouses if w.id == warehouse_id), None)
        if found is None:
            raise not_found("warehouse", warehouse_id)
        return found
