"""The ceiling: a server that reads each request as CreateReturn's and answers with the same return, and does nothing
else."""

import asyncio
import sys
from pathlib import Path

import grpc
import uvloop
from sendback.v1.return_pb2 import Return
from sendback.v1.returns_service_pb2 import CreateReturnRequest


async def serve(answer: Return) -> None:
    async def echo(_request: CreateReturnRequest, _context: object) -> Return:
        return answer

    method = grpc.unary_unary_rpc_method_handler(
        echo, CreateReturnRequest.FromString, Return.SerializeToString
    )
    handler = grpc.method_handlers_generic_handler("bench.Echo", {"Echo": method})
    server = grpc.aio.server(options=[("grpc.so_reuseport", 0)])
    server.add_generic_rpc_handlers((handler,))
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    print(port, flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(serve(Return.FromString(Path(sys.argv[1]).read_bytes())))
