"""Results that come one by one: what is ready is posted soon, the rest follows, what is missing is named."""

import asyncio
import time
from pathlib import Path

import pytest

from jobs.models import Job, Order, Reason
from jobs.models.states import JobState
from jobs.store.queries import clips
from sandbox.music_api.options import Options
from tests.fakes.api_faults import FaultyMusicApi, polls, refusals
from tests.fakes.clock import until
from tests.jobs.engine_world import CARD, SONG, VISIT, EngineWorld, engine_world

_MINUTE = 60.0
# A round of polls: those of a song that is late come every minute.
_ROUND = 75.0


def messages(world: EngineWorld) -> list[tuple[int, tuple[int, ...], tuple[int, ...] | None]]:
    """What was posted of results: number, positions, and what was said to be missing."""
    return [(post.seq, post.said, post.missing) for _, post, _ in world.channel.posted]


async def over(world: EngineWorld, job_id: int) -> Job:
    """The job once nothing more is done about it."""

    async def rests() -> Job | None:
        job = await world.job(job_id)
        return job if job.due_at is None else None

    job: Job | None = await until(rests, f"job {job_id} rests")
    assert job is not None
    return job


async def stems_of_a_song(world: EngineWorld, name: str = "suno.stems_full") -> Order:
    song_id = await world.ask()
    await world.until(song_id, JobState.DONE)
    [first, *_] = await world.store.read(clips.of_job, song_id)
    world.channel.posted.clear()
    return Order(name, {"clip_id": first.clip_id}, "rivers", first.clip_id)


async def test_stems_that_come_one_by_one_are_posted_together(world: EngineWorld) -> None:
    order = await stems_of_a_song(world)
    world.api.faults.add(polls.Grows(20.0), "suno.task", times=None)
    job = await over(world, await world.ask(order))
    assert job.state is JobState.DONE
    assert messages(world) == [(0, (0, 1, 2, 3, 4, 5), ()), (1, (6, 7, 8, 9, 10, 11), None)]


async def test_stems_that_come_slowly_all_arrive_in_a_few_messages(world: EngineWorld) -> None:
    order = await stems_of_a_song(world)
    world.api.faults.add(polls.Grows(90.0), "suno.task", times=None)
    job_id = await world.ask(order)
    job = await over(world, job_id)
    assert job.state is JobState.DONE
    said = [position for _, positions, _ in messages(world) for position in positions]
    assert said == list(range(12))
    assert messages(world)[0] == (0, (0,), tuple(range(1, 12)))
    assert messages(world)[-1][2] == ()
    assert 3 <= len(messages(world)) <= 6
    whole = job.notified_at or 0.0
    assert whole - (job.finished_at or 0.0) < 11 * 90 + _ROUND, "nothing waits once all are there"
    assert {post.reply_to for _, post, _ in world.channel.posted[1:]} == {1}
    parts = {clip.part for clip in await world.store.read(clips.of_job, job_id)}
    assert len(parts) == 12


async def test_more_stems_than_usual_are_waited_for(world: EngineWorld) -> None:
    order = await stems_of_a_song(world)
    world.api.options = Options(full_stems=14)
    world.api.faults.add(polls.Grows(50.0), "suno.task", times=None)
    await over(world, await world.ask(order))
    said = [position for _, positions, _ in messages(world) for position in positions]
    assert said == list(range(14))


@pytest.mark.parametrize("later", [90.0, 480.0])
async def test_a_second_song_that_is_listed_late_follows(world: EngineWorld, later: float) -> None:
    world.api.faults.add(polls.Grows(later), "suno.task", times=None)
    begun = time.time()
    job_id = await world.ask()
    first = await world.until(job_id, JobState.DONE)
    assert (first.notified_at or 0.0) - begun < 60 + _MINUTE + _ROUND
    assert messages(world) == [(0, (0,), (1,))]
    job = await over(world, job_id)
    assert messages(world)[1:] == [(1, (1,), ())]
    assert job.finished_at == first.finished_at, "how long it took is told by the first"
    assert len(world.api.charges) == 1


