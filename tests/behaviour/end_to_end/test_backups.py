"""A backup taken in the rush: what was acknowledged before it is there, and the bot that gets it goes on."""

import asyncio
import re
from contextlib import suppress

import pytest

from jobs.models.states import OPEN, JobState
from tests.behaviour.end_to_end.conftest import Outside, until
from tests.fakes.discord.interactions import Interaction

pytestmark = pytest.mark.process

_A_SECOND, _ORDERS, _BEFORE = 50, 120, 50


class Rush:
    """Members who order fifty times a second, and the numbers of the jobs whose cards they have seen."""

    def __init__(self, outside: Outside) -> None:
        self._outside = outside
        self.acknowledged: list[int] = []

    async def run(self) -> None:
        clock = asyncio.get_running_loop()
        begun = clock.time()
        async with asyncio.TaskGroup() as group:
            for number in range(_ORDERS):
                await asyncio.sleep(max(0.0, begun + number / _A_SECOND - clock.time()))
                discord_ = self._outside.discord
                # Songs carry files, which are not what is asked about here.
                command, option = ("suno create", "prompt") if number % 6 == 0 else ("lyrics", "description")
                asked = discord_.member.slash(discord_.channel, command, **{option: f"number {number}"})
                group.create_task(self._note(asked))

    async def _note(self, asked: Interaction) -> None:
        with suppress(AssertionError):  # the bot was killed before it answered
            await asked.answered()
            assert asked.message is not None
            found = re.search(r"job #(\d+)", str(asked.message.embeds))
            assert found, asked.message.embeds
            self.acknowledged.append(int(found[1]))


async def done(outside: Outside, *arguments: str) -> str:
    """Run a mode of `bot.py` to its end."""
    async with outside.bot(*arguments) as mode:
        assert await mode.ended() == 0, mode.output()
        return mode.output()


def told(outside: Outside) -> set[int]:
    """Jobs that are in the channel, or of which it was said what became of them."""
    query = "SELECT id FROM job WHERE notified_at IS NOT NULL OR state IN ('done', 'cancelled')"
    return {int(str(number)) for (number,) in outside.query(query)}


async def test_a_backup_in_a_rush_restores_to_a_bot_that_goes_on(outside: Outside) -> None:
    copy = str(outside.folder / "copy.db")
    rush = Rush(outside)
    async with outside.bot() as bot:
        await outside.ready()
        ordering = asyncio.create_task(rush.run())
        await until(lambda: len(rush.acknowledged) >= _BEFORE)
        before = set(rush.acknowledged)
        assert "read again and is sound" in await done(outside, "--backup", copy)
        await ordering
        await bot.kill()
    assert len(rush.acknowledged) == _ORDERS
    assert "jobs again" in await done(outside, "--restore", copy)
    restored = outside.states()
    assert before <= restored.keys(), "what was acknowledged before the backup is in it"
    paid = len(outside.api.charges)

    async with outside.bot() as bot:
        await outside.discord.gateway.connected()
        await until(lambda: not set(outside.states().values()) & (OPEN - {JobState.HELD}), seconds=60)
        assert len(outside.api.charges) == paid, "what may have been sent is not sent again"
        # Each was delivered, or its member is told what became of it once the balance was read.
        await until(lambda: before <= told(outside), seconds=60)
        discord_ = outside.discord
        asked = discord_.member.slash(discord_.channel, "lyrics", description="life goes on")
        await asked.answered()
        assert asked.message is not None
        number = max(restored) + 1
        assert f"job #{number}" in str(asked.message.embeds)
        await until(lambda: outside.states()[number] is JobState.DONE)
        assert await bot.stop() == 0
    assert "Traceback" not in outside.logs()
