"""Killed between any two steps, a job is delivered after the restart, once, and paid once."""

import asyncio
import os

import pytest

from jobs.models.states import JobState
from tests import ROOT
from tests.behaviour.end_to_end.conftest import Outside, until
from tests.fakes.api_faults import Fault, connection
from tests.fakes.discord import faults
from tests.fakes.discord.child import HOOK

pytestmark = [pytest.mark.process, pytest.mark.usefixtures("unmeasured")]

POST_MESSAGE = "POST /channels/*/messages"


async def ask(outside: Outside, prompt: str = "x") -> None:
    handle = outside.discord.member.slash(outside.discord.channel, "suno create", prompt=prompt)
    await handle.answered()


async def until_done(outside: Outside, jobs: int = 1, *, later: int = 0) -> None:
    """Start a bot, `later` in seconds, and let it finish everything that is open."""
    outside.discord.own_clock.advance(later)
    async with outside.bot(**ahead(later)) as bot:
        await outside.discord.gateway.connected()
        for _ in range(600):
            await asyncio.sleep(0.05)
            if len(outside.delivered()) >= jobs and not outside.query(
                "SELECT 1 FROM job WHERE state != 'done'"
            ):
                break
        await bot.stop()


def ahead(seconds: int) -> dict[str, str]:
    """What gives a bot a clock that shows the time after an absence."""
    return {
        "PYTHONPATH": os.pathsep.join(map(str, (HOOK, ROOT))),
        "FAKE_DISCORD_PATCHES": "tests.behaviour.chaos.breaks",
        "CHAOS_AHEAD": str(seconds),
    }


def assert_paid_and_posted_once(outside: Outside, jobs: int = 1) -> None:
    assert set(outside.states().values()) == {JobState.DONE}
    assert len(outside.api.charges) == jobs
    assert len(outside.delivered()) == jobs


async def test_right_after_the_answer(outside: Outside) -> None:
    # The engine waits for the answer; with a slow clock it has not begun when the process dies.
    async with outside.bot(TIME_SCALE="10") as bot:
        await outside.ready()
        held = outside.discord.faults.add("POST /interactions/*", faults.hold().after_effect())
        outside.discord.member.slash(outside.discord.channel, "suno create", prompt="x")
        await held.struck()
        await bot.kill()
    assert outside.states() == {1: JobState.ACCEPTED}
    outside.query("UPDATE job SET due_at = created_at")
    outside.discord.faults.clear()
    await until_done(outside)
    assert_paid_and_posted_once(outside)


@pytest.mark.parametrize(
    ("fault", "charges", "said"),
    [
        (connection.Slow(3600.0), 0, "The music API gave no answer"),
        (connection.SlowAnswer(3600.0), 1, "The balance shows that 10 credits were taken"),
    ],
    ids=["before the API has it", "after it"],
)
async def test_in_the_paid_call(outside: Outside, fault: Fault, charges: int, said: str) -> None:
    slow = outside.api.faults.add(fault, "suno.create")
    async with outside.bot() as bot:
        await outside.ready()
        await ask(outside)
        await until(lambda: slow.hits == 1)
        await bot.kill()
    assert outside.states() == {1: JobState.SUBMITTING}
    assert len(outside.api.charges) == charges
    outside.api.faults.clear()
    async with outside.bot() as bot:
        held = await outside.discord.channel.wait_for_message(
            lambda message: bool(message.embeds) and said in str(message.embeds)
        )
        await bot.stop()
    assert outside.states()[1] in (JobState.HELD, JobState.FAILED)
    assert len(outside.api.charges) == charges, "never made again without being asked"
    assert outside.discord.member.id in held.mentions.user_ids


async def test_while_the_api_works(outside: Outside) -> None:
    async with outside.bot() as bot:
        await outside.ready()
        await ask(outside)
        await until(lambda: outside.states() == {1: JobState.WAITING})
        await bot.kill()
    await until_done(outside)
    assert_paid_and_posted_once(outside)


@pytest.mark.parametrize(
    ("fault", "posted", "later"),
    [
        (faults.hang(), 0, 0),
        (faults.hang().after_effect(), 1, 0),
        # An hour passes: Discord has forgotten the nonce, so only the channel's history can tell.
        (faults.hang().after_effect(), 1, 3600),
    ],
    ids=["before it is there", "after it", "after it, and back when the nonce is forgotten"],
)
async def test_in_the_middle_of_the_post(
    outside: Outside, fault: faults.Fault, posted: int, later: int
) -> None:
    async with outside.bot() as bot:
        await outside.ready()
        hung = outside.discord.faults.add(POST_MESSAGE, fault)
        await ask(outside)
        await hung.struck()
        await bot.kill()
    assert len(outside.delivered()) == posted
    assert outside.states() == {1: JobState.POSTING}
    await until_done(outside, later=later)
    assert_paid_and_posted_once(outside)


async def test_a_502_after_the_post_does_not_post_twice(outside: Outside) -> None:
    async with outside.bot() as bot:
        await outside.ready()
        bad = outside.discord.faults.add(POST_MESSAGE, faults.status(502).after_effect())
        reset = outside.discord.faults.add(POST_MESSAGE, faults.reset().after_effect(), skip=1)
        await ask(outside)
        await ask(outside)
        await until(lambda: not outside.query("SELECT 1 FROM job WHERE state != 'done'"))
        await bot.stop()
    assert bad.hits + reset.hits >= 1
    assert_paid_and_posted_once(outside, jobs=2)
