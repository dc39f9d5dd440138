"""The ceiling: a server that answers every request with the same bytes and does nothing else."""

import asyncio
import sys
from pathlib import Path

import grpc
import uvloop


async def serve(answer: bytes) -> None:
    async def echo(_request: bytes, _context: object) -> bytes:
        return answer

    handler = grpc.method_handlers_generic_handler(
        "bench.Echo", {"Echo": grpc.unary_unary_rpc_method_handler(echo)}
    )
    server = grpc.aio.server(options=[("grpc.so_reuseport", 0)])
    server.add_generic_rpc_handlers((handler,))
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    print(port, flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(serve(Path(sys.argv[1]).read_bytes()))
