"""Answering an interaction: once, quickly, and whatever state it is in.

discord.py does not retry a reset connection on Linux, and a member would look at "thinking…" for ever.
Repeating an answer is safe: if the first one had arrived, Discord says so (40060).
"""

import asyncio
import logging
import secrets
from typing import Any

import discord

from cogs import messages
from cogs.trouble import TROUBLE
from jobs.gate import Refusal

log = logging.getLogger(__name__)

Interaction = discord.Interaction[Any]

_TRIES = 3
_PAUSE_SECONDS = 0.3
_ALREADY_ANSWERED = 40060


class AnswerRefused(Exception):
    """Discord no longer takes an answer: the member was told that the command failed."""


async def answer(interaction: Interaction, *, ephemeral: bool = False, **content: Any) -> int | None:  # noqa: ANN401
    """Send the first answer; the id of its message, or None where Discord did not say it.

    Raises:
        AnswerRefused: The three seconds were over, so the member saw the command fail.
    """
    for tries in range(_TRIES):
        try:
            sent = await interaction.response.send_message(ephemeral=ephemeral, **content)
        except discord.NotFound as error:
            raise AnswerRefused(str(error.code)) from None
        except discord.HTTPException as error:
            if error.code == _ALREADY_ANSWERED:  # an earlier try had arrived
                return await _answered_message(interaction)
            log.warning("an answer was not taken: HTTP %s, code %s", error.status, error.code)
            if error.status < 500:  # noqa: PLR2004 - it would not be taken later either
                raise
        except TROUBLE as error:
            log.warning("an answer may be lost (%s)", type(error).__name__)
        else:
            return sent.message_id
        await asyncio.sleep(_PAUSE_SECONDS * (tries + 1))
    return await _answered_message(interaction)


async def say(interaction: Interaction, text: str, **content: Any) -> None:  # noqa: ANN401
    """Tell one member something, privately, in whatever state the interaction is."""
    try:
        if interaction.response.is_done():
            await interaction.followup.send(text, ephemeral=True, **content)
        else:
            await answer(interaction, content=text, ephemeral=True, **content)
    except (AnswerRefused, discord.HTTPException, *TROUBLE) as error:
        log.warning("a private answer was not delivered (%s)", type(error).__name__)


async def explain(interaction: Interaction, error: BaseException) -> None:
    """The one way from an error to a member: a sentence, and a reference code that the log has too."""
    cause = error.original if isinstance(error, discord.app_commands.CommandInvokeError) else error
    if isinstance(cause, Refusal):
        await say(interaction, messages.refusal(cause))
        return
    if isinstance(cause, AnswerRefused):
        log.warning("Discord no longer took the answer to a command")
        return
    reference = secrets.token_hex(3)
    log.error("reference %s", reference, exc_info=cause)
    await say(interaction, messages.internal(reference))


async def _answered_message(interaction: Interaction) -> int | None:
    try:
        return (await interaction.original_response()).id
    except (discord.HTTPException, discord.ClientException, *TROUBLE):
        return None
