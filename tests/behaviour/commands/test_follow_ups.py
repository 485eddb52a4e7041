"""What a member reads when results come one after the other, or not at all, and what the buttons do then."""

import asyncio

import discord

from tests.behaviour.commands.acts import buttons, told
from tests.conftest import Jam
from tests.fakes.api_faults import polls

_LOOK = "Look again · free"
_SAID = "Take 2 of 2 is still being made, and will follow here."
_NEVER = "Take 2 of 2 never came. **Look again** asks the music API once more, at no cost."


def text_of(message: discord.Message) -> str:
    return f"{message.content}\n{message.embeds[0].description}"


async def test_a_take_that_is_late_follows_the_first(jam: Jam) -> None:
    jam.api.faults.add(polls.Straggles(1, 4.0), "suno.task", times=None)
    first, _ = await jam.song()
    assert f"<@{jam.mia.id}> your song is here." in text_of(first)
    assert "**take 1**" in text_of(first)
    assert _SAID in text_of(first)
    assert _LOOK in buttons(first)
    second = await jam.reply(2)
    assert text_of(second).startswith(f"<@{jam.mia.id}> another take of your song is here.\n**take 2**")
    assert second.reference is not None
    assert second.reference.message_id == first.id
    assert _LOOK not in buttons(second)
    assert [field.name for field in second.embeds[0].fields] == ["Model"], "it was paid once"


async def test_a_take_that_never_comes_is_named_and_looking_again_answers(jam: Jam) -> None:
    rule = jam.api.faults.add(polls.Grows(1.0, most=1), "suno.task", times=None)
    first, _ = await jam.song()
    word = await jam.reply(2)
    assert text_of(word) == f"<@{jam.mia.id}> no more of job #1 has come.\n{_NEVER}"
    assert buttons(word) == [_LOOK, "Job #1"]
    answer = told(await jam.mia.click(word, label=_LOOK))
    assert answer == (
        "Job #1: I ask the music API again for some minutes, at no cost. What comes, or that nothing does, "
        "is said below its results."
    )
    assert text_of(await jam.reply(3)) == text_of(word)
    rule.times = 0
    await jam.mia.click(first, label=_LOOK)
    found = await jam.reply(4)
    assert "another take of your song is here" in text_of(found)
    await asyncio.sleep(1.0)
    answer = told(await jam.mia.click(first, label=_LOOK))
    assert answer.startswith("Nothing more is to be had of that job")
