"""What a delivery has fetched is kept between its tries, within bounds; errors of ours in it are told."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from jobs.engine import spool
from jobs.models import Attachment, Clip, Job, Post, Reason
from jobs.models.states import JobState
from jobs.ports import NothingSent
from sandbox.music_api import MusicApiStandIn
from tests.jobs.engine_world import VISIT, EngineWorld, engine_world


@pytest.fixture
async def world(api: MusicApiStandIn, tmp_path: Path) -> AsyncIterator[EngineWorld]:
    async with engine_world(api, tmp_path) as ready:
        yield ready


def downloads(world: EngineWorld) -> int:
    return sum(request.path.endswith(".mp3") for request in world.api.requests)


async def test_a_channel_that_refuses_for_long_costs_one_download(world: EngineWorld) -> None:
    world.channel.troubles = [NothingSent("503")] * 8
    await world.until(await world.ask(), JobState.DONE)
    [(_, post, names)] = world.channel.posted
    assert post.attached == (0, 1)
    assert len(names) == 3
    assert downloads(world) == 2
    assert list(world.context.spool.iterdir()) == []


async def test_beyond_its_room_nothing_is_kept(world: EngineWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "KEPT_BYTES", 1000)
    world.channel.troubles = [NothingSent("503")] * 2
    await world.until(await world.ask(), JobState.DONE)
    assert downloads(world) == 6


def test_what_a_dead_process_left_goes_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "spool" / "7-0").mkdir(parents=True)
    (tmp_path / "spool" / "7-0" / "0.mp3").write_bytes(b"half")
    spool.clear(tmp_path / "spool")
    assert list((tmp_path / "spool").iterdir()) == []


def test_half_a_file_is_not_taken_for_a_whole_one(tmp_path: Path) -> None:
    (tmp_path / "1").write_bytes(b"under way")
    (tmp_path / "10.mp3").write_bytes(b"another")
    assert spool.kept(tmp_path, "1") is None
    (tmp_path / "1.mp3").write_bytes(b"whole")
    assert spool.kept(tmp_path, "1") == tmp_path / "1.mp3"


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
    for _ in range(1500):
        job = await world.until(job_id, *JobState)
        if job.state is JobState.UNDELIVERABLE and job.due_at is None:
            break
        await asyncio.sleep(0.01)
    assert job.due_at is None
    assert job.notified_at is None
