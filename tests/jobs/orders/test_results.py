"""What the API found, as clips of a job: titles, parts, lineage."""

from dataclasses import replace

import pytest

import musicapi
from jobs.models import Clip, Job, Order
from jobs.orders.results import clips_of, next_steps
from jobs.rules.resolve_source import fits
from jobs.store import Store
from jobs.store.queries import clips
from musicapi import ClipState
from tests.jobs.shelf import NOW, VISIT, accepted, clip

CATALOGUE = musicapi.load_profile("classic")
DONE = ClipState.SUCCEEDED
SONG = musicapi.Clip(
    "c1",
    DONE,
    "Night Bus",
    "city pop",
    "[Verse]",
    "chirp-v4-5",
    "https://a/1.mp3",
    "https://i/1.jpeg",
    171.0,
)


async def job_of(store: Store, operation: str, source: str = "") -> Job:
    return await accepted(store, order=Order(operation, {}, "x", source))


async def source_of(store: Store, **changes: object) -> Clip:
    """A song that this server has made before."""
    job = await accepted(store)
    made = clip(
        job,
        0,
        clip_id="src",
        title="Night Bus",
        model="v4.5",
        duration=171.0,
        image_url="https://i/1",
        **changes,
    )
    await store.write(clips.keep, job, [made])
    return made


async def test_takes_of_a_song(store: Store) -> None:
    job = await job_of(store, "suno.create")
    first, second = await clips_of(
        store, CATALOGUE, job, [SONG, replace(SONG, clip_id="c2", title="")], now=NOW
    )
    assert first == Clip(
        job_id=job.id,
        position=0,
        clip_id="c1",
        kind="song",
        title="Night Bus",
        part="take 1",
        model="v4.5",
        duration=171.0,
        lyrics="[Verse]",
        tags="city pop",
        audio_url="https://a/1.mp3",
        image_url="https://i/1.jpeg",
        created_at=NOW,
    )
    assert (second.position, second.title, second.part) == (1, "x", "take 2")


async def test_a_single_song_needs_no_number(store: Store) -> None:
    [only] = await clips_of(store, CATALOGUE, await job_of(store, "suno.create"), [SONG], now=NOW)
    assert only.part == ""


@pytest.mark.parametrize(
    ("asked", "title"),
    [
        ("[Verse]\n\n  the lamps are lit \n[Chorus]", "the lamps are lit"), ("rain on tin", "rain on tin"),
        ("[Intro]", "[Intro]"), (" \n", "Untitled"), ("x" * 90, "x" * 80),
    ],
)  # fmt: skip
async def test_a_song_without_a_name_is_called_after_its_first_words(
    store: Store, asked: str, title: str
) -> None:
    job = await accepted(store, order=Order("nuro.song", {}, asked))
    [one] = await clips_of(store, CATALOGUE, job, [musicapi.Clip("n1", DONE)], now=NOW)
    assert one.title == title


@pytest.mark.parametrize(
    ("title", "song", "part"),
    [
        ("Night Bus (Vocals)", "Night Bus", "Vocals"),
        ("Night Bus (Live) (Backing Vocals)", "Night Bus (Live)", "Backing Vocals"),
        ("  Night Bus  ( FX ) ", "  Night Bus", " FX "),
        ("Two\nlines (Drums)", "Two\nlines", "Drums"),
        ("Drums", "Untitled", "Drums"),
        ("(Drums)", "Untitled", "(Drums)"),
        ("Night Bus (Drums", "Untitled", "Night Bus (Drums"),
        ("Night Bus ()", "Untitled", "Night Bus ()"),
        ("", "Untitled", "stem 1"),
    ],
)
async def test_stems_are_named_by_their_title(store: Store, title: str, song: str, part: str) -> None:
    job = await job_of(store, "suno.stems_full", "elsewhere")
    [stem] = await clips_of(store, CATALOGUE, job, [replace(SONG, title=title)], now=NOW)
    assert (stem.kind, stem.title, stem.part) == ("stem", song, part)
    assert stem.parent_clip_id == "elsewhere"


async def test_stems_carry_the_title_that_the_song_has_here(store: Store) -> None:
    await source_of(store)
    job = await job_of(store, "suno.stems_basic", "src")
    results = [
        musicapi.Clip("s1", DONE, "night bus remaster (Vocals)", audio_url="https://a/s1.mp3"),
        musicapi.Clip("s2", DONE, "Instrumental", audio_url="https://a/s2.mp3"),
        musicapi.Clip("s3", DONE, audio_url="https://a/s3.mp3"),
    ]
    stems = await clips_of(store, CATALOGUE, job, results, now=NOW)
    assert [(stem.title, stem.part) for stem in stems] == [
        ("Night Bus", "Vocals"), ("Night Bus", "Instrumental"), ("Night Bus", "stem 3"),
    ]  # fmt: skip
    assert {(stem.model, stem.image_url, stem.parent_clip_id) for stem in stems} == {
        ("v4.5", "https://i/1", "src")
    }
    assert [stem.duration for stem in stems] == [None] * 3


