"""Files for a post: links that expired are asked for again, what was fetched is kept."""

import asyncio
import time
from pathlib import Path

import pytest

from jobs.engine import fetch
from jobs.models.states import JobState
from jobs.ports import NothingSent
from tests.fakes.api_faults import FaultyMusicApi, files, polls
from tests.fakes.clock import until
from tests.jobs.engine_world import VISIT, EngineWorld, engine_world


def downloads(world: EngineWorld) -> int:
    return sum(request.path.endswith(".mp3") for request in world.api.requests)


async def test_links_that_expired_are_asked_for_again(world: EngineWorld) -> None:
    world.api.faults.add(files.FileGone(), "file.mp3", times=2)
    await world.until(await world.ask(), JobState.DONE)
    [(_, post, names)] = world.channel.posted
    assert post.attached == (0, 1)
    assert len(names) == 3


async def test_fresh_links_of_results_without_ids_are_not_mixed_up(world: EngineWorld) -> None:
    world.api.faults.add(polls.Nameless(), "suno.task", times=None)
    world.api.faults.add(files.FileGone(), "file.mp3", times=2)
    await world.until(await world.ask(), JobState.DONE)
    asked = [request.path for request in world.api.requests if request.path.endswith(".mp3")]
    assert len(asked) == 4
    assert len({*asked[2:]}) == 2


async def test_a_channel_that_refuses_for_long_costs_one_download(world: EngineWorld) -> None:
    world.channel.troubles = [NothingSent("503")] * 8
    await world.until(await world.ask(), JobState.DONE)
    [(_, post, names)] = world.channel.posted
    assert post.attached == (0, 1)
    assert len(names) == 3
    assert downloads(world) == 2
    await world.rest()
    assert list(world.context.spool.iterdir()) == []


async def test_beyond_its_room_nothing_is_kept(world: EngineWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "KEPT_BYTES", 1000)
    world.channel.troubles = [NothingSent("503")] * 2
    await world.until(await world.ask(), JobState.DONE)
    assert downloads(world) == 6


def test_what_a_dead_process_left_goes_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "spool" / "7-0").mkdir(parents=True)
    (tmp_path / "spool" / "7-0" / "0.mp3").write_bytes(b"half")
    fetch.clear_spool(tmp_path / "spool")
    assert list((tmp_path / "spool").iterdir()) == []


def test_half_a_file_is_not_taken_for_a_whole_one(tmp_path: Path) -> None:
    (tmp_path / "1").write_bytes(b"under way")
    (tmp_path / "10.mp3").write_bytes(b"another")
    assert fetch.kept(tmp_path, "1") is None
    (tmp_path / "1.mp3").write_bytes(b"whole")
    assert fetch.kept(tmp_path, "1") == tmp_path / "1.mp3"


def polls_of(world: EngineWorld) -> int:
    return sum("/task/" in request.path for request in world.api.requests)


@pytest.mark.parametrize("seconds", [60.0, 400.0])
@pytest.mark.parametrize("status", [403, 404, 503])
async def test_a_file_that_is_late_is_waited_for_and_the_member_knows(
    world: EngineWorld, seconds: float, status: int
) -> None:
    world.api.faults.add(files.LateFile(seconds, status), "file.mp3", times=None)
    job_id = await world.ask()
    ready = await world.until(job_id, JobState.READY)
    before = polls_of(world)
    job = await world.until(job_id, JobState.DONE)
    [(_, post, names)] = world.channel.posted
    assert (post.attached, post.linked, post.lost, len(names)) == ((0, 1), (), (), 3)
    assert seconds <= (job.notified_at or 0.0) - ready.state_at < seconds + 80
    assert polls_of(world) - before >= 4, "fresh links were asked for between the tries"
    [told] = world.channel.late
    assert told == pytest.approx(ready.state_at + 600, abs=60)


