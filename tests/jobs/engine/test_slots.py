"""An engine works for the accounts of its slots, and for no others until it has taken those over."""

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager

from jobs.engine.loop import Engine
from jobs.models.states import JobState
from jobs.slots import ALL, Slots
from jobs.store.queries import posts, transitions
from tests.fakes.clock import loop
from tests.jobs.engine_world import EngineWorld


class Some(Slots):
    """Slots of one process of several."""

    alone = False

    def __init__(self, new: Collection[int]) -> None:
        super().__init__()
        self.mine, self.new = frozenset[int](), frozenset(new)


@asynccontextmanager
async def working_for(world: EngineWorld, slots: Slots) -> AsyncIterator[Engine]:
    """Another engine in the place of the one that runs."""
    await world.engine.stop(1.0)
    world.context.slots = slots
    engine = Engine(world.context)
    running = asyncio.create_task(engine.run())
    yield engine
    await engine.stop(1.0)
    await running


async def test_what_is_another_s_is_left_alone_and_seen_to_once_it_is_taken_over(world: EngineWorld) -> None:
    slots = Some(ALL - {0})
    async with working_for(world, slots) as engine:
        waits, called = [await world.job(await world.ask()) for _ in range(2)]
        submitting = called.entering(JobState.SUBMITTING, now=called.state_at)
        await world.store.write(transitions.save, called, submitting)
        await world.store.write(posts.card_shows, called, "place 1")
        engine.wake()
        for _ in range(50):
            await loop().moment()
        assert slots.mine == ALL - {0}
        assert [(await world.job(one.id)).state for one in (waits, called)] == ["accepted", "submitting"]
        assert world.channel.shown == []
        slots.new = frozenset({0})
        engine.wake()
        await world.until(waits.id, JobState.DONE)
        await world.until(called.id, JobState.HELD, JobState.FAILED, told=True)
    assert len(world.api.charges) == 1


async def test_what_is_given_back_ends_what_it_has_begun_and_begins_nothing(world: EngineWorld) -> None:
    slots = Some(ALL)
    async with working_for(world, slots) as engine:
        first = await world.ask()
        await world.until(first, JobState.SUBMITTING, JobState.WAITING)
        slots.leave({0})
        await asyncio.gather(*engine.tasks_of({0}))
        assert engine.tasks_of({0}) == set()
        before, second = await world.job(first), await world.ask()
        for _ in range(50):
            await loop().moment()
        assert (await world.job(first)).state is before.state is JobState.WAITING
        assert (await world.job(second)).state is JobState.ACCEPTED
