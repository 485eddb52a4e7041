"""Copies to members who want them: after the channel, once, and never in its way."""

import asyncio

import pytest

from jobs.models import Preferences
from jobs.models.states import JobState
from jobs.ports import AnswerLost, PortError, Undeliverable
from jobs.store.queries.library import preferences
from tests.jobs.engine_world import VISIT, EngineWorld

MEMBER = VISIT.user_id


async def wishes_for_copies(world: EngineWorld) -> None:
    await world.store.write(preferences.change, MEMBER, {"copies": True})


async def test_who_wants_copies_gets_them_of_what_is_in_the_channel(world: EngineWorld) -> None:
    await wishes_for_copies(world)
    await world.until(await world.ask(), JobState.DONE)
    await world.rest()
    assert world.channel.copied == [(MEMBER, 1)]


async def test_who_wants_none_gets_none(world: EngineWorld) -> None:
    await world.until(await world.ask(), JobState.DONE)
    await world.rest()
    assert world.channel.copied == []


async def test_what_is_posted_again_is_not_copied_again(world: EngineWorld) -> None:
    await wishes_for_copies(world)
    job = await world.until(await world.ask(), JobState.DONE)
    await world.rest()
    assert await world.service.send_again(job.id, VISIT)
    await world.until(job.id, JobState.DONE)
    await world.rest()
    assert len(world.channel.posted) == 2
    assert len(world.channel.copied) == 1


async def test_closed_direct_messages_cost_the_channel_nothing_and_are_remembered(world: EngineWorld) -> None:
    await wishes_for_copies(world)
    world.channel.mute = [Undeliverable("direct messages are closed")]
    job = await world.until(await world.ask(), JobState.DONE)
    await world.rest()
    assert len(world.channel.posted) == 1
    wishes = await world.store.read(preferences.of_member, MEMBER)
    assert wishes == Preferences(copies=False, closed_since=job.id)


@pytest.mark.parametrize("trouble", [AnswerLost("reset"), PortError("HTTP 500")])
async def test_a_copy_that_may_be_there_is_never_tried_again(world: EngineWorld, trouble: PortError) -> None:
    await wishes_for_copies(world)
    world.channel.mute = [trouble]
    job = await world.until(await world.ask(), JobState.DONE)
    await world.rest()
    await asyncio.sleep(300)
    assert world.channel.copied == []
    assert (await world.job(job.id)).state is JobState.DONE
    assert (await world.store.read(preferences.of_member, MEMBER)).copies
