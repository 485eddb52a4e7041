"""Say how to begin in a server that has just invited the bot: once, where it may, and never many at once."""

import asyncio
import logging
from collections.abc import Iterable
from datetime import timedelta

import discord

from cogs.connection.reasons import reason
from cogs.text import help_messages
from cogs.ui import embeds
from cogs.ui.base_bot import BaseBot
from cogs.ui.interactions import TRANSPORT_ERRORS

log = logging.getLogger(__name__)

# Longer ago, the members know by now. A server that was away for a moment was joined long ago as well.
_JUST_NOW = timedelta(days=1)
# Between two servers that invited the bot while it was away.
_PAUSE_SECONDS = 10.0


async def greet_all(bot: BaseBot, guilds: Iterable[discord.Guild]) -> None:
    """Greet the servers among these that invited the bot while it was away, one by one."""
    for guild in guilds:
        if await greet(bot, guild):
            await asyncio.sleep(_PAUSE_SECONDS)


async def greet(bot: BaseBot, guild: discord.Guild) -> bool:
    """Greet a server that has just invited the bot and was never greeted; whether that was tried.

    It is noted before it is sent: a greeting may be lost, and never comes twice.
    """
    channel = _where(guild) if _just_invited(guild) else None
    if channel is None or not await bot.service.note_once(f"greeted:{guild.id}", str(channel.id)):
        return False
    try:
        await channel.send(embed=embeds.info(help_messages.GREETING_TITLE, help_messages.GREETING))
    except (discord.HTTPException, *TRANSPORT_ERRORS) as error:
        log.info("server %s was not greeted (%s)", guild.id, reason(error))
    return True


def _just_invited(guild: discord.Guild) -> bool:
    me: discord.Member | None = guild.me
    joined = me.joined_at if me is not None else None
    return joined is not None and discord.utils.utcnow() - joined < _JUST_NOW


def _where(guild: discord.Guild) -> discord.TextChannel | None:
    """The channel for news of the server, or the first one in which the bot may write."""
    for channel in (guild.system_channel, *guild.text_channels):
        if channel is not None:
            may = channel.permissions_for(guild.me)
            if may.view_channel and may.send_messages and may.embed_links:
                return channel
    return None