async def test_a_wav_is_the_song_in_another_form(store: Store) -> None:
    await source_of(store, part="take 2")
    job = await job_of(store, "suno.wav", "src")
    [wav] = await clips_of(
        store, CATALOGUE, job, [musicapi.Clip("", DONE, audio_url="https://a/x.wav")], now=NOW
    )
    assert (wav.kind, wav.clip_id, wav.parent_clip_id) == ("wav", "src", "src")
    assert (wav.title, wav.part, wav.duration) == ("Night Bus", "take 2", 171.0)
    assert (wav.model, wav.image_url, wav.audio_url) == ("v4.5", "https://i/1", "https://a/x.wav")


async def test_a_wav_of_a_song_from_elsewhere(store: Store) -> None:
    job = await job_of(store, "suno.wav", "elsewhere")
    [wav] = await clips_of(
        store, CATALOGUE, job, [musicapi.Clip("", DONE, audio_url="https://a/x.wav")], now=NOW
    )
    assert (wav.title, wav.part, wav.clip_id, wav.duration) == ("Untitled", "", "elsewhere", None)


async def test_a_source_of_another_server_is_not_looked_into(store: Store) -> None:
    await source_of(store)
    order = Order("suno.stems_basic", {}, "x", "src")
    job = await accepted(store, order=order, origin=replace(VISIT, guild_id=99))
    [stem] = await clips_of(store, CATALOGUE, job, [musicapi.Clip("s1", DONE, "Secret (Vocals)")], now=NOW)
    assert (stem.title, stem.model, stem.image_url) == ("Secret", "", "")


@pytest.mark.parametrize(
    ("state", "said", "error"),
    [
        (DONE, "", ""),
        (DONE, "a stale word", ""),
        (ClipState.FAILED, "Too loud.", "Too loud."),
        (ClipState.FAILED, "", "no reason given"),
    ],
)
async def test_results_that_failed_say_so(store: Store, state: ClipState, said: str, error: str) -> None:
    job = await job_of(store, "suno.create")
    [one] = await clips_of(store, CATALOGUE, job, [replace(SONG, state=state, error=said)], now=NOW)
    assert one.error == error


async def test_positions_follow_the_order_of_the_api(store: Store) -> None:
    job = await job_of(store, "suno.stems_full")
    results = [replace(SONG, clip_id=f"c{number}", title=f"x (Part {number})") for number in range(12)]
    found = await clips_of(store, CATALOGUE, job, results, now=NOW)
    assert [(one.position, one.clip_id) for one in found] == [(n, f"c{n}") for n in range(12)]
    await store.write(clips.keep, job, found)
    assert await store.read(clips.of_job, job.id) == found


async def test_a_persona_has_the_name_that_was_asked_for(store: Store) -> None:
    await source_of(store)
    order = Order("suno.persona", {"name": "Velvet Harbor", "description": "low and close"}, "x", "src")
    job = await accepted(store, order=order)
    [persona] = await clips_of(store, CATALOGUE, job, [musicapi.Clip("p1", DONE)], now=NOW)
    assert (persona.clip_id, persona.title, persona.tags) == ("p1", "Velvet Harbor", "low and close")
    assert persona.parent_clip_id == "src"


async def test_versions_of_lyrics_have_no_id_that_could_be_worked_on(store: Store) -> None:
    job = await job_of(store, "suno.lyrics")
    results = [musicapi.Clip("", DONE, title, lyrics="[Verse]") for title in ("Low Tide", "Slow Harbor")]
    sheets = await clips_of(store, CATALOGUE, job, results, now=NOW)
    assert [(one.clip_id, one.title, one.part) for one in sheets] == [
        ("", "Low Tide", "version 1"), ("", "Slow Harbor", "version 2"),
    ]  # fmt: skip


async def test_an_upload_is_called_what_the_file_was_called(store: Store) -> None:
    order = Order("suno.upload", {"url": "https://files.example/hum.mp3"}, "hum")
    job = await accepted(store, order=order)
    [upload] = await clips_of(store, CATALOGUE, job, [musicapi.Clip("u1", DONE)], now=NOW)
    assert (upload.title, upload.kind, upload.clip_id) == ("hum", "upload", "u1")


def test_what_can_be_done_next_follows_from_the_profile() -> None:

    def steps(provider: str, kind: str, operation: str = "") -> set[str]:
        one = Clip(1, 0, "c", kind, "T", provider=provider, operation=operation)
        return {step.partition(".")[2] for step in next_steps(one, CATALOGUE)}

    song = {"extend", "cover", "persona", "stems_basic", "stems_full", "wav"}
    assert steps("suno", "song", "suno.create") == song
    assert steps("suno", "song", "suno.extend") == song | {"concat"}
    assert steps("suno", "upload") == {"extend", "cover"}
    assert steps("suno", "stem") == {"wav"}
    assert steps("suno", "persona") == {"sing"}
    assert steps("riffusion", "song") == {"cover", "extend", "replace", "sound", "vocals"}
    assert steps("nuro", "song") == set()
    failed = Clip(1, 0, "c", "song", "T", provider="suno", error="Too loud.")
    assert not fits(failed, CATALOGUE.terms("suno.extend"))
