"""How faults put broken answers on the wire."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from sandbox.music_api.calls import Call


def hang_up(call: Call) -> web.StreamResponse:
    """Drop the connection at once, with nothing sent."""
    if call.request.transport is not None:
        call.request.transport.abort()
    return web.StreamResponse()


async def send_and_hang_up(call: Call, data: bytes, *, length: int, like: web.Response) -> web.StreamResponse:
    """Announce `length` bytes of what `like` is, send `data`, and close the connection."""
    response = web.StreamResponse(status=like.status, headers={"Content-Type": like.content_type})
    response.content_length = length
    response.force_close()
    await response.prepare(call.request)
    await response.write(data)
    if call.request.transport is not None:
        call.request.transport.close()
    return response


async def stream(call: Call, chunk: bytes, *, every: float, like: web.Response) -> web.StreamResponse:
    """Send `chunk` again and again, every so many seconds, for as long as someone reads."""
    response = web.StreamResponse(status=like.status, headers={"Content-Type": like.content_type})
    await response.prepare(call.request)
    try:
        while True:
            await response.write(chunk)
            # Even without a pause the loop must come up for air, or nobody else is ever served.
            await (call.service.library.clock.sleep(every) if every else asyncio.sleep(0))
    except ConnectionError:
        return response


def body_of(reply: web.Response | None) -> bytes:
    """The bytes of an answer."""
    return reply.body if reply is not None and isinstance(reply.body, bytes) else b""


def json_of(reply: web.Response | None) -> dict[str, Any]:
    """The JSON object of an answer; empty for an answer that is none, such as a file."""
    if reply is None or reply.content_type != "application/json":
        return {}
    value = json.loads(body_of(reply))
    return value if isinstance(value, dict) else {}


def json_reply(body: object, *, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    """An answer with a JSON body."""
    return web.json_response(body, status=status, headers=headers)
