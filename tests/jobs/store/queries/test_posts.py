"""The messages of a delivery, noted before they are sent; what cards show; and notes."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from jobs.models import NO_CARD, Job, Planned, Post
from jobs.models.states import S
from jobs.store import Store
from jobs.store.conditions import IS_STALE
from jobs.store.queries import notes, posts
from tests.jobs.shelf import NOW, brought_to, moved, reload, touch

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


async def stale(store: Store, *, since: float = 0.0, channels: Sequence[int] = ()) -> list[tuple[int, str]]:
    found = await store.read(posts.stale_cards, since=since, channels=channels, most=9)
    return [(one.id, shows) for one, shows in found]


async def test_a_card_is_stale_once_it_no_longer_shows_what_is_true(store: Store) -> None:
    job = await brought_to(store, S.ACCEPTED)
    assert await stale(store) == []
    await store.write(posts.card_shown, job.id, card_message_id=77, shows="waiting 2", now=NOW)
    job = await moved(
        store, await moved(store, await reload(store, job), S.SUBMITTING), S.WAITING, task_id="t"
    )
    assert await stale(store) == [(job.id, "making")]
    assert await stale(store, channels=(job.channel_id,)) == []
    assert await stale(store, since=NOW) == []
    await store.write(posts.card_shows, job, "making")
    assert await stale(store) == []
    job = await moved(store, await moved(store, job, S.READY), S.POSTING)
    assert await stale(store) == [], "it is about to end"
    job = await moved(store, job, S.DONE, notified_at=NOW)
    assert await stale(store) == [(job.id, "done")]
    await store.write(posts.card_shows, job, "done")
    await moved(store, job, S.READY)
    assert await stale(store) == [], "what follows changes nothing"


async def test_a_failure_is_shown_with_its_cost_once_that_was_told(store: Store) -> None:
    job = await brought_to(store, S.WAITING)
    await store.write(posts.card_shown, job.id, card_message_id=77, shows="making", now=NOW)
    job = await moved(store, await reload(store, job), S.FAILED, due_at=NOW)
    assert await stale(store) == []
    assert await touch(store, job, due_at=NOW, notified_at=NOW, charged=10, returned=0)
    job = await reload(store, job)
    assert await stale(store) == [(job.id, "failed 10 0")]
    await store.write(posts.card_shows, job, "failed 10 0")
    assert await touch(store, job, returned=10)
    assert await stale(store) == [(job.id, "failed 0 0")]


@pytest.mark.parametrize(("card", "shows"), [(NO_CARD, ""), (None, ""), (77, "")])
async def test_no_card_is_never_stale(store: Store, card: int | None, shows: str) -> None:
    job = await brought_to(store, S.WAITING)
    if card is not None:
        await store.write(posts.card_shown, job.id, card_message_id=card, shows=shows, now=NOW)
    assert await stale(store) == []
    assert await store.read(posts.waiting_cards, most=9) == []


@pytest.mark.sqlite
async def test_stale_cards_are_found_by_an_index_that_holds_no_others(store: Store) -> None:
    def plan(c: Connection) -> list[str]:
        read = f"SELECT * FROM job WHERE {IS_STALE} AND state_at > 1 ORDER BY state_at"  # noqa: S608 - ours
        return [str(row[3]) for row in c.exec_driver_sql(f"EXPLAIN QUERY PLAN {read}")]

    assert await store.read(plan) == ["SEARCH job USING INDEX ix_job_stale (state_at>?)"]
