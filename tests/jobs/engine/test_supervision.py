"""The loop goes on whatever hangs or breaks, and stops without leaving anything half done."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from jobs.context import JobContext
from jobs.engine import loop as engine_module
from jobs.engine.log_context import current_job
from jobs.models import Job
from jobs.models.states import JobState
from jobs.ports import AnswerLost
from sandbox.music_api import MusicApiStandIn
from sandbox.music_api.faults import connection
from tests.jobs.engine_world import SONG, VISIT, EngineWorld, engine_world


@pytest.fixture
async def world(api: MusicApiStandIn, tmp_path: Path) -> AsyncIterator[EngineWorld]:
    async with engine_world(api, tmp_path) as ready:
        yield ready


async def until(done: Callable[[], object]) -> None:
    for _ in range(1500):
        if done():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it never came about")


@pytest.mark.parametrize("state", [JobState.UNKNOWN, JobState.WAITING, JobState.READY])
async def test_a_step_that_hangs_does_not_block_its_lane(world: EngineWorld, state: JobState) -> None:
    """Every place of the lane is taken by a step that never ends; the next job still comes through."""
    if state is JobState.UNKNOWN:
        world.api.faults.add(connection.CutBeforeReading(), "suno.create", times=None)
    lane = next(lane for lane in world.engine.lanes if state in lane.states)
    genuine, hung = lane.step, set[int]()

    async def step(context: JobContext, job: Job) -> None:
        if job.id <= lane.room:
            hung.add(job.id)
            await asyncio.Event().wait()
        await genuine(context, job)

    lane.step, lane.room, lane.limit = step, 1, 0.3
    first, second = await world.ask(), await world.ask()
    if state is JobState.UNKNOWN:
        await world.until(second, JobState.HELD, JobState.ACCEPTED, JobState.SUBMITTING)
        await until(lambda: hung)
        world.api.faults.clear()
    # Two lost answers at the same price: no balance can tell them apart, so a person is asked.
    await world.until(second, JobState.HELD if state is JobState.UNKNOWN else JobState.DONE, told=True)
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


async def test_a_pass_that_hangs_is_ended_and_tried_again(
    world: EngineWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    genuine, hangs = world.store.upcoming, 1

    async def upcoming(*arguments: object, **options: object) -> list[Job]:
        nonlocal hangs
        if hangs:
            hangs -= 1
            await asyncio.Event().wait()
        return await genuine(*arguments, **options)  # type: ignore[arg-type] # passed through

    monkeypatch.setattr(engine_module, "_PASS_SECONDS", 0.3)
    monkeypatch.setattr(world.store, "upcoming", upcoming)
    world.engine.wake()
    await world.until(await world.ask(), JobState.DONE)
    assert hangs == 0


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


async def test_a_round_of_notices_that_breaks_hurts_no_job(
    world: EngineWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    genuine, failures = world.store.notices, 2

    async def notices() -> object:
        nonlocal failures
        if failures:
            failures -= 1
            raise KeyError("an error of ours")
        return await genuine()

    monkeypatch.setattr(world.store, "notices", notices)
    breaker = world.context.breakers.at("suno")
    breaker.open(world.clock.now(), probe_at=world.clock.now() + 120)
    await world.until(await world.ask(), JobState.DONE)
    assert failures == 0
    assert world.channel.told


async def test_stopping_in_the_middle_of_a_pass_takes_no_job(
    world: EngineWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    genuine = world.store.upcoming
    reading, read_on = asyncio.Event(), asyncio.Event()

    async def upcoming(states: tuple[JobState, ...], **options: object) -> list[Job]:
        rows = await genuine(states, **options)  # type: ignore[arg-type] # passed through
        if rows and JobState.ACCEPTED in states:
            reading.set()
            await read_on.wait()
        return rows

    monkeypatch.setattr(world.store, "upcoming", upcoming)
    job_id = await world.ask()
    await reading.wait()
    stopping = asyncio.create_task(world.engine.stop(5.0))
    await asyncio.sleep(0)
    read_on.set()
    await stopping
    job = await world.store.job(job_id)
    assert job is not None
    assert (job.state, job.tries) == (JobState.ACCEPTED, 0)
    assert world.api.requests == ()


async def test_what_does_not_end_in_time_is_left_to_recovery(api: MusicApiStandIn, tmp_path: Path) -> None:
    api.faults.add(connection.SlowAnswer(3600.0), "suno.create")
    async with engine_world(api, tmp_path) as world:
        job_id = await world.ask()
        await world.until(job_id, JobState.SUBMITTING)
        await until(lambda: api.charges)
        await world.engine.stop(0.2)
        job = await world.store.job(job_id)
        assert job is not None
        assert job.state is JobState.SUBMITTING
    async with engine_world(api, tmp_path) as world:
        await world.until(job_id, JobState.HELD, told=True)
    assert len(api.charges) == 1


async def test_stopping_ends_a_notice_on_its_way(world: EngineWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    leaving = asyncio.Event()

    async def notify(_notice: object) -> None:
        leaving.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(world.channel, "notify", notify)
    world.context.breakers.at("suno").open(world.clock.now(), probe_at=world.clock.now() + 3600)
    await world.ask()
    await leaving.wait()
    async with asyncio.timeout(5.0):
        await world.engine.stop(1.0)
    [notice] = await world.store.notices()
    assert (notice.told, notice.first_try_at is None) == (False, False)


async def test_every_line_of_a_job_carries_its_number(
    world: EngineWorld, caplog: pytest.LogCaptureFixture
) -> None:
    seen: set[tuple[str, int | None]] = set()

    def note(record: logging.LogRecord) -> bool:
        seen.add((record.name, current_job.get()))
        return True

    caplog.handler.addFilter(note)
    with caplog.at_level(logging.DEBUG):
        world.channel.troubles = [AnswerLost("reset")]
        first = await world.ask()
        accepted = await world.service.accept(replace(SONG, summary="second"), VISIT)
        await world.service.card_shown(accepted.job, 98)
        await world.until(first, JobState.DONE)
        await world.until(accepted.job.id, JobState.DONE)
    for name in ("jobs.engine.submit", "jobs.engine.poll", "jobs.engine.deliver"):
        assert {job for logger, job in seen if logger == name} <= {1, 2}
        assert (name, 2) in seen
    assert current_job.get() is None
