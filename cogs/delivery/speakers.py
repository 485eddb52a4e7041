"""Implement `jobs.ports.Speakers` with discord.py's voice, of which the packets are made beforehand.

No ffmpeg and no libopus: a file is written anew as Ogg Opus, and its packets go out as they are.
"""

import asyncio
import shutil
import tempfile
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

import discord
from discord.oggparse import OggStream

from cogs.connection.reasons import reason
from cogs.delivery.opus_file import write_opus
from cogs.delivery.outbox import ChannelOutbox
from cogs.ui.base_bot import BaseBot
from cogs.ui.interactions import TRANSPORT_ERRORS
from jobs.ports import FilesRefused, NothingSent, Undeliverable

# What is sent before all have agreed on keys is noise to them.
_CONNECT_SECONDS, _AGREE_SECONDS, _LOOK_SECONDS = 20.0, 3.0, 0.02
_HEADERS = 2  # packets of a stream before its sound
_NEEDED = ("davey", "nacl", "soundfile", "numpy")


def missing() -> tuple[str, ...]:
    """Name the packages without which the bot has no voice."""
    return tuple(name for name in _NEEDED if find_spec(name) is None)


class _Packets(discord.AudioSource):
    """The packets of a file, which is deleted once they have been played."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = path.open("rb")
        self._packets = OggStream(self._file).iter_packets()
        for _ in range(_HEADERS):
            next(self._packets, b"")

    def read(self) -> bytes:
        return next(self._packets, b"")

    def is_opus(self) -> bool:
        return True

    def cleanup(self) -> None:
        self._file.close()
        self._path.unlink(missing_ok=True)


class VoiceSpeakers:
    """Plays in voice channels, one call a server; `folder` holds what is played now."""

    def __init__(self, outbox: ChannelOutbox, folder: Path) -> None:
        self._outbox = outbox
        self._folder = folder
        shutil.rmtree(folder, ignore_errors=True)  # what a process that was killed was playing
        self._calls: dict[int, discord.VoiceClient] = {}

    async def play(self, guild_id: int, channel_id: int, file: Path) -> float:
        """Play a file in place of what plays; its length. Raises as `Speakers` says."""
        bot = await self._outbox.ready()
        if not bot.is_ready():
            raise NothingSent("the gateway is not connected")
        path, length = await asyncio.to_thread(self._written, file)
        try:
            call = await self._call(bot, guild_id, channel_id)
            call.stop()
            call.play(_Packets(path))
        except (discord.DiscordException, RuntimeError, *TRANSPORT_ERRORS) as error:
            path.unlink(missing_ok=True)
            raise Undeliverable(reason(error)) from None
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        return length

    async def hush(self, guild_id: int) -> None:
        if guild_id in self._calls:
            self._calls[guild_id].stop()

    async def leave(self, guild_id: int) -> None:
        call = self._calls.pop(guild_id, None)
        if call is not None:
            await call.disconnect(force=True)

    def _written(self, file: Path) -> tuple[Path, float]:
        self._folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=self._folder, suffix=".ogg", delete=False) as target:
            path = Path(target.name)
        try:
            return path, write_opus(file, path)
        except (OSError, RuntimeError):
            path.unlink(missing_ok=True)
            raise FilesRefused("it cannot be decoded") from None

    async def _call(self, bot: BaseBot, guild_id: int, channel_id: int) -> discord.VoiceClient:
        """The call in a channel; whoever ended an earlier one wants none. Raises Undeliverable."""
        call = self._calls.get(guild_id)
        if call is not None:
            if not call.is_connected():
                await self.leave(guild_id)
                raise Undeliverable("somebody has ended the call")
            return call
        guild = bot.get_guild(guild_id)
        channel = guild.get_channel(channel_id) if guild is not None else None
        if not isinstance(channel, discord.VoiceChannel):
            raise Undeliverable("there is no such voice channel")
        call = self._calls[guild_id] = await channel.connect(timeout=_CONNECT_SECONDS, self_deaf=True)
        with suppress(TimeoutError):  # alone, there is nobody to agree on keys with, and nobody who hears
            async with asyncio.timeout(_AGREE_SECONDS):
                while call.voice_privacy_code is None:  # noqa: ASYNC110 - discord.py tells of no event
                    await asyncio.sleep(_LOOK_SECONDS)
        return call
