"""Likes: one a member and result, counted by result."""

from jobs.models.states import S
from jobs.store import Store
from jobs.store.queries import clips
from jobs.store.queries.library import likes
from tests.jobs.shelf import NOW, accepted, brought_to, clip


async def test_a_second_press_takes_a_like_back(store: Store) -> None:
    job = await accepted(store)
    one, two = clip(job, 0), clip(job, 1)
    assert await store.write(likes.toggle, 11, one, 1, now=NOW)
    assert await store.write(likes.toggle, 11, one, 2, now=NOW)
    assert await store.write(likes.toggle, 11, two, 1, now=NOW)
    assert await store.read(likes.counts, [job.id]) == {(job.id, 0): 2, (job.id, 1): 1}
    assert not await store.write(likes.toggle, 11, one, 1, now=NOW)
    assert not await store.write(likes.toggle, 11, two, 1, now=NOW)
    assert await store.read(likes.counts, [job.id]) == {(job.id, 0): 1}
    assert await store.read(likes.counts, []) == {}


async def test_likes_outlive_results_that_are_written_anew(store: Store) -> None:
    job = await accepted(store)
    await store.write(clips.keep, job, [clip(job, 0)])
    await store.write(likes.toggle, 11, clip(job, 0), 1, now=NOW)
    await store.write(clips.keep, job, [clip(job, 0), clip(job, 1)])  # another take has come
    assert await store.read(likes.counts, [job.id]) == {(job.id, 0): 1}
    await brought_to(store, S.DONE, job)
