"""The library of a server, in pages: who finds what, in which order, and by which index."""

from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection, event

from jobs.models import Clip, Job, Listed, Place, Planned, Shelf, Viewer
from jobs.models.states import S
from jobs.store import Store, schema
from jobs.store.queries import clips, posts
from jobs.store.queries.library import likes, removals, songs
from tests.jobs.shelf import NOW, VISIT, accepted, brought_to, clip, moved

MIA, RAVI = 33, 44
EVERYBODY = Viewer()


async def made(store: Store, *titles: str, member: int = MIA, guild_id: int = 11, **changes: Any) -> Job:  # noqa: ANN401
    """A job that is done, with these results."""
    job = await accepted(store, origin=replace(VISIT, user_id=member, guild_id=guild_id))
    results = [
        clip(job, n, title=title, **{"created_at": NOW + job.id, **changes}) for n, title in enumerate(titles)
    ]
    await store.write(clips.keep, job, results)
    return await brought_to(store, S.DONE, job)


async def first_of(store: Store, job: Job) -> Clip:
    return (await store.read(clips.of_job, job.id))[0]


async def liked(store: Store, job: Job, *members: int, at: float = NOW, position: int = 0) -> None:
    one = (await store.read(clips.of_job, job.id))[position]
    for member in members:
        assert await store.write(likes.toggle, job.guild_id, one, member, now=at)


async def page(store: Store, shelf: Shelf = Shelf(), **span: int) -> list[str]:  # noqa: B008 - frozen
    found = await store.read(songs.page, 11, shelf, EVERYBODY, **{"offset": 0, "limit": 10, **span})
    return [one.clip.title for one in found.entries]


async def test_a_library_is_of_one_server_newest_first_takes_in_order(store: Store) -> None:
    await made(store, "one", "two")
    await made(store, "elsewhere", guild_id=12)
    await made(store, "three")
    await made(store, "failed", error="bad")
    assert await page(store) == ["three", "one", "two"]


async def test_what_was_asked_for_in_channels_that_a_member_cannot_see_is_not_listed(store: Store) -> None:
    job = await made(store, "secret plan")
    [one] = await store.read(clips.of_job, job.id)
    await store.write(likes.toggle, 11, one, RAVI, now=NOW)
    for viewer, shown in (
        (EVERYBODY, True),
        (Viewer(RAVI, frozenset({job.channel_id + 1})), True),
        (Viewer(RAVI, frozenset({job.channel_id, 7})), False),
        (Viewer(MIA, frozenset({job.channel_id})), True),  # her own
    ):
        pages = [
            await store.read(songs.page, 11, Shelf(), viewer, offset=0, limit=9),
            await store.read(songs.top, 11, viewer, since=0.0, offset=0, limit=9),
        ]
        assert [bool(page.entries) for page in pages] == [shown, shown]
        assert bool(await store.read(clips.search, 11, "secret", viewer=viewer)) is shown


async def test_pages_follow_each_other_and_the_last_one_says_so(store: Store) -> None:
    for number in range(5):
        await made(store, str(number))
    first = await store.read(songs.page, 11, Shelf(), offset=0, limit=3)
    last = await store.read(songs.page, 11, Shelf(), offset=3, limit=3)
    assert [one.clip.title for one in (*first.entries, *last.entries)] == ["4", "3", "2", "1", "0"]
    assert (first.more, last.more) == (True, False)
    assert await store.read(songs.page, 11, Shelf(), offset=9, limit=3) == ([], False)


