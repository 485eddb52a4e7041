"""What the engine and the members ask of the table of jobs."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection, event

from jobs.models import Order, Reason
from jobs.models.states import JobState, S
from jobs.store import Store, open_store
from jobs.store.queries import jobs
from tests.jobs.shelf import NOW, accepted, brought_to, moved, reload, touch, url_of


async def ids(store: Store, *states: JobState, limit: int = 10, busy: tuple[int, ...] = ()) -> list[int]:
    return [job.id for job in await store.read(jobs.upcoming, states, limit=limit, busy=busy)]


async def test_the_earliest_due_comes_first(store: Store) -> None:
    for due in (30, 10, 20):
        await accepted(store, due_at=NOW + due)
    assert await ids(store, S.ACCEPTED) == [2, 3, 1]
    assert await ids(store, S.ACCEPTED, limit=2) == [2, 3]
    assert await ids(store, S.ACCEPTED, busy=(2,)) == [3, 1]
    assert await ids(store, S.ACCEPTED, limit=1, busy=(2, 3)) == [1]


async def test_only_states_asked_for_and_what_must_be_acted_on(store: Store) -> None:
    waiting = await brought_to(store, S.WAITING)
    await touch(store, waiting, due_at=NOW + 1)
    ready = await brought_to(store, S.READY)
    await touch(store, ready, due_at=NOW + 2)
    await brought_to(store, S.WAITING)  # with nothing to do
    await accepted(store)
    assert await ids(store, S.WAITING) == [1]
    assert await ids(store, S.READY, S.WAITING) == [1, 2]
    assert await ids(store, S.DONE) == []


async def test_all_jobs_of_a_state(store: Store) -> None:
    for state in (S.SUBMITTING, S.ACCEPTED, S.SUBMITTING):
        await brought_to(store, state)
    assert [job.id for job in await store.read(jobs.in_state, S.SUBMITTING)] == [1, 3]
    assert await store.read(jobs.in_state, S.HELD) == []


async def test_counts(store: Store) -> None:
    assert await store.read(jobs.counts) == {}
    for state in (S.DONE, S.DONE, S.HELD):
        await brought_to(store, state)
    assert await store.read(jobs.counts) == {"done": 2, "held": 1}


async def test_our_history_of_durations(store: Store) -> None:
    async def done(operation: str, seconds: float, **changes: object) -> None:
        job = await accepted(store, order=Order(operation, {}, "x"))
        job = await brought_to(store, S.SUBMITTING, job)
        job = await moved(store, job, S.WAITING, outcome_at=NOW)
        await moved(store, job, S.READY, finished_at=NOW + seconds, **changes)

    await done("suno.create", 30.0)
    await done("suno.create", 50.0)
    await done("suno.create", 40.0)
    await done("suno.create", 99.0, reason=Reason.CHANNEL)
    await done("suno.wav", 5.0)
    await accepted(store)  # without an end
    assert await store.read(jobs.durations, "suno.create") == [50.0, 40.0, 30.0]
    assert await store.read(jobs.durations, "suno.create", limit=2) == [50.0, 40.0]
    assert await store.read(jobs.durations, "suno.stems_full") == []


@pytest.fixture
async def crowded(file: Path) -> AsyncIterator[Store]:
    """A file with a long history and a few jobs to act on."""
    async with open_store(url_of(file)) as database:
        await database.write(fill)
        yield database


def fill(c: Connection) -> None:
    c.execute(
        sa.text(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) "
            "INSERT INTO job (guild_id, channel_id, user_id, operation, provider, params, summary, "
            "source_clip_id, price, state, state_at, created_at, upload_limit, due_at) "
            "SELECT 1, 2, 3, 'suno.create', 'suno', '{}', '', '', 10, "
            "CASE WHEN i % 50 = 0 THEN 'waiting' ELSE 'done' END, 0, 0, 0, "
            "CASE WHEN i % 50 = 0 THEN i END FROM n"
        )
    )


def plan_of(c: Connection, ask: Callable[[Connection], object]) -> list[str]:
    """How SQLite goes about the statement that a query really sends."""
    sent: list[tuple[str, Any]] = []

    def note(_c: object, _cursor: object, statement: str, parameters: Any, *_rest: object) -> None:  # noqa: ANN401
        if statement.startswith("SELECT"):
            sent.append((statement, parameters))

    event.listen(c.engine, "before_cursor_execute", note)
    try:
        ask(c)
    finally:
        event.remove(c.engine, "before_cursor_execute", note)
    [(statement, parameters)] = sent
    return [str(row[3]) for row in c.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)]


@pytest.mark.sqlite
@pytest.mark.parametrize("state", [S.ACCEPTED, S.WAITING, S.HELD])
@pytest.mark.parametrize("busy", [(), (50, 100)])
async def test_due_jobs_of_one_state_are_read_from_the_index_in_order(
    crowded: Store, state: JobState, busy: tuple[int, ...]
) -> None:
    for analysed in (False, True):
        if analysed:
            await crowded.write(lambda c: c.exec_driver_sql("ANALYZE"))
        plan = await crowded.read(plan_of, lambda c: jobs.upcoming(c, (state,), limit=5, busy=busy))
        assert any("job USING INDEX ix_job_due (state=?" in step for step in plan)
        assert not any("SCAN job" in step or "TEMP B-TREE" in step for step in plan)


@pytest.mark.sqlite
@pytest.mark.parametrize(
    "ask",
    [lambda c: jobs.being_made(c, 1, "suno.wav", ["a", "b"]), lambda c: jobs.oldest_open(c, 1)],
    ids=["made", "oldest"],
)
async def test_open_jobs_of_a_server_are_not_looked_for_in_its_history(
    crowded: Store, ask: Callable[[Connection], object]
) -> None:
    plan = await crowded.read(plan_of, ask)
    assert plan[0].startswith("SEARCH job USING INDEX ix_job_state (state=?")


@pytest.mark.sqlite
async def test_due_jobs_of_several_states_are_not_searched_for_in_the_whole_history(
    crowded: Store,
) -> None:
    states = (S.READY, S.POSTING, S.FAILED, S.HELD, S.CANCELLED)
    plan = await crowded.read(plan_of, lambda c: jobs.upcoming(c, states, limit=5, busy=()))
    assert any("USING INDEX ix_job_due" in step for step in plan)
    assert not any(step.startswith("SCAN job") for step in plan)


@pytest.mark.parametrize("state", S)
async def test_only_a_task_that_is_waited_for_can_be_polled_sooner(store: Store, state: JobState) -> None:
    job = await brought_to(store, state)
    await touch(store, job, due_at=NOW + 60)
    sooner = await store.write(jobs.poll_now, job.id, now=NOW)
    assert sooner is (state in (S.WAITING, S.DONE))
    assert (await reload(store, job)).due_at == (NOW if sooner else NOW + 60)
    assert not await store.write(jobs.poll_now, job.id, now=NOW)
