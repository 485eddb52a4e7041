"""A front and workers as processes of their own at one PostgreSQL, between a Discord and a music API."""

import os
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests import ROOT
from tests.behaviour.end_to_end.conftest import until
from tests.canaries import KEY
from tests.fakes.api_faults import FaultyMusicApi
from tests.fakes.discord import Child, FakeDiscord, child_environment, free_port
from tests.fakes.discord.child import HOOK
from tests.fakes.discord.endpoint import Endpoint
from tests.fakes.sound import FixedSound
from tests.jobs.postgres import Cluster


@dataclass
class Fleet:
    """Everything outside of the processes, and those that run."""

    discord: FakeDiscord
    api: FaultyMusicApi
    cluster: Cluster
    database: str
    folder: Path
    running: AsyncExitStack
    scale: float
    processes: list[Child] = field(default_factory=list)

    @property
    def stops(self) -> Path:
        """Where this file is, the next worker stops between intent and call."""
        return self.folder / "stops"

    @property
    def endpoint(self) -> Endpoint:
        return self.discord.world.endpoint

    async def start(self, role: str, port: int = 8080) -> Child:
        """Start another process."""
        environment = child_environment(self.discord) | {
            "MUSIC_API_KEY": KEY,
            "MUSIC_API_URL": self.api.url,
            "DATABASE_URL": self.cluster.url(self.database),
            "DATA_FOLDER": str(self.folder),
            "TIME_SCALE": str(self.scale),
            "PUBLIC_URL": f"http://127.0.0.1:{port}",
            "PUBLIC_PORT": str(port),
            "PUBLIC_KEY": self.endpoint.public_key,
            "PYTHONPATH": os.pathsep.join(map(str, (HOOK, ROOT))),
            "FAKE_DISCORD_PATCHES": "tests.behaviour.fleet.pauses",
            "FLEET_STOPS": str(self.stops),
        }
        log = self.folder / f"{role}-{len(self.processes)}.log"
        child = Child(ROOT / "bot.py", "--role", role, environment=environment, log=log, cwd=self.folder)
        await self.running.enter_async_context(child)
        self.processes.append(child)
        return child

    async def start_front(self) -> Child:
        port = free_port()
        front = await self.start("front", port)
        await self.discord.synced("suno")
        self.endpoint.url = f"http://127.0.0.1:{port}/interactions"
        await until(self.endpoint.ping)
        return front

    def owner(self) -> int:
        """The process that works for the bot's own key; 0 for none."""
        [(name,)] = self.query("SELECT owner FROM slot WHERE n = 0") or [("",)]
        return int(name.split("-")[-2]) if name else 0

    def worker(self, pid: int) -> Child:
        return next(one for one in self.processes if one.process.pid == pid)

    async def other_than(self, pid: int) -> Child:
        """The worker that has taken over from a process."""
        await until(lambda: self.owner() not in (0, pid))
        return self.worker(self.owner())

    async def order(self, prompt: str) -> None:
        await self.discord.member.slash(self.discord.channel, "suno create", prompt=prompt).answered()

    def query(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        with self.cluster.connected(self.database) as c:
            done = c.execute(statement.encode(), values or None)
            return done.fetchall() if done.description else []

    def state(self, prompt: str) -> str:
        rows = self.query("SELECT state FROM job WHERE summary = %s", prompt)
        return str(rows[0][0]) if rows else ""

    def delivered(self) -> int:
        """Count the messages with files."""
        return sum(bool(message.attachments) for message in self.discord.channel.visible)


def signal_to(pid: int, which: signal.Signals) -> None:
    os.kill(pid, which)


@asynccontextmanager
async def fleet_in(
    folder: Path, sound: FixedSound, cluster: Cluster, *, scale: float = 0.01
) -> AsyncIterator[Fleet]:
    """Nothing runs yet; what is started ends with the context."""
    async with (
        FakeDiscord() as discord_,
        FaultyMusicApi(keys=[KEY], credits=50_000, time_scale=0.05, sound=sound) as api,
        AsyncExitStack() as running,
    ):
        yield Fleet(discord_, api, cluster, cluster.make(), folder, running, scale)