async def test_a_song_that_ends_late_follows(world: EngineWorld) -> None:
    world.api.faults.add(polls.Straggles(0, 3600.0), "suno.task", times=None)
    job_id = await world.ask()
    await world.until(job_id, JobState.DONE)
    assert messages(world) == [(0, (1,), (0,))]
    await over(world, job_id)
    assert messages(world)[1:] == [(1, (0,), ())]
    first, second = await world.store.read(clips.of_job, job_id)
    assert (first.part, second.part) == ("take 1", "take 2")


@pytest.mark.usefixtures("unmeasured")
async def test_a_song_that_never_ends_is_named_and_can_be_looked_for_later(world: EngineWorld) -> None:
    rule = world.api.faults.add(polls.Straggles(), "suno.task", times=None)
    begun = time.time()
    job_id = await world.ask()
    job = await world.until(job_id, JobState.DONE)
    assert (job.notified_at or 0.0) - begun < 5 * _MINUTE
    job = await over(world, job_id)
    assert messages(world) == [(0, (0,), (1,)), (1, (), (1,))]
    assert time.time() - begun < 3 * 3600.0
    rule.times = 0
    assert await world.service.look_again(job_id, VISIT) is not None
    await over(world, job_id)
    assert messages(world)[2:] == [(2, (1,), ())]
    assert await world.service.look_again(job_id, VISIT) is None, "all is there"


async def test_looking_again_says_so_where_nothing_more_has_come(world: EngineWorld) -> None:
    world.api.faults.add(polls.Grows(1.0, most=1), "suno.task", times=None)
    job_id = await world.ask()
    job = await over(world, job_id)
    told_at = job.notified_at or 0.0
    assert 500 <= told_at - (job.finished_at or 0.0) < 600 + _ROUND, "a short list is watched for ten minutes"
    assert messages(world) == [(0, (0,), (1,)), (1, (), (1,))]
    await asyncio.sleep(3600.0)
    begun = time.time()
    assert await world.service.look_again(job_id, VISIT) is not None
    job = await over(world, job_id)
    assert messages(world)[2:] == [(2, (), (1,))]
    assert 5 * _MINUTE <= (job.notified_at or 0.0) - begun < 5 * _MINUTE + _ROUND
    assert (job.notified_at or 0.0) > told_at
    assert job.state is JobState.DONE


async def test_a_take_that_fails_after_the_first_was_posted_is_said(world: EngineWorld) -> None:
    world.api.faults.add(polls.Straggles(), "suno.task", times=None)
    job_id = await world.ask()
    await world.until(job_id, JobState.DONE)
    world.api.faults.clear()
    task = world.api.store.tasks[(await world.job(job_id)).task_id]
    task.lost[task.clips[1].clip_id] = "it broke"
    await over(world, job_id)
    [_, (_, word, _)] = world.channel.posted
    assert (word.said, word.failed, word.missing) == ((), (1,), ())


async def test_a_task_that_fails_after_the_first_was_posted_leaves_that_alone(world: EngineWorld) -> None:
    world.api.faults.add(polls.Straggles(), "suno.task", times=None)
    job_id = await world.ask()
    await world.until(job_id, JobState.DONE)
    world.api.faults.clear()
    world.api.faults.add(refusals.Failed(), "suno.task", times=None)
    job = await over(world, job_id)
    assert (job.state, job.returned) == (JobState.DONE, 0)
    assert messages(world) == [(0, (0,), (1,)), (1, (), (1,))]


