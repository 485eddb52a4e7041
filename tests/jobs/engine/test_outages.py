"""An outage: jobs wait at no cost, and each channel hears of it once, and once that it is over."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from jobs.models import OutageNotice, Reason
from jobs.models.states import JobState
from jobs.ports import AnswerLost, NothingSent, PortError, Undeliverable
from sandbox.music_api import MusicApiStandIn
from sandbox.music_api.faults import refusals
from tests.jobs.engine_world import SONG, VISIT, EngineWorld, engine_world


async def told(world: EngineWorld, count: int) -> list[OutageNotice]:
    """What was told of the weather, once it is so much."""
    for _ in range(1500):
        if len(world.channel.told) >= count:
            return world.channel.told
        await asyncio.sleep(0.01)
    raise AssertionError(f"told only {world.channel.told}")


async def passed(world: EngineWorld, seconds: float) -> None:
    """Wait until so much time of the engine's clock is over."""
    end = world.clock.now() + seconds
    for _ in range(1500):
        if world.clock.now() >= end:
            return
        await asyncio.sleep(0.01)
    raise AssertionError(f"the clock stands at {world.clock.now()}")


async def outage(world: EngineWorld) -> int:
    """An API that fails while a song is made, and takes no other; the song, once the channel knows."""
    job_id = await world.ask()
    await world.until(job_id, JobState.WAITING)
    world.api.faults.add(refusals.ServerError(), "suno.task", times=None)
    world.api.faults.add(refusals.RateLimited(5), "suno.create", times=None)
    await told(world, 1)
    return job_id


async def test_an_outage_is_told_once_and_so_is_its_end(api: MusicApiStandIn, tmp_path: Path) -> None:
    async with engine_world(api, tmp_path) as world:
        job_id = await outage(world)
        waiting = await world.ask()
        await passed(world, 400)
        assert len(world.channel.told) == 1
        world.api.faults.clear()
        await world.until(job_id, JobState.DONE)
        await world.until(waiting, JobState.DONE)
        struggling, back = await told(world, 2)
        assert (struggling.back, back.back) == (False, True)
        assert struggling.channel_id == back.channel_id == VISIT.channel_id
        assert struggling.nonce != back.nonce
        await until_forgotten(world)
    assert len(world.channel.told) == 2


async def until_forgotten(world: EngineWorld) -> None:
    for _ in range(1500):
        if not await world.store.notices():
            return
        await asyncio.sleep(0.01)
    raise AssertionError(await world.store.notices())


async def test_jobs_wait_for_an_open_breaker_at_no_cost(api: MusicApiStandIn, tmp_path: Path) -> None:
    async with engine_world(api, tmp_path) as world:
        breaker = world.context.breakers.at("suno")
        breaker.open(world.clock.now(), probe_at=world.clock.now() + 3600)
        first, second = await world.ask(), await world.ask()
        await passed(world, 600)
        for job_id in (first, second):
            job = await world.store.job(job_id)
            assert job is not None
            assert (job.state, job.tries, job.submit_at) == (JobState.ACCEPTED, 0, None)
        assert not any(request.method == "POST" for request in world.api.requests)
        assert len(world.channel.told) == 1
        breaker.unused(world.clock.now())
        await world.until(first, JobState.DONE)
        await world.until(second, JobState.DONE)
    assert [charge.credits for charge in world.api.charges] == [10, 10]


async def test_a_job_does_not_wait_past_its_deadline(api: MusicApiStandIn, tmp_path: Path) -> None:
    async with engine_world(api, tmp_path) as world:
        world.context.schedule = replace(world.context.schedule, queue_for=900.0)
        world.context.breakers.at("suno").open(world.clock.now(), probe_at=world.clock.now() + 10**9)
        begun = world.clock.now()
        job = await world.until(await world.ask(), JobState.FAILED, told=True)
        assert 900 <= world.clock.now() - begun < 1000
    assert job.reason is Reason.UNREACHABLE
    assert world.api.charges == ()


