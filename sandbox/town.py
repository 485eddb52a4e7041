"""The imagined server: a channel, three members, and the page that shows it. SimCord is only used here.

SimCord plays Discord in this process. Its clock stands still unless it is moved, and its page shows what
was there at the last refresh; an action of a member and a refresh cannot run at the same moment.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import discord
import simcord

_LOOK_SECONDS = 0.15
# How far the imagined clock may be behind; moving it takes as long as an action.
_CLOCK_SECONDS = 1.0
# Rendering sound keeps a small machine busy; an action must not fail because of it.
_SETTLE_SECONDS = 30.0
_MAX_BUSY_TRIES = 200


@dataclass(frozen=True, slots=True)
class Town:
    """A server in which people make music."""

    env: simcord.Env
    channel: simcord.ChannelHandle
    mia: simcord.MemberActor
    ravi: simcord.MemberActor
    mod: simcord.MemberActor

    @property
    def names(self) -> dict[int, str]:
        """Members' names by id."""
        return {self.mia.id: "Mia", self.ravi.id: "Ravi", self.mod.id: "Noor"}

    def name_of(self, member: simcord.MemberActor) -> str:
        """What a member is called."""
        return self.names[member.id]

    def messages(self) -> list[discord.Message]:
        """What is in the channel, oldest first."""
        return sorted(self.channel.history(), key=lambda message: message.id)

    async def tick(self) -> None:
        """Bring the imagined clock to now, so that "in 2 minutes" is right."""
        behind = (datetime.now(UTC) - self.env.now()).total_seconds()
        if behind > _CLOCK_SECONDS:
            await self.env.advance_time(behind)


@asynccontextmanager
async def town(bot: discord.Client) -> AsyncIterator[Town]:
    """Connect a bot to an imagined Discord."""
    async with simcord.run(bot, settle_timeout=_SETTLE_SECONDS, check_errors=False) as env:
        if bot.user is not None:
            await bot.user.edit(username="Encore")
        guild = env.create_guild(name="Night Shift")
        people = guild.create_role(
            "Moderator", permissions=discord.Permissions(manage_guild=True, administrator=False)
        )
        place = Town(
            env,
            guild.create_text_channel("jam"),
            mia=guild.add_member(env.create_user("mia", global_name="Mia")),
            ravi=guild.add_member(env.create_user("ravi", global_name="Ravi")),
            mod=guild.add_member(env.create_user("noor", global_name="Noor"), roles=[people]),
        )
        await place.tick()
        yield place


async def keep_page_live(place: Town, page: simcord.Preview) -> None:
    """Show on the page what the bot does by itself. Refreshes only after a change: a refresh in the middle
    of somebody's action would make that action fail.
    """  # noqa: D205 - one thought
    shown = 0
    while True:
        await asyncio.sleep(_LOOK_SECONDS)
        seen = len(place.env.http_requests)
        if seen != shown and await _refresh(place, page):
            shown = len(place.env.http_requests)


async def _refresh(place: Town, page: simcord.Preview) -> bool:
    try:
        await place.tick()
        await page.refresh()
    except simcord.SetupError:
        return False  # somebody is acting; what they see is fresh then, and we look again
    return True


async def when_free(place: Town) -> None:
    """Wait until no refresh and no action is running, by trying the smallest one."""
    for _ in range(_MAX_BUSY_TRIES):
        try:
            await place.tick()
        except simcord.SetupError:
            await asyncio.sleep(0.05)
        else:
            return