async def test_what_is_ready_is_posted_although_the_api_falls_silent(world: EngineWorld) -> None:
    world.api.faults.add(polls.Straggles(), "suno.task", times=None)
    job_id = await world.ask()
    await until(lambda: world.file("SELECT 1 FROM clip"), "a result")
    world.api.faults.add(refusals.ServerError(), "suno.task", times=None)
    begun = time.time()
    await world.until(job_id, JobState.DONE)
    assert time.time() - begun < _MINUTE + _ROUND


async def test_results_that_are_listed_in_another_order_stay_what_they_are(world: EngineWorld) -> None:
    order = await stems_of_a_song(world)
    world.api.faults.add(polls.Grows(90.0), "suno.task", times=None)
    world.api.faults.add(polls.Turned(), "suno.task", times=None)
    job_id = await world.ask(order)
    await over(world, job_id)
    said = [position for _, positions, _ in messages(world) for position in positions]
    assert sorted(said) == list(range(12))
    known = await world.store.read(clips.of_job, job_id)
    assert len({clip.clip_id for clip in known}) == 12


async def test_after_a_restart_the_rest_still_follows(api: FaultyMusicApi, tmp_path: Path) -> None:
    rule = api.faults.add(polls.Straggles(), "suno.task", times=None)
    async with engine_world(api, tmp_path) as world:
        job_id = await world.ask()
        await world.until(job_id, JobState.DONE)
    await asyncio.sleep(3 * 3600.0)
    rule.times = 0
    async with engine_world(api, tmp_path) as world:
        await over(world, job_id)
        assert messages(world) == [(1, (1,), ())]


async def test_sent_again_in_between_all_of_it_comes_and_the_rest_follows_there(world: EngineWorld) -> None:
    rule = world.api.faults.add(polls.Straggles(), "suno.task", times=None)
    job_id = await world.ask()
    await world.until(job_id, JobState.DONE)
    world.channel.posted.clear()
    assert await world.service.send_again(job_id, VISIT) is not None
    await world.until(job_id, JobState.DONE)
    rule.times = 0
    await over(world, job_id)
    assert messages(world) == [(0, (0,), (1,)), (1, (1,), ())]


async def test_a_listing_that_is_short_and_failed_is_not_the_end_at_once(world: EngineWorld) -> None:
    world.api.faults.add(polls.ClipsFail((0,)), "suno.task")
    world.api.faults.add(polls.Grows(400.0), "suno.task", times=None)
    job = await over(world, await world.ask(SONG))
    assert job.state is JobState.DONE
    [(_, post, _)] = world.channel.posted
    assert (post.said, post.failed, post.missing) == ((1,), (0,), ())


async def test_where_all_that_is_listed_has_failed_the_job_fails_in_the_end(world: EngineWorld) -> None:
    world.api.faults.add(polls.ClipsFail((0,)), "suno.task")
    world.api.faults.add(polls.Grows(1.0, most=1), "suno.task", times=None)
    job = await over(world, await world.ask(SONG))
    assert (job.state, job.reason) == (JobState.FAILED, Reason.TASK)


async def test_what_comes_later_goes_where_the_first_is(world: EngineWorld) -> None:
    await world.service.change_settings(1, 3, lambda _: {"threads": True})
    world.api.faults.add(polls.Straggles(1, 400.0), "suno.task", times=None)
    job_id = await world.ask()
    await world.until(job_id, JobState.DONE)
    await world.service.change_settings(1, 3, lambda _: {"threads": None, "results_channel": 99})
    await over(world, job_id)
    assert [job.thread_id for job, _, _ in world.channel.posted] == [CARD, CARD]
    assert len(world.channel.threads) == 1


async def test_looking_again_for_a_take_that_failed_is_answered(world: EngineWorld) -> None:
    world.api.faults.add(polls.ClipsFail((1,)), "suno.task")
    job_id = await world.ask()
    await over(world, job_id)
    assert await world.service.look_again(job_id, VISIT) is not None
    await over(world, job_id)
    assert [(post.said, post.failed) for _, post, _ in world.channel.posted] == [((0,), (1,)), ((), (1,))]
