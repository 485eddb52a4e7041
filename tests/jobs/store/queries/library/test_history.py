"""Jobs in pages: open ones first, then newest first, with what came of them."""

from dataclasses import replace

import pytest

from jobs.models import Job, ListedJob, Place, Planned
from jobs.models.states import JobState, S
from jobs.store import Store, schema
from jobs.store.queries import clips, posts
from jobs.store.queries.library import history, removals
from tests.jobs.shelf import NOW, VISIT, accepted, brought_to, clip, moved
from tests.jobs.store.queries.library.test_songs import crowd, plans_of

MIA, RAVI = 33, 44


async def asked(store: Store, state: JobState = S.DONE, *, member: int = MIA, guild_id: int = 11) -> Job:
    job = await accepted(store, origin=replace(VISIT, user_id=member, guild_id=guild_id))
    return await brought_to(store, state, job)


async def numbers(store: Store, **options: int) -> tuple[list[int], bool]:
    listed, more = await store.read(history.page, 11, **{"limit": 3, **options})
    return [one.job.id for one in listed], more


async def test_open_jobs_come_first_and_every_job_comes_once(store: Store) -> None:
    for state in (S.HELD, S.DONE, S.WAITING, S.FAILED, S.DONE, S.ACCEPTED, S.DONE):
        await asked(store, state)
    await asked(store, guild_id=12)
    assert await numbers(store) == ([6, 3, 1], True)
    assert await numbers(store, offset=3) == ([7, 5, 4], True)
    assert await numbers(store, offset=6) == ([2], False)
    assert await numbers(store, offset=9) == ([], False)
    assert await numbers(store, limit=2, offset=2) == ([1, 7], True)  # across the border
    assert await numbers(store, limit=7) == ([6, 3, 1, 7, 5, 4, 2], False)


async def test_a_member_sees_their_own(store: Store) -> None:
    await asked(store)
    await asked(store, S.HELD, member=RAVI)
    await asked(store, member=RAVI)
    assert await numbers(store, user_id=RAVI) == ([2, 3], False)
    assert await numbers(store, user_id=MIA) == ([1], False)
    assert await numbers(store, user_id=55) == ([], False)


async def test_a_job_has_the_title_of_what_it_made_and_its_first_message(store: Store) -> None:
    job = await asked(store, S.POSTING)
    failed = clip(job, 0, title="failed", error="bad")
    await store.write(clips.keep, job, [failed, clip(job, 1, title="Boat"), clip(job, 2, title="Boat")])
    await store.write(posts.plan, job, [Planned(0, "n", (1,)), Planned(1, "m", (2,))])
    for number, one in enumerate(await store.read(posts.of_round, job)):
        await store.write(posts.mark_posted, one, 500 + number, 22)
    bare = await asked(store, S.WAITING)
    listed, _ = await store.read(history.page, 11, limit=9)
    assert listed == [ListedJob(bare), ListedJob(job, "Boat", Place(22, 500))]


async def test_a_job_whose_result_was_removed_leads_nowhere(store: Store) -> None:
    job = await asked(store, S.POSTING)
    await store.write(clips.keep, job, [clip(job, 0, title="Boat")])
    await store.write(posts.plan, job, [Planned(0, "n", (0,))])
    [one] = await store.read(posts.of_round, job)
    await store.write(posts.mark_posted, one, 500, 22)
    job = await moved(store, job, S.DONE)
    assert (await store.read(history.page, 11, limit=9))[0] == [ListedJob(job, "Boat", Place(22, 500))]
    await store.write(removals.remove, job, by=MIA, now=NOW)
    [listed] = (await store.read(history.page, 11, limit=9))[0]
    assert (listed.title, listed.place) == ("Boat", None)


@pytest.mark.sqlite
@pytest.mark.parametrize("member", [0, 40])
async def test_pages_are_read_by_an_index_in_its_order(store: Store, member: int) -> None:
    await store.write(crowd)
    plan = await store.read(plans_of, lambda c: history.page(c, 11, user_id=member, limit=10))
    index = "ix_job_member (guild_id=? AND user_id=?" if member else "ix_job_guild (guild_id=?"
    assert any(index in step for step in plan), plan
    assert any("ix_job_state (state=?" in step for step in plan), plan
    assert not any(step.split()[1] in schema.metadata.tables for step in plan if step.startswith("SCAN"))
