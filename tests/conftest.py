"""What most tests stand on: a fake API that costs nothing, and the real bot on an imagined Discord."""

import asyncio
import gc
import os
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeAlias

import discord
import pytest
import simcord
from coverage import Coverage

import musicapi
from jobs.models import Job
from jobs.models.rejections import Rejected
from jobs.models.states import JobState
from jobs.store.queries import clips, jobs
from startup import settings
from startup.wiring import Assembly, assemble
from tests.canaries import KEY, TOKEN, Watch, files_with_canaries, holds
from tests.fakes.api_faults import FaultyMusicApi
from tests.fakes.clock import VirtualLoop
from tests.fakes.sound import FixedSound
from tests.jobs.shelf import new_file
from tests.posted import posted

LoopFactories: TypeAlias = Mapping[str, Callable[[], asyncio.AbstractEventLoop]]

__all__ = ["KEY", "Jam", "jam_with", "settings_for"]

# Waits of the engine in tests: a first look after 0.36 s becomes 36 ms of it.
TIME_SCALE = "0.004"
_PATIENCE = 20.0
_MEMORY, _ROOM = Path("/dev/shm"), 1 << 30  # noqa: S108 - tests alone

_VIRTUAL: LoopFactories = {"virtual": VirtualLoop}
_REAL: LoopFactories = {"real": asyncio.SelectorEventLoop}
_LONG = ("process", "browser")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--posted", action="store_true", help="members' acts come as Discord's signed POSTs")


def pytest_configure() -> None:
    """Let files lie in memory where there is room: on a disk each durable commit costs milliseconds."""
    if "TMPDIR" not in os.environ and _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > _ROOM:
        os.environ["TMPDIR"] = tempfile.tempdir = str(_MEMORY)


def pytest_xdist_auto_num_workers() -> int:
    """Twice as many as there are cores: many tests wait for a process, a page or a while of real time."""
    return (os.cpu_count() or 1) * 2


@pytest.hookimpl(trylast=True)  # after the shuffle of pytest-randomly, which it keeps among each half
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Let each worker begin with its share of what takes long: it is given a run of tests in a row."""
    workers = getattr(config, "workerinput", {}).get("workercount", 1)
    long = [item for item in items if not _is_quick(item)]
    quick = [item for item in items if _is_quick(item)]
    items[:] = [item for first in range(workers) for item in long[first::workers] + quick[first::workers]]


def _is_quick(item: pytest.Item) -> bool:
    return item.path.parent.name != "model" and not any(map(item.get_closest_marker, _LONG))


def pytest_collection_finish() -> None:
    """Spare the collector of garbage what stays anyway: all modules, and the tests themselves."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 10, 10)


def pytest_asyncio_loop_factories(item: pytest.Item) -> LoopFactories:
    real = any(item.get_closest_marker(name) for name in ("process", "browser", "real_time"))
    return _REAL if real else _VIRTUAL


def settings_for(api: FaultyMusicApi, folder: Path, **changes: str) -> settings.Settings:
    """Settings of a bot that uses the fake API and a file of its own."""
    new_file(folder / "encore.db")
    environment = {
        "DISCORD_TOKEN": TOKEN,
        "MUSIC_API_KEY": KEY,
        "MUSIC_API_URL": api.url,
        "DATABASE_URL": f"sqlite:///{folder / 'encore.db'}",
        "TIME_SCALE": TIME_SCALE,
        **changes,
    }
    return settings.load(environment, profiles=musicapi.profile_names())


@pytest.fixture(scope="session")
def canary_watch() -> Watch:
    """Listens to the log for as long as tests run."""
    watch = Watch()
    watch.listen()
    return watch


@pytest.fixture(autouse=True)
def _no_canary_leaves(canary_watch: Watch, request: pytest.FixtureRequest) -> Iterator[None]:
    """No test may leave a secret of the bot in a line of the log, a traceback in it, or a file."""
    canary_watch.leaks.clear()
    folder = request.getfixturevalue("tmp_path") if "tmp_path" in request.fixturenames else None
    yield
    assert canary_watch.leaks == []
    assert folder is None or list(files_with_canaries(folder)) == []


