"""Whatever a channel does, results for other servers are there within seconds, and each once."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from jobs.models.states import JobState
from jobs.store.queries import clips, jobs
from tests.behaviour.faults.world import FaultWorld, fault_world
from tests.conftest import KEY
from tests.fakes.api_faults import FaultyMusicApi, files
from tests.fakes.clock import until
from tests.fakes.discord import Channel, FakeDiscordSettings, Message, faults
from tests.fakes.discord.traffic import Exchange
from tests.fakes.sound import FixedSound

LIMITS = FakeDiscordSettings(rate_limits=True)
SOON = 5.0

pytestmark = pytest.mark.usefixtures("unmeasured")


@pytest.fixture
async def api(fixed_sound: FixedSound) -> AsyncIterator[FaultyMusicApi]:
    """One that is quick, and pays for all of it."""
    async with FaultyMusicApi(keys=[KEY], credits=2000, time_scale=0.01, sound=fixed_sound) as fake:
        yield fake


class Fairness:
    """Results that are all ready at once: many for other places, and last of all one for another server."""

    def __init__(self, world: FaultWorld) -> None:
        self.world = world
        guild = world.discord.world.add_guild("other")
        self.other = world.discord.world.add_channel(guild, "quiet")
        self.lane = next(lane for lane in world.parts.engine.lanes if JobState.READY in lane.states)

    def channels(self, count: int) -> list[Channel]:
        return [self.world.discord.add_channel(f"jam-{number}") for number in range(count)]

    async def make(self, places: list[Channel]) -> list[int]:
        """Make a result for each of them, and then one for the other server; deliver none. The jobs."""
        room, self.lane.room = self.lane.room, 0
        wanted = []
        for place in [*places, self.other]:
            self.world.channel = place
            wanted.append(await self.world.ask())
        store = self.world.parts.store

        async def all_ready() -> bool:
            found = [await store.read(jobs.by_id, job_id) for job_id in wanted]
            return all(job is not None and job.state is JobState.READY for job in found)

        await until(all_ready, "all results")
        self.lane.room = room
        return wanted

    async def other_server_waits(self) -> float:
        """Deliver; for how long the other server waits for its result."""
        began = self.world.discord.clock()
        self.world.parts.engine.wake()
        await until(lambda: results(self.other), "the result of the other server")
        return results(self.other)[0].created_at - began


def results(channel: Channel) -> list[Message]:
    return [message for message in channel.visible if message.attachments]


@asynccontextmanager
async def fair(api: FaultyMusicApi, folder: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Fairness]:
    async with fault_world(api, folder, monkeypatch, LIMITS) as world:
        yield Fairness(world)


def posts_to(channels: list[Channel]) -> "faults.Match":
    paths = {f"/channels/{channel.id}/messages" for channel in channels}
    return lambda exchange: exchange.method == "POST" and exchange.path in paths


async def test_a_channel_with_60_results_and_ordinary_limits(
    api: FaultyMusicApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with fair(api, tmp_path, monkeypatch) as fairness:
        [busy] = fairness.channels(1)
        await fairness.make([busy] * 60)
        assert await fairness.other_server_waits() < SOON
        began = time.monotonic()
        await until(lambda: len(results(busy)) == 60, "all that the busy channel waits for")
        assert time.monotonic() - began < 75, "five in five seconds"
        assert all(exchange.status != 429 for exchange in posted(fairness)), "no limit was broken"


def posted(fairness: Fairness) -> list[Exchange]:
    return fairness.world.discord.traffic.of("POST /channels/{channel_id}/messages")


@pytest.mark.parametrize("count", [1, 18, 60])
@pytest.mark.parametrize("seconds", [25.0, 600.0])
async def test_channels_that_are_limited(
    api: FaultyMusicApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int, seconds: float
) -> None:
    async with fair(api, tmp_path, monkeypatch) as fairness:
        limited = fairness.channels(count)
        await fairness.make(limited * (18 // count or 1))
        limit = fairness.world.discord.faults.add(posts_to(limited), faults.rate_limit(seconds), times=None)
        assert await fairness.other_server_waits() < SOON
        await asyncio.sleep(20.0)
        assert limit.hits <= count * (20.0 + SOON + 15.0) / seconds + count, "what is limited is asked once"
        limit.stop()
        await asyncio.sleep(seconds + 60.0)
        assert all(len(results(channel)) == (18 // count or 1) for channel in limited)


async def test_a_limited_channel_of_results_that_many_channels_share(
    api: FaultyMusicApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with fair(api, tmp_path, monkeypatch) as fairness:
        shared, *asked_in = fairness.channels(19)
        guild_id = fairness.world.discord.guild.id
        await fairness.world.parts.service.change_settings(
            guild_id, 1, lambda _: {"results_channel": shared.id}
        )
        limit = fairness.world.discord.faults.add(posts_to([shared]), faults.rate_limit(600.0), times=None)
        await fairness.make(asked_in[:1])
        assert await fairness.other_server_waits() < SOON
        await fairness.make(asked_in[1:])
        fairness.world.parts.engine.wake()
        await until(lambda: len(results(fairness.other)) == 2, "the next result of the other server")
        await asyncio.sleep(10.0)
        assert limit.hits == 1, "who comes later knows of it"
        assert len(list(fairness.world.parts.context.spool.glob("*/*"))) <= 3, "and fetches nothing"


@pytest.mark.parametrize("count", [18, 60])
async def test_results_whose_files_never_come(
    api: FaultyMusicApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    async with fair(api, tmp_path, monkeypatch) as fairness:
        for job_id in (await fairness.make(fairness.channels(count)))[:-1]:
            for clip in await fairness.world.parts.store.read(clips.of_job, job_id):
                api.faults.add(files.SlowDrip(), urlsplit(clip.audio_url).path, times=None)
        assert await fairness.other_server_waits() < SOON


async def test_threads_that_may_not_be_opened_for_a_while(
    api: FaultyMusicApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with fair(api, tmp_path, monkeypatch) as fairness:
        world = fairness.world
        await world.parts.service.change_settings(world.discord.guild.id, 1, lambda _: {"threads": True})
        channels = fairness.channels(18)
        await fairness.make(channels)
        world.discord.faults.add("POST /channels/*/messages/*/threads", faults.rate_limit(300.0), times=None)
        assert await fairness.other_server_waits() < SOON
        began = time.monotonic()
        await until(lambda: all(map(results, channels)), "the results, in the channels themselves")
        assert time.monotonic() - began < 60.0


async def test_slow_mode_in_one_channel(
    api: FaultyMusicApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with fair(api, tmp_path, monkeypatch) as fairness:
        [slow] = fairness.channels(1)
        await fairness.make([slow] * 18)
        rule = fairness.world.discord.faults.add(posts_to([slow]), faults.refusal(400, 20016), times=None)
        assert await fairness.other_server_waits() < SOON
        rule.stop()
        await until(lambda: len(results(slow)) == 18, "all of them, once it is over")
