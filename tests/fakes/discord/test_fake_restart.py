"""The bot as a child process that dies, comes back, or may not come in at all."""

from pathlib import Path

import pytest

from tests.fakes.discord import Child, FakeDiscord, child_environment
from tests.fakes.discord import faults as fault
from tests.fakes.discord.test_discord_py import BOT

pytestmark = pytest.mark.process


async def test_a_button_works_after_the_bot_was_killed_and_started_again(tmp_path: Path) -> None:
    async with FakeDiscord() as discord_:
        environment = child_environment(discord_)
        async with Child(BOT, environment=environment, log=tmp_path / "first.log") as first:
            await discord_.synced("count")
            await discord_.gateway.connected()
            shown = await discord_.member.slash(discord_.channel, "count").shown()
            assert shown.content == f"pid {first.process.pid}"
        await discord_.gateway.disconnected()
        async with Child(BOT, environment=environment, log=tmp_path / "second.log") as second:
            await discord_.gateway.connected(identifies=2)
            clicked = discord_.member.click(shown, "pressed 0")
            message = await clicked.shown(lambda m: m.content == f"pid {second.process.pid}")
        assert message is shown
        assert message.components[0]["components"][0]["custom_id"] == "count:1"


async def test_a_bot_can_be_killed_between_effect_and_answer(tmp_path: Path) -> None:
    async with FakeDiscord() as discord_:
        channel = discord_.channel
        rule = discord_.faults.add("POST /channels/*/messages", fault.hang().after_effect())
        async with Child(BOT, environment=child_environment(discord_), log=tmp_path / "bot.log") as child:
            await discord_.synced("post")
            await discord_.gateway.connected()
            handle = discord_.member.slash(channel, "post", text="song")
            await rule.struck()
            await child.kill()
            assert child.process.returncode == -9
        assert [m.content for m in channel.visible if not m.loading] == ["song"]
        assert handle.message is not None
        assert handle.message.loading


async def test_a_wrong_token_is_turned_away(tmp_path: Path) -> None:
    async with FakeDiscord() as discord_:
        environment = child_environment(discord_, DISCORD_TOKEN="wrong")
        async with Child(BOT, environment=environment, log=tmp_path / "bot.log") as child:
            assert await child.ended() == 1
            assert "LoginFailure" in child.output()
        assert discord_.traffic.invalid == 1
        assert discord_.gateway.identifies == 0
