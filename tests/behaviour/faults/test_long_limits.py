"""Discord wants no requests for a while, whatever the bot is about: afterwards everything goes on."""

import asyncio
import time
from dataclasses import replace
from pathlib import Path

import pytest

from jobs.engine.loop import Engine
from jobs.models import Order
from tests.behaviour.faults.discord_outcomes import POST, THREAD
from tests.behaviour.faults.world import FaultWorld, fault_world
from tests.fakes.api_faults import FaultyMusicApi
from tests.fakes.clock import until
from tests.fakes.discord import Message, faults

CARD = "PATCH /channels/*/messages/*"
RENEWAL = "POST /attachments/refresh-urls"
UPLOAD = Order("suno.upload", {"file_url": "https://cdn.discordapp.com/attachments/1/2/a.mp3?ex=1"}, "a")


def patient(world: FaultWorld) -> None:
    """Discord's seconds are not scaled, so neither is the day for which a delivery is tried."""
    schedule = world.parts.context.schedule
    world.parts.context.schedule = replace(schedule, deliver_for=schedule.deliver_for / schedule.scale)


async def posted(world: FaultWorld, count: int, *, within: float) -> None:
    """Wait for so many results, each once."""
    began = time.monotonic()
    await until(lambda: len(delivered(world)) >= count, f"message {count}")
    assert time.monotonic() - began < within
    assert len(delivered(world)) == count


def delivered(world: FaultWorld) -> list[Message]:
    return [message for message in world.posted() if message.attachments]


def limit_steps(world: FaultWorld, seconds: float) -> None:
    for lane in world.parts.engine.lanes:
        lane.limit = seconds


@pytest.mark.parametrize("seconds", [15.0, 600.0])
@pytest.mark.parametrize("on", [CARD, POST, THREAD])
async def test_a_global_limit_ends_and_everything_goes_on(
    api: FaultyMusicApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, on: str, seconds: float
) -> None:
    async with fault_world(api, tmp_path, monkeypatch) as world:
        patient(world)
        await world.parts.service.change_settings(world.discord.guild.id, 1, lambda _: {"threads": True})
        rule = world.discord.faults.add(on, faults.rate_limit(seconds, is_global=True))
        await world.ask()
        await posted(world, 1, within=seconds + 20)
        await rule.struck()
        await world.ask()
        await posted(world, 2, within=seconds + 20)


@pytest.mark.parametrize("on", [POST, THREAD])
async def test_a_step_that_takes_too_long_leaves_the_limit_as_it_is(
    api: FaultyMusicApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, on: str
) -> None:
    async with fault_world(api, tmp_path, monkeypatch) as world:
        patient(world)
        await world.parts.service.change_settings(world.discord.guild.id, 1, lambda _: {"threads": True})
        rule = world.discord.faults.add(on, faults.rate_limit(15.0, is_global=True))
        limit_steps(world, 1.0)
        await world.ask()
        await rule.struck()
        await asyncio.sleep(2.0)
        limit_steps(world, 360.0)
        await world.ask()
        await posted(world, 2, within=60)


async def test_a_link_that_is_not_renewed_in_time_leaves_the_limit_as_it_is(
    api: FaultyMusicApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with fault_world(api, tmp_path, monkeypatch) as world:
        patient(world)
        rule = world.discord.faults.add(RENEWAL, faults.rate_limit(15.0, is_global=True))
        limit_steps(world, 1.0)
        world.order = UPLOAD
        await world.ask()
        await rule.struck()
        await asyncio.sleep(2.0)
        limit_steps(world, 360.0)
        world.order = Order("suno.create", {"description": "rivers"}, "rivers")
        await world.ask()
        await posted(world, 1, within=60)


async def test_an_engine_that_stops_leaves_the_limit_as_it_is(
    api: FaultyMusicApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with fault_world(api, tmp_path, monkeypatch) as world:
        patient(world)
        rule = world.discord.faults.add(POST, faults.rate_limit(15.0, is_global=True))
        await world.ask()
        await rule.struck()
        await world.parts.engine.stop(1.0)
        again = Engine(world.parts.context)
        running = asyncio.create_task(again.run())
        await posted(world, 1, within=60)
        await asyncio.sleep(60)
        assert len(delivered(world)) == 1
        await again.stop(5.0)
        await running
