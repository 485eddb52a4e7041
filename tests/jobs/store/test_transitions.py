"""Moves: each names the state it expects, and says whether it happened."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from jobs.models import Planned
from jobs.models.states import MOVES, JobState, S
from jobs.store import Store
from jobs.store.queries import clips, posts, transitions
from jobs.store.queries.transitions import WrongMove
from tests.jobs.shelf import NOW, accepted, brought_to, clip, move, moved, reload, rows, touch

pytestmark = pytest.mark.on_both


def everything(file: Path) -> list[Any]:
    """All that the file holds."""
    tables = ("job", "ledger", "clip", "post")
    return [rows(file, f"SELECT * FROM {table} ORDER BY 1, 2") for table in tables]  # noqa: S608 - own names


@pytest.mark.parametrize("state", JobState)
async def test_every_move_happens_once(store: Store, file: Path, state: JobState) -> None:
    for to in sorted(MOVES[state]):
        job = await brought_to(store, state)
        assert await move(store, job, to, now=NOW + 5)
        after = await reload(store, job)
        assert (after.state, after.state_at) == (to, NOW + 5)
        before = everything(file)
        again = move(
            store,
            job,
            to,
            now=NOW + 9,
            results=[clip(job, 0)],
            plan=[Planned(0, "n", (0,))],
            polls=3,
        )
        assert await again is False
        assert everything(file) == before


@pytest.mark.parametrize("state", JobState)
async def test_every_other_move_is_our_own_mistake(store: Store, file: Path, state: JobState) -> None:
    job = await brought_to(store, state)
    before = everything(file)
    for to in set(JobState) - MOVES[state]:
        with pytest.raises(WrongMove):
            await move(store, job, to, now=NOW + 5)
    assert everything(file) == before


@pytest.mark.parametrize("state", JobState)
async def test_what_was_read_before_a_move_touches_nothing_after_it(
    store: Store, file: Path, state: JobState
) -> None:
    for to in sorted(MOVES[state]):
        stale = await brought_to(store, state)
        await moved(store, stale, to)
        before = everything(file)
        assert await touch(store, stale, due_at=NOW, polls=9) is False
        assert everything(file) == before


async def test_a_touch_changes_the_job_where_it_is(store: Store) -> None:
    job = await brought_to(store, S.WAITING)
    assert await touch(store, job, due_at=NOW + 3, polls=2)
    after = await reload(store, job)
    assert after == replace(job, due_at=NOW + 3, polls=2)


async def test_a_move_starts_the_waits_anew_unless_it_says_otherwise(store: Store) -> None:
    job = await accepted(store)
    assert await touch(store, job, due_at=NOW + 1, deadline_at=NOW + 2, tries=3, polls=4)
    job = await moved(store, await reload(store, job), S.SUBMITTING)
    assert (job.due_at, job.deadline_at, job.tries, job.polls) == (None, None, 0, 4)
    job = await moved(store, job, S.WAITING, due_at=NOW + 5, deadline_at=NOW + 6, tries=7, task_id="t")
    assert (job.due_at, job.deadline_at, job.tries, job.task_id) == (NOW + 5, NOW + 6, 7, "t")


async def test_what_begins_anew_is_written_although_it_looked_so_when_it_was_read(store: Store) -> None:
    job = await brought_to(store, S.HELD)
    assert await touch(store, job, due_at=NOW + 1, deadline_at=NOW + 2, tries=3, notified_at=NOW)
    assert await touch(store, job, due_at=None)
    assert (await reload(store, job)).due_at is None
    again = replace(job.entering(S.ACCEPTED, now=NOW), round=1)
    assert await store.write(transitions.save, job, again)
    assert await reload(store, job) == again


async def test_what_others_wrote_meanwhile_stays(store: Store) -> None:
    job = await accepted(store)
    await store.write(posts.card_shown, job.id, card_message_id=77, shows="making", now=NOW)
    job = await moved(store, job, S.SUBMITTING)
    assert job.card_message_id == 77


async def test_other_jobs_stay_where_they_are(store: Store) -> None:
    one, other = await accepted(store), await accepted(store)
    await moved(store, one, S.SUBMITTING)
    assert await reload(store, other) == other


async def test_an_old_delivery_cannot_end_the_one_that_was_asked_for_again(store: Store) -> None:
    job = await accepted(store)
    old = [await brought_to(store, S.READY, job)]
    old.append(await moved(store, old[0], S.POSTING))
    await moved(store, old[1], S.DONE)
    new = await moved(store, await reload(store, job), S.READY, round=1)
    assert await move(store, old[0], S.POSTING, now=NOW) is False
    assert await touch(store, old[0], due_at=None, tries=9) is False
    new = await moved(store, new, S.POSTING)
    assert await move(store, old[1], S.DONE, now=NOW) is False
    assert await move(store, old[1], S.UNDELIVERABLE, now=NOW) is False
    assert await touch(store, old[1], due_at=None) is False
    assert await reload(store, job) == new


async def test_a_move_brings_its_lines_results_and_posts_with_it(store: Store, file: Path) -> None:
    job = await brought_to(store, S.SUBMITTING)
    results = [clip(job, 0), clip(job, 1, error="Too loud.")]
    job = await moved(store, job, S.READY, results=results)
    assert await store.read(clips.of_job, job.id) == results
    assert rows(file, "SELECT kind, at FROM ledger ORDER BY id") == [("reserved", NOW), ("settled", NOW)]
    job = await moved(store, job, S.POSTING, plan=[Planned(0, "n0", (0,)), Planned(1, "n1", (), (1,))])
    assert [
        (post.seq, post.nonce, post.attached, post.linked) for post in await store.read(posts.of_round, job)
    ] == [
        (0, "n0", (0,), ()),
        (1, "n1", (), (1,)),
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"plan": [Planned(0, "other", (0,))]},  # this round has its plan already
        {"task_id": None},
        {"reason_text": "\ud800"},
    ],
)
async def test_a_move_that_fails_half_way_has_not_begun(
    store: Store, file: Path, changes: dict[str, Any]
) -> None:
    job = await brought_to(store, S.READY)
    await store.write(posts.plan, job, [Planned(0, "n0", (0,))])
    before = everything(file)
    with pytest.raises((IntegrityError, UnicodeEncodeError)):
        await move(store, job, S.POSTING, now=NOW, **{"results": [clip(job, 0)], **changes})
    assert everything(file) == before
