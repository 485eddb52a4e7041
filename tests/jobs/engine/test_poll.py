"""Polls: rarer with time, not misled by a proxy, and not without end."""

import asyncio
import time
from pathlib import Path
from typing import Any

import pytest

from jobs.models import Clip, Job, Order, Reason
from jobs.models.states import JobState
from jobs.orders.cards import usually
from jobs.store.queries import clips, jobs
from tests.fakes.api_faults import Fault, FaultyMusicApi, bodies, polls, refusals
from tests.jobs.engine_world import VISIT, EngineWorld, engine_world

_DAY = 24 * 3600.0


async def clips_of(world: EngineWorld, job: Job) -> list[Clip]:
    return await world.store.read(clips.of_job, job.id)


@pytest.fixture
def song_scale() -> float:
    """Songs that several polls find unfinished: what has ended can fail no more."""
    return 10.0


async def test_an_api_that_never_finishes_is_not_waited_for_for_ever(world: EngineWorld) -> None:
    world.api.faults.add(polls.NotReady(), "suno.task", times=None)
    begun = time.time()
    job = await world.until(await world.ask(), JobState.FAILED, told=True)
    assert job.reason is Reason.DEADLINE
    assert 1800 <= time.time() - begun < 2400
    polls_made = sum(request.method == "GET" and "task" in request.path for request in world.api.requests)
    assert polls_made < 80, "polls become rarer"


@pytest.mark.parametrize(
    "answer",
    [
        refusals.GatewayTimeout(),
        refusals.ServerError(),
        refusals.Retired(),
        refusals.NoSubscription(),
        refusals.CopyrightedContent(),
        refusals.RateLimited(),
        polls.Unknown(),
        bodies.WebPage(),
    ],
    ids=lambda fault: type(fault).__name__,
)
async def test_only_a_word_about_the_task_ends_it(world: EngineWorld, answer: Fault) -> None:
    rule = world.api.faults.add(answer, "suno.task", times=None)
    job_id = await world.ask()
    await asyncio.sleep(900.0)
    assert rule.hits > 6
    assert (await world.job(job_id)).state is JobState.WAITING
    rule.times = 0
    await world.until(job_id, JobState.DONE)
    assert not world.context.unanswered


@pytest.mark.parametrize(
    ("answer", "reason", "words"),
    [
        (refusals.GatewayTimeout(), Reason.SILENT, ""),
        (refusals.NoSubscription(), Reason.SILENT, "An active subscription is required."),
        (refusals.Retired(), Reason.FORGOTTEN, "This endpoint has been retired."),
        (polls.Unknown(), Reason.FORGOTTEN, ""),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Fault) else "",
)
async def test_at_the_deadline_the_reason_fits_and_another_look_is_free(
    world: EngineWorld, answer: Fault, reason: Reason, words: str
) -> None:
    rule = world.api.faults.add(answer, "suno.task", times=None)
    begun = time.time()
    job_id = await world.ask()
    job = await world.until(job_id, JobState.FAILED, told=True)
    assert (job.reason, job.reason_text) == (reason, words)
    assert 1800 <= time.time() - begun < 2400
    assert not world.context.unanswered
    rule.times = 0
    assert await world.service.send_again(job_id, VISIT) is not None
    await world.until(job_id, JobState.DONE)
    assert len(world.api.charges) == 1


async def test_a_key_that_is_no_longer_accepted_is_named(api: FaultyMusicApi, tmp_path: Path) -> None:
    async with engine_world(api, tmp_path) as world:
        job_id = await world.ask()
        await world.until(job_id, JobState.WAITING)
        api.keys = ()
        job = await world.until(job_id, JobState.FAILED, told=True)
        assert job.reason is Reason.KEY


async def test_a_task_that_failed_ends_the_job_however_the_api_says_so(
    world: EngineWorld,
) -> None:
    world.api.faults.add(polls.TaskFails("timeout"), "suno.task")
    job = await world.until(await world.ask(), JobState.FAILED, told=True)
    assert job.reason is Reason.TASK
    assert (job.charged, job.returned) == (10, 10)


async def test_a_task_given_up_on_can_be_looked_at_again_for_nothing(world: EngineWorld) -> None:
    rule = world.api.faults.add(polls.NotReady(), "suno.task", times=None)
    job_id = await world.ask()
    await world.until(job_id, JobState.FAILED, told=True)
    rule.times = 0
    assert await world.service.send_again(job_id, VISIT) is not None
    await world.until(job_id, JobState.DONE)
    assert len(world.api.charges) == 1


async def test_our_own_history_tells_when_to_look_first(world: EngineWorld) -> None:
    assert await usually(world.context, "suno.create") == 120
    for _ in range(5):
        await world.until(await world.ask(), JobState.DONE)
    durations = await world.store.read(jobs.durations, "suno.create")
    assert await usually(world.context, "suno.create") == sorted(durations)[2]


async def test_after_a_day_away_one_failed_look_gives_up_no_song(api: FaultyMusicApi, tmp_path: Path) -> None:
    async with engine_world(api, tmp_path) as world:
        rule = api.faults.add(polls.NotReady(), "suno.task", times=None)
        job_id = await world.ask()
        job = await world.until(job_id, JobState.WAITING)
        rule.times = 0
    await asyncio.sleep(_DAY)
    api.faults.add(refusals.ServerError(), "suno.task", times=6)
    async with engine_world(api, tmp_path) as world:
        job = await world.until(job_id, JobState.DONE, JobState.FAILED)
        assert job.state is JobState.DONE


async def test_the_clip_that_a_task_was_made_from_is_none_of_its_results(world: EngineWorld) -> None:
    first = await world.until(await world.ask(), JobState.DONE)
    [song, _] = await clips_of(world, first)

    class SourceListed(bodies.ListingRewrite):
        def rewrite(self, body: dict[str, Any]) -> object:
            source = {**body["data"][0], "clip_id": song.clip_id, "audio_url": song.audio_url}
            return body | {"data": [{**source, "state": "succeeded"}, *body["data"]]}

    world.api.faults.add(SourceListed(), "suno.task", times=None)
    params = {"clip_id": song.clip_id, "continue_at": 1}
    job = await world.until(
        await world.ask(Order("suno.extend", params, "", source_clip_id=song.clip_id)), JobState.DONE
    )
    assert [clip.part for clip in await clips_of(world, job)] == ["take 1", "take 2"]
    assert song.clip_id not in {clip.clip_id for clip in await clips_of(world, job)}


async def test_two_songs_of_one_id_are_both_attached(world: EngineWorld) -> None:
    world.api.faults.add(bodies.OneId(), "suno.task", times=None)
    job = await world.until(await world.ask(), JobState.DONE)
    first, second = await clips_of(world, job)
    assert (bool(first.clip_id), second.clip_id) == (True, "")
    assert first.audio_url != second.audio_url
    [(_, _, names)] = world.channel.posted
    assert sum(name.endswith(".mp3") for name in names) == 2
