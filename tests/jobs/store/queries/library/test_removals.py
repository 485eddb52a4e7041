"""Removed results: noted before anything is deleted, and back when they are sent again."""

from dataclasses import replace

import pytest

from jobs.models import Change, Job, Place, Planned, Removal, Shelf, Viewer
from jobs.models.states import JobState, S
from jobs.store import Store
from jobs.store.queries import clips, guilds, posts, transitions
from jobs.store.queries.library import removals, songs
from tests.jobs.shelf import NOW, accepted, brought_to, clip, moved, reload, touch

MIA, NOOR = 33, 55


async def posted(store: Store) -> Job:
    """A job that is done, in two messages, with a card."""
    job = await accepted(store)
    await store.write(clips.keep, job, [clip(job, 0), clip(job, 1)])
    job = await moved(store, await brought_to(store, S.READY, job), S.POSTING, card_message_id=400)
    await store.write(posts.plan, job, [Planned(0, "n", (0,)), Planned(1, "m", (1,)), Planned(2, "o", (2,))])
    for one, message_id in zip(await store.read(posts.of_round, job), (500, 501, None), strict=True):
        if message_id:
            await store.write(posts.mark_posted, one, message_id, 22)
    return await moved(store, job, S.DONE)


async def test_removed_results_are_in_no_list_but_their_members_own(store: Store) -> None:
    job = await posted(store)
    assert await store.write(removals.remove, job, by=MIA, now=NOW) == [
        Place(22, 500), Place(22, 501), Place(22, 400),
    ]  # fmt: skip
    assert await store.read(removals.of_job, job.id) == Removal(job.id, MIA, NOW)
    assert (await store.read(songs.page, 11, Shelf(), offset=0, limit=9)).entries == []
    assert (
        await store.read(clips.search, 11, "")
        == await store.read(clips.search, 11, "", viewer=Viewer(44))
        == []
    )
    assert len(await store.read(clips.search, 11, "", viewer=Viewer(MIA))) == 2
    assert len(await store.read(clips.of_job, job.id)) == 2  # kept for when they are sent again


async def test_removing_twice_says_again_what_is_to_be_deleted(store: Store) -> None:
    job = await posted(store)
    first = await store.write(removals.remove, job, by=MIA, now=NOW)
    assert await store.write(removals.remove, await reload(store, job), by=MIA, now=NOW + 9) == first
    assert await store.read(removals.of_job, job.id) == Removal(job.id, MIA, NOW)
    assert await store.read(guilds.history, 11) == []


@pytest.mark.parametrize("order", [(MIA, NOOR), (NOOR, MIA), (NOOR, NOOR)])
async def test_a_moderator_has_the_last_word_whoever_removes_first(
    store: Store, order: tuple[int, int]
) -> None:
    job = await posted(store)
    for by in order:
        await store.write(removals.remove, await reload(store, job), by=by, now=NOW)
    assert await store.read(removals.of_job, job.id) == Removal(job.id, NOOR, NOW)
    assert await store.read(guilds.history, 11) == [Change(NOOR, "removed", "", job.id, NOW)]


async def test_what_a_moderator_removes_is_in_the_audit(store: Store) -> None:
    job = await posted(store)
    await store.write(removals.remove, job, by=NOOR, now=NOW)
    assert await store.read(guilds.history, 11) == [Change(NOOR, "removed", "", job.id, NOW)]


@pytest.mark.parametrize("state", [S.ACCEPTED, S.WAITING, S.READY, S.POSTING, S.FAILED, S.HELD, S.CANCELLED])
async def test_what_is_not_in_the_channel_yet_cannot_be_removed(store: Store, state: JobState) -> None:
    job = await brought_to(store, state)
    assert await store.write(removals.remove, job, by=MIA, now=NOW) is None
    assert await store.read(removals.of_job, job.id) is None


async def test_a_look_that_is_under_way_posts_nothing_more_of_what_is_removed(store: Store) -> None:
    job = await posted(store)
    assert await touch(store, job, due_at=NOW + 60, deadline_at=NOW + 600)
    looking = await reload(store, job)
    await store.write(removals.remove, looking, by=MIA, now=NOW)
    more = looking.entering(S.READY, now=NOW, due_at=NOW)
    assert not await store.write(transitions.save, looking, more)
    after = await reload(store, job)
    assert (after.state, after.due_at, after.deadline_at) == (S.DONE, None, None)


async def test_sending_again_brings_results_back(store: Store) -> None:
    job = await posted(store)
    await store.write(removals.remove, job, by=MIA, now=NOW)
    before = await reload(store, job)
    again = replace(before.entering(S.READY, now=NOW, due_at=NOW), round=before.round + 1)
    assert not await store.write(removals.bring_back, job, again)  # as it was before
    assert await store.read(removals.of_job, job.id) is not None
    assert await store.write(removals.bring_back, before, again)
    assert await store.read(removals.of_job, job.id) is None
    assert len((await store.read(songs.page, 11, Shelf(), offset=0, limit=9)).entries) == 2
