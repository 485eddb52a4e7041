"""Bad input: told privately, with the name of the field, before anything is noted or charged."""

from typing import Any

import pytest
from simcord import OptionError

from jobs.store.queries import jobs
from tests.behaviour.commands.acts import LINK, WORDS, accepted, answer, form_of, made, refused, told
from tests.conftest import Jam

ID = "5e2d7c10-8f4b-4a96-b3e1-6c09d8a1f742"
COMMANDS: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("suno create", {"prompt": "x", "instrumental": True, "vocal_gender": "female"},
     "The voice (`vocal_gender`) does not go together with an instrumental."),
    ("suno create", {"prompt": "x", "model": "v4", "vocal_gender": "male"},
     "The voice (`vocal_gender`) cannot be chosen with the model v4."),
    ("suno create", {"prompt": "x", "vocal_gender": "robot"},
     "The voice (`vocal_gender`) is not one of those"),
    ("suno create", {"prompt": "x", "style_weight": 1.5},
     "The weight of the style (`style_weight`) must be between 0 and 1."),
    ("suno create", {"prompt": "x", "weirdness": -0.1}, "The weirdness must be between 0 and 1."),
    ("suno create", {"prompt": "a\x00b"}, "prompt holds a character that cannot be kept; type it anew."),
    ("suno create", {"prompt": "x", "negative_tags": "a\u202eb"},
     "What to leave out (`negative_tags`) holds an invisible character (U+202E); type it without."),
    ("suno custom", {"style_weight": 7.0}, "The weight of the style (`style_weight`) must be"),
    ("suno custom", {"instrumental": True, "auto_lyrics": True}, "Letting Suno write the lyrics"),
    ("suno cover", {"clip_id": ID, "audio_weight": 2.0}, "The weight of the audio (`audio_weight`) must"),
    ("nuro instrumental", {"description": "x", "genre": "rock, pop, jazz, folk, funk, epic"},
     "The genre takes up to 5 entries."),
    ("nuro instrumental", {"description": "x", "mood": "happy, hungry"}, "The mood is not one of those"),
    ("nuro instrumental", {"description": "x", "duration": 500},
     "The length (`duration`) must be between 1 and"),
    ("nuro instrumental", {"description": "x", "version": "v2.0", "segments": "intro"},
     "The list of segments"),
    ("nuro custom", {"duration": 10}, "The length (`duration`) must be between 30 and 240 seconds."),
    ("nuro custom", {"gender": "robot"}, "The voice (`gender`) is not one of those"),
    ("riffusion create", {"prompt": "x", "model": "v5"}, "The model is not a model"),
    ("persona create", {"clip_id": ID, "name": "x", "description": "x", "style": "folk"},
     "The style field is not taken for a persona by this API: leave it out."),
    ("persona sing", {"persona": ID}, "The persona was not made in this server."),
    ("stems", {"clip_id": "https://discord.com/channels/1/2/3"}, "That message is in another server."),
    *(("stems", {"clip_id": typed}, "I don't know that song. Pick one from the list that appears as you type")
      for typed in ("nonsense", "123", "@everyone", f"{ID} {ID[:-1]}0")),
    ("suno create", {"prompt": "   "}, "The prompt is empty."),
    ("suno create", {"prompt": "x", "model": "chirp-v99"},
     "The model is not a model that the API offers now."),
)  # fmt: skip
TOO_LONG: tuple[tuple[str, dict[str, Any], int], ...] = (
    ("suno create", {"prompt": "x" * 401}, 400),
    ("suno create", {"prompt": "x", "negative_tags": "x" * 201}, 200),
    ("riffusion create", {"prompt": "x" * 401}, 400),
    ("persona create", {"clip_id": ID, "name": "x", "description": "x" * 201}, 200),
    ("lyrics", {"description": "x" * 121}, 120),
)
LINKS = (
    "http://files.example/hum.mp3", "ftp://files.example/hum.mp3", "https:///a.mp3", "https://[::1/a.mp3",
    "https://me:secret@files.example/a.mp3", "https://files.example\\@10.0.0.1/a.mp3",
    "https://\uff11\uff12\uff17.0.0.1/a.mp3", "https://files.example/a b.mp3", "hum.mp3",
)  # fmt: skip


@pytest.fixture
def pace() -> float:
    return 0.01


async def test_every_command_names_the_field_and_notes_nothing(jam: Jam) -> None:
    for command, options, start in COMMANDS:
        text = await refused(jam, command, **options)
        assert text.startswith(start), (command, options)
        assert "everyone" not in text
    assert await jam.parts.store.read(jobs.counts) == {}
    assert [request for request in jam.api.requests if request.method == "POST"] == []


async def test_what_is_too_long_for_every_model_cannot_be_sent_at_all(jam: Jam) -> None:
    for command, options, most in TOO_LONG:
        with pytest.raises(OptionError, match=f"at most {most} characters"):
            await jam.mia.slash(jam.channel, command, **options)


async def test_links_that_are_none(jam: Jam) -> None:
    for link in LINKS:
        assert (await refused(jam, "suno upload", link=link)).startswith("The link "), link
    assert "secret" not in await refused(jam, "suno upload", link=LINKS[-5])
    assert jam.api.requests == ()


