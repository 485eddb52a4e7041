"""Channels as options of a command: only their ids are needed, and those are there without any cache."""

from typing import Any

import discord
from discord import app_commands

_TEXT = [discord.ChannelType.text, discord.ChannelType.news]
_THREADS = [
    discord.ChannelType.public_thread,
    discord.ChannelType.private_thread,
    discord.ChannelType.news_thread,
]


class _ChannelOf(app_commands.Transformer):
    """The id of a channel of these types.

    discord.py's own wants the channel in its cache, where not every thread is, and nothing while a server is
    away.
    """

    def __init__(self, *types: discord.ChannelType) -> None:
        self._types = list(types)

    @property
    def type(self) -> discord.AppCommandOptionType:
        """What Discord shows to pick from."""
        return discord.AppCommandOptionType.channel

    @property
    def channel_types(self) -> list[discord.ChannelType]:
        """Of these, Discord shows none but such."""
        return self._types

    async def transform(self, _interaction: discord.Interaction[Any], value: Any, /) -> int:  # noqa: ANN401 - discord.py's own
        """The id of what was picked."""
        return int(value.id)


_SPOKEN_AND_POSTS = [discord.ChannelType.voice, discord.ChannelType.forum, discord.ChannelType.media]

Channel = app_commands.Transform[int, _ChannelOf(*_TEXT, *_SPOKEN_AND_POSTS, *_THREADS)]
TextChannel = app_commands.Transform[int, _ChannelOf(*_TEXT)]