@pytest.fixture
def unmeasured(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Count no line, for measuring takes half as long again.

    It is for what runs the same lines many times over, and what tests of single modules count as well.
    """
    monkeypatch.delenv("COVERAGE_PROCESS_CONFIG", raising=False)  # child processes
    measuring = Coverage.current()
    if measuring is not None:
        measuring.stop()
    yield
    if measuring is not None:
        measuring.start()


@pytest.fixture(scope="session")
def fixed_sound() -> FixedSound:
    """One short song for all tests, rendered once."""
    return FixedSound(2.0)


@pytest.fixture
def song_scale() -> float:
    """How long songs take, against the music API's own."""
    return 0.06


@pytest.fixture
async def api(fixed_sound: FixedSound, song_scale: float) -> AsyncIterator[FaultyMusicApi]:
    """A fresh fake API."""
    async with FaultyMusicApi(keys=[KEY], credits=500, time_scale=song_scale, sound=fixed_sound) as fake:
        yield fake


@dataclass
class Jam:
    """The real bot with its engine in a channel with three people."""

    env: simcord.Env
    parts: Assembly
    api: FaultyMusicApi
    guild: simcord.GuildHandle
    channel: simcord.ChannelHandle
    mia: simcord.MemberActor
    ravi: simcord.MemberActor
    mod: simcord.MemberActor
    expected_errors: list[BaseException] = field(default_factory=list)

    def messages(self) -> list[discord.Message]:
        """What the bot has posted, oldest first."""
        user = self.parts.bot.user
        found = [m for m in self.channel.history() if user is not None and m.author.id == user.id]
        return sorted(found, key=lambda message: message.id)

    async def until(self, done: Callable[[], Any], what: str = "that") -> Any:  # noqa: ANN401
        """Wait until `done` gives something true, and give it back; fail when it never does."""
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            result = done()
            if asyncio.iscoroutine(result):
                result = await result
            if result:
                return result
            await asyncio.sleep(0.01)
        raise AssertionError(f"{what} did not happen; the channel holds {self.messages()}")

    async def reply(self, count: int = 1) -> discord.Message:
        """The bot's latest message that replies to a card, once there are `count` of them."""

        def replies() -> list[discord.Message]:
            found = [message for message in self.messages() if message.reference]
            return found if len(found) >= count else []

        found: list[discord.Message] = await self.until(replies, f"reply {count}")
        return found[-1]

    async def state(self, job_id: int, *states: JobState) -> Job:
        """The job, once it is in one of the states."""

        async def reached() -> Job | None:
            job = await self.parts.store.read(jobs.by_id, job_id)
            return job if job is not None and job.state in states else None

        job: Job = await self.until(reached, f"job {job_id} in {states}")
        return job

    async def song(self, prompt: str = "a song about rivers") -> tuple[discord.Message, str]:
        """A delivered song and the id of its first clip."""
        count = sum(1 for message in self.messages() if message.reference)
        with self.env.time_context():
            await self.mia.slash(self.channel, "suno create", prompt=prompt)
        message = await self.reply(count + 1)
        latest, *_ = await self.parts.store.read(clips.search, self.guild.id, "", kinds=["song"])
        await self.state(latest.job_id, JobState.DONE)
        return message, latest.clip_id


@asynccontextmanager
async def jam_with(parts: Assembly, api: FaultyMusicApi) -> AsyncIterator[Jam]:
    """Put an assembly on an imagined Discord, with its engine running beside it.

    What members do comes by the gateway, or through the door for Discord's POSTs where the bot has a front.

    Not `simcord.run`: it must be left in the context in which it was entered, and a fixture is not.
    """
    env = simcord.Env(parts.bot, settle_timeout=20.0)
    await env.start()
    guild = env.create_guild(name="Night Shift")
    mods = guild.create_role("mods", permissions=discord.Permissions(manage_guild=True))
    channel = guild.create_text_channel("jam")
    jam = Jam(
        env,
        parts,
        api,
        guild,
        channel,
        mia=guild.add_member(env.create_user("mia")),
        ravi=guild.add_member(env.create_user("ravi")),
        mod=guild.add_member(env.create_user("mod"), roles=[mods]),
    )
    engine = asyncio.create_task(parts.engine.run())
    try:
        async with posted(parts) if parts.bot.front is not None else nullcontext():
            yield jam
    finally:
        await parts.engine.stop(5.0)
        await engine
        await env.shutdown()
    for message in channel.history():
        assert not holds(f"{message.content} {[embed.to_dict() for embed in message.embeds]}")
    # A rejection is an answer, not an error; anything else that a command raised is one.
    rejections = (Rejected, discord.app_commands.CheckFailure)
    unexpected = [error for error in env.errors_since(0) if not isinstance(_cause(error), rejections)]
    assert unexpected == jam.expected_errors


def _cause(error: BaseException) -> BaseException:
    return error.original if isinstance(error, discord.app_commands.CommandInvokeError) else error


@pytest.fixture
def public_key(request: pytest.FixtureRequest) -> str:
    """One that makes a bot take Discord's POSTs, where tests were asked for with `--posted`."""
    return "0" * 64 if request.config.getoption("--posted") else ""


@pytest.fixture
async def jam(api: FaultyMusicApi, tmp_path: Path, public_key: str) -> AsyncIterator[Jam]:
    """The real bot, ready."""
    chosen = replace(settings_for(api, tmp_path), public_key=public_key)
    async with assemble(chosen) as parts, jam_with(parts, api) as ready:
        yield ready
