"""Take the button off the card of an ended job; mark a cancelled one.

Best effort: one edit a job, and nothing waits for it. A channel takes about one edit a second and the bot
fifty requests, which the results need more.
"""

import asyncio
import logging
from typing import Any

import discord

from cogs.text import delivery_messages
from cogs.ui import embeds
from cogs.ui.interactions import TRANSPORT_ERRORS, Interaction
from jobs.models import Job

log = logging.getLogger(__name__)

# Under load the results come first: some cards keep their buttons, which then answer "too late".
_PAUSE_SECONDS = 1.0


class CardEditor:
    def __init__(self) -> None:
        self._next_at = 0.0
        self._under_way: set[asyncio.Task[None]] = set()

    def close(self, client: discord.Client, job: Job) -> None:
        """Take the button off the card of an ended job, in the background and only if there is time."""
        now = asyncio.get_running_loop().time()
        if job.tries:  # it may say that its files are late, which is over
            self._begin(client, job, view=None, content=None)
        elif now >= self._next_at:
            self._next_at = now + _PAUSE_SECONDS
            self._begin(client, job, view=None)

    def tell_late(self, client: discord.Client, job: Job, until: float) -> None:
        """Say that the files are late, in the background."""
        self._begin(client, job, view=None, content=delivery_messages.late(until))

    def _begin(self, client: discord.Client, job: Job, **content: Any) -> None:  # noqa: ANN401 - discord.py's own
        if not job.card_message_id or job.round:
            return
        task = asyncio.create_task(_edit(client, job, **content), name=f"card-{job.id}")
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)


async def close_cancelled(client: discord.Client, job: Job, by: int) -> None:
    """Mark the card as cancelled: it may be in another channel than the command."""
    await _edit(client, job, view=None, embed=embeds.cancelled(job, by))


async def close_decided(interaction: Interaction, job: Job, text: str) -> None:
    """Take the buttons off the message that asked for a decision, and say in it what was decided."""
    asked = interaction.message
    if asked is None or asked.id == job.card_message_id:
        return
    try:
        await asked.edit(content=text, embed=None, view=None)
    except (discord.HTTPException, *TRANSPORT_ERRORS) as error:
        log.info("job %s: the question stays as it was (%s)", job.id, type(error).__name__)


async def _edit(client: discord.Client, job: Job, **content: Any) -> None:  # noqa: ANN401 - discord.py's own
    if not job.card_message_id:
        return
    channel = client.get_partial_messageable(job.channel_id, guild_id=job.guild_id)
    try:
        await channel.get_partial_message(job.card_message_id).edit(**content)
    except discord.HTTPException as error:
        log.info("job %s: its card stays as it was (code %s)", job.id, error.code)
    except TRANSPORT_ERRORS as error:
        log.info("job %s: its card stays as it was (%s)", job.id, type(error).__name__)
