"""Carries out a fault on a request."""

import asyncio
import socket
import struct

from aiohttp import web

from tests.fakes.discord.faults import Fault, How
from tests.fakes.discord.rest.answers import VIA, json_answer

INTERNAL_ERROR = "500: Internal Server Error"
_IN_JSON = {500: INTERNAL_ERROR, 503: "503: Service Unavailable"}
_LINGER_NOT = struct.pack("ii", 1, 0)


async def suffer(fault: Fault, request: web.Request, *, closing: asyncio.Event) -> web.StreamResponse | None:
    """Return the answer in place of the right one; None once a mere delay is over.

    `closing` ends what would last for ever.
    """
    if fault.how in (How.SLOW, How.HOLD):
        await (_pass(fault.seconds, closing) if fault.how is How.SLOW else fault.gate.wait())
        return None
    if fault.how is How.HANG:
        await closing.wait()
    if fault.how in (How.HANG, How.RESET):
        _cut(request)
        return web.Response()
    if fault.how is How.RATE_LIMIT:
        return limited(fault.seconds, {}, is_global=fault.is_global, via=fault.via)
    if fault.error is not None:
        return json_answer(fault.error.payload(), fault.status)
    if fault.status in _IN_JSON:
        return json_answer({"message": _IN_JSON[fault.status], "code": 0}, fault.status)
    # A bad gateway is told by the proxy in front, not by the API.
    text = f"<html><head><title>{fault.status}</title></head><body></body></html>"
    return web.Response(status=fault.status, text=text, content_type="text/html")


async def _pass(seconds: float, closing: asyncio.Event) -> None:
    try:
        async with asyncio.timeout(seconds):
            await closing.wait()
    except TimeoutError:
        return


def limited(
    retry_after: float, headers: dict[str, str], *, is_global: bool, via: bool = True
) -> web.Response:
    """Return a 429: Discord's own, or Cloudflare's, which has no `Via` and no JSON."""
    if not via:
        return web.Response(status=429, text="error code: 1015")
    response = json_answer(
        {
            "message": "You are being rate limited.",
            "retry_after": retry_after,
            "global": is_global,
        },
        429,
    )
    response.headers.update(headers | {"Via": VIA, "Retry-After": f"{retry_after:.3f}"})
    return response


def _cut(request: web.Request) -> None:
    transport = request.transport
    if transport is None:
        return
    connection = transport.get_extra_info("socket")
    if connection is not None:
        # Closing without lingering makes the kernel send RST in place of FIN.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_NOT)
    transport.abort()
