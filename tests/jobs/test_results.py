"""What the API found, as clips of a job: titles, parts, lineage."""

from dataclasses import replace

import pytest

from jobs.models import Clip, Job, Order, Result
from jobs.results import clips_of, kind_of
from jobs.store import Store
from tests.jobs.shelf import NOW, VISIT, accepted, clip

SONG = Result(
    "c1",
    "succeeded",
    "Night Bus",
    "city pop",
    "[Verse]",
    "v4.5",
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
    await store.keep_clips(job, [made])
    return made


@pytest.mark.parametrize(
    ("operation", "kind"),
    [
        ("suno.create", "song"), ("suno.custom", "song"), ("suno.stems_basic", "stem"),
        ("suno.stems_full", "stem"), ("suno.wav", "wav"),
    ],
)  # fmt: skip
def test_what_an_operation_makes(operation: str, kind: str) -> None:
    assert kind_of(operation) == kind


async def test_takes_of_a_song(store: Store) -> None:
    job = await job_of(store, "suno.create")
    first, second = await clips_of(store, job, [SONG, replace(SONG, clip_id="c2", title="")], now=NOW)
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
    assert (second.position, second.title, second.part) == (1, "Untitled", "take 2")


async def test_a_single_song_needs_no_number(store: Store) -> None:
    [only] = await clips_of(store, await job_of(store, "suno.create"), [SONG], now=NOW)
    assert only.part == ""


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
    [stem] = await clips_of(store, job, [replace(SONG, title=title)], now=NOW)
    assert (stem.kind, stem.title, stem.part) == ("stem", song, part)
    assert stem.parent_clip_id == "elsewhere"


async def test_stems_carry_the_title_that_the_song_has_here(store: Store) -> None:
    await source_of(store)
    job = await job_of(store, "suno.stems_basic", "src")
    results = [
        Result("s1", "succeeded", "night bus remaster (Vocals)", audio_url="https://a/s1.mp3"),
        Result("s2", "succeeded", "Instrumental", audio_url="https://a/s2.mp3"),
        Result("s3", "succeeded", audio_url="https://a/s3.mp3"),
    ]
    stems = await clips_of(store, job, results, now=NOW)
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
    [wav] = await clips_of(store, job, [Result("", "succeeded", audio_url="https://a/x.wav")], now=NOW)
    assert (wav.kind, wav.clip_id, wav.parent_clip_id) == ("wav", "src", "src")
    assert (wav.title, wav.part, wav.duration) == ("Night Bus", "take 2", 171.0)
    assert (wav.model, wav.image_url, wav.audio_url) == ("v4.5", "https://i/1", "https://a/x.wav")


async def test_a_wav_of_a_song_from_elsewhere(store: Store) -> None:
    job = await job_of(store, "suno.wav", "elsewhere")
    [wav] = await clips_of(store, job, [Result("", "succeeded", audio_url="https://a/x.wav")], now=NOW)
    assert (wav.title, wav.part, wav.clip_id, wav.duration) == ("Untitled", "", "elsewhere", None)


async def test_a_source_of_another_server_is_not_looked_into(store: Store) -> None:
    await source_of(store)
    order = Order("suno.stems_basic", {}, "x", "src")
    job = await accepted(store, order=order, visit=replace(VISIT, guild_id=99))
    [stem] = await clips_of(store, job, [Result("s1", "succeeded", "Secret (Vocals)")], now=NOW)
    assert (stem.title, stem.model, stem.image_url) == ("Secret", "", "")


@pytest.mark.parametrize(
    ("state", "told", "error"),
    [
        ("succeeded", "", ""),
        ("succeeded", "a stale word", ""),
        ("failed", "Too loud.", "Too loud."),
        ("failed", "", "no reason given"),
        ("running", "", "no reason given"),
    ],
)
async def test_results_that_failed_say_so(store: Store, state: str, told: str, error: str) -> None:
    job = await job_of(store, "suno.create")
    [one] = await clips_of(store, job, [replace(SONG, state=state, error=told)], now=NOW)
    assert one.error == error


async def test_positions_follow_the_order_of_the_api(store: Store) -> None:
    job = await job_of(store, "suno.stems_full")
    results = [replace(SONG, clip_id=f"c{number}", title=f"x (Part {number})") for number in range(12)]
    clips = await clips_of(store, job, results, now=NOW)
    assert [(one.position, one.clip_id) for one in clips] == [(n, f"c{n}") for n in range(12)]
    await store.keep_clips(job, clips)
    assert await store.clips(job.id) == clips