async def test_a_file_that_cannot_be_had_is_named_and_can_be_looked_for_later(world: EngineWorld) -> None:
    rule = world.api.faults.add(files.FileGone(), "file.mp3", times=None)
    job_id = await world.ask()
    job = await world.until(job_id, JobState.DONE)
    [(_, post, names)] = world.channel.posted
    assert (post.attached, post.linked, post.lost, names) == ((), (), (0, 1), ())
    assert job.due_at is None
    assert await world.service.look_again(job_id, VISIT) is not None
    await until(lambda: len(world.channel.posted) > 1, "an answer")
    assert world.channel.posted[1][1].lost == (0, 1)
    rule.times = 0
    await world.until(job_id, JobState.DONE)
    assert await world.service.look_again(job_id, VISIT) is not None
    await until(lambda: len(world.channel.posted) > 2, "an answer")
    assert world.channel.posted[2][1].attached == (0, 1)
    await world.until(job_id, JobState.DONE)
    assert await world.service.look_again(job_id, VISIT) is None
    assert len(world.api.charges) == 1


@pytest.mark.parametrize("late", [300.0, 10_000.0])
async def test_one_file_that_is_late_does_not_hold_up_the_others(world: EngineWorld, late: float) -> None:
    job_id = await world.ask()
    second = await world.until(job_id, JobState.WAITING)
    task = world.api.store.tasks[second.task_id]
    world.api.faults.add(files.LateFile(late), f"*{task.clips[1].clip_id}.mp3", times=None)
    first = await world.until(job_id, JobState.DONE)
    ready_at = first.finished_at or 0.0
    assert (first.notified_at or 0.0) - ready_at < 120
    await until(lambda: len(world.channel.posted) > 1, "the other")
    (_, one, _), (_, other, _) = world.channel.posted
    assert (one.attached, one.missing) == ((0,), (1,))
    assert (other.attached, other.lost, other.missing) == (((1,), (), ()) if late < 1000 else ((), (1,), ()))
    job = await world.until(job_id, JobState.DONE)
    assert job.due_at is None


async def test_sent_again_much_later_what_is_gone_is_said_soon(world: EngineWorld) -> None:
    job_id = await world.ask()
    await world.until(job_id, JobState.DONE)
    await asyncio.sleep(3600.0)
    world.api.faults.add(files.FileGone(), "file.mp3", times=None)
    world.api.faults.add(polls.Unknown(), "suno.task", times=None)
    begun = time.time()
    assert await world.service.send_again(job_id, VISIT) is not None
    job = await world.until(job_id, JobState.DONE)
    assert world.channel.posted[1][1].lost == (0, 1)
    assert (job.notified_at or 0.0) - begun < 120


async def test_one_file_that_is_too_large_goes_as_a_link_beside_the_others(world: EngineWorld) -> None:
    job_id = await world.ask()
    job = await world.until(job_id, JobState.WAITING)
    large = world.api.store.tasks[job.task_id].clips[0].clip_id
    world.api.faults.add(files.WrongLength(), f"*{large}.mp3", times=None)
    await world.until(job_id, JobState.DONE)
    [(_, post, names)] = world.channel.posted
    assert (post.attached, post.linked, post.lost, len(names)) == ((1,), (0,), (), 2)


async def test_a_file_that_went_after_it_was_planned_is_named(api: FaultyMusicApi, tmp_path: Path) -> None:
    async with engine_world(api, tmp_path) as world:
        world.channel.troubles = [NothingSent("503")] * 1000
        job_id = await world.ask()
        await world.until(job_id, JobState.POSTING)
    api.faults.add(files.FileGone(), "file.mp3", times=None)
    async with engine_world(api, tmp_path) as world:
        await world.until(job_id, JobState.DONE)
        [(_, post, names)] = world.channel.posted
        assert (post.attached, post.linked, post.lost, names) == ((), (), (0, 1), ())
        assert await world.service.look_again(job_id, VISIT) is not None, "it is kept as lost"