async def test_files_that_the_api_could_not_use(jam: Jam) -> None:
    for options, said in (
        ({}, "The file or a link is needed"),
        ({"file": ("hum.mp3", b"x"), "link": LINK}, "The file or a link is needed"),
        ({"file": ("notes.txt", b"la la")}, "The file isn't audio"),
        ({"file": ("setup.exe", b"MZ")}, "The file isn't audio"),
        ({"file": ("hum.mp3", b"")}, "The file is empty."),
        ({"file": ("hum.mp3", bytes(50_000_001))}, "The file has 50 MB; the API takes up to 50 MB."),
    ):
        assert (await refused(jam, "riffusion upload", **options)).startswith(said)
    assert jam.api.requests == ()


async def test_times_are_checked_against_the_clip_and_what_was_typed_is_not_lost(jam: Jam) -> None:
    song, *_ = await made(jam, "suno create", prompt="x")
    charges = len(jam.api.charges)
    shown = await jam.mia.slash(jam.channel, "suno extend", clip_id=song.clip_id)
    form = {"continue_at": "1:00", "lyrics": WORDS, "title": "", "style": "folk"}
    for at, said in (
        ("1:00", "is after the end of the clip, which is 0:02 long."),
        ("0:00", "must be after the beginning of the clip."),
        ("soon", "must be a time such as 1:23 or 83.5."),
        ("1:75", "must be a time"),
        ("-1", "must be a time"),
    ):
        result = await jam.mia.submit_modal(shown, {**form, "continue_at": at})
        assert answer(result).content.startswith(f"The time to continue from (`at`) {said}")
        assert answer(result).content.endswith(
            ". **Change it** opens the form with what you typed. Nothing was charged."
        )
        shown = await jam.mia.click(answer(result).message, label="Change it")
        assert form_of(shown) == {**form, "continue_at": at}
    assert len(jam.api.charges) == charges
    await jam.mia.submit_modal(shown, {**form, "continue_at": "0:01"})
    await jam.reply(2)


async def test_a_section_that_ends_before_it_starts(jam: Jam) -> None:
    song, *_ = await made(jam, "riffusion create", prompt="x")
    words = {"lyrics": WORDS, "sound": "ska", "title": ""}
    for starts, ends in (("1.5", "0.5"), ("1", "1")):
        form = {"starts": starts, "ends": ends, **words}
        text = await refused(jam, "riffusion replace", form, clip_id=song.clip_id)
        assert text.startswith("The end of the section (`ends`) must come after `starts`.")
    form = {"starts": "0", "ends": "4:00", **words}
    text = await refused(jam, "riffusion replace", form, clip_id=song.clip_id)
    assert text.startswith("The end of the section (`ends`) is after the end of the clip")


async def test_a_clip_that_the_operation_cannot_start_from_is_refused_before_its_form_opens(jam: Jam) -> None:
    song, *_ = await made(jam, "suno create", prompt="x")
    stem, *_ = await made(jam, "stems", clip_id=song.clip_id)
    other, *_ = await made(jam, "nuro instrumental", description="rain")
    charges = len(jam.api.charges)
    for command, clip, said in (
        ("suno extend", stem, "That is a stem, and this needs a song or an upload."),
        ("suno concat", song, "That is a song, and this needs an extension."),
        ("stems", other, "That clip is by Nuro, and this works with clips by Suno only."),
        ("riffusion sound", song, "That clip is by Suno, and this works with clips by Riffusion only."),
    ):
        assert (await refused(jam, command, clip_id=clip.clip_id)).startswith(said)
    assert len(jam.api.charges) == charges


async def test_a_persona_sings_in_the_server_that_made_it(jam: Jam) -> None:
    song, *_ = await made(jam, "suno create", prompt="x")
    options = {"clip_id": song.clip_id, "name": "Velvet", "description": "low"}
    text = await refused(jam, "persona create", **{**options, "name": "Vel\u2066vet"})
    assert text.startswith("The name holds an invisible character (U+2066)")
    [persona] = await made(jam, "persona create", **options)
    elsewhere = jam.env.create_guild(name="Elsewhere")
    there = elsewhere.create_text_channel("jam")
    stranger = elsewhere.add_member(jam.env.create_user("stranger"))
    result = await stranger.slash(there, "persona sing", persona=persona.clip_id)
    assert told(result).startswith("The persona was not made in this server.")


async def test_titles_are_names_and_lyrics_are_any_language(jam: Jam) -> None:
    form = {"title": "Har\u202ebour", "style": "folk", "lyrics": WORDS}
    for title in ("Har\u202ebour", "Har\x07bour", "Har\u2067bour"):
        text = await refused(jam, "suno custom", {**form, "title": title})
        assert text.startswith("The title field holds an invisible character (U+")
    lyrics = "[Verse]\n\u200f\u05e9\u05dc\u05d5\u05dd\n\U0001f3b5 \U00020000 \u2067\u0645\u2069"
    title = "\u05e0" * 79 + "\U0001f3b5"
    shown = await jam.mia.slash(jam.channel, "suno custom")
    result = await jam.mia.submit_modal(shown, {"title": title, "style": "", "lyrics": lyrics})
    accepted(result)
    await jam.reply()
    body = next(request.body for request in jam.api.requests if request.method == "POST")
    assert isinstance(body, dict)
    assert (body["title"], body["prompt"]) == (title, lyrics)
