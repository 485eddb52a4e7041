"""What the port for Discord's interactions stands: `python bench/interactions.py`.

The real bot as a child process with PUBLIC_KEY, beside a Discord on loopback that signs. Everybody knocks:
forged (signatures that look right, and are not), replayed, old and huge requests, over kept connections and
over new ones; then members use the bot. Ends by itself after a minute or two.
"""

import argparse
import asyncio
import json
import random
import tempfile
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import aiohttp
import stage
from knocks import BATCH, batch, measured, request_of

from tests.fakes.discord import FakeDiscord, Interaction, free_port
from tests.fakes.discord.dispatch import send

_RATE, _SECONDS = 50.0, 6.0
# About what a button's interaction has, with its message.
_FILLING = "x" * 3_000


def forged(right: Mapping[str, str]) -> dict[str, str]:
    """A signature that only the arithmetic tells from a right one: another first half."""
    said = right["X-Signature-Ed25519"]
    return {**right, "X-Signature-Ed25519": f"{random.getrandbits(256):064x}{said[64:]}"}


Kind = Callable[[], tuple[Mapping[str, str], bytes]]


async def knocked(bot: stage.Bot, discord_: FakeDiscord, port: int, count: int) -> None:
    """Print what requests that are worth nothing cost, each kind in batches."""
    endpoint = discord_.world.endpoint
    body = json.dumps({"type": 2, "id": "1", "filling": _FILLING}).encode()
    replayed = endpoint.signed(body)
    batch(port, request_of(port, "/interactions", replayed, body, keep=False), 1)
    kinds: dict[str, Kind] = {
        "forged": lambda: (forged(endpoint.signed(body)), body),
        "replayed": lambda: (replayed, body),
        "signed anew": lambda: (endpoint.signed(body, at=time.time() - random.randrange(200)), body),  # noqa: S311 - as above
        "old": lambda: (endpoint.signed(body, at=1.75e9), body),
        "huge": lambda: (endpoint.signed(body), bytes(300_000)),
    }
    for keep in (True, False):
        for kind, make in kinds.items():
            if keep and kind == "huge":
                continue  # is sent away with its connection
            one = partial(_request, port, make, keep=keep)
            await measured(bot.pid, port, kind, one, -(-count // BATCH // 9))


def _request(port: int, make: Kind, *, keep: bool) -> bytes:
    return request_of(port, "/interactions", *make(), keep=keep)


async def main(knocks: int) -> None:
    print(stage.machine())
    port = free_port()
    async with FakeDiscord() as discord_, aiohttp.ClientSession() as session:
        endpoint, api = discord_.world.endpoint, stage.QuickApi(free_port(), 0, session)
        with tempfile.TemporaryDirectory() as folder:
            public = {"PUBLIC_URL": f"http://127.0.0.1:{port}", "PUBLIC_PORT": str(port)}
            file = Path(folder) / "encore.db"
            async with stage.bot(discord_, api, file, PUBLIC_KEY=endpoint.public_key, **public) as bot:
                await discord_.synced("suno")
                endpoint.url = f"http://127.0.0.1:{port}/interactions"
                while not await endpoint.ping():  # noqa: ASYNC110 - of another process
                    await asyncio.sleep(0.1)
                await knocked(bot, discord_, port, knocks)
                before = await taken(bot)
                answered = discord_.member.slash(discord_.channel, "status")
                await answered.answered()
                send(discord_.world, answered)
                typed: list[Interaction] = []
                while len(typed) < _RATE * _SECONDS:
                    typed.append(discord_.member.slash(discord_.channel, "status"))
                    await asyncio.sleep(1 / _RATE)
                await asyncio.sleep(2.0)
                print(
                    f"  {before} of them were taken; then {_RATE:.0f} a second for {_SECONDS:.0f} s: "
                    f"{stage.answers_line(typed)[0]}"
                )
    print(stage.machine())


async def taken(bot: stage.Bot) -> int:
    """How many interactions the bot took, but for the one that was to be replayed."""
    found = await bot.metrics()
    return int(found['encore_interactions_total{outcome="taken",transport="http"}']) - 1


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--knocks", type=int, default=100_000)
    asyncio.run(main(parser.parse_args().knocks))
