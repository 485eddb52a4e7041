"""What goes wrong at an odd moment, after a long absence or by an odd clock ends as well, and only once."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from jobs.engine import deliver, fetch
from jobs.models import OWN_ACCOUNT, Attachment, Job, Reason
from jobs.models.states import JobState
from jobs.ports import AnswerLost, FileTooBig, NothingSent, Undeliverable
from sandbox.music_api import MusicApiStandIn
from sandbox.music_api.faults import connection, looks, refusals
from tests.jobs.engine_world import EngineWorld, Landed, engine_world

_DAY = 24 * 3600.0


@pytest.fixture
async def world(api: MusicApiStandIn, tmp_path: Path) -> AsyncIterator[EngineWorld]:
    async with engine_world(api, tmp_path) as ready:
        yield ready


async def test_an_api_that_loses_every_answer_is_not_asked_for_ever(world: EngineWorld) -> None:
    """Each time the balance shows that nothing was charged; in the end that is told."""
    world.api.faults.add(refusals.ServerError(), "suno.create", times=None)
    begun = world.clock.now()
    job = await world.until(await world.ask(), JobState.FAILED, told=True)
    assert job.reason is Reason.UNREACHABLE
    assert 600 <= world.clock.now() - begun < 1300
    assert sum(request.method == "POST" for request in world.api.requests) > 2
    assert world.api.charges == ()


async def test_what_the_api_has_retired_ends_a_job_even_where_that_cannot_be_remembered(
    world: EngineWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def write_note(*_: object) -> None:
        raise OperationalError("INSERT", {}, sqlite3.OperationalError("database or disk is full"))

    monkeypatch.setattr(world.store, "write_note", write_note)
    world.api.faults.add(refusals.Retired(), "suno.create")
    job = await world.until(await world.ask(), JobState.FAILED, told=True)
    assert job.reason is Reason.RETIRED


@pytest.mark.parametrize("refusal", [FileTooBig("413"), Undeliverable("50013")])
async def test_a_refusal_after_a_lost_answer_does_not_hide_the_message_that_is_there(
    world: EngineWorld, refusal: FileTooBig | Undeliverable
) -> None:
    world.channel.troubles = [Landed("503"), refusal]
    await world.until(await world.ask(), JobState.DONE)
    [(_, _, names)] = world.channel.posted
    assert len(names) == 3


async def test_links_instead_of_files_wait_until_no_earlier_try_can_land(world: EngineWorld) -> None:
    world.channel.troubles = [AnswerLost("503"), *[FileTooBig("413")] * 2]
    begun = world.clock.now()
    job = await world.until(await world.ask(), JobState.DONE)
    [(_, post, names)] = world.channel.posted
    assert (post.linked, names) == ((0, 1), ())
    assert world.channel.found, "the history was searched"
    assert (job.notified_at or 0.0) - begun > 120


async def test_a_held_job_given_up_while_it_is_told_is_over(
    world: EngineWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def post(job: Job, *_: object) -> int:
        await world.service.cancel(job.id)
        raise NothingSent("503")

    monkeypatch.setattr(world.channel, "post", post)
    world.api.faults.add(connection.CutAfterEffect(), "suno.create")
    job_id = await world.ask()
    await world.until(job_id, JobState.CANCELLED)
    await world.engine.stop(5.0)
    job = await world.until(job_id, JobState.CANCELLED)
    assert job.due_at is None


async def test_a_picture_that_comes_slowly_does_not_outlast_the_nonce(
    world: EngineWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first try lands at once; before the second one the picture takes longer than Discord remembers."""
    genuine, times = fetch.fetch_cover, 0

    async def slowly(*arguments: Any) -> Sequence[Attachment]:  # noqa: ANN401 - passed through
        nonlocal times
        times += 1
        world.clock.time += 300.0 if times > 1 else 0.0
        return await genuine(*arguments)

    monkeypatch.setattr(deliver, "fetch_cover", slowly)
    world.channel.troubles = [Landed("503")]
    await world.until(await world.ask(), JobState.DONE)
    assert times > 1
    assert len(world.channel.posted) == 1


async def test_after_a_day_away_one_failed_try_strands_nothing(api: MusicApiStandIn, tmp_path: Path) -> None:
    async with engine_world(api, tmp_path) as world:
        world.channel.troubles = [NothingSent("503")] * 1000
        job_id = await world.ask()
        job = await world.until(job_id, JobState.POSTING)
        await world.engine.stop(5.0)
        later = world.clock.now() + 2 * _DAY
    async with engine_world(api, tmp_path) as world:
        world.clock.time = later
        world.channel.troubles = [NothingSent("503")] * 3
        job = await world.until(job_id, JobState.DONE, JobState.UNDELIVERABLE)
        assert job.state is JobState.DONE


async def test_after_a_day_away_one_failed_look_gives_up_no_song(
    api: MusicApiStandIn, tmp_path: Path
) -> None:
    async with engine_world(api, tmp_path) as world:
        rule = api.faults.add(looks.NotReady(), "suno.task", times=None)
        job_id = await world.ask()
        job = await world.until(job_id, JobState.WAITING)
        await world.engine.stop(5.0)
        later = world.clock.now() + _DAY
        rule.times = 0
        for _ in range(600):
            clips = (await world.context.api.poll("suno", job.task_id, OWN_ACCOUNT)).results
            if clips and all(clip.state == "succeeded" for clip in clips):
                break
            await asyncio.sleep(0.05)
    api.faults.add(refusals.ServerError(), "suno.task", times=2)
    async with engine_world(api, tmp_path) as world:
        world.clock.time = later
        job = await world.until(job_id, JobState.DONE, JobState.FAILED)
        assert job.state is JobState.DONE


async def test_a_clock_that_is_set_back_stops_nothing(world: EngineWorld) -> None:
    world.api.faults.add(looks.NotReady(), "suno.task", times=3)
    world.channel.troubles = [NothingSent("503")]
    job_id = await world.ask()
    await world.until(job_id, JobState.WAITING)
    world.clock.time -= _DAY
    set_back_to = world.clock.now()
    await world.until(job_id, JobState.DONE)
    assert world.clock.now() - set_back_to < 3600


async def test_what_a_clock_that_was_ahead_has_put_off_is_not_waited_for(
    api: MusicApiStandIn, tmp_path: Path
) -> None:
    async with engine_world(api, tmp_path) as world:
        api.faults.add(looks.NotReady(), "suno.task", times=None)
        job_id = await world.ask()
        await world.until(job_id, JobState.WAITING)
        await world.engine.stop(5.0)
        earlier = world.clock.now() - 365 * _DAY
    api.faults.clear()
    async with engine_world(api, tmp_path) as world:
        world.clock.time = earlier
        await world.until(job_id, JobState.DONE)
        assert world.clock.now() - earlier < 2 * 3600
