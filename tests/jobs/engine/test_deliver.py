"""Delivery: each message once, with its files or their links, and an end to trying."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from jobs.engine import deliver, fetch
from jobs.models import Attachment, Clip, Job, Post, Reason
from jobs.models.states import JobState
from jobs.ports import AnswerLost, FilesRefused, FileTooBig, NothingSent, PortError, Undeliverable
from jobs.store.queries import jobs
from tests.fakes.api_faults import FaultyMusicApi, connection, refusals
from tests.fakes.clock import until
from tests.jobs.engine_world import VISIT, EngineWorld, Landed, engine_world

_DAY = 24 * 3600.0


@pytest.mark.parametrize("trouble", [AnswerLost("reset"), NothingSent("429", retry_after=5.0)])
async def test_a_post_that_may_be_there_is_tried_again_with_the_same_nonce(
    world: EngineWorld, trouble: PortError
) -> None:
    world.channel.troubles = [trouble]
    await world.until(await world.ask(), JobState.DONE)
    assert len(world.channel.posted) == 1


async def test_past_the_nonce_window_the_history_is_searched_first(world: EngineWorld) -> None:
    world.channel.troubles = [AnswerLost("reset")] * 9
    await world.until(await world.ask(), JobState.DONE)
    assert world.channel.found, "looked before posting again"
    assert len(world.channel.posted) == 1


async def test_each_search_of_the_history_begins_where_the_last_one_found_nothing(world: EngineWorld) -> None:
    world.channel.troubles = [AnswerLost("reset")] * 20
    await world.until(await world.ask(), JobState.DONE)
    begun = [post.first_try_at or 0.0 for post in world.channel.found]
    assert len(begun) > 2
    assert all(later - earlier > 90 for earlier, later in pairwise(begun)), "within the window the nonce does"


async def test_only_as_many_files_go_as_links_as_discord_refuses(world: EngineWorld) -> None:
    world.channel.troubles = [FileTooBig("40005")]
    await world.until(await world.ask(), JobState.DONE)
    [(_, post, names)] = world.channel.posted
    assert (post.attached, post.linked) == ((1,), (0,))
    assert len(names) == 2, "the other song and the cover"


@pytest.mark.parametrize("refusals", [[FilesRefused("50013")], [FileTooBig("40005")] * 2])
async def test_files_that_discord_refuses_go_as_links(world: EngineWorld, refusals: list[PortError]) -> None:
    world.channel.troubles = list(refusals)
    await world.until(await world.ask(), JobState.DONE)
    [(_, post, names)] = world.channel.posted
    assert post.linked == (0, 1)
    assert names == ()


async def test_a_closed_channel_keeps_the_results_for_later(world: EngineWorld) -> None:
    world.channel.troubles = [Undeliverable("50013")]
    job_id = await world.ask()
    job = await world.until(job_id, JobState.UNDELIVERABLE)
    assert job.reason is Reason.CHANNEL
    assert await world.service.send_again(job_id, VISIT) is not None
    await world.until(job_id, JobState.DONE)
    assert len(world.api.charges) == 1


async def test_bad_news_that_cannot_be_told_ends_too(world: EngineWorld) -> None:
    world.channel.troubles = [Undeliverable("50013")]
    world.api.faults.add(refusals.NoCredits(), "suno.create")
    job_id = await world.ask()
    while (job := await world.until(job_id, JobState.FAILED)).due_at is not None:
        continue
    assert job.notified_at is None
    assert world.channel.posted == []


async def test_posting_is_given_up_in_the_end(world: EngineWorld) -> None:
    world.context.schedule = replace(world.context.schedule, deliver_for=1200.0)
    world.channel.troubles = [NothingSent("503")] * 1000
    begun = time.time()
    await world.until(await world.ask(), JobState.UNDELIVERABLE)
    assert 1200 <= time.time() - begun < 2000


@pytest.mark.parametrize("refusal", [FileTooBig("413"), Undeliverable("50013")])
async def test_a_refusal_after_a_lost_answer_does_not_hide_the_message_that_is_there(
    world: EngineWorld, refusal: FileTooBig | Undeliverable
) -> None:
    world.channel.troubles = [Landed("503"), refusal]
    await world.until(await world.ask(), JobState.DONE)
    [(_, _, names)] = world.channel.posted
    assert len(names) == 3


async def test_links_instead_of_files_wait_until_no_earlier_try_can_land(world: EngineWorld) -> None:
    world.channel.troubles = [AnswerLost("503"), *[FilesRefused("50013")] * 2]
    begun = time.time()
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
    world.api.faults.add(connection.CutBeforeReading(), "suno.create")
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
        await asyncio.sleep(300.0 if times > 1 else 0.0)
        return await genuine(*arguments)

    monkeypatch.setattr(deliver, "fetch_cover", slowly)
    world.channel.troubles = [Landed("503")]
    await world.until(await world.ask(), JobState.DONE)
    assert times > 1
    assert len(world.channel.posted) == 1


async def test_after_a_day_away_one_failed_try_strands_nothing(api: FaultyMusicApi, tmp_path: Path) -> None:
    async with engine_world(api, tmp_path) as world:
        world.channel.troubles = [NothingSent("503")] * 1000
        job_id = await world.ask()
        job = await world.until(job_id, JobState.POSTING)
    await asyncio.sleep(2 * _DAY)
    async with engine_world(api, tmp_path) as world:
        world.channel.troubles = [NothingSent("503")] * 3
        job = await world.until(job_id, JobState.DONE, JobState.UNDELIVERABLE)
        assert job.state is JobState.DONE


async def test_errors_of_ours_in_delivery_are_told_once_and_the_results_kept(
    world: EngineWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    genuine = world.channel.post

    async def post(job: Job, one: Post, clips: Sequence[Clip], files: Sequence[Attachment]) -> int:
        if job.state is JobState.POSTING:
            raise KeyError("an error of ours")
        return await genuine(job, one, clips, files)

    monkeypatch.setattr(world.channel, "post", post)
    job_id = await world.ask()
    job = await world.until(job_id, JobState.UNDELIVERABLE, told=True)
    assert job.reason is Reason.INTERNAL
    assert job.due_at is None
    assert [told.state for told, _, _ in world.channel.posted] == [JobState.UNDELIVERABLE]
    monkeypatch.setattr(world.channel, "post", genuine)
    assert await world.service.send_again(job_id, VISIT) is not None
    await world.until(job_id, JobState.DONE)
    assert len(world.channel.posted) == 2
    assert len(world.api.charges) == 1


async def test_where_even_the_news_fails_the_job_rests(
    world: EngineWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def post(*_: object) -> int:
        raise KeyError("an error of ours")

    monkeypatch.setattr(world.channel, "post", post)
    job_id = await world.ask()

    async def rests() -> Job | None:
        job = await world.store.read(jobs.by_id, job_id)
        return job if job and job.state is JobState.UNDELIVERABLE and job.due_at is None else None

    job = await until(rests)
    assert job.notified_at is None
