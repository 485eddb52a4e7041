"""Faults of the network between the bot and the API, and how broken answers get onto the wire."""

import asyncio
import json
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from sandbox.music_api import Call
from tests.fakes.api_faults.rules import Fault, Phase


def hang_up(call: Call) -> web.StreamResponse:
    """Drop the connection at once, with nothing sent."""
    if call.request.transport is not None:
        call.request.transport.abort()
    return web.StreamResponse()


async def send_truncated(call: Call, data: bytes, *, length: int, like: web.Response) -> web.StreamResponse:
    """Announce a length, send `data`, close the connection."""
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
            await (call.service.store.clock.sleep(every) if every else asyncio.sleep(0))
    except ConnectionError:
        return response


def body_of(reply: web.Response | None) -> bytes:
    return reply.body if reply is not None and isinstance(reply.body, bytes) else b""


def json_of(reply: web.Response | None) -> dict[str, Any]:
    """The JSON object of an answer; empty for one that is none, such as a file or what a fault has spoilt."""
    if reply is None or reply.content_type != "application/json":
        return {}
    try:
        value = json.loads(body_of(reply))
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


@dataclass(frozen=True, slots=True)
class Slow(Fault):
    """An overloaded server: the request waits `seconds` before anything is done about it."""

    seconds: float

    async def act(self, call: Call, reply: web.Response | None) -> None:
        del reply
        await call.service.store.clock.sleep(self.seconds)


@dataclass(frozen=True, slots=True)
class SlowAnswer(Slow):
    """A slow way back: the request was carried out and charged, its answer comes `seconds` late."""

    phase = Phase.AFTER


class CutBeforeReading(Fault):
    """A proxy or a restart drops the connection before the API has read the request."""

    phase = Phase.ARRIVAL

    async def act(self, call: Call, reply: web.Response | None) -> web.StreamResponse:
        del reply
        return hang_up(call)


class CutAfterEffect(CutBeforeReading):
    """The request was carried out and charged, then the connection broke: the answer is lost."""

    phase = Phase.AFTER


class CutInMidBody(Fault):
    """The connection breaks half-way through the answer, after a header that promised all of it."""

    phase = Phase.AFTER

    async def act(self, call: Call, reply: web.Response | None) -> web.StreamResponse:
        if reply is None:
            return hang_up(call)
        body = body_of(reply)
        return await send_truncated(call, body[: len(body) // 2], length=len(body), like=reply)
