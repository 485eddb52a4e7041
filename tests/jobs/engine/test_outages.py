"""An outage: jobs wait at no cost, and each channel hears of it once, and once that it is over."""

import asyncio
import time
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from jobs.credits.instrumented import Metrics
from jobs.models import Job, OutageNotice, Reason
from jobs.models.states import JobState
from jobs.ports import AnswerLost, NothingSent, PortError, Undeliverable
from jobs.store.queries import jobs, notes, transitions
from tests.fakes.api_faults import Fault, FaultyMusicApi, bodies, refusals
from tests.fakes.clock import until
from tests.jobs.engine_world import SONG, VISIT, EngineWorld, engine_world
from tests.jobs.intercept import Genuine, intercept
from tests.jobs.shelf import ordered, touch


async def told(world: EngineWorld, count: int) -> list[OutageNotice]:
    """What was told of the outage, once it is so much."""
    await until(lambda: len(world.channel.told) >= count, f"notice {count}")
    return world.channel.told


async def noted(world: EngineWorld) -> bool:
    """Whether the one notice counts as told."""
    return [notice.told for notice in await world.store.read(notes.notices)] == [True]


async def forgotten(world: EngineWorld) -> bool:
    return not await world.store.read(notes.notices)


async def outage(world: EngineWorld) -> int:
    """An API that fails while songs are made, and takes no other; one of them, once the channel knows."""
    job_id, *others = [await world.ask() for _ in range(3)]
    for one in (job_id, *others):
        await world.until(one, JobState.WAITING)
    world.api.faults.add(refusals.ServerError(), "suno.task", times=None)
    world.api.faults.add(refusals.RateLimited(5), "suno.create", times=None)
    await told(world, 1)
    return job_id


async def test_an_outage_is_told_once_and_so_is_its_end(api: FaultyMusicApi, tmp_path: Path) -> None:
    async with engine_world(api, tmp_path) as world:
        job_id = await outage(world)
        waiting = await world.ask()
        await asyncio.sleep(400)
        assert len(world.channel.told) == 1
        world.api.faults.clear()
        await world.until(job_id, JobState.DONE)
        await world.until(waiting, JobState.DONE)
        struggling, back = await told(world, 2)
        assert (struggling.back, back.back) == (False, True)
        assert struggling.channel_id == back.channel_id == VISIT.channel_id
        assert struggling.nonce != back.nonce
        await until(lambda: forgotten(world))
    assert len(world.channel.told) == 2


async def test_jobs_wait_for_an_open_breaker_at_no_cost(api: FaultyMusicApi, tmp_path: Path) -> None:
    async with engine_world(api, tmp_path) as world:
        breaker = world.context.breakers.at("suno")
        breaker.open(time.time(), probe_at=time.time() + 3600)
        first, second = await world.ask(), await world.ask()
        await asyncio.sleep(600)
        for job_id in (first, second):
            job = await world.store.read(jobs.by_id, job_id)
            assert job is not None
            assert (job.state, job.tries) == (JobState.ACCEPTED, 0)
        assert not any(request.method == "POST" for request in world.api.requests)
        assert len(world.channel.told) == 1
        breaker.unused(time.time())
        await world.until(first, JobState.DONE)
        await world.until(second, JobState.DONE)
    assert [charge.credits for charge in world.api.charges] == [10, 10]


async def test_a_job_does_not_wait_past_its_deadline(api: FaultyMusicApi, tmp_path: Path) -> None:
    async with engine_world(api, tmp_path) as world:
        world.context.schedule = replace(world.context.schedule, queue_for=900.0)
        world.context.breakers.at("suno").open(time.time(), probe_at=time.time() + 10**9)
        begun = time.time()
        job = await world.until(await world.ask(), JobState.FAILED, told=True)
        assert 900 <= time.time() - begun < 1000
    assert job.reason is Reason.UNREACHABLE
    assert world.api.charges == ()


