"""The gateway as a bare WebSocket client sees it."""

import json
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, TypeAlias

import aiohttp
import pytest

from tests.fakes.discord import FakeDiscord, FakeDiscordSettings
from tests.fakes.discord.events import GUILDS, PRIVILEGED
from tests.fakes.discord.rest.identity import gateway_url

TOKEN = FakeDiscordSettings().token


class Socket:
    """One connection to the gateway."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.raw = socket

    async def send(self, op: int, data: object = None) -> None:
        await self.raw.send_str(json.dumps({"op": op, "d": data}))

    async def receive(self) -> dict[str, Any]:
        frame: dict[str, Any] = json.loads(await self.raw.receive_str(timeout=10))
        return frame

    async def closed_with(self) -> int | None:
        message = await self.raw.receive(timeout=10)
        assert message.type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED)
        return self.raw.close_code

    async def identify(self) -> dict[str, Any]:
        await self.send(2, {"token": TOKEN, "intents": GUILDS})
        return await self.receive()

    async def resume(self, ready: dict[str, Any], seq: int) -> None:
        await self.send(6, {"token": TOKEN, "session_id": ready["d"]["session_id"], "seq": seq})


Dialler: TypeAlias = Callable[[], Awaitable[Socket]]


@pytest.fixture
async def dial(fake_discord: FakeDiscord) -> AsyncIterator[Dialler]:
    """Open a connection, of which the HELLO has been read."""
    async with aiohttp.ClientSession() as session:

        async def connect() -> Socket:
            socket = Socket(await session.ws_connect(gateway_url(fake_discord.world)))
            hello = await socket.receive()
            assert (hello["op"], hello["d"]) == (10, {"heartbeat_interval": 41250})
            return socket

        yield connect


async def test_identify_is_answered_with_ready_and_the_guilds(
    fake_discord: FakeDiscord, dial: Dialler
) -> None:
    socket = await dial()
    ready = await socket.identify()
    assert (ready["t"], ready["s"]) == ("READY", 1)
    assert ready["d"]["resume_gateway_url"] == gateway_url(fake_discord.world)
    assert ready["d"]["guilds"] == [{"id": str(fake_discord.guild.id), "unavailable": True}]
    guild = await socket.receive()
    assert (guild["t"], guild["d"]["id"]) == ("GUILD_CREATE", str(fake_discord.guild.id))
    assert [channel["name"] for channel in guild["d"]["channels"]] == ["music"]
    assert fake_discord.gateway.identifies == 1


async def test_heartbeats_are_acknowledged_binary_frames_too(dial: Dialler) -> None:
    socket = await dial()
    await socket.raw.send_bytes(json.dumps({"op": 1, "d": None}).encode())
    assert (await socket.receive())["op"] == 11


async def test_frames_are_compressed_as_one_stream_on_request(fake_discord: FakeDiscord) -> None:
    url = f"{gateway_url(fake_discord.world)}?v=10&encoding=json&compress=zlib-stream"
    async with aiohttp.ClientSession() as session, session.ws_connect(url) as socket:
        inflate = zlib.decompressobj()
        hello = await socket.receive_bytes(timeout=10)
        assert hello.endswith(b"\x00\x00\xff\xff")
        assert json.loads(inflate.decompress(hello))["op"] == 10
        await socket.send_str(json.dumps({"op": 1, "d": None}))
        assert json.loads(inflate.decompress(await socket.receive_bytes(timeout=10)))["op"] == 11


@pytest.mark.parametrize(
    ("op", "data", "code"),
    [
        (2, {"token": "wrong", "intents": GUILDS}, 4004),
        (2, {"token": TOKEN, "intents": 1 << 40}, 4013),
        (2, {"token": TOKEN}, 4013),
        (2, {"token": TOKEN, "intents": GUILDS | PRIVILEGED}, 4014),
        (6, {"token": "wrong", "session_id": "x", "seq": 1}, 4004),
        (3, {}, 4003),
        (99, {}, 4001),
    ],
)
async def test_what_breaks_the_protocol_is_closed_with_its_code(
    dial: Dialler, *, op: int, data: object, code: int
) -> None:
    socket = await dial()
    await socket.send(op, data)
    assert await socket.closed_with() == code


async def test_nonsense_and_a_second_identify_are_closed_too(dial: Dialler) -> None:
    socket = await dial()
    await socket.raw.send_str("nonsense")
    assert await socket.closed_with() == 4002
    socket = await dial()
    await socket.identify()
    await socket.receive()
    await socket.send(2, {})
    assert await socket.closed_with() == 4005


async def test_a_resume_replays_what_was_missed(fake_discord: FakeDiscord, dial: Dialler) -> None:
    socket = await dial()
    ready = await socket.identify()
    fake_discord.gateway.drop()
    await fake_discord.gateway.disconnected()
    fake_discord.add_channel("missed")
    again = await dial()
    await again.resume(ready, 1)
    await fake_discord.gateway.connected(resumes=1)
    names = [(await again.receive())["t"] for _ in range(3)]
    assert names == ["GUILD_CREATE", "CHANNEL_CREATE", "RESUMED"]
    assert (fake_discord.gateway.identifies, fake_discord.gateway.resumes) == (1, 1)


async def test_a_resume_without_a_session_or_with_a_wrong_number_is_refused(
    fake_discord: FakeDiscord, dial: Dialler
) -> None:
    socket = await dial()
    ready = await socket.identify()
    fake_discord.gateway.drop()
    await fake_discord.gateway.disconnected()
    ahead = await dial()
    await ahead.resume(ready, 99)
    assert await ahead.closed_with() == 4007
    late = await dial()
    await late.resume(ready, 1)
    assert await late.receive() == {"op": 9, "d": False, "s": None, "t": None}


@pytest.mark.parametrize("code", [1000, 4000])
async def test_only_a_close_with_1000_ends_the_session(
    fake_discord: FakeDiscord, dial: Dialler, *, code: int
) -> None:
    socket = await dial()
    ready = await socket.identify()
    await socket.raw.close(code=code)
    await fake_discord.gateway.disconnected()
    assert fake_discord.gateway.live == []
    again = await dial()
    await again.resume(ready, 2)
    answer = await again.receive()
    assert answer["t"] == (None if code == 1000 else "RESUMED")


async def test_the_gateway_ends_sessions_on_demand(fake_discord: FakeDiscord, dial: Dialler) -> None:
    socket = await dial()
    await socket.identify()
    await socket.receive()
    fake_discord.gateway.invalidate()
    assert await socket.receive() == {"op": 9, "d": False, "s": None, "t": None}
    fake_discord.gateway.drop(4009)
    assert await socket.closed_with() == 4009
