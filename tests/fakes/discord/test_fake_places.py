"""Where things are and who may do what there; and the process in which the bot lives."""

from pathlib import Path

import pytest

from tests.fakes.discord import Child, FakeDiscord, Permission, RealClock, WaitError, child_environment
from tests.fakes.discord.conftest import Caller
from tests.fakes.discord.model import Overwrite
from tests.fakes.discord.permissions import EVERYTHING, NOTHING, in_channel, in_guild

NO_LIBRARY = "import sys; assert 'sitecustomize' in sys.modules; assert 'discord' not in sys.modules"
REDIRECTED = """
import os, discord.http, discord.gateway, discord.asset
base = os.environ["FAKE_DISCORD_URL"]
assert discord.http.Route("GET", "/x").url == base + "/api/v10/x"
assert str(discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY) == base.replace("http", "ws") + "/socket"
assert discord.asset.Asset.BASE == base + "/cdn"
assert discord.Client(intents=discord.Intents.none())._connection.guild_ready_timeout == 0.25
assert os.environ["SETTING"] == "on" and "PYTEST_CURRENT_TEST" not in os.environ
"""


async def test_the_bot_and_its_guild_can_be_looked_up(fake_discord: FakeDiscord, caller: Caller) -> None:
    guild = f"/guilds/{fake_discord.guild.id}"
    assert (await caller.call("GET", guild))[1]["approximate_member_count"] == 3
    _, application = await caller.call("GET", "/applications/@me")
    assert (application["id"], application["approximate_guild_count"]) == (str(fake_discord.bot.id), 1)


async def test_a_channel_out_of_sight_is_out_of_reach(fake_discord: FakeDiscord, caller: Caller) -> None:
    path = f"/channels/{fake_discord.channel.id}"
    assert (await caller.call("GET", path))[1]["name"] == "music"
    fake_discord.deny(fake_discord.channel, Permission.VIEW_CHANNEL)
    assert (await caller.call("GET", path))[1]["code"] == 50001
    assert (await caller.call("GET", f"{path}/messages"))[1]["code"] == 50001


async def test_history_is_empty_without_the_right_to_read_it(
    fake_discord: FakeDiscord, caller: Caller
) -> None:
    card = fake_discord.member.write(fake_discord.channel, "card")
    fake_discord.deny(fake_discord.channel, Permission.READ_MESSAGE_HISTORY)
    path = f"/channels/{fake_discord.channel.id}/messages"
    assert await caller.call("GET", path) == (200, [])
    assert (await caller.call("GET", f"{path}/{card.id}"))[1]["code"] == 50013


def test_rights_come_from_roles_then_overwrites() -> None:
    fake_discord = FakeDiscord()
    member = fake_discord.add_member("helper", permissions=Permission.MANAGE_MESSAGES)
    role_id = fake_discord.guild.members[member.id].role_ids[0]
    assert Permission.MANAGE_MESSAGES in in_guild(fake_discord.guild, member.id)
    assert Permission.MANAGE_MESSAGES not in in_guild(fake_discord.guild, fake_discord.member.id)
    assert in_guild(fake_discord.guild, 1) == in_channel(fake_discord.channel, 1) == NOTHING
    assert in_guild(fake_discord.guild, fake_discord.world.owner.id) == EVERYTHING
    deny = int(Permission.SEND_MESSAGES)
    everyone = Overwrite(fake_discord.guild.id, is_role=True, allow=0, deny=deny)
    fake_discord.world.set_overwrite(fake_discord.channel, everyone)
    assert Permission.SEND_MESSAGES not in in_channel(fake_discord.channel, member.id)
    fake_discord.world.set_overwrite(
        fake_discord.channel, Overwrite(role_id, is_role=True, allow=deny, deny=0)
    )
    assert Permission.SEND_MESSAGES in in_channel(fake_discord.channel, member.id)
    assert Permission.SEND_MESSAGES not in in_channel(fake_discord.channel, fake_discord.member.id)
    assert in_channel(fake_discord.channel, fake_discord.world.owner.id) == EVERYTHING


def test_administrators_may_do_everything() -> None:
    fake_discord = FakeDiscord()
    admin = fake_discord.add_member("admin", permissions=Permission.ADMINISTRATOR)
    fake_discord.deny(fake_discord.channel, Permission.VIEW_CHANNEL, user=admin.user)
    assert in_channel(fake_discord.channel, admin.id) == EVERYTHING


def test_time_only_runs_ahead() -> None:
    clock = RealClock()
    before = clock()
    clock.advance(60)
    assert clock() - before >= 60
    with pytest.raises(ValueError, match="ahead"):
        clock.advance(-1)


@pytest.mark.process
@pytest.mark.parametrize("script", [NO_LIBRARY, REDIRECTED])
async def test_the_hook_redirects_discord_py_and_leaves_others_alone(
    fake_discord: FakeDiscord, tmp_path: Path, script: str
) -> None:
    path = tmp_path / "script.py"
    path.write_text(script)
    environment = child_environment(fake_discord, SETTING="on")
    async with Child(path, environment=environment, log=tmp_path / "log") as child:
        assert await child.ended() == 0, child.output()


@pytest.mark.process
async def test_a_child_can_be_stopped_and_is_gone_in_the_end(
    fake_discord: FakeDiscord, tmp_path: Path
) -> None:
    path = tmp_path / "script.py"
    path.write_text("import sys; print('ready', sys.argv[1:], flush=True); sys.stdin.read(); input()")
    polite = tmp_path / "polite.py"
    polite.write_text("import signal; signal.pause()")
    environment = child_environment(fake_discord)
    async with Child(polite, environment=environment, log=tmp_path / "polite.log") as child:
        assert await child.stop() == -15
        assert await child.stop() == -15
    async with Child(path, "x", environment=environment, log=tmp_path / "log", cwd=tmp_path) as child:
        assert await child.ended() == 1
        assert child.output().startswith("ready ['x']")
    async with Child(polite, environment=environment, log=tmp_path / "log") as child:
        with pytest.raises(WaitError, match="did not end"):
            await child.ended(deadline=0.01)
    assert child.process.returncode == -9


@pytest.mark.process
async def test_a_failure_carries_the_childs_last_words(fake_discord: FakeDiscord, tmp_path: Path) -> None:
    path = tmp_path / "script.py"
    path.write_text("print('last words')")

    async def fail() -> None:
        async with Child(path, environment=child_environment(fake_discord), log=tmp_path / "log") as child:
            await child.ended()
            raise ValueError("from the test")

    with pytest.raises(ValueError, match="from the test") as caught:
        await fail()
    assert "last words" in caught.value.__notes__[0]
