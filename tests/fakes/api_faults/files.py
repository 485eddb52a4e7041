"""Faults of the host that serves the audio."""

import asyncio
import zlib
from dataclasses import dataclass
from typing import ClassVar

from aiohttp import web

from sandbox.music_api import Call
from tests.fakes.api_faults.connection import body_of, send_truncated, stream
from tests.fakes.api_faults.rules import Fault, Phase

MIB = 1024 * 1024


class FileFault(Fault):
    """Another answer in place of the file: a row of status, text and type, an empty type being the file's."""

    phase = Phase.AFTER
    row: ClassVar[tuple[int, str, str]]

    def applies(self, reply: web.Response) -> bool:
        return reply.content_type.startswith(("audio/", "image/"))

    async def act(self, call: Call, reply: web.Response | None) -> web.StreamResponse:
        assert reply is not None, "it acts after the effect"
        return await self.spoil(call, reply)

    async def spoil(self, call: Call, reply: web.Response) -> web.StreamResponse:
        del call
        status, text, kind = self.row
        return web.Response(status=status, body=text.encode(), content_type=kind or reply.content_type)


class FileGone(FileFault):
    """The vendor has purged the file."""

    row = (404, "NoSuchKey", "text/plain")


class FileForbidden(FileFault):
    """The link has run out."""

    row = (403, "AccessDenied", "text/plain")


class LateFile(FileFault):
    """A file that is not everywhere yet: for so many seconds after it was first asked for it is not found."""

    def __init__(self, seconds: float = 60.0, status: int = 404, *, one_in: int = 1) -> None:
        self.seconds, self.status, self.one_in = seconds, status, one_in
        self._asked: dict[str, float] = {}

    async def act(self, call: Call, reply: web.Response | None) -> web.StreamResponse:
        assert reply is not None, "it acts after the effect"
        now = call.service.clock.now()
        if zlib.crc32(call.request.path.encode()) % self.one_in:
            return reply
        late = now - self._asked.setdefault(call.request.path, now) < self.seconds
        return web.Response(status=self.status) if late else reply


class PageInsteadOfFile(FileFault):
    """A captive portal or a challenge in front of the file."""

    row = (200, "<!doctype html><title>Just a moment...</title>", "text/html")


class PageNamedAudio(FileFault):
    """A web page that calls itself audio."""

    row = (200, "<!doctype html><title>Sorry</title>", "")


class EmptyFile(FileFault):
    """The file was listed before it was written."""

    row = (200, "", "")


class TruncatedFile(FileFault):
    """Half of the file in an answer that HTTP holds for whole: the upload behind it broke off."""

    async def spoil(self, call: Call, reply: web.Response) -> web.StreamResponse:
        del call
        body = body_of(reply)
        return web.Response(body=body[: len(body) // 2], content_type=reply.content_type)


class EndlessFile(FileFault):
    """A live stream in place of a file: it never ends and has no length."""

    async def spoil(self, call: Call, reply: web.Response) -> web.StreamResponse:
        return await stream(call, body_of(reply), every=0, like=reply)


@dataclass(frozen=True, slots=True)
class SlowDrip(FileFault):
    """One byte every `every` seconds: no read ever times out, and the whole never arrives."""

    every: float = 1.0

    async def spoil(self, call: Call, reply: web.Response) -> web.StreamResponse:
        return await stream(call, body_of(reply)[:1], every=self.every, like=reply)


@dataclass(frozen=True, slots=True)
class WrongLength(FileFault):
    """The header announces `length` bytes instead of what the file has.

    By default far more than anyone should fetch, of which only the file arrives; a small one cuts the file.
    """

    length: int = 10 * 1024 * MIB

    async def spoil(self, call: Call, reply: web.Response) -> web.StreamResponse:
        return await send_truncated(call, body_of(reply)[: self.length], length=self.length, like=reply)


@dataclass(frozen=True, slots=True)
class GzipBomb(FileFault):
    """A small answer that unpacks to `size` bytes."""

    size: int = 256 * MIB

    async def spoil(self, call: Call, reply: web.Response) -> web.StreamResponse:
        del call
        packed = await asyncio.to_thread(self._pack)
        return web.Response(
            body=packed, content_type=reply.content_type, headers={"Content-Encoding": "gzip"}
        )

    def _pack(self) -> bytes:
        packer = zlib.compressobj(wbits=zlib.MAX_WBITS | 16)
        whole, rest = divmod(self.size, MIB)
        parts = [packer.compress(bytes(MIB)) for _ in range(whole)]
        return b"".join((*parts, packer.compress(bytes(rest)), packer.flush()))


@dataclass(frozen=True, slots=True)
class Redirect(FileFault):
    """Somewhere else, by default to the address at which cloud hosts hand out their keys."""

    to: str = "http://169.254.169.254/latest/meta-data/"

    async def spoil(self, call: Call, reply: web.Response) -> web.StreamResponse:
        del call, reply
        return web.Response(status=302, headers={"Location": self.to})
