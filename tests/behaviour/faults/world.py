"""The real bot, engine and store in this process, between a Discord over sockets and the fake API."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import discord
import pytest
from yarl import URL

from jobs.models import Job, Order, Origin
from jobs.models.states import JobState
from jobs.store.queries import jobs
from startup.run import run_parts
from startup.wiring import Assembly, assemble
from tests.canaries import holds
from tests.conftest import settings_for
from tests.fakes.api_faults import FaultyMusicApi
from tests.fakes.discord import Channel, FakeDiscord, FakeDiscordSettings, Message, messages
from tests.fakes.discord.faults import Rule
from tests.jobs.shelf import ordered

SONG = Order("suno.create", {"description": "rivers"}, "rivers")
_MOVING = frozenset({JobState.SUBMITTING})
_PATIENCE = 30.0


@dataclass
class FaultWorld:
    """Everything at hand. `channel` is where jobs are asked for."""

    discord: FakeDiscord
    parts: Assembly
    api: FaultyMusicApi
    channel: Channel
    upload_limit: int = 10_000_000
    order: Order = SONG
    card: Message | None = None
    rule: Rule | None = None

    async def ask(self) -> int:
        """An accepted job whose card stands in the channel."""
        guild_id = self.channel.guild.id if self.channel.guild else 0
        origin = Origin(guild_id, self.channel.id, self.discord.member.id, self.upload_limit)
        accepted = await ordered(self.parts.service, self.order, origin)
        world = self.discord.world
        self.card = messages.draft(world, messages.Origin(channel=self.channel, author=world.bot))
        self.card.content = "card"
        messages.publish(world, self.card)
        await self.parts.service.card_shown(accepted.job, self.card.id)
        return accepted.job.id

    async def ended(self, job_id: int) -> Job:
        """The job once nothing more is to be done; waits that others have asked for pass at once."""
        until = time.monotonic() + _PATIENCE
        while time.monotonic() < until:
            job = await self.parts.store.read(jobs.by_id, job_id)
            if job is not None and job.due_at is None and job.state not in _MOVING:
                return job
            await self.hurry(job_id)
            await asyncio.sleep(0.02)
        raise AssertionError(f"it never ended: {await self.parts.store.read(jobs.by_id, job_id)}")

    async def hurry(self, job_id: int) -> None:
        """What is due in more than a second is due now."""
        now = time.time()
        if await self.execute(
            "UPDATE job SET due_at = ? WHERE id = ? AND due_at > ?", now, job_id, now + 1.0
        ):
            self.parts.engine.wake()

    async def execute(self, statement: str, *values: float) -> int:
        """Change rows behind the store's back; how many."""
        return await self.parts.store.write(lambda c: c.exec_driver_sql(statement, values).rowcount)

    async def struck(self) -> None:
        """Wait until the fault that lies in wait has struck."""
        assert self.rule is not None
        await self.rule.struck()

    def posted(self) -> list[Message]:
        """What the bot has posted besides the card, wherever, and nobody has deleted."""
        world = self.discord.world
        return [
            message
            for channel in world.channels.values()
            for message in channel.visible
            if message.author is world.bot and message is not self.card
        ]


@asynccontextmanager
async def fault_world(
    api: FaultyMusicApi,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    settings: FakeDiscordSettings | None = None,
    **of_bot: str,
) -> AsyncIterator[FaultWorld]:
    """Open everything; the bot is logged in (delivery needs no gateway), and the engine runs."""
    async with FakeDiscord(settings) as fake_discord, assemble(settings_for(api, folder, **of_bot)) as parts:
        monkeypatch.setattr(discord.http.Route, "BASE", fake_discord.api_url)
        await parts.bot.login(fake_discord.settings.token)
        engine = asyncio.create_task(parts.engine.run())
        try:
            yield FaultWorld(fake_discord, parts, api, fake_discord.channel)
        finally:
            await parts.engine.stop(5.0)
            await engine
            await parts.bot.close()
        assert not any(holds(str(exchange.body)) for exchange in fake_discord.traffic.exchanges)


@asynccontextmanager
async def running_bot(
    api: FaultyMusicApi, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[FakeDiscord, Assembly]]:
    """The whole bot with its connection to the gateway, in virtual time; it has only just begun."""
    async with FakeDiscord() as fake:
        settings = settings_for(api, folder, DISCORD_TOKEN=fake.settings.token)
        # Its heartbeats are a thread's, for which no virtual time passes.
        async with assemble(settings, heartbeat_timeout=1e9) as parts:
            monkeypatch.setattr(discord.http.Route, "BASE", fake.api_url)
            address = URL(fake.base_url.replace("http", "ws")) / "socket"
            monkeypatch.setattr(discord.gateway.DiscordWebSocket, "DEFAULT_GATEWAY", address)
            stop = asyncio.Event()
            running = asyncio.create_task(run_parts(parts, settings, stop))
            try:
                yield fake, parts
            finally:
                stop.set()
                await running
