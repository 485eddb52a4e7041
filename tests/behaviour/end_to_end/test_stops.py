"""Asked to end, the bot ends: soon, with code 0, without a traceback. No event of Discord's ends it."""

import time

import pytest

from jobs.models.states import JobState
from tests.behaviour.end_to_end.conftest import Outside, until
from tests.fakes.api_faults import connection
from tests.fakes.discord import faults
from tests.fakes.discord.child import Child

pytestmark = pytest.mark.process

POST_MESSAGE = "POST /channels/*/messages"
# A container gets so many seconds between the signal and the kill.
_GRACE = 10.0


async def stopped(bot: Child) -> None:
    started = time.monotonic()
    assert await bot.stop() == 0
    assert time.monotonic() - started < _GRACE
    assert "Traceback" not in bot.output()


@pytest.mark.parametrize("call", ["GET /users/@me", "GET /oauth2/applications/@me", "PUT /applications/*"])
async def test_while_it_logs_in(outside: Outside, call: str) -> None:
    held = outside.discord.faults.add(call, faults.hold(), times=None)
    async with outside.bot() as bot:
        await held.struck()
        await stopped(bot)


async def test_while_discord_is_out_of_reach(outside: Outside) -> None:
    await outside.discord.unplug()
    async with outside.bot() as bot:
        await until(lambda: "Discord cannot be reached" in bot.output())
        await stopped(bot)
    await outside.discord.plug()


async def test_while_discord_is_gone_again(outside: Outside) -> None:
    async with outside.bot() as bot:
        await outside.ready()
        await outside.discord.unplug()
        await until(lambda: "Attempting a reconnect" in bot.output())
        started = time.monotonic()
        assert await bot.stop() == 0
        assert time.monotonic() - started < _GRACE
    await outside.discord.plug()


async def test_in_the_paid_call(outside: Outside) -> None:
    """What is in flight is let finish; nothing has to be settled after the next start."""
    slow = outside.api.faults.add(connection.SlowAnswer(1.0), "suno.create")
    async with outside.bot() as bot:
        await outside.ready()
        outside.discord.member.slash(outside.discord.channel, "suno create", prompt="x")
        await until(lambda: slow.hits == 1)
        await stopped(bot)
    assert outside.states() == {1: JobState.WAITING}


async def test_in_the_middle_of_the_post(outside: Outside) -> None:
    async with outside.bot() as bot:
        await outside.ready()
        hung = outside.discord.faults.add(POST_MESSAGE, faults.hang().after_effect())
        outside.discord.member.slash(outside.discord.channel, "suno create", prompt="x")
        await hung.struck()
        await stopped(bot)
    assert outside.states() == {1: JobState.POSTING}
    async with outside.bot() as bot:
        await until(lambda: outside.states() == {1: JobState.DONE})
        await stopped(bot)
    assert len(outside.delivered()) == 1


async def test_a_session_that_discord_ends_is_begun_anew(outside: Outside) -> None:
    async with outside.bot() as bot:
        await outside.ready()
        outside.discord.gateway.invalidate()
        await outside.discord.gateway.connected(identifies=2)
        await stopped(bot)
