"""What a member reads when results come one after the other, or not at all, and what the buttons do then."""

import asyncio

import discord

from tests.behaviour.commands.acts import answer, buttons, jump, told
from tests.conftest import Jam
from tests.fakes.api_faults import files, polls

_LOOK = "Look again · free"
_SAID = "Take 2 of 2 is still to come, and will follow here."
_NEVER = "Take 2 of 2 never came. **Look again** asks once more, at no cost."


def text_of(message: discord.Message) -> str:
    return f"{message.content}\n{message.embeds[0].description}"


async def test_a_take_that_is_late_follows_the_first(jam: Jam) -> None:
    jam.api.faults.add(polls.Straggles(1, 4.0), "suno.task", times=None)
    first, _ = await jam.song()
    assert f"<@{jam.mia.id}>, your song is ready." in text_of(first)
    assert "**take 1**" in text_of(first)
    assert _SAID in text_of(first)
    assert _LOOK in buttons(first)
    second = await jam.reply(2)
    assert text_of(second).startswith(f"<@{jam.mia.id}>, more of your song is ready.\n**take 2**")
    assert second.reference is not None
    assert second.reference.message_id == first.id
    assert _LOOK not in buttons(second)
    assert [str(one.embeds[0].footer.text) for one in (first, second)] == ["v4.5 · 10 credits", "v4.5"]


async def test_a_take_that_never_comes_is_named_and_looking_again_answers(jam: Jam) -> None:
    rule = jam.api.faults.add(polls.Grows(1.0, most=1), "suno.task", times=None)
    first, _ = await jam.song()
    word = await jam.reply(2)
    assert text_of(word) == f"<@{jam.mia.id}>, no more of your song (job #1) has come.\n{_NEVER}"
    assert buttons(word) == [_LOOK, "Job #1"]
    answer = told(await jam.mia.click(word, label=_LOOK))
    assert answer == (
        "Job #1: I ask the music API again for some minutes, at no cost. What comes, or that nothing does, "
        f"is said below [its results]({jump(jam, first.id)})."
    )
    assert text_of(await jam.reply(3)) == text_of(word)
    rule.times = 0
    await jam.mia.click(first, label=_LOOK)
    found = await jam.reply(4)
    assert "more of your song is ready" in text_of(found)
    await asyncio.sleep(1.0)
    answer = told(await jam.mia.click(first, label=_LOOK))
    assert answer.startswith("Nothing more is to be had of that job")


async def test_a_song_whose_file_is_late_says_so_on_its_card(jam: Jam) -> None:
    jam.api.faults.add(files.LateFile(1.0), "file.mp3", times=None)
    with jam.env.time_context():
        await jam.mia.slash(jam.channel, "suno create", prompt="rivers")

    def late() -> bool:
        return (
            "the provider does not give out its sound yet. I keep asking until <t:"
            in jam.messages()[0].content
        )

    await jam.until(late, "the word about the file")
    song = await jam.reply()
    assert [file.filename for file in song.attachments if file.filename.endswith(".mp3")]
    await jam.until(lambda: not jam.messages()[0].content, "the end of that word")


async def test_a_file_that_cannot_be_had_is_said_without_a_dead_link(jam: Jam) -> None:
    rule = jam.api.faults.add(files.FileForbidden(), "file.mp3", times=None)
    message, clip_id = await jam.song()
    style = str(message.embeds[0].description).splitlines()[0]
    assert text_of(message) == (
        f"<@{jam.mia.id}>, your song (job #1) was made, but not all of it can be had.\n"
        f"{style}\n**take 1** · 0:02\n**take 2** · 0:02\n"
        "The provider does not give out the files of take 1, take 2. "
        "**Look again** asks once more, at no cost."
    )
    assert "http" not in text_of(message)
    card = answer(await jam.mia.slash(jam.channel, "clip", clip_id=clip_id)).embeds[0]
    assert str(card.description).endswith("\noriginal file: not to be had now")
    rule.times = 0
    await jam.mia.click(message, label=_LOOK)
    found = await jam.reply(2)
    assert len(found.attachments) == 3
    assert "more of your song is ready" in text_of(found)
