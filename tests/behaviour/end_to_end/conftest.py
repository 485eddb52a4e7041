"""The bot as a process of its own between a Discord and a music API that outlive it."""

import asyncio
import inspect
import sqlite3
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from jobs.models.states import JobState
from tests import ROOT
from tests.canaries import KEY, holds
from tests.fakes.api_faults import FaultyMusicApi
from tests.fakes.discord import (
    Channel,
    Child,
    FakeDiscord,
    FakeDiscordSettings,
    Message,
    child_environment,
)
from tests.fakes.sound import FixedSound


@dataclass
class Outside:
    """Everything but the bot."""

    discord: FakeDiscord
    api: FaultyMusicApi
    folder: Path
    starts: int = 0

    @property
    def file(self) -> Path:
        """The bot's database."""
        return self.folder / "encore.db"

    def environment(self, **settings: str) -> dict[str, str]:
        """What the bot is started with."""
        wanted = {
            "MUSIC_API_KEY": KEY,
            "MUSIC_API_URL": self.api.url,
            "DATABASE_URL": f"sqlite:///{self.file}",
            "TIME_SCALE": "0.01",
            "LOG_LEVEL": "DEBUG",
            **settings,
        }
        return child_environment(self.discord) | wanted

    def bot(self, *arguments: str, **settings: str) -> Child:
        """A bot that has not been started; each start writes a log of its own."""
        self.starts += 1
        return Child(
            ROOT / "bot.py",
            *arguments,
            environment=self.environment(**settings),
            log=self.folder / f"bot-{self.starts}.log",
            cwd=self.folder,
        )

    async def ready(self) -> None:
        """Wait until the bot is there for its members."""
        await self.discord.synced("suno", "stems")
        await self.discord.gateway.connected()

    def delivered(self, channel: Channel | None = None) -> list[Message]:
        """The bot's messages with files, in order."""
        return [message for message in (channel or self.discord.channel).visible if message.attachments]

    def query(self, statement: str, *values: object) -> list[tuple[object, ...]]:
        """Look into, or change, the database of a bot that is not running."""
        connection = sqlite3.connect(self.file)
        try:
            rows = connection.execute(statement, values).fetchall()
            connection.commit()
        finally:
            connection.close()
        return rows

    def states(self) -> dict[int, JobState]:
        """Where each job stands."""
        rows = self.query("SELECT id, state FROM job ORDER BY id")
        return {int(str(number)): JobState(str(state)) for number, state in rows}

    def logs(self) -> str:
        """All that was ever logged."""
        return "\n".join(path.read_text() for path in sorted(self.folder.glob("bot-*.log")))


async def until(done: Callable[[], object], seconds: float = 90.0) -> float:
    """Seconds until a condition holds, which may be awaited; fail when it never does."""
    begun = time.monotonic()
    while time.monotonic() < begun + seconds:
        found = done()
        if await found if inspect.isawaitable(found) else found:
            return time.monotonic() - begun
        await asyncio.sleep(0.02)
    raise AssertionError("it never came about")


@asynccontextmanager
async def outside_in(
    folder: Path, sound: FixedSound, settings: FakeDiscordSettings | None = None
) -> AsyncIterator[Outside]:
    """A Discord and a music API; the logs must never hold a secret."""
    async with (
        FakeDiscord(settings) as discord_,
        FaultyMusicApi(keys=[KEY], credits=5000, time_scale=0.1, sound=sound) as api,
    ):
        world = Outside(discord_, api, folder)
        yield world
    assert not holds(world.logs())
    assert not any(holds(str(exchange.body)) for exchange in discord_.traffic.exchanges)


@pytest.fixture
async def outside(fixed_sound: FixedSound, tmp_path: Path) -> AsyncIterator[Outside]:
    async with outside_in(tmp_path, fixed_sound) as world:
        yield world


if sys.platform == "win32":  # pragma: no cover - the signals of these tests are POSIX
    collect_ignore_glob = ["test_*.py"]
