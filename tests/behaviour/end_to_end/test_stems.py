"""From a song to all its stems as WAVs over sockets: one command and two presses."""

import pytest

from jobs.models.states import JobState
from tests.behaviour.end_to_end.conftest import Outside, until
from tests.fakes.discord import Message

pytestmark = pytest.mark.process


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
        said = {(await each.shown()).content.partition(" (")[0] for each in pressed}
        await until(lambda: len(files(outside, ".wav")) == 2)
        await bot.stop()
    assert said == {"2 WAVs are ordered", "Already being made: Vocals, Instrumental."}
    assert outside.states() == dict.fromkeys((1, 2, 3, 4), JobState.DONE)
