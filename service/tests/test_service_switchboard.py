"""Services behind the switchboard are all there, and waited for by one future whatever their number."""

import asyncio

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc
from sendback.v1 import merchant_service_pb2_grpc, returns_service_pb2, returns_service_pb2_grpc
from sendback_service.api.switchboard import Switchboard


class _Returns(returns_service_pb2_grpc.ReturnsServiceServicer):
    async def GetReturn(self, request: returns_service_pb2.GetReturnRequest, context: object) -> object:
        raise AssertionError("not asked for")


class _Health(health_pb2_grpc.HealthServicer):
    async def Check(
        self, request: health_pb2.HealthCheckRequest, context: object
    ) -> health_pb2.HealthCheckResponse:
        return health_pb2.HealthCheckResponse(status=health_pb2.HealthCheckResponse.SERVING)


async def _serve() -> tuple[int, int, grpc.StatusCode | None]:
    """How many tasks a server of three services is made of, what one of them answers, and how an unknown one does."""
    server = grpc.aio.server()
    before = len(asyncio.all_tasks())
    services = Switchboard(server)
    returns_service_pb2_grpc.add_ReturnsServiceServicer_to_server(_Returns(), services)  # type: ignore[arg-type]
    merchant_service_pb2_grpc.add_MerchantServiceServicer_to_server(
        merchant_service_pb2_grpc.MerchantServiceServicer(),
        services,  # type: ignore[arg-type]
    )
    health_pb2_grpc.add_HealthServicer_to_server(_Health(), services)  # type: ignore[arg-type]
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    try:
        async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
            waiting = len(asyncio.all_tasks()) - before
            answer = await health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest())
            code = None
            try:
                await channel.unary_unary("/sendback.v1.NoService/No")(b"")
            except grpc.aio.AioRpcError as refused:
                code = refused.code()
            return waiting, answer.status, code
    finally:
        await server.stop(None)


def test_all_methods_are_served_and_waited_for_together() -> None:
    waiting, status, unknown = asyncio.run(_serve())
    assert status == health_pb2.HealthCheckResponse.SERVING
    assert unknown is grpc.StatusCode.UNIMPLEMENTED
    assert waiting <= 3
