"""A large contest over sockets: its gallery within Discord's limits, and how soon a vote is answered.

The real bot, as a child process, between a Discord on loopback that limits as Discord does (50 requests a
second, 5 messages in 5 s a channel) and a music API. 200 entries, which take Discord three minutes and a
half; then members vote at the pace of 2,000 in five minutes, `--whole` all of them. Beside it a bare
discord.py bot that answers as many commands a second. Ends by itself: after five minutes, or ten.
"""

import argparse
import asyncio
import random
import sqlite3
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import aiohttp
import sqlalchemy as sa
import stage

from jobs.store import open_store
from jobs.store.jam_schema import jam_post
from tests.behaviour.chaos import seen
from tests.fakes.discord import (
    Channel,
    FakeDiscord,
    FakeDiscordSettings,
    Interaction,
    Member,
    Message,
)
from tests.jobs.jams_shelf import entered, started
from tests.jobs.shelf import NOW

ENTRIES, VOTERS, SECONDS = 200, 2_000, 300.0
SHORT = 0.1
# A megabyte is a minute of song; here a fifth of it.
SOUND = bytes(200_000)
PATIENCE = 600.0
# Accounts younger than a week do not vote.
_MONTH = 30 * 24 * 3600 * 1000 << 22


async def fill(discord_: FakeDiscord, folder: Path) -> None:
    """A contest whose entries are made, and whose end is near."""
    now = time.time()
    async with open_store(f"sqlite:///{folder / 'encore.db'}") as store:
        where = {"guild_id": discord_.guild.id, "channel_id": discord_.channel.id}
        times = {"due_at": NOW + 60.0, "state_at": now, "created_at": now, "votes_for": 3600.0}
        jam = await started(store, **where, **times, pot=10 * ENTRIES)
        made = await entered(store, jam, *range(10**6, 10**6 + ENTRIES))
        await store.write(lambda c: c.execute(sa.delete(jam_post)))  # news are not what is measured
        shelf = folder / "jams" / str(jam.id)
        shelf.mkdir(parents=True)
        for entry in made:
            (shelf / f"{entry.job_id}-{entry.position}.mp3").write_bytes(SOUND)
        file = sqlite3.connect(folder / "encore.db")
    with file:
        file.execute("UPDATE jam SET due_at = ?", (time.time() + 3.0,))
    file.close()


def electorate(discord_: FakeDiscord, count: int) -> list[Member]:
    """Members whose accounts are old enough."""
    found = []
    for number in range(count):
        user = discord_.world.add_user(f"voter {number}")
        user.id -= _MONTH
        discord_.world.join(discord_.guild, user)
        found.append(Member(discord_.world, user))
    return found


async def gallery(channel: Channel) -> tuple[Message, float]:
    """The message that asks to vote, and how long the gallery before it took."""
    vote = await channel.wait_for_message(
        lambda one: "letter by letter above" in seen.words(one), deadline=PATIENCE
    )
    letters = [one for one in channel.visible if one.attachments]
    assert len(letters) == ENTRIES, len(letters)  # noqa: S101 - else the figure means nothing
    return vote, vote.created_at - letters[0].created_at


async def ballot(
    member: Member, vote: Message, at: float, chance: random.Random
) -> tuple[Interaction, Interaction]:
    """One voter: a press, and a choice of three of the first page."""
    await asyncio.sleep(max(at - time.monotonic(), 0.0))
    asked = member.press(vote, seen.control(vote, "jam-vote") or "")
    shown = await asked.shown()
    picked = member.choose(shown, *chance.sample(seen.entries(shown), 3))
    await picked.answered()
    return asked, picked


async def votes(discord_: FakeDiscord, vote: Message, voters: Sequence[Member], seconds: float) -> None:
    chance, begun = random.Random(1), time.monotonic()  # noqa: S311 - the same ballots each time
    cast = await asyncio.gather(
        *(
            ballot(one, vote, begun + seconds * number / len(voters), chance)
            for number, one in enumerate(voters)
        )
    )
    took = time.monotonic() - begun
    print(f"{len(voters)} voters in {took:.0f} s, {discord_.traffic.statuses[429]} answers of 429 (goal 0):")
    for name, presses in zip(("Vote", "ballot"), zip(*cast, strict=True), strict=True):
        line, _ = stage.answers_line(presses)
        print(f"  {name}: {line.replace('commands', 'presses')} (goal: p99 100 ms)")


async def contest(folder: Path, count: int, seconds: float) -> None:
    """A bot with the contest, from the end of its entries to its result."""
    async with (
        FakeDiscord(FakeDiscordSettings(rate_limits=True)) as discord_,
        aiohttp.ClientSession() as session,
        stage.quick_api(session) as api,
    ):
        voters = electorate(discord_, count)
        await fill(discord_, folder)
        async with stage.bot(discord_, api, folder / "encore.db") as bot:
            vote, took = await gallery(discord_.channel)
            print(f"gallery of {ENTRIES}: {took:.0f} s (goal 300; Discord takes {ENTRIES - 5} s)")
            cpu, begun = stage.cpu_seconds(bot.pid), time.monotonic()
            await votes(discord_, vote, voters, seconds)
            used = (stage.cpu_seconds(bot.pid) - cpu) / (time.monotonic() - begun)
            print(f"  the bot used {used:.0%} of one core, {stage.resident_mib(bot.pid):.0f} MiB")
        file = sqlite3.connect(folder / "encore.db")
        [(noted,)] = file.execute("SELECT count(DISTINCT user_id) FROM jam_ballot").fetchall()
        file.close()
        print(f"  ballots noted: {noted} of {count}")


async def main(share: float) -> None:
    print(stage.machine())
    count, seconds = round(VOTERS * share), SECONDS * share
    with tempfile.TemporaryDirectory() as folder:
        await contest(Path(folder), count, seconds)
        await stage.bare_answers(Path(folder), rate=2 * count / seconds, seconds=min(seconds, 30.0))
    print(stage.machine())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--whole", action="store_true", help="2,000 voters in five minutes")
    asyncio.run(main(1.0 if parser.parse_args().whole else SHORT))
