"""Search a channel's history for a message of ours that an attempt may have led to."""

from collections.abc import Callable
from datetime import UTC, datetime

import discord

from cogs.connection.reasons import reason
from cogs.connection.rest import LASTS_SECONDS
from cogs.delivery.discord_errors import UNKNOWN_MESSAGE, translate
from cogs.ui.base_bot import BaseBot
from cogs.ui.interactions import TRANSPORT_ERRORS
from jobs.ports import NothingSent, Undeliverable

# How far a search goes, in messages, and where it begins and ends, in seconds: clocks differ, and a message
# arrives at the latest when the nonce window, the wait for the login and the request are over.
_HISTORY = 1000
_SKEW = 300.0
_LANDS_WITHIN = 120.0 + LASTS_SECONDS


async def search(
    bot: BaseBot,
    channel: discord.PartialMessageable,
    since: float,
    is_ours: Callable[[discord.Message], bool],
) -> int | None:
    """Find the message of ours that an attempt at `since` led to."""
    after = discord.Object(discord.utils.time_snowflake(datetime.fromtimestamp(since - _SKEW, tz=UTC)))
    end = datetime.fromtimestamp(since + _LANDS_WITHIN + _SKEW, tz=UTC)
    seen = 0
    try:
        async for message in channel.history(after=after, limit=_HISTORY, oldest_first=True):
            seen += 1
            if bot.user is not None and message.author.id == bot.user.id and is_ours(message):
                return message.id
            if message.created_at > end:
                return None
    except discord.HTTPException as error:
        translate(error, with_files=False)
    except TRANSPORT_ERRORS as error:
        raise NothingSent(reason(error)) from None
    if seen >= _HISTORY:
        raise Undeliverable("the channel is too busy to be searched")
    return None


async def check_sight(channel: discord.PartialMessageable, known_id: int) -> None:
    """Make sure that the history was visible: without permission Discord shows an empty one.

    Raises:
        Undeliverable: The message may be there; better to keep it than to post it twice.
        NothingSent: Discord does not say now.
    """
    try:
        await channel.fetch_message(known_id)
    except discord.Forbidden as error:
        raise Undeliverable(f"the history cannot be read (code {error.code})") from None
    except discord.HTTPException as error:
        if error.code != UNKNOWN_MESSAGE:
            translate(error, with_files=False)
    except TRANSPORT_ERRORS as error:
        raise NothingSent(reason(error)) from None
