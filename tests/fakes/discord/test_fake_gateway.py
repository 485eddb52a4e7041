"""The gateway as a bare WebSocket client sees it."""

import json
import zlib
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from tests.fakes.discord import FakeDiscord, FakeDiscordSettings
from tests.fakes.discord.conftest import Caller
from tests.fakes.discord.events import PRIVILEGED, Intent
from tests.fakes.discord.rest.identity import gateway_url

GUILDS = int(Intent.GUILDS)
TOKEN = FakeDiscordSettings().token


class Socket:
    """One connection to the gateway; the HELLO has been read."""

    def __init__(self, fake_discord: FakeDiscord, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._fake_discord = fake_discord
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

    async def identify(self, **more: object) -> dict[str, Any]:
        await self.send(2, {"token": self._fake_discord.settings.token, "intents": GUILDS, **more})
        return await self.receive()

    async def resume(self, ready: dict[str, Any], seq: int) -> None:
        session_id = ready["d"]["session_id"]
        await self.send(6, {"token": self._fake_discord.settings.token, "session_id": session_id, "seq": seq})


class Dialler:
    """Opens connections, and closes them at the end of the test."""

    def __init__(self, fake_discord: FakeDiscord, session: aiohttp.ClientSession) -> None:
        self._fake_discord = fake_discord
        self._session = session

    async def __call__(self) -> Socket:
        socket = Socket(
            self._fake_discord, await self._session.ws_connect(gateway_url(self._fake_discord.world))
        )
        hello = await socket.receive()
        assert (hello["op"], hello["d"]) == (10, {"heartbeat_interval": 41250})
        return socket


@pytest.fixture
async def dial(fake_discord: FakeDiscord) -> AsyncIterator[Dialler]:
    async with aiohttp.ClientSession() as session:
        yield Dialler(fake_discord, session)


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


async def test_each_identify_uses_up_one_of_the_days_starts(caller: Caller, dial: Dialler) -> None:
    for left in (1000, 999):
        limit = (await caller.call("GET", "/gateway/bot"))[1]["session_start_limit"]
        assert (limit["total"], limit["remaining"]) == (1000, left)
        await (await dial()).identify()


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
        (2, {"token": TOKEN, "intents": int(PRIVILEGED)}, 4014),
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
    fake_discord.gateway.cut()
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
    fake_discord.gateway.cut()
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


async def test_the_gateway_closes_and_calls_back_on_demand(fake_discord: FakeDiscord, dial: Dialler) -> None:
    socket = await dial()
    await socket.identify()
    await socket.receive()
    fake_discord.gateway.ask_to_reconnect()
    assert (await socket.receive())["op"] == 7
    fake_discord.gateway.invalidate()
    assert await socket.receive() == {"op": 9, "d": False, "s": None, "t": None}
    fake_discord.gateway.drop(4009)
    assert await socket.closed_with() == 4009


async def test_events_go_to_the_shard_and_intents_that_want_them(
    fake_discord: FakeDiscord, dial: Dialler
) -> None:
    blind, first, second = await dial(), await dial(), await dial()
    await blind.identify(intents=0)
    await first.identify(shard=[0, 2])
    await second.identify(shard=[1, 2])
    shard = (fake_discord.guild.id >> 22) % 2
    serving, other = (first, second) if shard == 0 else (second, first)
    assert (await serving.receive())["t"] == "GUILD_CREATE"
    fake_discord.add_channel("new")
    assert (await serving.receive())["t"] == "CHANNEL_CREATE"
    for idle in (blind, other):
        await idle.send(1)
        assert (await idle.receive())["op"] == 11


async def test_content_is_hidden_without_the_intent(
    caller: Caller, fake_discord: FakeDiscord, dial: Dialler
) -> None:
    socket = await dial()
    await socket.identify(intents=int(Intent.GUILD_MESSAGES))
    fake_discord.member.write(fake_discord.channel, "secret")
    await caller.send(content="my own", nonce="n")
    theirs, own = await socket.receive(), await socket.receive()
    assert (theirs["t"], theirs["d"]["content"], theirs["d"]["member"]["flags"]) == ("MESSAGE_CREATE", "", 0)
    assert (own["d"]["content"], own["d"]["nonce"]) == ("my own", "n")


async def test_content_is_shown_in_direct_channels_and_with_the_intent() -> None:
    settings = FakeDiscordSettings(privileged_intents=int(Intent.MESSAGE_CONTENT))
    async with FakeDiscord(settings) as fake_discord, aiohttp.ClientSession() as session:
        dial = Dialler(fake_discord, session)
        without, having = await dial(), await dial()
        await without.identify(intents=int(Intent.DIRECT_MESSAGES))
        await having.identify(intents=int(Intent.GUILD_MESSAGES | Intent.MESSAGE_CONTENT))
        fake_discord.member.write(fake_discord.member.direct_channel, "in private")
        fake_discord.member.write(fake_discord.channel, "in public")
        assert (await without.receive())["d"]["content"] == "in private"
        assert (await having.receive())["d"]["content"] == "in public"
