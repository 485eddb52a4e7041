"""Every endpoint of the API from the command to the channel: what is typed, what is sent, what comes.

The rows show the classic family; `renamed` is what differs in the body of the other one, None where the
endpoint is retired there. What members do comes as Discord's signed POSTs with the classic family, with the
other one by the gateway, as in all other tests.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from cogs.text.labels import OPERATIONS
from jobs.models.operations import ZIP
from startup.wiring import assemble
from tests.behaviour.commands.acts import LINK, WORDS, answer, entries, made, told
from tests.conftest import KEY, Jam, jam_with, settings_for
from tests.fakes.api_faults import FaultyMusicApi
from tests.fakes.sound import FixedSound

Body = dict[str, Any]
SONG, MADE = "$song", "$riffusion"
OWN = {"custom_mode": True}
SUNO, SONIC = {"mv": "chirp-v4-5"}, {"mv": "sonic-v4-5", "use_suno_cdn": True}
FUZZ, PRODUCER = {"mv": "FUZZ-1.1 Pro"}, {"mv": "FUZZ-2.0", "custom_mode": None}
FROM_CLIP = {**PRODUCER, "continue_clip_id": None, "clip_id": MADE}
SONG_OF_MINE = {"title": "Harbour", "lyrics": WORDS}
SKA = {"lyrics": WORDS, "sound": "ska", "title": ""}
PREFIXES = {"suno": "sonic", "riffusion": "producer"}


@dataclass(frozen=True)
class Row:
    """One endpoint. `$song`, `$persona` and the like stand for ids of what is made before."""

    command: str
    path: str
    options: Mapping[str, Any]
    body: Body
    renamed: Body | None
    form: Mapping[str, str] = field(default_factory=dict)
    seen: str = "your song is ready"
    files: int = 2
    renamed_files: int | None = None


ROWS = (
    Row("suno create", "/suno/create",
        {"prompt": "a slow waltz", "negative_tags": "metal", "vocal_gender": "female", "weirdness": 0.5},
        {"custom_mode": False, **SUNO, "gpt_description_prompt": "a slow waltz", "make_instrumental": False,
         "negative_tags": "metal", "vocal_gender": "f", "weirdness_constraint": 0.5}, SONIC),
    Row("suno custom", "/suno/create", {"style_weight": 0.25, "auto_lyrics": True},
        {**OWN, **SUNO, "make_instrumental": False, "prompt": WORDS, "title": "Harbour", "tags": "folk",
         "auto_lyrics": True, "style_weight": 0.25}, SONIC, {**SONG_OF_MINE, "style": "folk"}),
    Row("suno extend", "/suno/create",
        {"clip_id": SONG, "at": "0:02", "style_weight": 0.25, "weirdness": 0.5},
        {**OWN, **SUNO, "task_type": "extend_music", "continue_clip_id": SONG, "continue_at": 1,
         "prompt": WORDS, "title": "Harbour", "tags": "folk", "style_weight": 0.25,
         "weirdness_constraint": 0.5}, SONIC, {"continue_at": "0:01", **SONG_OF_MINE, "style": "folk"},
        seen="take 1, from 0:01, is ready. It is only the new part"),
    Row("suno extend", "/suno/create", {"clip_id": "$upload", "at": "1.5"},
        {**OWN, **SUNO, "task_type": "extend_upload_music", "continue_clip_id": "$upload", "continue_at": 1.5,
         "prompt": "[Instrumental]"}, SONIC, {"continue_at": "1.5", "lyrics": "", "title": "", "style": ""},
        seen="your extension of *hum*, from 0:01, is ready"),
    Row("suno concat", "/suno/create", {"clip_id": "$extension"},
        {"task_type": "concat_music", "continue_clip_id": "$extension"}, {}, files=1,
        seen="the whole of *"),
    Row("suno cover", "/suno/create", {"clip_id": SONG, "audio_weight": 0.75},
        {**OWN, **SUNO, "task_type": "cover_music", "continue_clip_id": SONG, "prompt": WORDS,
         "tags": "ska", "audio_weight": 0.75}, SONIC, {"lyrics": WORDS, "style": "ska", "title": ""},
        seen="take 1 in the style *ska* is ready"),
    Row("suno cover", "/suno/create", {"clip_id": "$upload"},
        {**OWN, **SUNO, "task_type": "cover_upload_music", "continue_clip_id": "$upload", "prompt": WORDS,
         "tags": "ska"}, SONIC, {"lyrics": WORDS, "style": "ska", "title": ""},
        seen="your cover of *hum* in the style *ska* is ready"),
    Row("stems", "/suno/stems/basic", {"clip_id": SONG}, {"clip_id": SONG}, {}, seen="the two stems of *"),
    Row("stems", "/suno/stems/full", {"clip_id": SONG, "tracks": "full"}, {"clip_id": SONG}, {},
        seen="the 12 stems of *", files=12),
    Row("persona create", "/suno/persona",
        {"clip_id": SONG, "name": "Velvet", "description": "low and close"},
        {"name": "Velvet", "description": "low and close", "continue_clip_id": SONG},
        {"description": None, "continue_clip_id": None, "describe": "low and close", "clip_id": SONG},
        seen="your persona *Velvet*, made from *", files=0),
    Row("persona sing", "/suno/create", {"persona": "$persona"},
        {**OWN, **SUNO, "task_type": "persona_music", "persona_id": "$persona", "prompt": WORDS,
         "title": "Harbour"}, SONIC, {**SONG_OF_MINE, "style": ""},
        seen="your song is ready, sung by *Velvet*."),
    Row("suno upload", "/suno/upload", {"link": LINK}, {"url": LINK}, {},
        seen="your upload *hum* is ready: extend it or cover it", files=0),
    Row("wav", "/suno/wav", {"clip_id": SONG}, {"clip_id": SONG}, {}, seen="take 1 is ready", files=1),
    Row("lyrics", "/suno/lyrics", {"description": "low tide"}, {"description": "low tide"}, {},
        seen="your lyrics are ready", files=0),
    Row("riffusion custom", "/riffusion/create", {},
        {**OWN, **FUZZ, "make_instrumental": False, "lyrics": WORDS, "sound": "folk", "title": "Harbour"},
        PRODUCER, {**SONG_OF_MINE, "sound": "folk"}),
    Row("riffusion create", "/riffusion/create", {"prompt": "a slow waltz", "model": "FUZZ 1.0"},
        {"custom_mode": False, "mv": "FUZZ-1.0", "make_instrumental": False, "prompt": "a slow waltz"},
        {"custom_mode": None, "prompt": None, "sound": "a slow waltz"}),
    Row("riffusion cover", "/riffusion/create", {"clip_id": MADE},
        {**OWN, **FUZZ, "task_type": "cover_music", "continue_clip_id": MADE, "lyrics": WORDS,
         "sound": "ska"}, FROM_CLIP, SKA,
        seen="take 1 in the style *ska* is ready"),
    Row("riffusion extend", "/riffusion/create", {"clip_id": MADE},
        {**OWN, **FUZZ, "task_type": "extend_music", "continue_clip_id": MADE, "lyrics": WORDS,
         "sound": "ska", "continue_at": 1}, FROM_CLIP, {"continue_at": "1", **SKA},
        seen="take 1, from 0:01, is ready."),
    Row("riffusion replace", "/riffusion/create", {"clip_id": "$riffusion-upload", "starts": "0:01"},
        {**OWN, **FUZZ, "task_type": "replace_upload_music", "continue_clip_id": "$riffusion-upload",
         "lyrics": WORDS, "sound": "ska", "starts": 0.5, "ends": 1.5},
        {**FROM_CLIP, "clip_id": "$riffusion-upload", "task_type": "replace_music", "starts": None,
         "ends": None, "starts_at": 0.5, "ends_at": 1.5}, {"starts": "0.5", "ends": "1.5", **SKA},
        seen="*hum* with a new section, from 0:00 to 0:01, is ready"),
    Row("riffusion sound", "/riffusion/create", {"clip_id": MADE},
        {**OWN, **FUZZ, "task_type": "swap_music_sound", "continue_clip_id": MADE, "lyrics": WORDS,
         "sound": "ska"}, FROM_CLIP, SKA,
        seen="take 1 with a new sound, *ska*, is ready"),
    Row("riffusion vocals", "/riffusion/create", {"clip_id": MADE},
        {**OWN, **FUZZ, "task_type": "swap_music_vocals", "continue_clip_id": MADE, "lyrics": WORDS,
         "sound": "a deep voice"}, FROM_CLIP, {**SKA, "sound": "a deep voice"},
        seen="take 1 with new vocals, *a deep voice*, is ready"),
    Row("riffusion upload", "/riffusion/upload", {"link": LINK}, {"url": LINK},
        {"url": None, "audio_url": LINK}, seen="your upload *hum* is ready", files=0,
        renamed_files=1),  # Producer gives the file back as a clip of its own
    Row("nuro custom", "/nuro/create",
        {"gender": "Female", "genre": "Jazz", "mood": "chill", "timbre": "Sweet", "duration": 60},
        {"type": "vocal", "lyrics": WORDS, "gender": "Female", "genre": "Jazz", "mood": "Chill",
         "timbre": "Sweet_AUDIO_TIMBRE", "duration": 60}, None, {"lyrics": WORDS}, files=1),
    Row("nuro instrumental", "/nuro/create",
        {"description": "rain on tin", "genre": "ambient, jazz", "instrument": "piano", "duration": 30},
        {"type": "bgm", "description": "rain on tin", "genre": ["ambient", "jazz"],
         "instrument": ["piano"], "duration": 30}, None, files=1,
        seen="your instrumental is ready"),
    Row("nuro instrumental", "/nuro/create",
        {"description": "rain", "version": "v2.0", "segments": "intro 10, verse 30"},
        {"type": "bgm", "description": "rain", "version": "v2.0",
         "segments": [{"name": "intro", "duration": 10}, {"name": "verse", "duration": 30}]}, None, files=1,
        seen="your instrumental is ready"),
)  # fmt: skip


@pytest.fixture(params=["classic", "renamed"])
def family(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
async def jam(family: str, fixed_sound: FixedSound, tmp_path: Path) -> AsyncIterator[Jam]:
    classic = family == "classic"
    async with (
        FaultyMusicApi(keys=[KEY], credits=480, extra_credits=20, time_scale=0.01, sound=fixed_sound) as api,
        assemble(
            replace(
                settings_for(api, tmp_path, MUSIC_API_PROFILE=family), public_key="0" * 64 if classic else ""
            )
        ) as parts,
        jam_with(parts, api) as ready,
    ):
        yield ready


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.command)
async def test_an_endpoint_from_the_command_to_the_channel(jam: Jam, row: Row, family: str) -> None:
    classic = family == "classic"
    if not classic and row.renamed is None:
        said = told(await jam.mia.slash(jam.channel, row.command, **row.options))
        assert said.endswith("has been retired by the API. Try another command. Nothing was charged.")
        assert jam.api.charges == ()
        return
    ids = await prepared(jam, row)
    before = len(jam.messages())
    await made(jam, row.command, row.form or None, **named(row.options, ids))
    provider, _, rest = row.path.removeprefix("/").partition("/")
    request = [request for request in jam.api.requests if request.method == "POST"][-1]
    assert request.path == f"/api/v1/{provider if classic else PREFIXES[provider]}/{rest}"
    changes = {} if classic else row.renamed or {}
    wanted = {name: value for name, value in {**row.body, **changes}.items() if value is not None}
    assert request.body == named(wanted, ids)
    delivered = [m for m in jam.messages()[before:] if m.reference]
    assert row.seen in delivered[0].content
    assert str(jam.mia.id) in delivered[0].content
    files = [file for m in delivered for file in m.attachments if not file.filename.startswith("cover")]
    assert len(files) == (row.files if classic or row.renamed_files is None else row.renamed_files)


async def test_getting_music_is_what_a_clip_shows(jam: Jam) -> None:
    song, clip_id = await jam.song()
    shown = await jam.ravi.slash(jam.channel, "clip", clip_id=clip_id)
    card = answer(shown).embeds[0]
    facts = str(card.description)
    for fact in (
        "Kind: song (Suno) · 0:02 · v4.5",
        f"Asked by <@{jam.mia.id}>",
        " credits\n",
        "[original file]",
    ):
        assert fact in facts
    assert f"[Jump to its message](https://discord.com/channels/{jam.guild.id}/{jam.channel.id}/" in facts
    assert [field.name for field in card.fields] == ["Lyrics", "Clip id"]
    assert str(card.to_dict()).count(clip_id) == 2, "there, and in the link to its file"
    [picture] = [file for file in song.attachments if file.filename == "cover.jpg"]
    [shown_too] = answer(shown).message.attachments
    assert await shown_too.read() == await picture.read()
    assert [label.partition(" · ")[0] for label in entries(answer(shown).message)] == [
        "Stems, 2 tracks", "All stems", "WAV", "Extend", "Cover", "Persona",
    ]  # fmt: skip


async def test_credits_with_the_extra_ones(jam: Jam) -> None:
    shown = await jam.mia.slash(jam.channel, "credits mine")
    text = await jam.until(
        lambda: shown.response and shown.response.embeds and shown.response.embeds[0].description
    )
    assert "20 of them extra credits" in str(text)


async def prepared(jam: Jam, row: Row) -> dict[str, str]:
    """What the row starts from, made before it, as its members would."""
    wanted = {str(value) for value in row.options.values() if str(value).startswith("$")}
    ids: dict[str, str] = {}

    async def make(name: str, command: str, form: Mapping[str, str] | None = None, /, **options: str) -> None:
        ids[name] = (await made(jam, command, form, **options))[0].clip_id

    if wanted & {SONG, "$extension", "$persona"}:
        ids[SONG] = (await jam.song())[1]
    if "$upload" in wanted:
        await make("$upload", "suno upload", link=LINK)
    if "$extension" in wanted:
        form = {"continue_at": "1", "lyrics": WORDS, "title": "", "style": ""}
        await make("$extension", "suno extend", form, clip_id=ids[SONG], at="1")
    if "$persona" in wanted:
        await make("$persona", "persona create", clip_id=ids[SONG], name="Velvet", description="low")
    if MADE in wanted:
        await make(MADE, "riffusion create", prompt="x")
    if "$riffusion-upload" in wanted:
        await make("$riffusion-upload", "riffusion upload", link=LINK)
    return ids


def named(values: Mapping[str, Any], ids: Mapping[str, str]) -> dict[str, Any]:
    return {
        name: ids.get(value, value) if isinstance(value, str) else value for name, value in values.items()
    }


def test_the_table_has_every_operation_that_the_bot_can_order() -> None:
    in_rows = {(row.path, row.command, row.options.get("tracks")) for row in ROWS}
    assert len(in_rows) == len(OPERATIONS.keys() - {ZIP})
