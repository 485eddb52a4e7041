"""The simulated server: a channel, three members, and the page that shows it. SimCord is only used here.

SimCord plays Discord in this process. Its clock stands still unless it is moved, and its page shows what
was there at the last refresh; an action of a member and a refresh cannot run at the same moment.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime

import discord
import simcord

_POLL_SECONDS = 0.15
# How far the simulated clock may be behind; moving it takes as long as an action.
_CLOCK_SECONDS = 1.0
# Encoding sound keeps a small machine busy; an action must not fail because of it.
_SETTLE_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class World:
    """A server in which people make music."""

    env: simcord.Env
    channel: simcord.ChannelHandle
    mia: simcord.MemberActor
    ravi: simcord.MemberActor
    tove: simcord.MemberActor
    mod: simcord.MemberActor

    @property
    def names(self) -> dict[int, str]:
        return {self.mia.id: "Mia", self.ravi.id: "Ravi", self.tove.id: "Tove", self.mod.id: "Noor"}

    def messages(self) -> list[discord.Message]:
        return sorted(self.channel.history(), key=lambda message: message.id)

    async def tick(self) -> None:
        """Bring the simulated clock to now, so that "in 2 minutes" is right."""
        behind = (datetime.now(UTC) - self.env.now()).total_seconds()
        if behind > _CLOCK_SECONDS:
            await self.env.advance_time(behind)

    async def when_free(self) -> None:
        """Wait until no refresh and no action is running, by trying the smallest one."""
        for _ in range(200):
            with suppress(simcord.SetupError):
                await self.tick()
                return
            await asyncio.sleep(0.05)

    async def keep_live(self, page: simcord.Preview) -> None:
        """Show on the page what the bot does by itself.

        Refresh only after changes, once for several: an action in the middle of a refresh fails.
        """
        shown = seen = 0
        while True:
            await asyncio.sleep(_POLL_SECONDS)
            before, seen = seen, len(self.env.http_requests)
            if shown != seen == before:
                # Where somebody is acting, what they see is fresh then, and we try again.
                with suppress(simcord.SetupError):
                    await self.tick()
                    await page.refresh()
                    shown = seen = len(self.env.http_requests)


@asynccontextmanager
async def simulated(bot: discord.Client) -> AsyncIterator[World]:
    """Connect a bot to a simulated Discord."""
    async with simcord.run(bot, settle_timeout=_SETTLE_SECONDS, check_errors=False) as env:
        if bot.user is not None:
            await bot.user.edit(username="Encore")
        guild = env.create_guild(name="Night Shift")
        people = guild.create_role("Moderator", permissions=discord.Permissions(manage_guild=True))
        world = World(
            env,
            guild.create_text_channel("jam"),
            mia=guild.add_member(env.create_user("mia", global_name="Mia")),
            ravi=guild.add_member(env.create_user("ravi", global_name="Ravi")),
            tove=guild.add_member(env.create_user("tove", global_name="Tove")),
            mod=guild.add_member(env.create_user("noor", global_name="Noor"), roles=[people]),
        )
        await world.tick()
        yield world