@pytest.mark.parametrize(
    ("shelf", "titles"),
    [
        (Shelf(), ["Boat", "Night Bus"]),
        (Shelf(kind=""), ["Boat", "hum", "Night Bus"]),
        (Shelf(kind="upload"), ["hum"]),
        (Shelf(text="BUS night"), ["Night Bus"]),
        (Shelf(text="jazz"), ["Boat"]),
        (Shelf(text="%"), []),
        (Shelf(member=MIA), ["Night Bus"]),
        (Shelf(member=RAVI, kind=""), ["Boat", "hum"]),
        (Shelf(member=RAVI, text="u", kind=""), ["hum"]),
        (Shelf(liked_by=MIA), ["Night Bus", "Boat"]),
        (Shelf(liked_by=MIA, member=RAVI), ["Boat"]),
        (Shelf(liked_by=RAVI), []),
    ],
)
async def test_filters_narrow_a_library_and_all_of_them_together(
    store: Store, shelf: Shelf, titles: list[str]
) -> None:
    bus = await made(store, "Night Bus")
    await made(store, "hum", member=RAVI, kind="upload")
    boat = await made(store, "Boat", member=RAVI, tags="slow Jazz")
    await liked(store, boat, MIA, at=NOW)
    await liked(store, bus, MIA, at=NOW + 1)  # favourites by when they were liked
    assert await page(store, shelf) == titles


async def test_a_result_knows_who_asked_for_it_where_it_is_and_how_many_like_it(store: Store) -> None:
    job = await accepted(store, origin=replace(VISIT, user_id=RAVI))
    await store.write(clips.keep, job, [clip(job, 0, title="one"), clip(job, 1, title="two")])
    job = await brought_to(store, S.READY, job)
    job = await moved(store, job, S.POSTING, thread_id=77)
    await store.write(posts.plan, job, [Planned(0, "n", (0,)), Planned(1, "m", (), (1,))])
    first, _ = await store.read(posts.of_round, job)
    await store.write(posts.mark_posted, first, 500, job.destination)
    job = await moved(store, job, S.DONE)
    await liked(store, job, MIA, RAVI)
    one, two = (await store.read(songs.page, 11, Shelf(), offset=0, limit=10)).entries
    assert one == Listed(one.clip, 2, Place(77, 500))
    assert two == Listed(two.clip, 0, None)  # not posted, as far as is known
    assert one.clip.user_id == RAVI
    assert await store.read(songs.one, 11, job.id, 0) == one
    assert await store.read(songs.one, 12, job.id, 0) is None


async def test_what_was_posted_again_is_where_it_was_posted_last(store: Store) -> None:
    job = await made(store, "one")
    for number, place in enumerate([Place(22, 500), Place(23, 600)]):
        of_round = replace(job, round=number)
        await store.write(posts.plan, of_round, [Planned(0, "n", (0,))])
        [one] = await store.read(posts.of_round, of_round)
        await store.write(posts.mark_posted, one, place.message_id, place.channel_id)
    assert await store.read(songs.places, [job.id]) == {(job.id, 0): Place(23, 600)}


async def test_messages_of_before_their_channel_was_noted_are_where_their_job_is(store: Store) -> None:
    job = await made(store, "one")
    await store.write(posts.plan, job, [Planned(0, "n", (0,))])
    await store.write(lambda c: c.execute(sa.update(schema.post).values(message_id=500)))
    assert await store.read(songs.places, [job.id]) == {(job.id, 0): Place(22, 500)}
    await store.write(lambda c: c.execute(sa.update(schema.job).values(round=1)))
    assert await store.read(songs.places, [job.id]) == {}


async def test_the_best_are_those_that_most_like_within_a_period(store: Store) -> None:
    old, new, other = await made(store, "old"), await made(store, "new", "twin"), await made(store, "none")
    await liked(store, old, 1, 2, 3, at=NOW - 100)
    await liked(store, new, 1, 2, at=NOW)
    await liked(store, new, 1, 2, position=1, at=NOW + 5)
    await liked(store, await made(store, "elsewhere", guild_id=12), 1)

    async def best(since: float, **span: int) -> list[tuple[str, int]]:
        found = await store.read(songs.top, 11, EVERYBODY, since=since, **{"offset": 0, "limit": 9, **span})
        return [(one.clip.title, one.likes) for one in found.entries]

    assert await best(0) == [("old", 3), ("twin", 2), ("new", 2)]
    assert await best(NOW) == [("twin", 2), ("new", 2)]
    assert await best(0, offset=1, limit=1) == [("twin", 2)]
    assert (await store.read(songs.top, 11, since=0, offset=0, limit=2)).more
    await liked(store, other, 1, at=NOW)
    await store.write(removals.remove, old, by=MIA, now=NOW)
    assert await best(0) == [("twin", 2), ("new", 2), ("none", 1)]


