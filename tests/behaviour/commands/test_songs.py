"""From a slash command to sound in the channel, through the real command tree, store, engine and HTTP."""

import io

import discord
import pytest
import soundfile

from jobs.models import Order, Origin
from jobs.models.states import JobState
from tests.behaviour.commands.acts import agreed, answer, buttons, jump, press
from tests.conftest import Jam
from tests.fakes.api_faults import connection
from tests.jobs.shelf import ordered


def audio(message: discord.Message) -> list[discord.Attachment]:
    return [file for file in message.attachments if file.filename.endswith((".mp3", ".wav"))]


async def test_a_song_is_asked_for_and_arrives_as_a_reply_with_playable_files(jam: Jam) -> None:
    result = await jam.mia.slash(jam.channel, "suno create", prompt="a song about rivers")

    assert not result.ephemeral
    card = answer(result).embeds[0]
    assert card.title == "Suno song · job #1"
    assert str(card.description).startswith("a song about rivers\n**Being made**. Usually ready after about ")
    assert card.footer.text == "10 credits · I'll ping you when it's ready."

    song = await jam.reply()
    assert song.reference is not None
    assert song.reference.message_id == answer(result).id
    assert song.content == f"<@{jam.mia.id}>, your song is ready."
    files = audio(song)
    assert len(files) == 2
    title = song.embeds[0].title
    assert [file.filename for file in files] == [f"{title} - take 1 #1.mp3", f"{title} - take 2 #1.mp3"]
    sound, rate = soundfile.read(io.BytesIO(await files[0].read()))
    assert len(sound) / rate == pytest.approx(2.0, abs=0.3)
    assert any(file.filename == "cover.jpg" for file in song.attachments)
    assert jam.api.balance.total == 490


async def test_full_stems_come_in_order_in_messages_of_at_most_ten_files(jam: Jam) -> None:
    _, clip_id = await jam.song()
    await agreed(jam.ravi, await jam.ravi.slash(jam.channel, "stems", clip_id=clip_id, tracks="full"))
    await jam.state(2, JobState.DONE)
    stems = [message for message in jam.messages() if message.reference][1:]
    names = [file.filename for message in stems for file in audio(message)]
    assert all(len(message.attachments) <= 10 for message in stems)
    assert all(" - take 1 - " in name for name in names)
    parts = [name.rsplit(" - ", 1)[1].removesuffix(" #2.mp3") for name in names]
    assert parts == [
        "Vocals", "Backing Vocals", "Drums", "Bass", "Guitar", "Keyboard",
        "Percussion", "Strings", "Synth", "FX", "Brass", "Woodwinds",
    ]  # fmt: skip
    # Only the first message pings, and only the one who asked.
    assert stems[0].content.startswith(f"<@{jam.ravi.id}>")
    assert all(message.content == "" for message in stems[1:])
    assert jam.api.balance.total == 440


async def test_stems_are_basic_unless_asked_otherwise(jam: Jam) -> None:
    _, clip_id = await jam.song()
    await jam.ravi.slash(jam.channel, "stems", clip_id=clip_id)
    stems = await jam.reply(2)
    assert [file.filename.rsplit(" - ")[-1] for file in audio(stems)] == [
        "Vocals #2.mp3",
        "Instrumental #2.mp3",
    ]


async def test_a_form_makes_a_custom_song_with_its_title_and_words(jam: Jam) -> None:
    shown = await jam.mia.slash(jam.channel, "suno custom")
    words = {"title": "Harbour", "style": "folk", "lyrics": "[Verse]\nthe lamps are lit"}
    sent = await jam.mia.submit_modal(shown, words)
    assert str(answer(sent).embeds[0].description).startswith("Harbour · folk\n")
    song = await jam.reply()
    assert song.embeds[0].title == "Harbour"
    body = next(r.body for r in jam.api.requests if r.method == "POST")
    assert body == {
        "custom_mode": True, "mv": "chirp-v4-5", "make_instrumental": False,
        "prompt": "[Verse]\nthe lamps are lit", "title": "Harbour", "tags": "folk",
    }  # fmt: skip


async def test_a_form_that_was_open_during_a_restart_still_counts(jam: Jam) -> None:
    shown = await jam.mia.slash(jam.channel, "suno custom", instrumental=True)
    jam.parts.bot._connection._view_store._modals.clear()  # what a restart forgets
    sent = await jam.mia.submit_modal(shown, {"title": "", "style": "ambient", "lyrics": ""})
    assert str(answer(sent).embeds[0].description).startswith("ambient\n")
    await jam.reply()


