"""Answer an interaction: once, quickly, and in whatever state it is.

discord.py does not retry a reset connection on Linux, and the member would see "thinking…" for ever.
Repeating an answer is safe: if the first one arrived, Discord says so (40060).
"""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, TypeVar

import discord
from aiohttp import ClientError
from discord.app_commands import (
    CheckFailure,
    Command,
    CommandInvokeError,
    CommandNotFound,
    CommandSignatureMismatch,
)

from cogs.connection.reasons import reason
from cogs.text import job_messages, labels, rejection_messages
from cogs.ui.base_bot import BaseBot
from jobs.models.rejections import Denied, Rejected

log = logging.getLogger(__name__)

T = TypeVar("T")
Interaction = discord.Interaction[BaseBot]

# discord.py neither retries these on Linux nor translates them when the connection to Discord breaks.
TRANSPORT_ERRORS = (OSError, TimeoutError, ClientError)

_TRIES = 3
_PAUSE_SECONDS = 0.3
_ALREADY_ANSWERED = 40060
# discord.py itself repeats an answer for half a minute; a job waits less long for its card.
_ANSWER_SECONDS = 8.0


def guild_of(interaction: Interaction) -> int:
    """Return the id of the server; 0, which no server has, should Discord ever leave it out."""
    return interaction.guild_id or 0


class AnswerRefused(Exception):
    """Discord no longer takes an answer: the member was told that the command failed."""


async def respond(
    interaction: Interaction,
    *,
    ephemeral: bool = False,
    is_ours: Callable[[discord.Message], bool] = lambda _: True,
    **content: Any,  # noqa: ANN401 - discord.py's own, here and below
) -> int | None:
    """Send the first answer and return its message's id, or None where Discord did not say it.

    `is_ours` tells this answer from that of another bot with the same token.

    Raises:
        AnswerRefused: Too late, so the member saw the command fail; or it already has another answer.
    """
    sent = await _retried(
        lambda: interaction.response.send_message(ephemeral=ephemeral, **_from_the_start(content))
    )
    return sent.message_id if sent is not None else await _response_message(interaction, is_ours)


async def defer(interaction: Interaction, *, thinking: bool = True) -> None:
    """Show "thinking…" to the member alone until `edit`, or let that replace what was pressed.

    Raises as `respond` does.
    """
    await _retried(lambda: interaction.response.defer(ephemeral=thinking, thinking=thinking))


async def open_modal(interaction: Interaction, form: discord.ui.Modal) -> None:
    await _retried(lambda: interaction.response.send_modal(form))


async def edit(interaction: Interaction, **content: Any) -> None:  # noqa: ANN401 - as above
    """Replace the first answer. Safe to repeat; what cannot be shown is logged."""
    try:
        await _retried(lambda: interaction.edit_original_response(**_from_the_start(content)))
    except (AnswerRefused, discord.HTTPException) as error:
        log.warning("an answer could not be shown (%s)", reason(error))


async def update(interaction: Interaction, **content: Any) -> None:  # noqa: ANN401 - as above
    """Change the message whose control was used, as the answer to that. Raises as `respond` does."""
    await _retried(lambda: interaction.response.edit_message(**content))


def _from_the_start(content: Mapping[str, Any]) -> dict[str, Any]:
    """The same with files that are read from their beginning, where an earlier try has read them."""
    files = {"file", "files", "attachments"} & content.keys()
    return {**content, **{name: _unread(content[name]) for name in files}}


def _unread(files: Any) -> Any:  # noqa: ANN401 - one, several, or what is attached already
    if isinstance(files, discord.File):
        files.reset()
        return discord.File(files.fp, filename=files.filename)
    return [_unread(one) for one in files] if isinstance(files, Sequence) else files


async def _retried(send: Callable[[], Awaitable[T]]) -> T | None:
    """Try a few times; None where it may have arrived although Discord never said so."""
    for tries in range(_TRIES):
        try:
            async with asyncio.timeout(_ANSWER_SECONDS / _TRIES):
                return await send()
        except discord.NotFound as error:
            raise AnswerRefused(str(error.code)) from None
        except discord.HTTPException as error:
            if error.code == _ALREADY_ANSWERED:  # an earlier try had arrived
                return None
            log.warning("an answer was not taken: HTTP %s, code %s", error.status, error.code)
            if error.status < HTTPStatus.INTERNAL_SERVER_ERROR:
                raise
        except discord.InteractionResponded:
            return None
        except TRANSPORT_ERRORS as error:
            log.warning("an answer may be lost (%s)", reason(error))
        await asyncio.sleep(_PAUSE_SECONDS * (tries + 1))
    return None


async def reply(interaction: Interaction, text: str, **content: Any) -> None:  # noqa: ANN401 - as above
    """Reply to the member alone."""
    try:
        if interaction.response.is_done():
            await interaction.followup.send(text, ephemeral=True, **content)
        else:
            await respond(interaction, content=text, ephemeral=True, **content)
    except (AnswerRefused, discord.HTTPException, *TRANSPORT_ERRORS) as error:
        log.warning("a private answer was not delivered (%s)", reason(error))


async def respond_in_pages(interaction: Interaction, shown: Sequence[discord.Embed]) -> None:
    """Answer the member alone, in as many messages as it takes."""
    first, *others = shown
    await respond(interaction, ephemeral=True, embed=first)
    for embed in others:
        await reply(interaction, "", embed=embed)


async def reply_with_error(interaction: Interaction, error: BaseException) -> None:
    """Turn any error into a sentence; an unexpected one gets a reference code that is in the log too."""
    cause = error.original if isinstance(error, CommandInvokeError) else error
    if isinstance(cause, CheckFailure):  # the only check of a command
        cause = Rejected(Denied.NOT_A_MODERATOR)
    if isinstance(cause, Rejected):
        await reply(interaction, rejection_messages.rejection(cause.rejection, money=_orders(interaction)))
    elif isinstance(cause, CommandSignatureMismatch | CommandNotFound):
        await reply(interaction, job_messages.OUTDATED)
    elif isinstance(cause, AnswerRefused):
        log.warning("Discord no longer took the answer to a command")
    else:
        reference = secrets.token_hex(3)
        log.error("reference %s", reference, exc_info=cause)
        await reply(interaction, job_messages.internal(reference))


def _orders(interaction: Interaction) -> bool:
    """Whether an interaction may cost credits: a command that orders, a button, or a form."""
    command = interaction.command
    if not isinstance(command, Command):
        return True
    name = command.qualified_name
    return name == "stems" or labels.operation_of(name) in labels.OPERATIONS


async def _response_message(
    interaction: Interaction, is_ours: Callable[[discord.Message], bool]
) -> int | None:
    """Return the id of an answer that may have arrived; raise AnswerRefused where Discord says it has not."""
    try:
        async with asyncio.timeout(_ANSWER_SECONDS / _TRIES):
            message = await interaction.original_response()
    except discord.NotFound as error:
        raise AnswerRefused(str(error.code)) from None
    except (discord.HTTPException, discord.ClientException, *TRANSPORT_ERRORS):
        return None
    if not is_ours(message):
        raise AnswerRefused("another bot has answered")
    return message.id
