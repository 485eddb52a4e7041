"""What the gateway says to a bot that wants to speak: its own voice state, and where the server is."""

import asyncio
import secrets

from tests.fakes.discord.events import Event
from tests.fakes.discord.model import JsonObject
from tests.fakes.discord.server import FakeDiscord
from tests.fakes.discord.sessions import Session
from tests.fakes.discord.voice.server import VoiceServer

# discord.py waits for the second of them only after the first.
_BETWEEN = 0.02


def joined(discord: FakeDiscord, server: VoiceServer) -> None:
    """Let bots join the calls of a voice server."""

    def answer(session: Session, data: JsonObject) -> None:
        guild_id, channel_id = data["guild_id"], data["channel_id"]
        session_id = secrets.token_hex(8)
        flags = dict.fromkeys(("deaf", "mute", "self_deaf", "self_mute", "self_video", "suppress"), False)
        state = {"guild_id": guild_id, "channel_id": channel_id, "user_id": str(discord.bot.id)}
        session.dispatch(Event("VOICE_STATE_UPDATE", {**state, **flags, "session_id": session_id}))
        if channel_id is not None:
            server.expected[session_id] = (discord.bot.id, int(channel_id))
            address = {"guild_id": guild_id, "token": "voice", "endpoint": server.endpoint}
            there = Event("VOICE_SERVER_UPDATE", address)
            asyncio.get_running_loop().call_later(_BETWEEN, session.dispatch, there)

    discord.gateway.voice = answer
