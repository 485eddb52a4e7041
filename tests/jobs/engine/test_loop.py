"""The loop: every job comes to its end whatever hangs or breaks, and stopping leaves nothing half done."""

import asyncio
import sqlite3
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from jobs.context import JobContext
from jobs.engine import loop as engine_module
from jobs.models import Job, Reason
from jobs.models.states import JobState
from jobs.ports import NothingSent
from jobs.store.queries import jobs, notes, transitions
from tests.fakes.api_faults import FaultyMusicApi, connection, polls, refusals
from tests.fakes.clock import ShiftedClock, until
from tests.jobs.engine_world import CARD, SONG, EngineWorld, engine_world
from tests.jobs.intercept import Genuine, intercept
from tests.jobs.shelf import rows

_DAY = 24 * 3600.0


async def test_a_job_comes_from_acceptance_to_delivery(world: EngineWorld) -> None:
    job = await world.until(await world.ask(), JobState.DONE)
    assert job.task_id
    assert (job.charged, job.returned, job.unresolved) == (10, 0, 0)
    [(posted, post, names)] = world.channel.posted
    assert posted.card_message_id == CARD
    assert len(post.nonce) == 16
    assert len(names) == 3
    await world.rest()
    assert list(world.context.spool.iterdir()) == [], "the spool is left empty"


def arrivals(world: EngineWorld) -> list[float]:
    """When paid calls reached the API."""
    return [request.at for request in world.api.requests if request.operation == "suno.create"]


async def test_submits_keep_the_distance_that_the_profile_names_however_long_each_was_prepared(
    world: EngineWorld,
) -> None:
    for seconds in (2.9, 0.0, 2.5, 0.1, 2.0):
        world.api.faults.add(connection.SlowAnswer(seconds), "credits")
    for job_id in [await world.ask() for _ in range(6)]:
        await world.until(job_id, JobState.DONE)
    assert all(later - earlier >= 3.0 for earlier, later in pairwise(arrivals(world)))


async def test_an_api_that_names_a_time_gets_no_submit_before_it(world: EngineWorld) -> None:
    world.api.faults.add(refusals.RateLimited(60), "suno.create", times=1)
    for job_id in [await world.ask() for _ in range(4)]:
        await world.until(job_id, JobState.DONE)
    first, *others = arrivals(world)
    assert len(others) == 4
    assert all(at - first >= 60.0 for at in others)
    assert all(later - earlier >= 3.0 for earlier, later in pairwise(others))


