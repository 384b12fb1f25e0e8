"""One method of a gRPC service, answered in this process, with faults to order."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import grpc.aio  # type: ignore[import-untyped]


@dataclass
class Faults:
    """Outcomes of the next calls, in turn: a status by name, or `hang`."""

    coming: list[str] = field(default_factory=list)
    calls: int = 0

    async def strike(self, context: Any) -> None:
        self.calls += 1
        if not self.coming:
            return
        fault = self.coming.pop(0)
        if fault == "hang":
            await asyncio.sleep(30)
        await context.abort(getattr(grpc.StatusCode, fault), "as ordered")


@asynccontextmanager
async def serving(
    service: str, method: str, answer: Callable[[Any, Any], Any], request: Any, response: Any
) -> AsyncIterator[str]:
    """The address of a server whose `method` takes and gives these proto-plus messages."""
    handler = grpc.unary_unary_rpc_method_handler(
        answer, request_deserializer=request.deserialize, response_serializer=response.serialize
    )
    server = grpc.aio.server()
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(service, {method: handler}),))
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    try:
        yield f"127.0.0.1:{port}"
    finally:
        await server.stop(grace=None)
