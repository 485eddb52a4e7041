"""A small Discord over real HTTP and WebSocket, for tests that run the bot as a process of its own.

    async with FakeDiscord() as discord_:
        environment = child_environment(discord_, DATABASE_URL=...)
        async with Child(ROOT / "bot.py", environment=environment, log=tmp_path / "bot.log", cwd=ROOT):
            await discord_.synced("suno")
            await discord_.gateway.connected()
            handle = discord_.member.slash(discord_.channel, "suno create", prompt="rain")
            assert (await handle.answered()).after < 3
            await discord_.channel.wait_for_message(lambda message: message.files != [])

In comments of this package `docs:` is Discord's own documentation (discord/discord-api-docs, developers/).
"""

from tests.fakes.discord.child import Child, child_environment, free_port
from tests.fakes.discord.clock import Clock, RealClock
from tests.fakes.discord.interactions import Answer, CallbackType, Interaction, Modal
from tests.fakes.discord.member import Member
from tests.fakes.discord.model import Attachment, Channel, Guild, Message, Role, User
from tests.fakes.discord.options import ClientRefusalError
from tests.fakes.discord.permissions import Permission
from tests.fakes.discord.resolved import Upload
from tests.fakes.discord.server import FakeDiscord
from tests.fakes.discord.settings import FakeDiscordSettings
from tests.fakes.discord.waiting import WaitError

__all__ = [
    "Answer",
    "Attachment",
    "CallbackType",
    "Channel",
    "Child",
    "ClientRefusalError",
    "Clock",
    "FakeDiscord",
    "FakeDiscordSettings",
    "Guild",
    "Interaction",
    "Member",
    "Message",
    "Modal",
    "Permission",
    "RealClock",
    "Role",
    "Upload",
    "User",
    "WaitError",
    "child_environment",
    "free_port",
]
