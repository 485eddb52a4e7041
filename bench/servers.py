"""What many servers weigh: `python bench/servers.py`.

Starts `python bot.py` as a child against a small Discord, in one server and then in 5,000 (each with ten
channels and eight roles, 1,000 to a shard), and prints the memory and the time until all are there.
"""

import argparse
import asyncio
import itertools
import tempfile
import time
from pathlib import Path

import aiohttp
import stage

from tests.fakes.discord import FakeDiscord, FakeDiscordSettings, free_port

CHANNELS, ROLES, A_SHARD, IDLE_SECONDS = 10, 8, 1_001, 3.0


def founded(discord_: FakeDiscord, servers: int) -> None:
    """Let there be so many servers, in ids that are spread over all shards."""
    world = discord_.world
    ids = itertools.count(world.new_id(), 1 << 22)  # Discord's own lie further apart than a millisecond
    world.new_id = lambda: next(ids)
    for number in range(1, servers):
        guild = world.add_guild(f"server {number}")
        for name in range(CHANNELS):
            world.add_channel(guild, f"channel {name}")
        for name in range(ROLES):
            world.add_role(guild, f"role {name}")
        world.new_id()  # with a twenty-first id to a server they are spread evenly


async def measured(folder: Path, servers: int) -> float:
    """MiB of a bot in so many servers."""
    settings = FakeDiscordSettings(servers_a_shard=A_SHARD, max_concurrency=16)
    async with FakeDiscord(settings) as discord_, aiohttp.ClientSession() as session:
        founded(discord_, servers)
        began = time.monotonic()
        api = stage.QuickApi(free_port(), 0, session)
        async with stage.bot(discord_, api, folder / f"{servers}.db") as bot:
            await discord_.gateway.connected(identifies=-(-servers // A_SHARD))
            while f"in {servers} servers" not in bot.child.output():  # noqa: ASYNC110 - of another process
                await asyncio.sleep(0.05)
            took = time.monotonic() - began
            await asyncio.sleep(IDLE_SECONDS)
            weighs = stage.resident_mib(bot.pid)
            connected = (await bot.metrics())["encore_discord_connected"]
    print(
        f"{servers} servers in {-(-servers // A_SHARD)} shards: all there after {took:.1f} s, "
        f"{weighs:.1f} MiB, connected: {bool(connected)}"
    )
    return weighs


async def main(servers: int) -> None:
    print(stage.machine())
    with tempfile.TemporaryDirectory() as name:
        one, many = await measured(Path(name), 1), await measured(Path(name), servers)
    print(f"{(many - one) * 1024 / (servers - 1):.1f} kB a server, of {CHANNELS} channels and {ROLES} roles")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--servers", type=int, default=5_000)
    asyncio.run(main(parser.parse_args().servers))
