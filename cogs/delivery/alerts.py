"""Alert moderators to a low balance, in the channel that they chose."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

import discord

from cogs.connection.reasons import reason
from cogs.connection.rest import Limited
from cogs.text import credit_messages
from cogs.ui import embeds
from cogs.ui.base_bot import BaseBot
from cogs.ui.interactions import TRANSPORT_ERRORS
from jobs.models import Alert
from jobs.ports import NothingSent

log = logging.getLogger(__name__)

_TRIES = 3
_PAUSE_SECONDS = 20.0


class AlertSender:
    """Post each alert at most once; log those that cannot be posted. `turn` may raise NothingSent."""

    def __init__(self, turn: Callable[[], Awaitable[BaseBot]]) -> None:
        self._turn = turn
        self._sending: set[asyncio.Task[None]] = set()

    def send(self, alert: Alert) -> None:
        task = asyncio.create_task(self._post(alert), name=f"alert-{alert.guild_id}")
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def _post(self, alert: Alert) -> None:
        embed = embeds.info("Credits", credit_messages.low(alert.threshold, alert.balance))
        nonce = discord.utils.time_snowflake(discord.utils.utcnow())
        for _ in range(_TRIES):
            try:
                bot = await self._turn()
                channel = bot.get_partial_messageable(alert.channel_id, guild_id=alert.guild_id)
                await channel.send(embed=embed, nonce=nonce)
            except (discord.HTTPException, NothingSent, *TRANSPORT_ERRORS) as error:
                log.warning("an alert was not posted (%s)", reason(error))
                if isinstance(error, discord.Forbidden | discord.NotFound):
                    return
                asked = error.retry_after if isinstance(error, NothingSent | Limited) else None
                await asyncio.sleep(max(_PAUSE_SECONDS, asked or 0.0))
            else:
                return
