"""The ways to a clip: the menu of a message, links to messages, old buttons."""

import discord
import pytest
from discord import ui

from jobs.models.states import JobState
from tests.behaviour.commands.acts import (
    accepted,
    agreed,
    answer,
    buttons,
    form_of,
    jump,
    made,
    over,
    refused,
    told,
)
from tests.conftest import Jam
from tests.fakes.api_faults import polls


@pytest.fixture
def pace() -> float:
    return 0.01


async def test_the_menu_of_a_song_asks_which_take_and_goes_on_from_it(jam: Jam) -> None:
    song, other = await made(jam, "suno create", prompt="rivers")
    message = await jam.reply()
    asked = await jam.ravi.context_menu(jam.channel, "Stems of this · 10 credits", message)
    assert told(asked) == "Which one?"
    assert buttons(answer(asked).message) == ["Take 1 · 10 credits", "Take 2 · 10 credits"]
    job = await over(jam, accepted(await jam.ravi.click(answer(asked).message, label="Take 2 · 10 credits")))
    assert (job.operation, job.source_clip_id) == ("suno.stems_basic", other.clip_id)

    asked = await jam.mia.context_menu(jam.channel, "Continue this", message)
    form = form_of(await jam.mia.click(answer(asked).message, label="Take 1 · 10 credits"))
    assert form["continue_at"] == "0:02"
    asked = await jam.mia.context_menu(jam.channel, "Cover this", message)
    form = form_of(await jam.mia.click(answer(asked).message, label="Take 1 · 10 credits"))
    assert form["lyrics"] == song.lyrics.strip()


async def test_the_menu_of_a_forwarded_song_finds_the_song(jam: Jam) -> None:
    song, _ = await made(jam, "suno create", prompt="rivers")
    forwarded = await (await jam.reply()).forward(jam.parts.bot.get_partial_messageable(jam.channel.id))
    asked = await jam.ravi.context_menu(jam.channel, "Stems of this · 10 credits", forwarded)
    assert told(asked) == "Which one?"
    job = await over(jam, accepted(await jam.ravi.click(answer(asked).message, label="Take 1 · 10 credits")))
    assert job.source_clip_id == song.clip_id


async def test_the_menu_of_a_single_clip_needs_no_choice(jam: Jam) -> None:
    [upload] = await made(jam, "riffusion upload", link="https://files.example/hum.mp3")
    asked = await jam.ravi.context_menu(jam.channel, "Cover this", await jam.reply())
    form = {**form_of(asked), "sound": "ska", "lyrics": "la"}
    job = await over(jam, accepted(await jam.ravi.submit_modal(asked, form)))
    assert (job.operation, job.source_clip_id) == ("riffusion.cover", upload.clip_id)


async def test_the_menu_says_what_a_message_lacks(jam: Jam) -> None:
    async def menu(name: str, message: discord.Message) -> str:
        return told(await jam.mia.context_menu(jam.channel, name, message))

    chat = await jam.ravi.send(jam.channel, "nice one")
    assert (await menu("Stems of this · 10 credits", chat)).startswith("That message holds no song of mine.")
    await made(jam, "nuro instrumental", description="rain")
    nuro = await jam.reply()
    assert (await menu("Stems of this · 10 credits", nuro)).startswith(
        "That clip is by Nuro, and this works with clips by Suno only."
    )
    assert "clips by Suno or Riffusion only." in await menu("Continue this", nuro)
    await made(jam, "lyrics", description="low tide")
    assert (await menu("Cover this", await jam.reply(2))).startswith("That message holds nothing that can be")
    song, *_ = await made(jam, "suno create", prompt="x")
    await made(jam, "stems", clip_id=song.clip_id)
    text = await menu("Cover this", await jam.reply(4))
    assert text.startswith(
        "That message holds nothing that can be used here: this needs a song or an upload."
    )


async def test_a_running_job_has_no_clips_yet_by_menu_or_by_link(jam: Jam) -> None:
    jam.api.faults.add(polls.NotReady(), "suno.task", times=None)
    card = await jam.mia.slash(jam.channel, "suno create", prompt="x")
    await jam.state(1, JobState.WAITING)
    said = told(await jam.mia.context_menu(jam.channel, "Stems of this · 10 credits", answer(card).message))
    assert said == "Job #1 is still being made. Try again when its result is here. Nothing was charged."
    assert await refused(jam, "suno extend", clip_id=jump(jam, answer(card).id)) == said


async def test_a_link_to_a_message_stands_for_the_clip_in_it(jam: Jam) -> None:
    song, _ = await made(jam, "suno create", prompt="rivers")
    message = await jam.reply()
    text = await refused(jam, "stems", clip_id=jump(jam, message.id))
    assert text.startswith("That message holds several clips. Paste the id of one of them:")
    assert song.clip_id in text
    await made(jam, "wav", clip_id=song.clip_id)
    shown = await jam.mia.slash(jam.channel, "clip", clip_id=jump(jam, message.id))
    assert told(shown).startswith("That message holds several clips.")
    [whole] = await made(jam, "suno upload", link="https://files.example/hum.mp3")
    upload = await jam.reply(3)
    for client in ("", "ptb.", "canary."):
        asked = await jam.mia.slash(jam.channel, "suno cover", clip_id=jump(jam, upload.id, client=client))
        assert set(form_of(asked)) == {"style", "lyrics", "title"}
        asked = await jam.mia.slash(jam.channel, "clip", clip_id=f" <{jump(jam, upload.id, client=client)}> ")
        assert f"`{whole.clip_id}`" in str(answer(asked).embeds[0].to_dict())
    for link, said in (
        (jump(jam, upload.id, guild_id=jam.guild.id + 1), "That message is in another server."),
        (jump(jam, 10**20 - 1), "That message holds no song of mine."),
        (jump(jam, 7), "That message holds no song of mine."),
        (f"https://discord.com/channels/@me/1/{upload.id}", "I don't know that song."),
    ):
        assert (await refused(jam, "stems", clip_id=link)).startswith(said)


async def test_buttons_of_earlier_versions_work_and_unknown_ones_get_a_sentence(jam: Jam) -> None:
    song, _ = await made(jam, "suno create", prompt="rivers")
    view = ui.View(timeout=None)
    for act in ("basic", "full", "wav", "suno.remaster"):
        view.add_item(ui.Button(label=act, custom_id=f"encore:{act}:{song.clip_id}"))
    channel = jam.parts.bot.get_partial_messageable(jam.channel.id, guild_id=jam.guild.id)
    with jam.env.time_context():
        old = await channel.send("an old delivery", view=view)
    for act in ("basic", "full", "wav"):
        job = await over(jam, accepted(await agreed(jam.ravi, await jam.ravi.click(old, label=act))))
        assert (job.state, job.source_clip_id) == (JobState.DONE, song.clip_id)
    said = told(await jam.ravi.click(old, label="suno.remaster"))
    assert said.startswith("I no longer know how to do that.")
