"""The connection to Discord's gateway: how often a bot tries that is turned away."""

import asyncio
from pathlib import Path

import pytest

from tests.behaviour.end_to_end.conftest import Outside
from tests.conftest import KEY
from tests.fakes.api_faults import FaultyMusicApi
from tests.fakes.discord import FakeDiscord, FakeDiscordSettings
from tests.fakes.sound import FixedSound

pytestmark = pytest.mark.process


@pytest.mark.parametrize("answer", [9, 4000, 4009, 1001], ids=str)
async def test_a_bot_that_is_turned_away_comes_ever_more_rarely(outside: Outside, answer: int) -> None:
    outside.discord.gateway.turns_away = answer
    async with outside.bot() as bot:
        await outside.discord.synced("suno")
        await asyncio.sleep(12.0)
        assert 2 <= outside.discord.gateway.connections <= 6
        outside.discord.gateway.turns_away = None
        await outside.discord.gateway.connected(deadline=40.0)
        assert await bot.stop() == 0


async def test_a_session_that_is_ended_again_and_again_is_resumed_ever_more_rarely(outside: Outside) -> None:
    async with outside.bot() as bot:
        await outside.ready()
        for _ in range(100):
            outside.discord.gateway.drop(4000)
            await asyncio.sleep(0.1)
        assert outside.discord.gateway.connections <= 6
        assert await bot.stop() == 0


async def test_a_bot_without_sessions_left_waits_and_says_so(fixed_sound: FixedSound, tmp_path: Path) -> None:
    settings = FakeDiscordSettings(sessions_left=0, sessions_reset_after=600.0)
    async with (
        FakeDiscord(settings) as discord_,
        FaultyMusicApi(keys=[KEY], credits=500, time_scale=0.1, sound=fixed_sound) as api,
    ):
        outside = Outside(discord_, api, tmp_path)
        async with outside.bot() as bot:
            await discord_.synced("suno")
            await asyncio.sleep(2.0)
            assert discord_.gateway.identifies == 0
            assert await bot.stop() == 0
            assert "waits for 600 s: Discord allows this bot no more sessions until then" in bot.output()
