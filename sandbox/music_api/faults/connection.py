"""Faults of the network between the bot and the API."""

from dataclasses import dataclass

from aiohttp import web

from sandbox.music_api.calls import Call
from sandbox.music_api.faults.rules import Fault, Phase
from sandbox.music_api.faults.wire import body_of, hang_up, send_and_hang_up


@dataclass(frozen=True, slots=True)
class Slow(Fault):
    """An overloaded server: the request waits `seconds` before anything is done about it."""

    seconds: float

    async def act(self, call: Call, reply: web.Response | None) -> None:
        """Wait."""
        del reply
        await call.service.library.clock.sleep(self.seconds)


@dataclass(frozen=True, slots=True)
class SlowAnswer(Slow):
    """A slow way back: the request was carried out and charged, its answer comes `seconds` late."""

    phase = Phase.AFTER


class CutBeforeReading(Fault):
    """A proxy or a restart drops the connection before the API has read the request."""

    phase = Phase.ARRIVAL

    async def act(self, call: Call, reply: web.Response | None) -> web.StreamResponse:
        """Hang up."""
        del reply
        return hang_up(call)


class CutAfterEffect(CutBeforeReading):
    """The request was carried out and charged, then the connection broke: the answer is lost."""

    phase = Phase.AFTER


class CutInMidBody(Fault):
    """The connection breaks half-way through the answer, after a header that promised all of it."""

    phase = Phase.AFTER

    async def act(self, call: Call, reply: web.Response | None) -> web.StreamResponse:
        """Send half, then hang up."""
        if reply is None:
            return hang_up(call)
        body = body_of(reply)
        return await send_and_hang_up(call, body[: len(body) // 2], length=len(body), like=reply)