def crowd(c: Connection) -> None:
    """Four thousand jobs of two hundred members, two takes each, and a like for every tenth.

    Its plans are read without ANALYZE, which the bot never asks for: of a crowd that is all done it
    makes an index of states look useless, and only some connections see it.
    """
    numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4000)"
    jobs = """
        INSERT INTO job (guild_id, channel_id, user_id, operation, provider, params, summary,
        source_clip_id, price, state, state_at, created_at, upload_limit)
        SELECT 11, 22, 33 + i % 200, 'suno.create', 'suno', '{}', '', '', 10, 'done', 0, i, 0 FROM n
    """
    results = """
        INSERT INTO clip (job_id, position, guild_id, clip_id, kind, title, created_at)
        SELECT i, p, 11, i || '-' || p, 'song', 'Song ' || i, i FROM n JOIN (SELECT 0 p UNION SELECT 1)
    """
    their_likes = """
        INSERT INTO clip_like (job_id, position, user_id, guild_id, at)
        SELECT i, 0, 33 + i % 7, 11, i FROM n WHERE i % 10 = 0
    """
    for statement in (jobs, results, their_likes):
        c.exec_driver_sql(f"{numbers} {statement}")


def plans_of(c: Connection, ask: Any) -> list[str]:  # noqa: ANN401 - a query
    """How SQLite goes about all statements that a query really sends."""
    sent: list[tuple[str, Any]] = []

    def note(_c: object, _cursor: object, statement: str, parameters: Any, *_rest: object) -> None:  # noqa: ANN401
        sent.append((statement, parameters))

    event.listen(c.engine, "before_cursor_execute", note)
    try:
        ask(c)
    finally:
        event.remove(c.engine, "before_cursor_execute", note)
    return [
        str(row[3])
        for statement, parameters in sent
        for row in c.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
    ]


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("shelf", "index"),
    [
        (Shelf(), "clip USING INDEX ix_clip_newest (guild_id=?"),
        (Shelf(text="song 7"), "clip USING INDEX ix_clip_newest (guild_id=?"),
        (Shelf(member=40), "job USING INDEX ix_job_member (guild_id=? AND user_id=?"),
        (
            Shelf(liked_by=35),
            "clip_like USING INDEX ix_clip_like_user (user_id=? AND guild_id=?",
        ),
        (Shelf(liked_by=35, member=40), "ix_clip_like_user (user_id=? AND guild_id=?"),
    ],
)
async def test_pages_are_read_by_an_index_in_its_order(store: Store, shelf: Shelf, index: str) -> None:
    await store.write(crowd)
    plan = await store.read(plans_of, lambda c: songs.page(c, 11, shelf, offset=0, limit=10))
    assert any(index in step for step in plan), plan
    assert not any(step.split()[1] in schema.metadata.tables for step in plan if step.startswith("SCAN"))
    # Takes of one job alone are sorted, never what an index has in order.
    assert "USE TEMP B-TREE FOR ORDER BY" not in plan, plan


@pytest.mark.sqlite
async def test_the_best_are_counted_from_an_index_alone(store: Store) -> None:
    await store.write(crowd)
    plan = await store.read(plans_of, lambda c: songs.top(c, 11, since=5.0, offset=0, limit=10))
    assert any("COVERING INDEX ix_clip_like_guild (guild_id=? AND at>?" in step for step in plan), plan
    assert not any(step.split()[1] in schema.metadata.tables for step in plan if step.startswith("SCAN"))
