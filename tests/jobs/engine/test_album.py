"""Zips of an album: whole tracks, none too large, from what jams keep or fetched anew; the rest is named."""

import asyncio
import time
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from zipfile import ZipFile

import pytest

from jobs.engine import album
from jobs.engine.deliver import deliver
from jobs.engine.hidden import shelf
from jobs.models import Attachment, Clip, Job, Origin, Post, Zipped
from jobs.models.jam import Jam
from jobs.models.rejections import JamProblem, JamRefused
from jobs.models.states import JobState
from jobs.rules.attachments import PAPERS_BYTES
from jobs.store.queries import jobs
from jobs.store.queries.jams import albums, entries, jams, life
from jobs.store.queries.library import removals
from tests.fakes.api_faults import FaultyMusicApi
from tests.jobs.engine_world import Channel, EngineWorld, engine_world
from tests.jobs.jams_shelf import entered, now_of, started

LIMIT = 3_000_000
NOTHING_THERE = "http://127.0.0.1:1/gone.mp3"
HERE = Origin(guild_id=11, channel_id=22, user_id=33, upload_limit=LIMIT)


@dataclass
class Opening(Channel):
    """A channel that looks into what is posted: what is in the zips, their sizes, what is linked and lost."""

    zips: list[dict[str, int]] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    said: list[Post] = field(default_factory=list)
    anonymous: bool = False

    async def post(self, job: Job, post: Post, clips: Sequence[Clip], files: Sequence[Attachment]) -> int:
        for file in files:
            if file.name.endswith(".zip"):
                self.sizes.append(file.path.stat().st_size)
                with ZipFile(file.path) as opened:
                    assert opened.testzip() is None
                    self.zips.append({one.filename: one.file_size for one in opened.infolist()})
        self.said.append(post)
        return await super().post(job, post, clips, files)

    async def names(self, guild_id: int, user_ids: Collection[int]) -> Mapping[int, str]:
        return {} if self.anonymous else await super().names(guild_id, user_ids)


@pytest.fixture
async def world(api: FaultyMusicApi, tmp_path: Path) -> AsyncIterator[EngineWorld]:
    async with engine_world(api, tmp_path) as ready:
        await ready.engine.stop(1.0)  # jobs of the tests' own are not for it
        ready.context.outbox = Opening()
        yield ready


async def over(world: EngineWorld, *sizes: int | None) -> Jam:
    """A jam that is over; of each of its songs, in the order of the result, so many bytes are kept."""
    jam, now = await started(world.store, votes_for=0.0, pot=1000), time.time()
    await entered(world.store, jam, *range(100, 100 + len(sizes)))
    world.file("UPDATE clip SET audio_url = ?", [NOTHING_THERE])
    assert await world.store.write(life.stop_entries, jam, now=now, until=now)
    assert await world.store.write(life.end_entries, await now_of(world.store, jam), {}, now=now)
    assert await world.store.write(life.finish, await now_of(world.store, jam), now=now)
    folder = shelf.folder_of(world.context, jam.id)
    folder.mkdir(parents=True)
    for standing, size in zip(await world.store.read(jams.standings, jam), sizes, strict=True):
        if size is not None:
            (folder / f"{standing.entry.job_id}-0.mp3").write_bytes(bytes(size))
    return await now_of(world.store, jam)


async def packed(world: EngineWorld, jam: Jam, here: Origin = HERE) -> Zipped:
    found = await world.store.write(albums.pack, jam.id, here, now=time.time())
    assert isinstance(found, Zipped), found
    return found


async def posted(world: EngineWorld, jam: Jam) -> tuple[Job, Opening]:
    job = (await packed(world, jam)).job
    channel = world.context.outbox
    assert isinstance(channel, Opening)
    for _ in range(20):  # what is late is waited for
        await deliver(world.context, job)
        job = await world.job(job.id)
        if job.state is JobState.DONE:
            break
        await asyncio.sleep(60.0)
    assert job.state is JobState.DONE
    return job, channel


async def test_zips_hold_whole_tracks_in_order_and_none_is_too_large(world: EngineWorld) -> None:
    big = LIMIT - PAPERS_BYTES - 10_000
    job, channel = await posted(world, await over(world, big, 100_000, 100_000, 2_800_000))
    assert (job.price, job.charged) == (0, 0)
    tracks = [[name for name in held if name.endswith(".mp3")] for held in channel.zips]
    assert all(name[2:].startswith(" - Song 0 - member-10") for each in tracks for name in each)
    assert [len(each) for each in tracks] == [1, 2, 1]
    assert [name[:2] for each in tracks for name in each] == ["01", "02", "03", "04"]
    assert max(channel.sizes) <= LIMIT
    names = [files[0] for _, _, files in channel.posted]
    assert names == [f"Jam #1 · paper lanterns - Album {n} of 3.zip" for n in (1, 2, 3)]
    assert "credits.txt" in channel.zips[0]
    assert not channel.zips[1].keys() & {"credits.txt", "cover.jpg"}


async def test_what_cannot_be_had_is_named_and_the_rest_goes_ahead(world: EngineWorld) -> None:
    _, channel = await posted(world, await over(world, 1000, None, LIMIT + 1))
    [held], [post] = channel.zips, channel.said
    assert [name[:2] for name in held if name.endswith(".mp3")] == ["01"]
    assert (post.attached, post.linked, post.lost) == ((0,), (2,), (1,))


async def test_no_more_is_fetched_anew_than_the_disk_has_room_for(
    world: EngineWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(album, "MOST_FETCHED", 1)
    _, channel = await posted(world, await over(world, None, None, 1000))
    [post] = channel.said
    assert (post.attached, post.linked, post.lost) == ((2,), (1,), (0,))


async def test_without_any_track_the_credits_are_there(world: EngineWorld) -> None:
    _, channel = await posted(world, await over(world, None))
    assert [sorted(held) for held in channel.zips] == [["credits.txt"]]


async def test_whose_name_cannot_be_had_goes_without(world: EngineWorld) -> None:
    channel = world.context.outbox
    assert isinstance(channel, Opening)
    channel.anonymous = True
    await posted(world, await over(world, 1000))
    assert "01 - Song 0.mp3" in channel.zips[0]


async def test_asked_for_again_it_is_the_one_that_is_there_until_it_would_be_another(
    world: EngineWorld,
) -> None:
    jam = await over(world, 1000, 1000)
    job, _ = await posted(world, jam)
    assert (await packed(world, jam)).job.id == job.id
    assert (await packed(world, jam)).place is not None
    assert (await packed(world, jam, replace(HERE, channel_id=23))).job.id != job.id
    made = await world.store.read(jobs.by_id, (await world.store.read(entries.of_jam, jam.id))[0].job_id)
    assert made is not None
    await world.store.write(removals.remove, made, by=made.user_id, now=time.time())
    assert len((await packed(world, jam)).job.params["clips"]) == 1


@pytest.mark.parametrize("guild_id", [11, 12])
async def test_of_what_runs_or_is_elsewhere_there_is_no_album(world: EngineWorld, guild_id: int) -> None:
    jam = await started(world.store)
    found = await world.store.write(albums.pack, jam.id, replace(HERE, guild_id=guild_id), now=time.time())
    problem = JamProblem.NOT_OVER if guild_id == jam.guild_id else JamProblem.GONE
    assert isinstance(found, JamRefused)
    assert found.problem is problem
