"""A call whose answer was lost: the balance says whether it was paid for."""

import asyncio
import time
from dataclasses import replace

import pytest

from jobs.models import Reason
from jobs.models.states import JobState
from jobs.store.queries import clips
from tests.fakes.api_faults import Fault, connection, refusals
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
    job = await world.until(await world.ask(), JobState.HELD, told=True)
    assert time.time() - begun < 10
    assert job.reason is (Reason.LOST_TASK if charges else Reason.LOST_UNMOVED)
    await asyncio.sleep(3600)
    assert sum(request.method == "POST" for request in world.api.requests) == 1
    assert len(world.api.charges) == charges


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
