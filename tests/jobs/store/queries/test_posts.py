"""The messages of a delivery, noted before they are sent; and notes."""

from dataclasses import replace

import pytest
from sqlalchemy.exc import IntegrityError

from jobs.models import Job, Planned, Post
from jobs.models.states import S
from jobs.store import Store
from jobs.store.queries import notes, posts
from tests.jobs.shelf import NOW, brought_to

PLAN = [Planned(0, "n0", (0, 1), failed=(5,), missing=(6,)), Planned(1, "n1", (2,), (3, 4))]


@pytest.fixture
async def job(store: Store) -> Job:
    return await brought_to(store, S.READY)


async def test_a_plan_is_kept_in_order(store: Store, job: Job) -> None:
    assert await store.read(posts.of_round, job) == []
    await store.write(posts.plan, job, PLAN)
    assert await store.read(posts.of_round, job) == [
        Post(1, job.id, 0, 0, "n0", (0, 1), (), (), (5,), (6,)),
        Post(2, job.id, 0, 1, "n1", (2,), (3, 4)),
    ]


async def test_each_round_has_a_plan_of_its_own_and_only_one(store: Store, job: Job) -> None:
    await store.write(posts.plan, job, PLAN)
    with pytest.raises(IntegrityError):
        await store.write(posts.plan, job, PLAN[:1])
    again = replace(job, round=1)
    assert await store.read(posts.of_round, again) == []
    await store.write(posts.plan, again, PLAN[:1])
    assert [post.nonce for post in await store.read(posts.of_round, again)] == ["n0"]
    assert len(await store.read(posts.of_round, job)) == 2
    assert await store.read(posts.of_round, await brought_to(store, S.READY)) == []


async def test_the_first_try_that_may_have_landed_is_remembered(store: Store, job: Job) -> None:
    await store.write(posts.plan, job, PLAN)
    first, second = await store.read(posts.of_round, job)
    await store.write(posts.mark_trying, first, now=NOW)
    await store.write(posts.mark_trying, first, now=NOW + 50)
    assert await store.read(posts.of_round, job) == [replace(first, first_try_at=NOW + 50), second]


async def test_a_message_that_is_there_is_remembered(store: Store, job: Job) -> None:
    await store.write(posts.plan, job, PLAN)
    first, second = await store.read(posts.of_round, job)
    await store.write(posts.mark_posted, second, 2**62, 22)
    assert await store.read(posts.of_round, job) == [first, replace(second, message_id=2**62, channel_id=22)]


async def test_links_instead_of_files_are_another_message(store: Store, job: Job) -> None:
    await store.write(posts.plan, job, PLAN)
    first, second = await store.read(posts.of_round, job)
    await store.write(posts.mark_trying, second, now=NOW)
    await store.write(posts.link_instead, second, kept=(), nonce="n9")
    assert await store.read(posts.of_round, job) == [
        first,
        replace(second, attached=(), linked=(2, 3, 4), nonce="n9", first_try_at=None),
    ]


async def test_files_that_fit_stay_files(store: Store, job: Job) -> None:
    await store.write(posts.plan, job, PLAN)
    _, second = await store.read(posts.of_round, job)
    await store.write(posts.link_instead, second, kept=[2], nonce="n9")
    kept = (await store.read(posts.of_round, job))[1]
    assert (kept.attached, kept.linked) == ((2,), (3, 4))


async def test_what_is_posted_stays_as_it_was_posted(store: Store, job: Job) -> None:
    await store.write(posts.plan, job, PLAN)
    first, _ = await store.read(posts.of_round, job)
    await store.write(posts.mark_posted, first, 5, 22)
    await store.write(posts.link_instead, first, kept=(), nonce="n9")
    assert (await store.read(posts.of_round, job))[0] == replace(first, message_id=5, channel_id=22)


async def test_notes(store: Store) -> None:
    assert await store.read(notes.read, "commands") is None
    await store.write(notes.write, "commands", "a")
    await store.write(notes.write, "other", "x")
    await store.write(notes.write, "commands", "b")
    assert await store.read(notes.read, "commands") == "b"
    assert await store.read(notes.read, "other") == "x"
    assert not await store.write(notes.write_once, "other", "y")
    assert await store.write(notes.write_once, "new", "y")
    assert [await store.read(notes.read, key) for key in ("other", "new")] == ["x", "y"]
