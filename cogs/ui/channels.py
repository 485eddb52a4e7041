"""Channels as options of a command: only their ids are needed, which come without any cache."""

from typing import Any

import discord
from discord import ChannelType, app_commands

_TEXT = [ChannelType.text, ChannelType.news]
_VOICE_AND_POSTS = [ChannelType.voice, ChannelType.forum, ChannelType.media]
_THREADS = [ChannelType.public_thread, ChannelType.private_thread, ChannelType.news_thread]


class _ChannelOf(app_commands.Transformer):
    """Take the id of a channel: discord.py's own transformer needs a cache, which lacks some threads."""

    def __init__(self, *types: ChannelType) -> None:
        self._types = list(types)

    @property
    def type(self) -> discord.AppCommandOptionType:
        return discord.AppCommandOptionType.channel

    @property
    def channel_types(self) -> list[ChannelType]:
        return self._types

    async def transform(self, _interaction: discord.Interaction[Any], value: Any, /) -> int:  # noqa: ANN401 - discord.py's own
        return int(value.id)


Channel = app_commands.Transform[int, _ChannelOf(*_TEXT, *_VOICE_AND_POSTS, *_THREADS)]
TextChannel = app_commands.Transform[int, _ChannelOf(*_TEXT)]
