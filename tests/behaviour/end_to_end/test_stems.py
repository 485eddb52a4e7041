"""From a song to all its stems as WAVs, or as one zip, over sockets; killed in the middle, once."""

import pytest

from jobs.models.states import JobState
from tests.behaviour.end_to_end.conftest import Outside, until
from tests.behaviour.end_to_end.test_kills import POST_MESSAGE, until_done
from tests.fakes.discord import Message, faults

pytestmark = [pytest.mark.process, pytest.mark.usefixtures("unmeasured")]


def files(outside: Outside, suffix: str) -> list[str]:
    return [
        file.filename
        for shown in outside.delivered()
        for file in shown.attachments
        if file.filename.endswith(suffix)
    ]


async def stems(outside: Outside) -> Message:
    """The message with both stems of a new song, after one command and one press."""
    member, channel = outside.discord.member, outside.discord.channel
    member.slash(channel, "suno create", prompt="a song about rivers")
    song = await channel.wait_for_message(lambda message: bool(message.attachments))
    member.click(song, "Stems 1 · 10 cr")
    return await channel.wait_for_message(lambda message: "Instrumental" in str(message.attachments))


async def test_song_stems_all_wavs_is_one_command_and_two_presses(outside: Outside) -> None:
    async with outside.bot() as bot:
        await outside.ready()
        message = await stems(outside)
        # Two press in the same moment, and everything is ordered once.
        pressed = [
            each.click(message, "All WAVs · free")
            for each in (outside.discord.member, outside.discord.add_member("ravi"))
        ]
        said = [(await each.shown()).content for each in pressed]
        await until(lambda: len(files(outside, ".wav")) == 2)
        await bot.stop()
    # One orders both, or each the one that the other had not ordered yet.
    assert sum(text.startswith("2 WAVs are ordered") for text in said) or all(
        text.startswith("1 WAV is ordered") for text in said
    )
    assert any("Already being made: " in text for text in said)
    assert outside.states() == dict.fromkeys((1, 2, 3, 4), JobState.DONE)


@pytest.mark.parametrize(
    ("fault", "posted", "later"),
    [(faults.hang(), 0, 0), (faults.hang().after_effect(), 1, 0), (faults.hang().after_effect(), 1, 3600)],
    ids=["before it is there", "after it", "after it, and back when the nonce is forgotten"],
)
async def test_a_zip_is_posted_once_whenever_the_process_is_killed(
    outside: Outside, fault: faults.Fault, posted: int, later: int
) -> None:
    async with outside.bot() as bot:
        await outside.ready()
        message = await stems(outside)
        hung = outside.discord.faults.add(POST_MESSAGE, fault)
        await outside.discord.member.click(message, "One zip · free").answered()
        await hung.struck()
        await bot.kill()
    assert len(files(outside, ".zip")) == posted
    assert outside.states()[3] is JobState.POSTING
    await until_done(outside, 3, later=later)
    assert len(files(outside, ".zip")) == 1
    assert outside.states() == dict.fromkeys((1, 2, 3), JobState.DONE)
