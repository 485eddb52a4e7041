"""Results delivered as fast as Discord allows, while members type commands: `python bench/deliver.py`.

The Discord of this process enforces its limits: 50 requests a second in all, 5 messages in 5 seconds for each
channel. First 45 results a second fall due; then a backlog is there at once, as after an outage. Prints how
many were posted a second, how long each took from the look that found it, and how often Discord said no.
"""

import argparse
import asyncio
import tempfile
import time
from collections import Counter
from pathlib import Path

import aiohttp
import stage

from tests.fakes.discord import Channel, FakeDiscord, FakeDiscordSettings

RATE, CHANNELS, BACKLOG, COMMANDS_A_SECOND = 45.0, 200, 900, 100.0
_PATIENCE = 60.0


def posted_at(discord_: FakeDiscord, channels: list[Channel]) -> list[float]:
    """When each result was posted, in order."""
    return sorted(
        message.created_at
        for channel in channels
        for message in channel.messages.values()
        if message.author is discord_.bot and message.attachments
    )


async def delivered(
    discord_: FakeDiscord, channels: list[Channel], count: int, seconds: float
) -> list[float]:
    """When each result was posted, once all were; or what was there when the patience was over."""
    deadline = time.monotonic() + seconds + _PATIENCE
    found = posted_at(discord_, channels)
    while len(found) < count and time.monotonic() < deadline:
        await asyncio.sleep(1.0)
        found = posted_at(discord_, channels)
    return found


async def round_(folder: Path, name: str, due: list[float], *, commands: bool) -> None:
    """One bot, one database, one set of due times."""
    settings = FakeDiscordSettings(rate_limits=True)
    async with (
        FakeDiscord(settings) as discord_,
        aiohttp.ClientSession() as session,
        stage.quick_api(session) as api,
    ):
        channels = [discord_.add_channel(f"jam-{number}") for number in range(CHANNELS)]
        places = [(discord_.guild.id, channel.id, discord_.member.id) for channel in channels]
        database = folder / f"{name}.db"
        await stage.fill(database, places, due, prefix="done", polls=2)
        async with stage.bot(discord_, api, database) as bot:
            await discord_.synced("suno")
            await discord_.gateway.connected()
            span = max(due[-1] - time.time(), 0.0)
            cpu, began = stage.cpu_seconds(bot.pid), time.monotonic()
            typing = asyncio.create_task(
                stage.type_commands(discord_, rate=COMMANDS_A_SECOND, seconds=span / 2 if commands else 0.0)
            )
            times = await delivered(discord_, channels, len(due), span)
            used = (stage.cpu_seconds(bot.pid) - cpu) / (time.monotonic() - began)
            typed = await typing
        seconds = times[-1] - times[0]
        busiest = Counter(int(at) for at in times).most_common(1)[0][1]
        late = [at - when for at, when in zip(times, due, strict=False)]
        print(
            f"{name}: {len(times)} of {len(due)} results in {seconds:.1f} s, "
            f"{len(times) / seconds:.1f} a second (at most {busiest} in one), "
            f"{discord_.traffic.statuses[429]} answers of 429 (goal 0); {used:.0%} of one core"
        )
        if commands:
            p50, p99 = stage.quantile(late, 0.5), stage.quantile(late, 0.99)
            print(f"  from due to posted: p50 {p50:.2f} s, p99 {p99:.2f} s")
            print(f"  meanwhile {stage.answers_line(typed)[0]} (goal: p99 100 ms)")


async def main(seconds: float) -> None:
    print(stage.machine())
    with tempfile.TemporaryDirectory() as name:
        began = time.time() + 8.0
        due = [began + number / RATE for number in range(int(RATE * seconds))]
        await round_(Path(name), "steady", due, commands=True)
        await round_(Path(name), "backlog", [time.time()] * BACKLOG, commands=False)
    print(stage.machine())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0, help="how long results fall due")
    asyncio.run(main(parser.parse_args().seconds))
