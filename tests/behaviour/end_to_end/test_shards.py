"""A bot in more servers than one connection takes: several in one process, each on its own."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.behaviour.end_to_end.conftest import Outside, outside_in, until
from tests.fakes.discord import Channel, FakeDiscordSettings, Member, free_port
from tests.fakes.sound import FixedSound

pytestmark = [pytest.mark.process, pytest.mark.usefixtures("unmeasured")]


@dataclass
class Town:
    """Several servers with a channel each, spread over shards."""

    outside: Outside
    channels: list[Channel]
    member: Member
    operator: str

    def on(self, shard: int, count: int) -> Channel:
        """A channel whose server is on this shard."""
        return next(one for one in self.channels if one.guild and (one.guild.id >> 22) % count == shard)

    async def status(self, channel: Channel) -> str:
        """What /status answers there."""
        asked = self.member.slash(channel, "status")
        return str((await asked.answered()).data)

    async def seen(self) -> dict[str, Any]:
        """What the operator is told."""
        async with aiohttp.ClientSession() as session, session.get(f"{self.operator}/healthz") as answer:
            return {**await answer.json(), "status": answer.status}

    async def metrics(self) -> str:
        async with aiohttp.ClientSession() as session, session.get(f"{self.operator}/metrics") as answer:
            return await answer.text()

    def add(self, shards: int, each: int) -> None:
        """Invite the bot into more servers, until each of so many shards has as many."""
        world = self.outside.discord.world
        while len(self.channels) < shards * each:
            guild = world.add_guild("server")
            world.join(guild, self.member.user)
            if len([one for one in world.guilds if (one >> 22) % shards == (guild.id >> 22) % shards]) > each:
                world.remove_bot(guild)
                del world.guilds[guild.id]
            else:
                self.channels.append(world.add_channel(guild, "music"))


@pytest.fixture
async def town(fixed_sound: FixedSound, tmp_path: Path) -> AsyncIterator[Town]:
    settings = FakeDiscordSettings(servers_a_shard=5, max_concurrency=4)
    async with outside_in(tmp_path, fixed_sound, settings) as outside:
        operator = f"http://127.0.0.1:{free_port()}"
        yield Town(outside, [outside.discord.channel], outside.discord.member, operator)


async def test_each_shard_works_and_is_lost_and_found_by_itself(town: Town) -> None:
    gateway = town.outside.discord.gateway
    town.add(shards=2, each=3)
    async with town.outside.bot(METRICS_PORT=town.operator.rpartition(":")[2]) as bot:
        await town.outside.ready()
        await gateway.connected(identifies=2)
        assert {shard for _, shard in gateway.identified} == {0, 1}
        near, far = town.on(0, 2), town.on(1, 2)
        for channel in (near, far):
            assert "connections to Discord" not in await town.status(channel)
        await until(lambda: "in 6 servers" in bot.output())
        gateway.away.add(1)
        gateway.drop(4000, shard=1)
        await until(lambda: len(gateway.live) == 1)
        lost = town.member.slash(far, "status")
        assert "1 of my 2 connections to Discord are down" in await town.status(near)
        told = await town.seen()
        assert (told["status"], told["discord_connected"], told["discord_shards_away"]) == (200, False, [1])
        metrics = await town.metrics()
        assert 'encore_discord_shard_connected{shard="0"} 1.0' in metrics
        assert 'encore_discord_shard_connected{shard="1"} 0.0' in metrics
        assert "encore_discord_connected 0.0" in metrics
        gateway.away.clear()
        await lost.answered()  # its session is resumed
        assert "connections to Discord" not in await town.status(near)
        assert (await town.seen())["discord_connected"] is True
        assert await bot.stop() == 0
    assert "Traceback" not in bot.output()


async def test_a_bot_that_has_outgrown_its_connections_makes_more(town: Town) -> None:
    discord_ = town.outside.discord
    async with town.outside.bot() as bot:
        await town.outside.ready()
        town.add(shards=3, each=4)
        discord_.gateway.drop(4011, forget=True)  # as Discord does when it is connected anew
        await discord_.gateway.connected(identifies=4)
        for shard in range(3):
            await town.status(town.on(shard, 3))
        assert await bot.stop() == 0
    assert "Discord wants more connections than 1; connecting anew" in bot.output()
    assert "Traceback" not in bot.output()