async def test_a_job_cancelled_as_the_probe_leaves_frees_its_place(
    api: MusicApiStandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with engine_world(api, tmp_path) as world:
        genuine = world.store.move

        async def move(job: object, to: JobState, **options: object) -> bool:
            if to is JobState.SUBMITTING and job.id == 1:  # type: ignore[attr-defined] # a job
                monkeypatch.setattr(world.store, "move", genuine)
                await world.service.cancel(1)
                return False
            return await genuine(job, to, **options)  # type: ignore[arg-type] # passed through

        monkeypatch.setattr(world.store, "move", move)
        world.context.breakers.at("suno").open(world.clock.now(), probe_at=world.clock.now())
        await world.ask()
        await world.until(1, JobState.CANCELLED)
        begun = world.clock.now()
        await world.until(await world.ask(), JobState.WAITING, JobState.DONE)
        assert world.clock.now() - begun < 200, "it did not wait for a probe that never left"


async def test_a_restart_in_the_outage_repeats_nothing(api: MusicApiStandIn, tmp_path: Path) -> None:
    async with engine_world(api, tmp_path) as world:
        job_id = await outage(world)
    async with engine_world(api, tmp_path) as world:
        await passed(world, 200)
        assert world.context.breakers.at("suno").opened_at is not None
        assert world.channel.told == []
        api.faults.clear()
        await world.until(job_id, JobState.DONE)
        [back] = await told(world, 1)
        assert back.back


async def test_a_channel_that_joins_in_the_outage_is_told_too(api: MusicApiStandIn, tmp_path: Path) -> None:
    async with engine_world(api, tmp_path) as world:
        await outage(world)
        accepted = await world.service.accept(SONG, replace(VISIT, channel_id=22))
        await world.service.card_shown(accepted.job, None)
        notices = await told(world, 2)
        assert [notice.channel_id for notice in notices] == [2, 22]


@pytest.mark.parametrize(
    ("trouble", "heard"),
    [(NothingSent("503"), True), (AnswerLost("reset"), True), (Undeliverable("50013"), False)],
)
async def test_a_notice_that_cannot_be_posted(
    api: MusicApiStandIn, tmp_path: Path, trouble: PortError, heard: bool
) -> None:
    async with engine_world(api, tmp_path) as world:
        world.channel.mute = [trouble]
        world.context.breakers.at("suno").open(world.clock.now(), probe_at=world.clock.now() + 300)
        await world.ask()
        for _ in range(500):
            notices = await world.store.notices()
            if notices and notices[0].told:
                break
            await asyncio.sleep(0.01)
        assert [notice.told for notice in notices] == [True]
    assert bool(world.channel.told) is heard


async def test_one_that_may_have_arrived_is_not_sent_past_the_nonce_window(
    api: MusicApiStandIn, tmp_path: Path
) -> None:
    async with engine_world(api, tmp_path) as world:
        world.channel.mute = [AnswerLost("reset")] * 1000
        world.context.breakers.at("suno").open(world.clock.now(), probe_at=world.clock.now() + 3600)
        await world.ask()
        for _ in range(1000):
            notices = await world.store.notices()
            if notices and notices[0].told:
                break
            await asyncio.sleep(0.01)
        assert notices[0].told
        assert 1000 - len(world.channel.mute) <= 8


async def test_an_api_that_flickers_is_not_announced_as_back(api: MusicApiStandIn, tmp_path: Path) -> None:
    async with engine_world(api, tmp_path) as world:
        await outage(world)
        breaker = world.context.breakers.at("suno")
        for _ in range(3):
            breaker.good("poll", world.clock.now())
        breaker.good("submit", world.clock.now())
        assert breaker.opened_at is None
        breaker.open(world.clock.now(), probe_at=world.clock.now() + 300)
        await passed(world, 200)
        assert len(world.channel.told) == 1


async def test_refusals_are_no_bad_weather(api: MusicApiStandIn, tmp_path: Path) -> None:
    api.faults.add(refusals.NoCredits(), "suno.create", times=None)
    async with engine_world(api, tmp_path) as world:
        for _ in range(6):
            await world.until(await world.ask(), JobState.FAILED)
        assert world.context.breakers.at("suno").opened_at is None


async def test_a_key_that_is_no_longer_valid_is_no_bad_weather(api: MusicApiStandIn, tmp_path: Path) -> None:
    async with engine_world(api, tmp_path) as world:
        job_id = await world.ask()
        waiting = await world.until(job_id, JobState.WAITING)
        front = world.api._front
        keys, front.keys = front.keys, ()
        await passed(world, 300)
        assert (await world.until(job_id, JobState.WAITING)).tries > waiting.tries
        assert world.context.breakers.at("suno").opened_at is None
        front.keys = keys
        await world.until(job_id, JobState.DONE)
        assert world.channel.told == []


async def test_a_channel_that_waits_with_two_keys_hears_of_it_once(
    api: MusicApiStandIn, tmp_path: Path
) -> None:
    async with engine_world(api, tmp_path) as world:
        for account in (0, 7):
            world.context.breakers.at("suno", account).open(
                world.clock.now(), probe_at=world.clock.now() + 10**9
            )
            job = await world.store.job(await world.ask())
            assert job is not None
            assert await world.store.touch(job, account=account)
        await told(world, 1)
        await passed(world, 300)
        assert len(world.channel.told) == 1


async def test_notices_that_cannot_be_read_stop_no_job(api: MusicApiStandIn, tmp_path: Path) -> None:
    async with engine_world(api, tmp_path) as world:
        await world.store.write_note("notice:suno:2", '{"written": "by another version"}')
    async with engine_world(api, tmp_path) as world:
        await world.until(await world.ask(), JobState.DONE)


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
