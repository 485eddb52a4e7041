"""Files for a post: links that expired are asked for again, what was fetched is kept."""

from pathlib import Path

import pytest

from jobs.engine import fetch
from jobs.models.states import JobState
from jobs.ports import NothingSent
from tests.fakes.api_faults import files
from tests.jobs.engine_world import EngineWorld


def downloads(world: EngineWorld) -> int:
    return sum(request.path.endswith(".mp3") for request in world.api.requests)


async def test_links_that_expired_are_asked_for_again(world: EngineWorld) -> None:
    world.api.faults.add(files.FileGone(), "file.mp3", times=2)
    await world.until(await world.ask(), JobState.DONE)
    [(_, post, names)] = world.channel.posted
    assert post.attached == (0, 1)
    assert len(names) == 3


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
