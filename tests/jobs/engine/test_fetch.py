"""Files for a post: links that expired are asked for again, what was fetched is kept."""

import pytest

from jobs.engine import spool
from jobs.models.states import JobState
from jobs.ports import NothingSent
from sandbox.music_api.faults import files
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
    monkeypatch.setattr(spool, "KEPT_BYTES", 1000)
    world.channel.troubles = [NothingSent("503")] * 2
    await world.until(await world.ask(), JobState.DONE)
    assert downloads(world) == 6
