"""A call whose answer was lost: the balance says whether it was paid for."""

import time
from dataclasses import replace

import pytest

from jobs.models import Reason
from jobs.models.states import JobState
from jobs.store.queries import clips
from tests.fakes.api_faults import Fault, connection, refusals
from tests.jobs.engine_world import SONG, EngineWorld


@pytest.mark.parametrize(
    ("fault", "end"),
    [
        (connection.CutBeforeReading(), JobState.DONE),
        (connection.CutAfterEffect(), JobState.HELD),
        (connection.CutInMidBody(), JobState.HELD),
        (refusals.ServerError(), JobState.DONE),
        (refusals.LateServerError(), JobState.HELD),
        (refusals.GatewayTimeout(), JobState.DONE),
        (refusals.LateGatewayTimeout(), JobState.HELD),
        (refusals.LateUpstreamError(), JobState.HELD),
    ],
)
async def test_a_paid_call_whose_answer_was_lost_is_decided_by_the_balance(
    world: EngineWorld, fault: Fault, end: JobState
) -> None:
    world.api.faults.add(fault, "suno.create")
    job = await world.until(await world.ask(), JobState.HELD, JobState.DONE, told=True)
    assert job.state is end
    assert len(world.api.charges) == 1, "never charged twice"
    if end is JobState.HELD:
        assert job.reason is Reason.LOST_TASK


async def test_a_free_call_whose_answer_was_lost_is_simply_made_again(world: EngineWorld) -> None:
    await world.until(await world.ask(), JobState.DONE)
    [song, *_] = await world.store.read(clips.of_job, 1)
    world.api.faults.add(connection.CutAfterEffect(), "suno.wav")
    order = replace(SONG, operation="suno.wav", params={"clip_id": song.clip_id}, source_clip_id=song.clip_id)
    await world.until(await world.ask(order), JobState.DONE)


async def test_a_balance_that_cannot_be_read_for_a_while_is_waited_for(world: EngineWorld) -> None:
    world.api.faults.add(connection.CutBeforeReading(), "suno.create")
    world.api.faults.add(refusals.ServerError(), "credits", times=3, skip=1)
    await world.until(await world.ask(), JobState.DONE)
    assert len(world.api.charges) == 1


async def test_without_a_balance_a_lost_answer_is_held(world: EngineWorld) -> None:
    world.api.faults.add(connection.CutBeforeReading(), "credits", times=None)
    world.api.faults.add(connection.CutBeforeReading(), "suno.create")
    job = await world.until(await world.ask(), JobState.HELD, told=True)
    assert job.reason is Reason.LOST_BALANCE
    assert world.api.charges == ()


async def test_an_api_that_loses_every_answer_is_not_asked_for_ever(world: EngineWorld) -> None:
    """Each time the balance shows that nothing was charged; in the end that is told."""
    world.api.faults.add(refusals.ServerError(), "suno.create", times=None)
    begun = time.time()
    job = await world.until(await world.ask(), JobState.FAILED, told=True)
    assert job.reason is Reason.UNREACHABLE
    assert 600 <= time.time() - begun < 1300
    assert sum(request.method == "POST" for request in world.api.requests) > 2
    assert world.api.charges == ()
