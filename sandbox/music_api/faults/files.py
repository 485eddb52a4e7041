"""Faults of the host that serves the audio."""

import abc
import asyncio
import zlib
from dataclasses import dataclass
from typing import Final

from aiohttp import web

from sandbox.music_api.calls import Call
from sandbox.music_api.faults.rules import Fault, Phase
from sandbox.music_api.faults.wire import body_of, hang_up, send_and_hang_up, stream

MIB: Final = 1024 * 1024


class FileFault(Fault):
    """Something else in place of the file that is there."""

    phase = Phase.AFTER

    def applies(self, reply: web.Response) -> bool:
        """Only to files."""
        return reply.content_type.startswith(("audio/", "image/"))

    async def act(self, call: Call, reply: web.Response | None) -> web.StreamResponse:
        """Answer with the spoilt file."""
        return hang_up(call) if reply is None else await self.spoil(call, reply)

    @abc.abstractmethod
    async def spoil(self, call: Call, reply: web.Response) -> web.StreamResponse:
        """The answer in place of `reply`."""


class FileGone(FileFault):
    """404: the vendor has purged the file."""

    async def spoil(self, call: Call, reply: web.Response) -> web.StreamResponse:
        """Not here."""
        del call, reply
        return web.Response(status=404, text="NoSuchKey")


class FileForbidden(FileFault):
    """403: the link has run out."""

    async def spoil(self, call: Call, reply: web.Response) -> web.StreamResponse:
        """Not for you."""
        del call, reply
        return web.Response(status=403, text="AccessDenied")


class PageInsteadOfFile(FileFault):
    """200 with a web page: a captive portal or a challenge in front of the file."""

    async def spoil(self, call: Call, reply: web.Response) -> web.StreamResponse:
        """A page."""
        del call, reply
        return web.Response(text="<!doctype html><title>Just a moment...</title>", content_type="text/html")


class PageNamedAudio(FileFault):
    """A web page that calls itself audio."""

    async def spoil(self, call: Call, reply: web.Response) -> web.StreamResponse:
        """A page under the file's own type."""
        del call
        return web.Response(body=b"<!doctype html><title>Sorry</title>", content_type=reply.content_type)


class TruncatedFile(FileFault):
    """Half of the file in an answer that HTTP holds for whole: the upload behind it broke off."""

    async def spoil(self, call: Call, reply: web.Response) -> web.StreamResponse:
        """The first half."""
        del call
        body = body_of(reply)
        return web.Response(body=body[: len(body) // 2], content_type=reply.content_type)


class EmptyFile(FileFault):
    """200 with no bytes: the file was listed before it was written."""

    async def spoil(self, call: Call, reply: web.Response) -> web.StreamResponse:
        """Nothing."""
        del call
        return web.Response(body=b"", content_type=reply.content_type)


class EndlessFile(FileFault):
    """A live stream in place of a file: it never ends and has no length."""

    async def spoil(self, call: Call, reply: web.Response) -> web.StreamResponse:
        """The file over and over."""
        return await stream(call, body_of(reply), every=0, like=reply)


@dataclass(frozen=True, slots=True)
class SlowDrip(FileFault):
    """One byte every `every` seconds: no read ever times out, and the whole never arrives."""

    every: float = 1.0

    async def spoil(self, call: Call, reply: web.Response) -> web.StreamResponse:
        """Drop by drop."""
        return await stream(call, body_of(reply)[:1], every=self.every, like=reply)


@dataclass(frozen=True, slots=True)
class WrongLength(FileFault):
    """The header announces `length` bytes instead of what the file has.

    By default far more than anyone should fetch, of which only the file arrives; a small one cuts the file.
    """

    length: int = 10 * 1024 * MIB

    async def spoil(self, call: Call, reply: web.Response) -> web.StreamResponse:
        """The file under a false length."""
        return await send_and_hang_up(call, body_of(reply)[: self.length], length=self.length, like=reply)


@dataclass(frozen=True, slots=True)
class GzipBomb(FileFault):
    """A small answer that unpacks to `size` bytes."""

    size: int = 256 * MIB

    async def spoil(self, call: Call, reply: web.Response) -> web.StreamResponse:
        """Packed zeros."""
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
    """302 to somewhere else, by default to the address at which cloud hosts hand out their keys."""

    to: str = "http://169.254.169.254/latest/meta-data/"

    async def spoil(self, call: Call, reply: web.Response) -> web.StreamResponse:
        """Over there."""
        del call, reply
        return web.Response(status=302, headers={"Location": self.to})