async def test_a_job_cancelled_as_the_probe_leaves_frees_its_place(
    api: FaultyMusicApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with engine_world(api, tmp_path) as world:

        async def save(genuine: Genuine, before: Job, after: Job, **options: object) -> object:
            if after.state is JobState.SUBMITTING and before.id == 1:
                await world.service.cancel(1)
                return False
            return await genuine(before, after, **options)

        intercept(monkeypatch, transitions.save, save)
        world.context.breakers.at("suno").open(time.time(), probe_at=time.time())
        await world.ask()
        await world.until(1, JobState.CANCELLED)
        begun = time.time()
        await world.until(await world.ask(), JobState.WAITING, JobState.DONE)
        assert time.time() - begun < 200, "it did not wait for a probe that never left"


async def test_a_restart_in_the_outage_repeats_nothing(api: FaultyMusicApi, tmp_path: Path) -> None:
    async with engine_world(api, tmp_path) as world:
        job_id = await outage(world)
    async with engine_world(api, tmp_path) as world:
        await asyncio.sleep(200)
        assert world.context.breakers.at("suno").opened_at is not None
        assert world.channel.told == []
        api.faults.clear()
        await world.until(job_id, JobState.DONE)
        [back] = await told(world, 1)
        assert back.back


async def test_a_channel_that_joins_in_the_outage_is_told_too(api: FaultyMusicApi, tmp_path: Path) -> None:
    async with engine_world(api, tmp_path) as world:
        await outage(world)
        accepted = await ordered(world.service, SONG, replace(VISIT, channel_id=22))
        await world.service.card_shown(accepted.job, None)
        notices = await told(world, 2)
        assert [notice.channel_id for notice in notices] == [2, 22]


@pytest.mark.parametrize(
    ("trouble", "heard"),
    [(NothingSent("503"), True), (AnswerLost("reset"), True), (Undeliverable("50013"), False)],
)
async def test_a_notice_that_cannot_be_posted(
    api: FaultyMusicApi, tmp_path: Path, trouble: PortError, heard: bool
) -> None:
    async with engine_world(api, tmp_path) as world:
        world.channel.mute = [trouble]
        world.context.breakers.at("suno").open(time.time(), probe_at=time.time() + 300)
        await world.ask()
        await until(lambda: noted(world))
    assert bool(world.channel.told) is heard


async def test_one_that_may_have_arrived_is_not_sent_past_the_nonce_window(
    api: FaultyMusicApi, tmp_path: Path
) -> None:
    async with engine_world(api, tmp_path) as world:
        world.channel.mute = [AnswerLost("reset")] * 1000
        world.context.breakers.at("suno").open(time.time(), probe_at=time.time() + 3600)
        await world.ask()
        await until(lambda: noted(world))
        assert 1000 - len(world.channel.mute) <= 8


async def test_an_api_that_flickers_is_not_announced_as_back(api: FaultyMusicApi, tmp_path: Path) -> None:
    async with engine_world(api, tmp_path) as world:
        await outage(world)
        breaker = world.context.breakers.at("suno")
        for _ in range(3):
            breaker.good("poll", time.time())
        breaker.good("submit", time.time())
        assert breaker.opened_at is None
        breaker.open(time.time(), probe_at=time.time() + 300)
        await asyncio.sleep(200)
        assert len(world.channel.told) == 1


async def test_refusals_are_no_bad_weather(api: FaultyMusicApi, tmp_path: Path) -> None:
    api.faults.add(refusals.NoCredits(), "suno.create", times=None)
    async with engine_world(api, tmp_path) as world:
        for _ in range(6):
            await world.until(await world.ask(), JobState.FAILED)
        assert world.context.breakers.at("suno").opened_at is None


async def test_a_key_that_is_no_longer_valid_is_no_bad_weather(api: FaultyMusicApi, tmp_path: Path) -> None:
    async with engine_world(api, tmp_path) as world:
        job_id = await world.ask()
        waiting = await world.until(job_id, JobState.WAITING)
        keys, world.api.keys = world.api.keys, ()
        await asyncio.sleep(300)
        assert (await world.until(job_id, JobState.WAITING)).tries > waiting.tries
        assert world.context.breakers.at("suno").opened_at is None
        world.api.keys = keys
        await world.until(job_id, JobState.DONE)
        assert world.channel.told == []


async def test_a_channel_that_waits_with_two_keys_hears_of_it_once(
    api: FaultyMusicApi, tmp_path: Path
) -> None:
    async with engine_world(api, tmp_path) as world:
        for account in (0, 7):
            world.context.breakers.at("suno", account).open(time.time(), probe_at=time.time() + 10**9)
            job = await world.store.read(jobs.by_id, await world.ask())
            assert job is not None
            assert await touch(world.store, job, account=account)
        await told(world, 1)
        await asyncio.sleep(300)
        assert len(world.channel.told) == 1


async def test_notices_that_cannot_be_read_stop_no_job(api: FaultyMusicApi, tmp_path: Path) -> None:
    async with engine_world(api, tmp_path) as world:
        await world.store.write(notes.write, "notice:suno:2", '{"written": "by another version"}')
    async with engine_world(api, tmp_path) as world:
        await world.until(await world.ask(), JobState.DONE)


async def test_stopping_ends_a_notice_on_its_way(world: EngineWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    leaving = asyncio.Event()

    async def notify(_notice: object) -> None:
        leaving.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(world.channel, "notify", notify)
    world.context.breakers.at("suno").open(time.time(), probe_at=time.time() + 3600)
    await world.ask()
    await leaving.wait()
    async with asyncio.timeout(5.0):
        await world.engine.stop(1.0)
    [notice] = await world.store.read(notes.notices)
    assert (notice.told, notice.first_try_at is None) == (False, False)


@dataclass
class Lateness(Metrics):
    """How late each step began."""

    found: list[float] = field(default_factory=list)

    def took(self, step: str, late: float) -> None:
        del step
        self.found.append(late)


@pytest.mark.usefixtures("unmeasured")
@pytest.mark.parametrize(
    ("fault", "count"),
    [
        (refusals.ServerError(), 200),
        (bodies.InvalidJson(), 30),
        (bodies.WebPage(), 30),
        (bodies.ErrorInSuccess(), 30),
    ],
    ids=lambda one: type(one).__name__ if isinstance(one, Fault) else None,
)
async def test_one_sick_task_makes_no_other_job_wait(
    api: FaultyMusicApi, tmp_path: Path, fault: Fault, count: int
) -> None:
    api.account.balance = replace(api.account.balance, credits=10 * (count + 1))
    async with engine_world(api, tmp_path) as world:
        world.context.metrics = late = Lateness()
        sick = await world.until(await world.ask(), JobState.WAITING)
        api.faults.add(fault, f"*/{sick.task_id}", times=None)
        await asyncio.sleep(120.0)  # it fails when nobody else proves that the API is well
        others = []
        for _ in range(count):
            await asyncio.sleep(world.context.catalogue.submit_interval + 1.0)
            others.append(await world.ask())
        for job_id in others:
            await world.until(job_id, JobState.DONE)
        assert api.faults.rules[-1].hits > 5
        assert (await world.job(sick.id)).state is JobState.WAITING
        assert max(late.found) < 1.0
        assert world.channel.told == []