async def test_a_bad_job_ends_and_does_not_delay_the_others(
    world: EngineWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = await world.ask(replace(SONG, summary="broken"))

    async def save(genuine: Genuine, before: Job, after: Job, **options: object) -> object:
        if before.summary == "broken" and after.state is JobState.SUBMITTING:
            raise KeyError("an error of ours")
        return await genuine(before, after, **options)

    intercept(monkeypatch, transitions.save, save)
    await world.until(await world.ask(), JobState.DONE)
    job = await world.until(broken, JobState.FAILED, told=True)
    assert job.reason is Reason.INTERNAL
    assert len(world.api.charges) == 1


async def fails() -> None:
    raise OperationalError("SELECT", {}, sqlite3.OperationalError("disk I/O error"))


async def hangs() -> None:
    await asyncio.Event().wait()


@pytest.mark.parametrize(
    ("asked", "trouble", "times"),
    [(jobs.upcoming, fails, 5), (jobs.upcoming, hangs, 1), (notes.notices, fails, 2)],
    ids=["a pass fails", "a pass hangs", "a round of notices fails"],
)
async def test_the_loop_survives_what_fails_or_hangs(
    world: EngineWorld,
    monkeypatch: pytest.MonkeyPatch,
    *,
    asked: Callable[..., object],
    trouble: Callable[[], Awaitable[None]],
    times: int,
) -> None:
    left = times

    async def work(genuine: Genuine, *arguments: object, **options: object) -> object:
        nonlocal left
        if left:
            left -= 1
            await trouble()
        return await genuine(*arguments, **options)

    monkeypatch.setattr(engine_module, "_PASS_SECONDS", 0.3)
    intercept(monkeypatch, asked, work)
    world.context.breakers.at("suno").open(time.time(), probe_at=time.time() + 120)
    world.engine.wake()
    await world.until(await world.ask(), JobState.DONE)
    assert left == 0
    assert world.channel.told


async def test_a_job_that_comes_while_the_rows_are_read_is_not_overlooked(
    world: EngineWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    came = asyncio.Event()

    async def upcoming(genuine: Genuine, states: tuple[JobState, ...], **options: object) -> object:
        rows_read = await genuine(states, **options)
        if JobState.ACCEPTED in states and not asked:
            asked.append(await world.ask())
            came.set()
        return rows_read

    intercept(monkeypatch, jobs.upcoming, upcoming)
    begun = time.time()
    world.engine.wake()
    await came.wait()
    await world.until(asked[0], JobState.SUBMITTING, JobState.WAITING)
    [(sent_at,)] = world.file("SELECT sent_at FROM call")
    assert sent_at - begun < 5


async def test_a_clock_that_is_set_back_stops_nothing(world: EngineWorld) -> None:
    world.api.faults.add(polls.NotReady(), "suno.task", times=3)
    world.channel.troubles = [NothingSent("503")]
    job_id = await world.ask()
    await world.until(job_id, JobState.WAITING)
    clock = world.context.clock = ShiftedClock(-_DAY)
    set_back_to = clock.now()
    await world.until(job_id, JobState.DONE)
    assert clock.now() - set_back_to < 3600


async def test_what_a_clock_that_was_ahead_has_put_off_is_not_waited_for(
    api: FaultyMusicApi, tmp_path: Path
) -> None:
    async with engine_world(api, tmp_path) as world:
        api.faults.add(polls.NotReady(), "suno.task", times=None)
        job_id = await world.ask()
        await world.until(job_id, JobState.WAITING)
    clock = ShiftedClock(-365 * _DAY)
    earlier = clock.now()
    api.faults.clear()
    async with engine_world(api, tmp_path) as world:
        world.context.clock = clock
        await world.until(job_id, JobState.DONE)
        assert clock.now() - earlier < 2 * 3600


@pytest.mark.parametrize("state", [JobState.WAITING, JobState.READY])
async def test_a_step_that_hangs_does_not_block_its_lane(world: EngineWorld, state: JobState) -> None:
    """Every place of the lane is taken by a step that never ends; the next job still comes through."""
    lane = next(lane for lane in world.engine.lanes if state in lane.states)
    genuine, hung = lane.step, set[int]()

    async def step(context: JobContext, job: Job) -> None:
        if job.id <= lane.room:
            hung.add(job.id)
            await asyncio.Event().wait()
        await genuine(context, job)

    lane.step, lane.room, lane.limit = step, 1, 0.3
    first, second = await world.ask(), await world.ask()
    await world.until(second, JobState.DONE, told=True)
    assert hung == {first}


async def test_a_job_whose_step_always_hangs_is_given_up_and_told(
    world: EngineWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    lane = next(lane for lane in world.engine.lanes if JobState.WAITING in lane.states)

    async def step(_context: JobContext, _job: Job) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(lane, "step", step)
    monkeypatch.setattr(lane, "limit", 0.05)
    await world.until(await world.ask(), JobState.FAILED, told=True)


async def test_every_lane_but_the_paid_one_has_a_limit(world: EngineWorld) -> None:
    assert [lane.states for lane in world.engine.lanes if lane.limit is None] == [(JobState.ACCEPTED,)]


async def test_the_loop_survives_a_heartbeat_that_cannot_be_written(
    world: EngineWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures = 3

    def heartbeat() -> None:
        nonlocal failures
        if failures:
            failures -= 1
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(world.engine, "_heartbeat", heartbeat)
    await world.until(await world.ask(), JobState.DONE)
    assert failures == 0


async def test_stopping_in_the_middle_of_a_pass_takes_no_job(
    world: EngineWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading, read_on = asyncio.Event(), asyncio.Event()

    async def upcoming(genuine: Genuine, states: tuple[JobState, ...], **options: object) -> object:
        rows = await genuine(states, **options)
        if rows and JobState.ACCEPTED in states:
            reading.set()
            await read_on.wait()
        return rows

    intercept(monkeypatch, jobs.upcoming, upcoming)
    job_id = await world.ask()
    await reading.wait()
    stopping = asyncio.create_task(world.engine.stop(5.0))
    await asyncio.sleep(0)
    read_on.set()
    await stopping
    job = await world.store.read(jobs.by_id, job_id)
    assert job is not None
    assert (job.state, job.tries) == (JobState.ACCEPTED, 0)
    assert world.api.requests == ()


async def test_stopping_lets_what_is_in_hand_end(api: FaultyMusicApi, tmp_path: Path) -> None:
    api.faults.add(connection.SlowAnswer(0.3), "suno.create")
    async with engine_world(api, tmp_path) as world:
        await world.until(await world.ask(), JobState.SUBMITTING)
    assert rows(tmp_path / "encore.db", "SELECT state FROM job") == [("waiting",)]


async def test_what_does_not_end_in_time_is_left_to_recovery(api: FaultyMusicApi, tmp_path: Path) -> None:
    api.faults.add(connection.SlowAnswer(3600.0), "suno.create")
    async with engine_world(api, tmp_path) as world:
        job_id = await world.ask()
        await world.until(job_id, JobState.SUBMITTING)
        await until(lambda: api.charges)
        await world.engine.stop(0.2)
        job = await world.store.read(jobs.by_id, job_id)
        assert job is not None
        assert job.state is JobState.SUBMITTING
    async with engine_world(api, tmp_path) as world:
        await world.until(job_id, JobState.FAILED, told=True)
    assert len(api.charges) == 1
