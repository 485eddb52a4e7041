"""Every endpoint of the API from the command to the channel: what is typed, what is sent, what comes.

The rows show the classic family; `renamed` is what differs in the other one, None where it is retired there.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from jobs.models.states import OPEN
from jobs.store.queries import clips, jobs
from startup.wiring import assemble
from tests.conftest import KEY, Jam, jam_with, settings_for
from tests.fakes.api_faults import FaultyMusicApi
from tests.fakes.sound import FixedSound

Body = dict[str, Any]
LINK = "https://files.example/hum.mp3"
WORDS = "[Verse]\nthe lamps are lit"
CDN = {"use_suno_cdn": True}
SUNO = {"mv": "chirp-v4-5"}
SONIC = {"mv": "sonic-v4-5"}
OWN = {"custom_mode": True}
FUZZ = {"mv": "FUZZ-1.1 Pro"}
FUZZ_2 = {"mv": "FUZZ-2.0"}
SONG_OF_MINE = {"title": "Harbour", "lyrics": WORDS}


@dataclass(frozen=True)
class Row:
    """One endpoint. `$song`, `$persona` and the like stand for ids of what is made before."""

    name: str
    path: str
    command: str
    options: Mapping[str, Any]
    body: Body
    seen: str
    files: int = 2
    form: Mapping[str, str] = field(default_factory=dict)
    renamed: tuple[str, Body] | None = None
    renamed_files: int | None = None


ROWS = (
    Row(
        "suno: create music from a description",
        "/suno/create",
        "suno create",
        {"prompt": "a slow waltz", "negative_tags": "metal", "vocal_gender": "female", "weirdness": 0.5},
        {
            "custom_mode": False, **SUNO, "gpt_description_prompt": "a slow waltz",
            "make_instrumental": False, "negative_tags": "metal", "vocal_gender": "f",
            "weirdness_constraint": 0.5,
        },
        "your song is here",
        renamed=("/sonic/create", {**SONIC, **CDN}),
    ),
    Row(
        "suno: create music from lyrics",
        "/suno/create",
        "suno custom",
        {"style_weight": 0.25, "auto_lyrics": True},
        {**OWN, **SUNO, "make_instrumental": False, "prompt": WORDS, "title": "Harbour", "tags": "folk",
         "auto_lyrics": True, "style_weight": 0.25},
        "your song is here",
        form={**SONG_OF_MINE, "style": "folk"},
        renamed=("/sonic/create", {**SONIC, **CDN}),
    ),
    Row(
        "suno: extend music",
        "/suno/create",
        "suno extend",
        {"clip_id": "$song", "at": "0:02", "style_weight": 0.25, "weirdness": 0.5},
        {**OWN, **SUNO, "task_type": "extend_music", "continue_clip_id": "$song", "continue_at": 1,
         "prompt": WORDS, "title": "Harbour", "tags": "folk", "style_weight": 0.25,
         "weirdness_constraint": 0.5},
        "your song is here",
        form={"continue_at": "0:01", **SONG_OF_MINE, "style": "folk"},
        renamed=("/sonic/create", {**SONIC, **CDN}),
    ),
    Row(
        "suno: extend an upload, as an instrumental",
        "/suno/create",
        "suno extend",
        {"clip_id": "$upload", "at": "1.5"},
        {**OWN, **SUNO, "task_type": "extend_upload_music", "continue_clip_id": "$upload", "continue_at": 1.5,
         "prompt": "[Instrumental]"},
        "your song is here",
        form={"continue_at": "1.5", "lyrics": "", "title": "", "style": ""},
        renamed=("/sonic/create", {**SONIC, **CDN}),
    ),
    Row(
        "suno: concat music",
        "/suno/create",
        "suno concat",
        {"clip_id": "$extension"},
        {"task_type": "concat_music", "continue_clip_id": "$extension"},
        "your song is here",
        files=1,
        renamed=("/sonic/create", {}),
    ),
    Row(
        "suno: cover music",
        "/suno/create",
        "suno cover",
        {"clip_id": "$song", "audio_weight": 0.75},
        {**OWN, **SUNO, "task_type": "cover_music", "continue_clip_id": "$song", "prompt": WORDS,
         "tags": "ska", "audio_weight": 0.75},
        "your song is here",
        form={"lyrics": WORDS, "style": "ska", "title": ""},
        renamed=("/sonic/create", {**SONIC, **CDN}),
    ),
    Row(
        "suno: cover an upload",
        "/suno/create",
        "suno cover",
        {"clip_id": "$upload"},
        {**OWN, **SUNO, "task_type": "cover_upload_music", "continue_clip_id": "$upload", "prompt": WORDS,
         "tags": "ska"},
        "your song is here",
        form={"lyrics": WORDS, "style": "ska", "title": ""},
        renamed=("/sonic/create", {**SONIC, **CDN}),
    ),
    Row(
        "suno: stems basic",
        "/suno/stems/basic",
        "stems",
        {"clip_id": "$song"},
        {"clip_id": "$song"},
        "your stems are here",
        renamed=("/sonic/stems/basic", {}),
    ),
    Row(
        "suno: stems full",
        "/suno/stems/full",
        "stems",
        {"clip_id": "$song", "tracks": "full"},
        {"clip_id": "$song"},
        "your stems are here",
        files=12,
        renamed=("/sonic/stems/full", {}),
    ),
    Row(
        "suno: create persona",
        "/suno/persona",
        "persona create",
        {"clip_id": "$song", "name": "Velvet", "description": "low and close"},
        {"name": "Velvet", "description": "low and close", "continue_clip_id": "$song"},
        "your persona is ready to sing",
        files=0,
        renamed=(
            "/sonic/persona",
            {"description": None, "continue_clip_id": None, "describe": "low and close", "clip_id": "$song"},
        ),
    ),
    Row(
        "suno: create music with persona",
        "/suno/create",
        "persona sing",
        {"persona": "$persona"},
        {**OWN, **SUNO, "task_type": "persona_music", "persona_id": "$persona", "prompt": WORDS,
         "title": "Harbour"},
        "your song is here",
        form={**SONG_OF_MINE, "style": ""},
        renamed=("/sonic/create", {**SONIC, **CDN}),
    ),
    Row(
        "suno: upload music",
        "/suno/upload",
        "suno upload",
        {"link": LINK},
        {"url": LINK},
        "your upload is here",
        files=0,
        renamed=("/sonic/upload", {}),
    ),
    Row(
        "suno: get wav",
        "/suno/wav",
        "wav",
        {"clip_id": "$song"},
        {"clip_id": "$song"},
        "your WAV is here",
        files=1,
        renamed=("/sonic/wav", {}),
    ),
    Row(
        "suno: make lyrics",
        "/suno/lyrics",
        "lyrics",
        {"description": "low tide"},
        {"description": "low tide"},
        "your lyrics are here",
        files=0,
        renamed=("/sonic/lyrics", {}),
    ),
    Row(
        "riffusion: create music with lyrics",
        "/riffusion/create",
        "riffusion lyrics",
        {},
        {**OWN, **FUZZ, "make_instrumental": False, "lyrics": WORDS, "sound": "folk", "title": "Harbour"},
        "your song is here",
        form={**SONG_OF_MINE, "sound": "folk"},
        renamed=("/producer/create", {**FUZZ_2, "custom_mode": None}),
    ),
    Row(
        "riffusion: create music with description",
        "/riffusion/create",
        "riffusion describe",
        {"prompt": "a slow waltz", "model": "FUZZ 1.0"},
        {"custom_mode": False, "mv": "FUZZ-1.0", "make_instrumental": False, "prompt": "a slow waltz"},
        "your song is here",
        renamed=("/producer/create", {"custom_mode": None, "prompt": None, "sound": "a slow waltz"}),
    ),
    Row(
        "riffusion: cover music",
        "/riffusion/create",
        "riffusion cover",
        {"clip_id": "$riffusion"},
        {**OWN, **FUZZ, "task_type": "cover_music", "continue_clip_id": "$riffusion", "lyrics": WORDS,
         "sound": "ska"},
        "your song is here",
        form={"lyrics": WORDS, "sound": "ska", "title": ""},
        renamed=(
            "/producer/create",
            {**FUZZ_2, "custom_mode": None, "continue_clip_id": None, "clip_id": "$riffusion"},
        ),
    ),
    Row(
        "riffusion: extend music",
        "/riffusion/create",
        "riffusion extend",
        {"clip_id": "$riffusion"},
        {**OWN, **FUZZ, "task_type": "extend_music", "continue_clip_id": "$riffusion", "lyrics": WORDS,
         "sound": "ska", "continue_at": 1},
        "your song is here",
        form={"continue_at": "1", "lyrics": WORDS, "sound": "ska", "title": ""},
        renamed=(
            "/producer/create",
            {**FUZZ_2, "custom_mode": None, "continue_clip_id": None, "clip_id": "$riffusion"},
        ),
    ),
    Row(
        "riffusion: replace section of an upload",
        "/riffusion/create",
        "riffusion replace",
        {"clip_id": "$riffusion-upload", "starts": "0:01"},
        {**OWN, **FUZZ, "task_type": "replace_upload_music", "continue_clip_id": "$riffusion-upload",
         "lyrics": WORDS, "sound": "ska", "starts": 0.5, "ends": 1.5},
        "your song is here",
        form={"starts": "0.5", "ends": "1.5", "lyrics": WORDS, "sound": "ska", "title": ""},
        renamed=(
            "/producer/create",
            {**FUZZ_2, "custom_mode": None, "continue_clip_id": None, "clip_id": "$riffusion-upload",
             "task_type": "replace_music", "starts": None, "ends": None, "starts_at": 0.5, "ends_at": 1.5},
        ),
    ),
    Row(
        "riffusion: swap sound",
        "/riffusion/create",
        "riffusion sound",
        {"clip_id": "$riffusion"},
        {**OWN, **FUZZ, "task_type": "swap_music_sound", "continue_clip_id": "$riffusion", "lyrics": WORDS,
         "sound": "ska"},
        "your song is here",
        form={"lyrics": WORDS, "sound": "ska", "title": ""},
        renamed=(
            "/producer/create",
            {**FUZZ_2, "custom_mode": None, "continue_clip_id": None, "clip_id": "$riffusion"},
        ),
    ),
    Row(
        "riffusion: swap vocals",
        "/riffusion/create",
        "riffusion vocals",
        {"clip_id": "$riffusion"},
        {**OWN, **FUZZ, "task_type": "swap_music_vocals", "continue_clip_id": "$riffusion", "lyrics": WORDS,
         "sound": "a deep voice"},
        "your song is here",
        form={"lyrics": WORDS, "sound": "a deep voice", "title": ""},
        renamed=(
            "/producer/create",
            {**FUZZ_2, "custom_mode": None, "continue_clip_id": None, "clip_id": "$riffusion"},
        ),
    ),
    Row(
        "riffusion: upload music",
        "/riffusion/upload",
        "riffusion upload",
        {"link": LINK},
        {"url": LINK},
        "your upload is here",
        files=0,  # Producer gives the file back as a clip of its own
        renamed_files=1,
        renamed=("/producer/upload", {"url": None, "audio_url": LINK}),
    ),
    Row(
        "nuro: create vocal music",
        "/nuro/create",
        "nuro song",
        {"gender": "Female", "genre": "Jazz", "mood": "chill", "timbre": "Sweet", "duration": 60},
        {"type": "vocal", "lyrics": WORDS, "gender": "Female", "genre": "Jazz", "mood": "Chill",
         "timbre": "Sweet_AUDIO_TIMBRE", "duration": 60},
        "your song is here",
        files=1,
        form={"lyrics": WORDS},
    ),
    Row(
        "nuro: create instrument music",
        "/nuro/create",
        "nuro instrumental",
        {"description": "rain on tin", "genre": "ambient, jazz", "instrument": "piano", "duration": 30},
        {"type": "bgm", "description": "rain on tin", "genre": ["ambient", "jazz"],
         "instrument": ["piano"], "duration": 30},
        "your song is here",
        files=1,
    ),
    Row(
        "nuro: create instrument music in segments",
        "/nuro/create",
        "nuro instrumental",
        {"description": "rain", "version": "v2.0", "segments": "intro 10, verse 30"},
        {"type": "bgm", "description": "rain", "version": "v2.0",
         "segments": [{"name": "intro", "duration": 10}, {"name": "verse", "duration": 30}]},
        "your song is here",
        files=1,
    ),
)  # fmt: skip


@pytest.fixture(params=["classic", "renamed"])
def family(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
async def jam(family: str, fixed_sound: FixedSound, tmp_path: Path) -> AsyncIterator[Jam]:
    async with (
        FaultyMusicApi(keys=[KEY], credits=480, extra_credits=20, time_scale=0.01, sound=fixed_sound) as api,
        assemble(settings_for(api, tmp_path, MUSIC_API_PROFILE=family)) as parts,
        jam_with(parts, api) as ready,
    ):
        yield ready


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
async def test_an_endpoint_from_the_command_to_the_channel(jam: Jam, row: Row, family: str) -> None:
    if family == "renamed" and row.renamed is None:
        result = await jam.mia.slash(jam.channel, row.command, **row.options)
        assert result.ephemeral
        assert result.response is not None
        said = "has been retired by the API. Try another command. Nothing was charged."
        assert result.response.content.endswith(said)
        assert jam.api.charges == ()
        return
    ids = await prepared(jam, row)
    before = len(jam.messages())
    await typed(jam, row.command, named(row.options, ids), row.form)
    sent = [r for r in jam.api.requests if r.method == "POST"][-1]
    path, changes = (row.path, {}) if family == "classic" or row.renamed is None else row.renamed
    assert sent.path.removeprefix("/api/v1") == path
    wanted = {name: value for name, value in {**row.body, **changes}.items() if value is not None}
    assert sent.body == named(wanted, ids)
    delivered = [m for m in jam.messages()[before:] if m.reference]
    assert row.seen in delivered[0].content
    assert str(jam.mia.id) in delivered[0].content
    files = [file for m in delivered for file in m.attachments if not file.filename.startswith("cover")]
    renamed = family == "renamed" and row.renamed_files is not None
    assert len(files) == (row.renamed_files if renamed else row.files)


async def test_getting_music_is_what_a_clip_shows(jam: Jam) -> None:
    _, clip_id = await jam.song()
    shown = await jam.ravi.slash(jam.channel, "clip", clip_id=clip_id)
    assert shown.response is not None
    assert {"Length", "Link", "Clip id"} <= {field.name for field in shown.response.embeds[0].fields}
    rows: Any = shown.response.components
    labels = [button["label"] for row in rows for button in row["components"]]
    assert [label.partition(" · ")[0] for label in labels] == [
        "Stems", "All stems", "WAV", "Extend", "Cover", "Persona",
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
    if wanted & {"$song", "$extension", "$persona"}:
        ids["$song"] = (await jam.song())[1]
    if "$upload" in wanted:
        ids["$upload"] = await made(jam, "suno upload", {"link": LINK})
    if "$extension" in wanted:
        form = {"continue_at": "1", "lyrics": WORDS, "title": "", "style": ""}
        ids["$extension"] = await made(jam, "suno extend", {"clip_id": ids["$song"], "at": "1"}, form)
    if "$persona" in wanted:
        named_so = {"clip_id": ids["$song"], "name": "Velvet", "description": "low"}
        ids["$persona"] = await made(jam, "persona create", named_so)
    if "$riffusion" in wanted:
        ids["$riffusion"] = await made(jam, "riffusion describe", {"prompt": "x"})
    if "$riffusion-upload" in wanted:
        ids["$riffusion-upload"] = await made(jam, "riffusion upload", {"link": LINK})
    return ids


async def made(
    jam: Jam, command: str, options: Mapping[str, Any], form: Mapping[str, str] | None = None
) -> str:
    await typed(jam, command, options, form or {})
    [latest] = await jam.parts.store.read(jobs.recent, jam.guild.id, limit=1)
    return (await jam.parts.store.read(clips.of_job, latest.id))[0].clip_id


async def typed(jam: Jam, command: str, options: Mapping[str, Any], form: Mapping[str, str]) -> None:
    """Type a command, fill its form, and wait until its result is in the channel."""
    shown = await jam.mia.slash(jam.channel, command, **options)
    if form:
        shown = await jam.mia.submit_modal(shown, dict(form))
    assert shown.response is not None
    assert not shown.ephemeral, shown.response.content
    number = int(str(shown.response.embeds[0].title).rpartition("#")[2])
    job = await jam.until(lambda: ended(jam, number), f"job {number}")
    assert job.state == "done", (job.reason, job.reason_text)


async def ended(jam: Jam, number: int) -> Any:  # noqa: ANN401 - a job, or nothing yet
    job = await jam.parts.store.read(jobs.by_id, number)
    return job if job is not None and job.state not in OPEN and job.notified_at else None


def named(values: Mapping[str, Any], ids: Mapping[str, str]) -> dict[str, Any]:
    return {
        name: ids.get(value, value) if isinstance(value, str) else value for name, value in values.items()
    }


def test_the_table_has_every_operation_that_the_bot_can_order() -> None:
    from cogs.text.labels import OPERATIONS  # noqa: PLC0415 - what members can be told of

    assert len({row.name for row in ROWS}) == len(ROWS)
    assert len({(row.path, row.command, row.options.get("tracks")) for row in ROWS}) == len(OPERATIONS)
