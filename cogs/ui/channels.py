"""Channels as options of a command, whose ids come without any cache; and those that a member cannot see."""

from typing import Any

import discord
from discord import ChannelType, app_commands

from cogs.ui.interactions import Interaction
from jobs.models import Viewer
from jobs.models.rejections import Denied, Rejected

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


def viewer_of(interaction: Interaction) -> Viewer:
    """Describe a member to lists: they name nothing that was made in a channel which they cannot see."""
    guild, member = interaction.guild, interaction.user
    if guild is None or not isinstance(member, discord.Member):
        return Viewer(member.id)
    if not guild.channels:  # Discord has not told of them: then it is not known what the member may see
        raise Rejected(Denied.SERVER_UNKNOWN)
    closed = {one.id for one in guild.channels if not one.permissions_for(member).view_channel}
    threads = {one.id for one in guild.threads if one.parent_id in closed or _is_closed(one, member)}
    return Viewer(member.id, frozenset((closed | threads) - {interaction.channel_id}))


def can_see(interaction: Interaction, channel_id: int) -> bool:
    """Whether a member sees a channel: the same of one, which is quicker than of all."""
    guild, member = interaction.guild, interaction.user
    if channel_id == interaction.channel_id or guild is None or not isinstance(member, discord.Member):
        return True
    if not guild.channels:
        return False
    found = guild.get_channel_or_thread(channel_id)
    if isinstance(found, discord.Thread):
        if _is_closed(found, member):
            return False
        found = found.parent
    return found is None or found.permissions_for(member).view_channel


def may_write(interaction: Interaction, channel_id: int) -> bool:
    """Whether a member is known to see a channel and to write there."""
    guild, member = interaction.guild, interaction.user
    channel = guild.get_channel(channel_id) if guild is not None else None
    if channel is None or not isinstance(member, discord.Member):
        return False
    may = channel.permissions_for(member)
    return may.view_channel and may.send_messages


def is_open(interaction: Interaction, channel_id: int) -> bool:
    """Whether every member of the server is known to see a channel, that of the interaction or another."""
    guild, channel = interaction.guild, interaction.channel
    if guild is not None and channel_id != interaction.channel_id:
        channel = guild.get_channel(channel_id)
    if isinstance(channel, discord.Thread):
        channel = None if channel.is_private() else channel.parent
    if guild is None or not guild.channels or not isinstance(channel, discord.abc.GuildChannel):
        return False
    return channel.permissions_for(guild.default_role).view_channel


def _is_closed(thread: discord.Thread, member: discord.Member) -> bool:
    """Whether a thread is private, and neither the member's own nor theirs to manage."""
    return (
        thread.is_private()
        and thread.owner_id != member.id
        and not thread.permissions_for(member).manage_threads
    )


Channel = app_commands.Transform[int, _ChannelOf(*_TEXT, *_VOICE_AND_POSTS, *_THREADS)]
VoiceChannel = app_commands.Transform[int, _ChannelOf(ChannelType.voice)]
TextChannel = app_commands.Transform[int, _ChannelOf(*_TEXT)]
