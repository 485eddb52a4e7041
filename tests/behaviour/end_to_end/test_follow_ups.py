"""Killed between any two steps of a delivery in two parts: both arrive, once, the second below the first."""

from collections.abc import Callable

import pytest

from jobs.models.states import JobState
from tests.behaviour.end_to_end.conftest import Outside, until
from tests.behaviour.end_to_end.test_kills import POST_MESSAGE, ahead, ask
from tests.fakes.api_faults import polls
from tests.fakes.discord import Message, faults

pytestmark = [pytest.mark.process, pytest.mark.usefixtures("unmeasured")]

_OPEN = "SELECT 1 FROM job WHERE due_at IS NOT NULL"


async def killed_once(outside: Outside, at: Callable[[], object], *, late: float = 4.0) -> None:
    """The bot dies when something has come about, with a second take that is seconds late."""
    outside.api.faults.add(polls.Straggles(1, late), "suno.task", times=None)
    async with outside.bot() as bot:
        await outside.ready()
        await ask(outside)
        await until(at)
        await bot.kill()


async def ends_well(outside: Outside, *, later: int = 0) -> list[Message]:
    """After a restart nothing is left open; the messages with sound."""
    outside.discord.faults.clear()
    outside.discord.own_clock.advance(later)
    async with outside.bot(**ahead(later)) as bot:
        await outside.discord.gateway.connected()
        await until(lambda: not outside.query(_OPEN))
        await bot.stop()
    assert outside.states() == {1: JobState.DONE}
    assert len(outside.api.charges) == 1
    return outside.delivered()


def sound(message: Message) -> list[str]:
    return [file.filename for file in message.attachments if file.filename.endswith(".mp3")]


def assert_both_came_once(messages: list[Message]) -> None:
    first, second = messages
    assert [len(sound(first)), len(sound(second))] == [1, 1]
    assert "take_1" in sound(first)[0]
    assert "take_2" in sound(second)[0]
    assert "Take 2 of 2 is still to come, and will follow here." in str(first.embeds)
    assert second.reply_to is first
    assert "more of your song is ready" in second.content


async def test_before_the_first_is_posted(outside: Outside) -> None:
    seen = "SELECT 1 FROM clip JOIN job ON job.id = clip.job_id WHERE state = 'waiting'"
    await killed_once(outside, lambda: outside.query(seen))
    assert outside.delivered() == []
    assert_both_came_once(await ends_well(outside))


async def test_between_the_two(outside: Outside) -> None:
    await killed_once(outside, lambda: outside.states() == {1: JobState.DONE}, late=5.0)
    assert len(outside.delivered()) == 1
    assert_both_came_once(await ends_well(outside))


async def test_in_the_middle_of_the_second_post(outside: Outside) -> None:
    hung = outside.discord.faults.add(POST_MESSAGE, faults.hang(), skip=1)
    await killed_once(outside, lambda: hung.hits)
    assert outside.states() == {1: JobState.POSTING}
    assert len(outside.delivered()) == 1
    assert_both_came_once(await ends_well(outside))


@pytest.mark.parametrize("later", [0, 3600])
async def test_after_the_second_post_before_it_is_noted(outside: Outside, later: int) -> None:
    hung = outside.discord.faults.add(POST_MESSAGE, faults.hang().after_effect(), skip=1)
    await killed_once(outside, lambda: hung.hits)
    assert outside.states() == {1: JobState.POSTING}
    assert len(outside.delivered()) == 2
    assert_both_came_once(await ends_well(outside, later=later))
