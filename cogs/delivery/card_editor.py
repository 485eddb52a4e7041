"""Edit the cards of jobs: the least important of what the bot sends."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from http import HTTPStatus
from typing import Any

import discord

from cogs.connection.reasons import reason
from cogs.connection.rest import Limited
from cogs.delivery.rate_limit import RateLimit
from cogs.text import delivery_messages
from cogs.ui.base_bot import BaseBot
from cogs.ui.interactions import TRANSPORT_ERRORS
from cogs.ui.job_cards import job_card
from jobs.models import Card, Job
from jobs.ports import NothingSent, PortError, Undeliverable

# A card is tried again so soon where others came first, in seconds.
_LATER = 0.5


class CardEditor:
    """Edits where there is room; `ready` gives the bot, or raises NothingSent."""

    def __init__(self, ready: Callable[[], Awaitable[BaseBot]], rate_limit: RateLimit) -> None:
        self._ready = ready
        self._rate_limit = rate_limit
        self._under_way: set[asyncio.Task[None]] = set()

    async def show(self, job: Job, card: Card) -> None:
        """Make the job's card show how it is now. Raises as `Outbox.show_card` says."""
        bot = await self._ready()
        if not self._rate_limit.spare():
            raise NothingSent("others come first", retry_after=_LATER)
        await _edit(bot, job, content=None, **job_card(job, card))

    def tell_late(self, job: Job, until: float) -> None:
        """Say that the files are late, in the background: the result says the same when it comes."""
        if job.card_message_id and not job.round:
            task = asyncio.create_task(self._tell_late(job, until), name=f"late-{job.id}")
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)

    async def _tell_late(self, job: Job, until: float) -> None:
        with suppress(PortError):
            await _edit(await self._ready(), job, content=delivery_messages.late(until))


async def _edit(bot: BaseBot, job: Job, **content: Any) -> None:  # noqa: ANN401 - discord.py's own
    """Edit the card, which is where the command was."""
    channel = bot.get_partial_messageable(job.channel_id, guild_id=job.guild_id)
    try:
        await channel.get_partial_message(job.card_message_id or 0).edit(**content)
    except discord.HTTPException as error:
        refused = HTTPStatus.BAD_REQUEST <= error.status < HTTPStatus.INTERNAL_SERVER_ERROR
        if refused and error.status != HTTPStatus.TOO_MANY_REQUESTS:  # gone, or closed to the bot
            raise Undeliverable(f"HTTP {error.status}, code {error.code}") from None
        wait = error.retry_after if isinstance(error, Limited) else None
        raise NothingSent(f"HTTP {error.status}", retry_after=wait) from None
    except TRANSPORT_ERRORS as error:
        raise NothingSent(reason(error)) from None
