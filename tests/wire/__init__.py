"""A small Discord over real HTTP and WebSocket, for tests that run the bot as a process of its own.

    async with WireDiscord() as discord_:
        environment = child_environment(discord_, DATABASE_URL=...)
        async with Child(ROOT / "bot.py", environment=environment, log=tmp_path / "bot.log", cwd=ROOT):
            await discord_.synced("suno")
            await discord_.gateway.connected()
            handle = discord_.member.slash(discord_.channel, "suno create", prompt="rain")
            assert (await handle.answered()).after < 3
            await discord_.channel.wait_for_message(lambda message: message.files != [])

In comments of this package `docs:` is Discord's own documentation (discord/discord-api-docs, developers/).
"""

from tests.wire.child import Child, child_environment
from tests.wire.clock import Clock, WireClock
from tests.wire.interactions import Answer, CallbackType, Interaction, Modal
from tests.wire.member import Member
from tests.wire.model import Attachment, Channel, Guild, Message, Role, User
from tests.wire.options import ClientRefusalError
from tests.wire.permissions import Permission
from tests.wire.resolved import Upload
from tests.wire.server import WireDiscord
from tests.wire.settings import WireSettings
from tests.wire.waiting import WaitError

__all__ = [
    "Answer",
    "Attachment",
    "CallbackType",
    "Channel",
    "Child",
    "ClientRefusalError",
    "Clock",
    "Guild",
    "Interaction",
    "Member",
    "Message",
    "Modal",
    "Permission",
    "Role",
    "Upload",
    "User",
    "WaitError",
    "WireClock",
    "WireDiscord",
    "WireSettings",
    "child_environment",
]