async def test_a_model_is_picked_by_its_name(jam: Jam) -> None:
    choices = await jam.mia.autocomplete(jam.channel, "suno create", "model", "v5")
    names = [(choice["name"], choice["value"]) for choice in choices]
    assert names == [("v5 (prompt up to 400)", "chirp-v5")]
    await jam.mia.slash(jam.channel, "suno create", prompt="x", model="v5", instrumental=True)
    await jam.reply()
    body = next(r.body for r in jam.api.requests if r.method == "POST")
    assert isinstance(body, dict)
    assert (body["mv"], body["make_instrumental"]) == ("chirp-v5", True)


async def test_clips_are_found_by_title_while_typing_and_belong_to_their_server(jam: Jam) -> None:
    song, clip_id = await jam.song("a song about lighthouses")
    title = str(song.embeds[0].title)
    choices = await jam.ravi.autocomplete(jam.channel, "stems", "clip_id", title[:6].lower())
    assert clip_id in [choice["value"] for choice in choices]
    assert str(choices[0]["name"]).startswith(title)
    assert await jam.ravi.autocomplete(jam.channel, "stems", "clip_id", "no such title") == []
    elsewhere = jam.env.create_guild(name="Elsewhere")
    there = elsewhere.create_text_channel("jam")
    stranger = elsewhere.add_member(jam.env.create_user("stranger"))
    assert await stranger.autocomplete(there, "stems", "clip_id", "") == []


async def test_a_wav_comes_with_the_name_of_its_song(jam: Jam) -> None:
    song, clip_id = await jam.song()
    await jam.mia.slash(jam.channel, "wav", clip_id=clip_id)
    wav = await jam.reply(2)
    assert [file.filename for file in audio(wav)] == [f"{song.embeds[0].title} - take 1 #2.wav"]
    assert jam.api.balance.total == 490


async def test_buttons_under_a_result_do_what_they_say_even_after_a_restart(jam: Jam) -> None:
    song, _ = await jam.song()
    assert buttons(song) == ["Stems 1 · 10 cr", "Stems 2 · 10 cr", "♥"]
    answer(await press(jam, "ravi", song, "Take 2 · WAV · free"))
    await jam.reply(2)
    again = await press(jam, "ravi", song, "Again · 10 credits")
    assert str(answer(again).embeds[0].description).startswith("a song about rivers\n")
    await jam.reply(3)
    details = await press(jam, "ravi", song, "Job #1")
    assert details.ephemeral
    state = str(answer(details).embeds[0].fields[0].value)
    assert state.startswith("delivered, since")
    assert state.endswith(f"[Jump to the results]({jump(jam, song.id)})")


async def test_a_file_over_the_channels_limit_is_linked_and_says_so(jam: Jam) -> None:
    origin = Origin(jam.guild.id, jam.channel.id, jam.mia.id, upload_limit=1000)
    accepted = await ordered(jam.parts.service, Order("suno.create", {"description": "long"}, "long"), origin)
    await jam.parts.service.card_shown(accepted.job, None)
    await jam.state(1, JobState.DONE)
    [song] = jam.messages()
    assert audio(song) == []
    assert str(song.embeds[0].description).count("not attached: open it](<http") == 2


async def test_the_answer_never_waits_for_the_api(jam: Jam) -> None:
    jam.api.faults.add(connection.SlowAnswer(60.0), "suno.*", times=None)
    result = await jam.mia.slash(jam.channel, "suno create", prompt="patience")
    assert "job #1" in str(answer(result).embeds[0].title)
    answer(await jam.mia.slash(jam.channel, "jobs mine"))


async def test_all_words_of_a_song_are_shown_to_the_one_who_asks(jam: Jam) -> None:
    words = "[Verse]\n" + "\n".join(f"line {number} of *low* tide" for number in range(60))
    shown = await jam.mia.slash(jam.channel, "suno custom")
    await jam.mia.submit_modal(shown, {"title": "Low Tide", "style": "folk", "lyrics": words})
    song = await jam.reply()
    on_card = next(str(field.value) for field in song.embeds[0].fields if field.name == "Lyrics")
    assert on_card.endswith("\n…")
    told = await press(jam, "ravi", song, "Lyrics")
    assert told.ephemeral
    card = answer(told).embeds[0]
    assert card.title == "Low Tide - take 1"
    assert str(card.description).splitlines()[-1] == r"line 59 of \*low\* tide"
    assert answer(told).attachments == []
