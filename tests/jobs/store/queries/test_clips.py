"""The results, their family, and the search behind autocomplete."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection

from jobs.models import Clip
from jobs.store import Store
from jobs.store.queries import clips
from tests.jobs.shelf import NOW, ORDER, VISIT, accepted, clip


async def kept(store: Store, title: str, *, guild_id: int = 11, **changes: object) -> Clip:
    """One more song of a server."""
    job = await accepted(store, origin=replace(VISIT, guild_id=guild_id))
    one = clip(job, 0, title=title, **{"created_at": NOW + job.id, **changes})
    await store.write(clips.keep, job, [one])
    return one


async def found(store: Store, text: str, **options: object) -> list[str]:
    return [one.title for one in await store.read(clips.search, 11, text, **options)]  # type: ignore[arg-type]  # as given


async def test_every_field_is_kept(store: Store) -> None:
    job = await accepted(store)
    full = Clip(
        job.id,
        0,
        "c",
        "stem",
        "T",
        "Drums",
        "v5",
        1.5,
        "la",
        "pop",
        "https://a",
        "https://i",
        "p",
        "bad",
        NOW,
    )
    bare = Clip(job.id, 1, "d", "song", "")
    await store.write(clips.keep, job, [full, bare])
    assert await store.read(clips.of_job, job.id) == [full, bare]
    assert await store.read(clips.of_job, 99) == []


async def test_results_are_replaced_not_added(store: Store) -> None:
    job, other = await accepted(store), await accepted(store)
    await store.write(clips.keep, other, [clip(other, 0)])
    await store.write(clips.keep, job, [clip(job, n) for n in range(3)])
    fresh = [clip(job, n, audio_url="https://new") for n in (1, 0)]
    await store.write(clips.keep, job, fresh)
    assert await store.read(clips.of_job, job.id) == fresh[::-1]
    await store.write(clips.keep, job, [])
    assert await store.read(clips.of_job, job.id) == fresh[::-1]
    assert len(await store.read(clips.of_job, other.id)) == 1


async def test_a_clip_is_found_in_the_server_that_made_it(store: Store) -> None:
    one = await kept(store, "a", clip_id="c")
    assert await store.read(clips.by_id, 11, "c") == one
    assert await store.read(clips.by_id, 12, "c") is None
    assert await store.read(clips.by_id, 11, "d") is None


async def test_the_latest_of_a_clip_counts_and_its_wav_does_not(store: Store) -> None:
    await kept(store, "old", clip_id="c")
    new = await kept(store, "new", clip_id="c")
    await kept(store, "sound file", clip_id="c", kind="wav")
    assert await store.read(clips.by_id, 11, "c") == new


async def test_what_was_made_from_a_clip_is_listed_oldest_first(store: Store) -> None:
    await kept(store, "late", parent_clip_id="p", created_at=NOW + 90)
    job = await accepted(store)
    await store.write(clips.keep, job, [clip(job, n, title=f"stem {n}", parent_clip_id="p") for n in (1, 0)])
    await kept(store, "a wav", parent_clip_id="p", kind="wav", created_at=NOW + 95)
    await kept(store, "elsewhere", parent_clip_id="p", guild_id=12)
    await kept(store, "no child")
    family = await store.read(clips.family, 11, clip(job, 9, clip_id="p"))
    assert [one.title for one in family.children] == ["stem 0", "stem 1", "late", "a wav"]


async def test_what_a_clip_was_made_from_is_followed_to_the_first_one(store: Store) -> None:
    await kept(store, "first", clip_id="a")
    await kept(store, "second", clip_id="b", parent_clip_id="a")
    third = await kept(store, "third", clip_id="c", parent_clip_id="b")
    assert [one.title for one in (await store.read(clips.family, 11, third)).ancestors] == ["second", "first"]
    assert (await store.read(clips.family, 12, third)).ancestors == ()


async def test_a_family_that_bites_its_tail_ends(store: Store) -> None:
    await kept(store, "first", clip_id="a", parent_clip_id="b")
    second = await kept(store, "second", clip_id="b", parent_clip_id="a")
    assert [one.title for one in (await store.read(clips.family, 11, second)).ancestors] == ["first"]


async def test_a_clip_says_who_made_it_and_how(store: Store) -> None:
    await kept(store, "song", clip_id="c")
    one = await store.read(clips.by_id, 11, "c")
    assert one is not None
    assert (one.provider, one.operation) == ("suno", "suno.create")
    assert await found(store, "", kinds=["suno.create"], provider="suno") == ["song"]
    assert await found(store, "", kinds=["suno.create"], provider="riffusion") == []


async def test_a_clip_comes_with_what_its_name_is_made_of(store: Store) -> None:
    """A WAV of a stem is named after the stem, and that after its song; further up nothing is read."""
    await kept(store, "upload", clip_id="u")
    await kept(store, "song", clip_id="s", part="take 2", parent_clip_id="u")
    await kept(store, "song", clip_id="d", part="Drums", kind="stem", parent_clip_id="s")
    wav = await kept(store, "song", clip_id="d", part="Drums", kind="wav", parent_clip_id="d")
    await kept(store, "another server's", clip_id="d", guild_id=12)
    [one] = await store.read(clips.of_job, wav.job_id)
    assert (one.user_id, one.params) == (VISIT.user_id, ORDER.params)
    assert one.source is not None
    assert one.source.source is not None
    assert [one.source.kind, one.source.source.part, one.source.source.source] == ["stem", "take 2", None]


async def test_the_search_shows_the_newest_first(store: Store) -> None:
    for title in ("one", "two", "three"):
        await kept(store, title)
    assert await found(store, "") == await found(store, "   ") == ["three", "two", "one"]
    assert await found(store, "", limit=2) == ["three", "two"]


async def test_the_search_goes_through_titles_and_parts(store: Store) -> None:
    await kept(store, "Night Bus")
    await kept(store, "Day Train", part="Night Drums")
    await kept(store, "Boat")
    assert await found(store, " nIGHT ") == ["Day Train", "Night Bus"]
    assert await found(store, "us") == ["Night Bus"]
    assert await found(store, "Day Train - Night Drums") == await found(store, "drums day") == ["Day Train"]
    assert await found(store, "drums bus") == []
    assert await found(store, "night " * 2000) == ["Day Train", "Night Bus"]
    assert await found(store, "x") == []


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("\u041d\u043e\u0447\u044c", "\u041d\u043e\u0447\u044c"),
        ("\u041d\u043e\u0447\u044c", "\u043d\u043e\u0447"),
        ("\u00dcber den Fluss", "\u00fcBER"),
        ("\u591c\u884c\u30d0\u30b9", "\u30d0\u30b9"),
        ("caf\u00c9", "CAF\u00c9"),
        ("\U0001f68c", "\U0001f68c"),
    ],
)
async def test_the_search_knows_every_alphabet(store: Store, title: str, text: str) -> None:
    await kept(store, title)
    assert await found(store, text) == [title]


@pytest.mark.parametrize("text", ["%", "_", "\\", "/", "%%", "100%_"])
async def test_signs_of_the_search_language_are_plain_text(store: Store, text: str) -> None:
    await kept(store, "plain")
    await kept(store, f"with {text} in it")
    assert await found(store, text) == [f"with {text} in it"]


async def test_an_id_is_found_by_its_beginning(store: Store) -> None:
    await kept(store, "one", clip_id="b81d5e07-62fa")
    await kept(store, "two", clip_id="62fab81d")
    assert await found(store, "B81D5e") == ["one"]
    assert await found(store, "62fa") == ["two"]


async def test_what_failed_is_of_another_kind_or_server_is_not_offered(store: Store) -> None:
    await kept(store, "failed", error="Too loud.")
    await kept(store, "file", kind="wav")
    await kept(store, "there", guild_id=12)
    await kept(store, "song")
    await kept(store, "stem", kind="stem")
    assert await found(store, "") == ["stem", "song"]
    assert await found(store, "", kinds=["song"]) == ["song"]
    assert await found(store, "", kinds=["wav"]) == ["file"]
    assert await found(store, "", kinds=[]) == []


def plans_of(c: Connection, read: Callable[..., object], *arguments: object) -> list[list[str]]:
    """How SQLite goes about each statement of a query."""
    asked: list[tuple[str, Any]] = []

    def listen(*event: Any) -> None:  # noqa: ANN401 - of SQLAlchemy
        asked.append((event[2], event[3]))

    sa.event.listen(c, "before_cursor_execute", listen)
    read(c, *arguments)
    sa.event.remove(c, "before_cursor_execute", listen)
    return [
        [str(row[3]) for row in c.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]
        for statement, values in asked
    ]


@pytest.mark.sqlite
async def test_what_is_found_by_an_id_walks_no_whole_server(store: Store) -> None:
    await kept(store, "song", clip_id="s", part="take 2")
    stem = await kept(store, "song", clip_id="d", part="Drums", kind="stem", parent_clip_id="s")
    await kept(store, "song", clip_id="d", part="Drums", kind="wav", parent_clip_id="d")
    for read, *arguments in (
        (clips.by_id, 11, "d"), (clips.of_job, stem.job_id + 1),
        (clips.family, 11, stem), (clips.wavs_of, 11, ["d"]),
    ):  # fmt: skip
        plans = await store.read(plans_of, read, *arguments)
        assert plans
        assert not any("ix_clip_newest" in step for plan in plans for step in plan), read
    first, *sources = await store.read(plans_of, clips.search, 11, "drums take 2")
    assert sum("ix_clip_newest" in step for step in first) == 1, "once, and not for each stem again"
    assert not any("ix_clip_newest" in step for plan in sources for step in plan)
