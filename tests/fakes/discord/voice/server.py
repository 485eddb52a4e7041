"""The voice server: it greets, agrees on keys, and writes down what a member in the channel hears.

As regions of Discord since March 2026 it insists on DAVE. The one listener is a real member of the group, so
what it writes down was encrypted twice, and undone by the same libraries that clients have.
"""

import asyncio
import json
import os
import struct
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

import davey
import nacl.secret
from aiohttp import WSMsgType, web

from tests.fakes.discord.voice.mls import ExternalSender, split_commit
from tests.fakes.discord.waiting import Changes

IDENTIFY, SELECT, READY, HEARTBEAT, SESSION, SPEAKING, ACK, HELLO = 0, 1, 2, 3, 4, 5, 6, 8
EXTERNAL_SENDER, KEY_PACKAGE, PROPOSALS, COMMIT_WELCOME, ANNOUNCE_COMMIT = 25, 26, 27, 28, 29
_HOST, _MODE, _LISTENER = "127.0.0.1", "aead_xchacha20_poly1305_rtpsize", 4321
_RTP_HEADER, _NONCE = 12, 4
SILENCE = b"\xf8\xff\xfe"
_WITHOUT_DAVE = 4017


@dataclass(eq=False)
class Call:
    """One connection of a bot: the packets of sound that the listener has understood."""

    user_id: int
    channel_id: int
    key: bytes = field(default_factory=lambda: os.urandom(32))
    ssrc: int = 7
    heard: list[bytes] = field(default_factory=list)
    unclear: int = 0
    open: bool = True


class VoiceServer(asyncio.DatagramProtocol):
    """`async with VoiceServer(changes) as server`; `channel_of` says which channel a session is for."""

    def __init__(self, changes: Changes) -> None:
        self.changes = changes
        self.calls: list[Call] = []
        self.expected: dict[str, tuple[int, int]] = {}  # user and channel, by session id
        self._sender = ExternalSender()
        self._listener: davey.DaveSession | None = None
        self._sockets: set[web.WebSocketResponse] = set()
        self._runner: web.AppRunner | None = None
        self._udp: asyncio.DatagramTransport | None = None
        self.endpoint = ""

    async def __aenter__(self) -> Self:
        application = web.Application()
        application.add_routes([web.get("/", self._handle)])
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, _HOST, 0)
        await site.start()
        self.endpoint = f"{_HOST}:{site.port}"
        loop = asyncio.get_running_loop()
        self._udp, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=(_HOST, 0))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for socket in [*self._sockets]:
            await socket.close()
        if self._udp is not None:
            self._udp.close()
        if self._runner is not None:
            await self._runner.cleanup()

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self._sockets.add(socket)
        await _send(socket, HELLO, {"v": 8, "heartbeat_interval": 13_750})
        call: Call | None = None
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    call = await self._told(socket, json.loads(message.data), call)
                elif message.type is WSMsgType.BINARY and call is not None:
                    await self._agree(socket, message.data[0], message.data[1:], call)
        finally:
            self._sockets.discard(socket)
            if call is not None:
                call.open = False
            self.changes.announce()
        return socket

    async def _told(self, socket: web.WebSocketResponse, frame: Any, call: Call | None) -> Call | None:  # noqa: ANN401 - JSON
        op, data = frame["op"], frame["d"]
        if op == IDENTIFY:
            if not data.get("max_dave_protocol_version"):
                await socket.close(code=_WITHOUT_DAVE)
                return None
            call = Call(*self.expected[data["session_id"]])
            self.calls.append(call)
            port = self._udp.get_extra_info("sockname")[1] if self._udp else 0
            await _send(socket, READY, {"ssrc": call.ssrc, "ip": _HOST, "port": port, "modes": [_MODE]})
        elif op == SELECT and call is not None:
            agreed = {"mode": data["data"]["mode"], "secret_key": [*call.key], "dave_protocol_version": 1}
            await _send(socket, SESSION, agreed)
            await _send_bytes(socket, EXTERNAL_SENDER, self._sender.package)
        elif op == HEARTBEAT:
            await _send(socket, ACK, {"t": data["t"]})
        return call

    async def _agree(self, socket: web.WebSocketResponse, op: int, data: bytes, call: Call) -> None:
        """Have the bot take the listener into its group."""
        if op == KEY_PACKAGE:
            self._listener = davey.DaveSession(1, _LISTENER, call.channel_id)
            self._listener.set_external_sender(self._sender.package)
            package = self._listener.get_serialized_key_package()
            await _send_bytes(socket, PROPOSALS, self._sender.adds(call.channel_id, 0, [package]))
        elif op == COMMIT_WELCOME and self._listener is not None:
            commit, welcome = split_commit(data)
            self._listener.process_welcome(welcome)
            await _send_bytes(socket, ANNOUNCE_COMMIT, struct.pack(">H", 0) + commit)

    def datagram_received(self, data: bytes, addr: tuple[str | Any, int]) -> None:
        if data[:2] == b"\0\1":  # where do I stand in the internet?
            found = struct.pack(">HHI64sH", 2, 70, 7, addr[0].encode(), addr[1])
            if self._udp is not None:
                self._udp.sendto(found, addr)
            return
        if not self.calls or self._listener is None:
            return
        call = self.calls[-1]
        header, sealed, nonce = data[:_RTP_HEADER], data[_RTP_HEADER:-_NONCE], data[-_NONCE:]
        packet = nacl.secret.Aead(call.key).decrypt(sealed, header, nonce + bytes(20))
        try:
            heard = self._listener.decrypt(call.user_id, davey.MediaType.audio, packet)
        except Exception:  # noqa: BLE001 - davey's own
            call.unclear += 1
            return
        if heard != SILENCE:
            call.heard.append(heard)
        self.changes.announce()


async def _send(socket: web.WebSocketResponse, op: int, data: object) -> None:
    await socket.send_json({"op": op, "d": data, "seq": 1})


async def _send_bytes(socket: web.WebSocketResponse, op: int, data: bytes) -> None:
    await socket.send_bytes(struct.pack(">HB", 1, op) + data)
