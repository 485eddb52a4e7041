"""Each fault of the music API that the fake knows has a written end state, and comes to it."""

from pathlib import Path

import aiohttp
import pytest

from jobs.models.states import JobState
from musicapi import download
from tests.behaviour.faults.api_outcomes import OUTCOMES, ApiRow
from tests.fakes.api_faults import FAULTS, FaultyMusicApi
from tests.jobs.engine_world import engine_world

_PLACES = {"submit": "suno.create", "look": "suno.task", "file": "file.mp3", "balance": "credits"}
_ENDS = (JobState.DONE, JobState.FAILED, JobState.UNDELIVERABLE)

pytestmark = pytest.mark.usefixtures("unmeasured")


@pytest.fixture
def song_scale() -> float:
    """Songs that several looks find unfinished: what has ended can fail no more."""
    return 10.0


@pytest.mark.parametrize("row", OUTCOMES, ids=lambda row: row.name)
async def test_it_ends_as_written(
    api: FaultyMusicApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, row: ApiRow
) -> None:
    monkeypatch.setattr(download, "_TIMEOUT", aiohttp.ClientTimeout(total=2.0))
    api.faults.add(row.fault, _PLACES[row.on], times=None if row.always else 1)
    async with engine_world(api, tmp_path) as world:
        job = await world.until(await world.ask(), *_ENDS, told=True)
        [(_, post, names)] = world.channel.posted
    assert job.state is row.state
    assert len(api.charges) == row.charges
    sound = [name for name in names if name.endswith(".mp3")]
    assert bool(sound) is (row.posted == "files")
    assert bool(post.linked) is (row.posted == "links")
    assert bool(post.lost) is (row.posted == "names")


def test_every_fault_of_the_fake_has_an_end() -> None:
    assert {type(row.fault) for row in OUTCOMES} == set(FAULTS.values())
