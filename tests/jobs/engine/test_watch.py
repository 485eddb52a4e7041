"""A paid call whose answer was lost: never made again by itself; the balance tells in time."""

import asyncio
import time
from dataclasses import replace

import pytest

from jobs.models import Reason, Usage
from jobs.models.states import JobState
from jobs.store.queries import clips, reports
from tests.fakes.api_faults import Fault, connection, late, refusals
from tests.jobs.engine_world import SONG, EngineWorld


@pytest.mark.parametrize(
    ("fault", "charges"),
    [
        (connection.CutBeforeReading(), 0),
        (connection.CutAfterEffect(), 1),
        (connection.CutInMidBody(), 1),
        (refusals.ServerError(), 0),
        (refusals.LateServerError(), 1),
        (refusals.GatewayTimeout(), 0),
        (refusals.LateGatewayTimeout(), 1),
        (refusals.LateUpstreamError(), 1),
    ],
)
async def test_a_paid_call_whose_answer_was_lost_is_told_at_once_and_never_made_again(
    world: EngineWorld, fault: Fault, charges: int
) -> None:
    world.api.faults.add(fault, "suno.create")
    begun = time.time()
    job = await world.until(await world.ask(), JobState.HELD, JobState.FAILED, told=True)
    assert time.time() - begun < 10
    assert (job.state, job.reason) == (
        (JobState.FAILED, Reason.LOST_TASK) if charges else (JobState.HELD, Reason.LOST_UNMOVED)
    )
    ended = await world.until(job.id, JobState.FAILED)
    assert ended.reason is (Reason.LOST_TASK if charges else Reason.LOST_FREE)
    await settled(world, charges)


async def settled(world: EngineWorld, charges: int) -> None:
    """An hour later the books say what the API kept, and what was posted says it as well."""
    await asyncio.sleep(3600)
    await world.rest()
    assert sum(request.method == "POST" for request in world.api.requests) == 1
    assert len(world.api.charges) == charges
    usage = await world.store.read(reports.usage, 1)
    assert usage == Usage(1, 500 - world.api.balance.total, 0, 0)
    last, _ = world.channel.edited[-1] if world.channel.edited else world.channel.posted[-1][:2]
    job = await world.job(1)
    assert (last.reason, last.charged) == (job.reason, job.charged)
    assert len(world.channel.posted) == 1, "it pings once"


@pytest.mark.parametrize("seconds", [1.0, 75.0, 300.0, 840.0])
@pytest.mark.parametrize("status", [502, 504])
async def test_an_effect_that_lands_late_is_charged_once_and_told(
    world: EngineWorld, seconds: float, status: int
) -> None:
    world.api.faults.add(late.LandsLate(seconds, status), "suno.create")
    job = await world.until(await world.ask(), JobState.HELD, told=True)
    assert job.reason is Reason.LOST_UNMOVED
    job = await world.until(job.id, JobState.FAILED)
    assert job.reason is Reason.LOST_TASK
    await settled(world, 1)


async def test_an_effect_that_lands_after_the_last_patience_is_put_right(world: EngineWorld) -> None:
    world.api.faults.add(late.LandsLate(2000.0), "suno.create")
    job = await world.until(await world.ask(), JobState.FAILED)
    assert job.reason is Reason.LOST_FREE
    await settled(world, 1)
    assert (await world.job(job.id)).reason is Reason.LOST_TASK


async def test_a_charge_that_the_balance_shows_late_is_found(world: EngineWorld) -> None:
    world.api.faults.add(late.OldBalance(75.0), "credits", times=None)
    world.api.faults.add(refusals.LateGatewayTimeout(), "suno.create")
    job = await world.until(await world.ask(), JobState.HELD, told=True)
    assert job.reason is Reason.LOST_UNMOVED
    await world.until(job.id, JobState.FAILED)
    await settled(world, 1)


async def test_a_free_call_whose_answer_was_lost_is_simply_made_again(world: EngineWorld) -> None:
    await world.until(await world.ask(), JobState.DONE)
    [song, *_] = await world.store.read(clips.of_job, 1)
    world.api.faults.add(connection.CutAfterEffect(), "suno.wav")
    order = replace(SONG, operation="suno.wav", params={"clip_id": song.clip_id}, source_clip_id=song.clip_id)
    await world.until(await world.ask(order), JobState.DONE)


async def test_without_a_balance_a_lost_answer_is_held(world: EngineWorld) -> None:
    world.api.faults.add(connection.CutBeforeReading(), "credits", times=None)
    world.api.faults.add(connection.CutBeforeReading(), "suno.create")
    job = await world.until(await world.ask(), JobState.HELD, told=True)
    assert job.reason is Reason.LOST_BALANCE
    assert world.api.charges == ()
