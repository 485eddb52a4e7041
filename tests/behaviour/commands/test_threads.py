"""A song and all that is made from it in one thread, where the moderators want that."""

from typing import Any

import discord
import pytest
from simcord.backend.errors import SetupError

from cogs.sync import keep_trying
from jobs.store.queries import clips, guilds
from tests.behaviour.commands.acts import accepted, answer, made, over, told
from tests.conftest import Jam


@pytest.fixture
def pace() -> float:
    return 0.01


async def switch(jam: Jam, *, on: bool = True) -> None:
    result = await jam.mod.slash(jam.channel, "settings threads", on=on)
    assert result.ephemeral
    assert ("in a thread of its own" in str(answer(result).embeds[0].description)) is on


def files(channel: Any) -> list[str]:  # noqa: ANN401 - a channel or thread of SimCord
    return [file.filename for message in channel.history() for file in message.attachments]


async def test_a_song_its_stems_its_wav_and_its_extension_share_the_thread_on_its_card(jam: Jam) -> None:
    await switch(jam)
    card = await jam.mia.slash(jam.channel, "suno create", prompt="x")
    job = await over(jam, accepted(card))
    song, _ = await jam.parts.store.read(clips.of_job, job.id)
    [thread] = jam.channel.threads
    assert (thread.id, thread.name, job.thread_id) == (answer(card).id, song.title, thread.id)
    assert files(jam.channel) == []
    assert len([name for name in files(thread) if name.endswith(".mp3")]) == 2
    assert [user.id for m in thread.history() for user in m.mentions] == [jam.mia.id]

    [stem, _] = await made(jam, "stems", clip_id=song.clip_id)
    await made(jam, "wav", clip_id=stem.clip_id)
    form = {"continue_at": "1", "lyrics": "la", "style": "", "title": ""}
    await made(jam, "suno extend", form, clip_id=song.clip_id)
    assert [other.id for other in jam.channel.threads] == [thread.id]
    assert files(jam.channel) == []
    # Two songs, two stems, a WAV and two extensions; each delivery but the WAV's brings a cover at most.
    assert len([name for name in files(thread) if not name.startswith("cover")]) == 7

    # What is ordered in the thread stays there, and `repost` goes where it is asked.
    inside = await jam.ravi.slash(thread, "wav", clip_id=song.clip_id)
    await over(jam, accepted(inside))
    assert len([name for name in files(thread) if name.endswith(".wav")]) == 2
    told(await jam.mia.slash(jam.channel, "jobs repost", job=job.id))
    await jam.until(lambda: files(jam.channel), "the song in the channel")


async def test_without_the_right_to_open_threads_or_to_write_in_them_songs_stay_in_the_channel(
    jam: Jam,
) -> None:
    await switch(jam)
    assert jam.parts.bot.user is not None
    for name in ("create_public_threads", "send_messages_in_threads"):
        denied = discord.PermissionOverwrite(**{name: False})
        jam.channel = jam.guild.create_text_channel(name, overwrites={jam.parts.bot.user: denied})
        await made(jam, "suno create", prompt="x")
        assert len([file for file in files(jam.channel) if file.endswith(".mp3")]) == 2


async def test_lyrics_and_bad_news_open_no_thread(jam: Jam) -> None:
    await switch(jam)
    await made(jam, "lyrics", description="low tide")
    await over(jam, accepted(await jam.mia.slash(jam.channel, "suno create", prompt="like Daft Punk")))
    assert jam.channel.threads == []
    await switch(jam, on=False)
    await made(jam, "suno create", prompt="x")
    assert jam.channel.threads == []


async def test_only_moderators_choose_even_where_a_server_shows_the_command_to_everybody(jam: Jam) -> None:
    with pytest.raises(SetupError):
        await jam.mia.slash(jam.channel, "settings threads", on=True)
    command: Any = jam.parts.bot.tree.get_command("settings")
    command.default_permissions = None
    await keep_trying(jam.parts.bot.tree, jam.parts.service)
    for name, options in (("settings threads", {"on": True}), ("settings show", {})):
        said = told(await jam.mia.slash(jam.channel, name, **options))
        assert said == "Only moderators (Manage Server) can do that; ask one of them."
    assert not (await jam.parts.store.read(guilds.settings, jam.guild.id)).threads
    await switch(jam)
