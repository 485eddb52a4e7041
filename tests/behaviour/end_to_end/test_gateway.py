"""The connection to Discord's gateway: how often a bot tries that is turned away."""

import asyncio
from pathlib import Path

import pytest

from tests.behaviour.end_to_end.conftest import Outside, outside_in
from tests.fakes.discord import FakeDiscordSettings
from tests.fakes.sound import FixedSound

pytestmark = [pytest.mark.process, pytest.mark.usefixtures("unmeasured")]


async def test_a_bot_that_is_turned_away_comes_ever_more_rarely(
    fixed_sound: FixedSound, tmp_path: Path
) -> None:
    """Whichever way it is turned away; all of them at once, for it takes long."""

    async def turned_away(answer: int) -> None:
        folder = tmp_path / str(answer)
        folder.mkdir()
        async with outside_in(folder, fixed_sound) as outside:
            outside.discord.gateway.turns_away = answer
            async with outside.bot() as bot:
                await outside.discord.synced("suno")
                await asyncio.sleep(12.0)
                assert 2 <= outside.discord.gateway.connections <= 6, answer
                outside.discord.gateway.turns_away = None
                await outside.discord.gateway.connected(deadline=40.0)
                assert await bot.stop() == 0

    async with asyncio.TaskGroup() as group:
        for answer in (9, 4000, 4009, 1001):
            group.create_task(turned_away(answer))


async def test_a_session_that_is_ended_again_and_again_is_resumed_ever_more_rarely(outside: Outside) -> None:
    async with outside.bot() as bot:
        await outside.ready()
        for _ in range(50):
            outside.discord.gateway.drop(4000)
            await asyncio.sleep(0.1)
        assert outside.discord.gateway.connections <= 6
        assert await bot.stop() == 0


async def test_a_bot_without_sessions_left_waits_and_says_so(fixed_sound: FixedSound, tmp_path: Path) -> None:
    settings = FakeDiscordSettings(sessions_left=0, sessions_reset_after=600.0)
    async with outside_in(tmp_path, fixed_sound, settings) as outside, outside.bot() as bot:
        await outside.discord.synced("suno")
        await asyncio.sleep(2.0)
        assert outside.discord.gateway.identifies == 0
        assert await bot.stop() == 0
        assert "waits for 600 s: Discord allows this bot no more sessions until then" in bot.output()
