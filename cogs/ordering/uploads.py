"""Uploads: a file on Discord or a link. The API fetches it by its link; the bot looks how a file begins.

It never opens a link that was typed.
"""

import asyncio
import logging
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

import discord

from cogs.connection.reasons import reason
from cogs.text import labels
from cogs.ui.attachment_urls import is_file
from cogs.ui.interactions import TRANSPORT_ERRORS, Interaction
from jobs.models import HEAD_BYTES, Order, sound_kind
from jobs.models.rejections import Rejected, WrongInput

log = logging.getLogger(__name__)

# Discord gives three seconds for the answer.
_LOOK_SECONDS = 1.5
# Suffixes that the API takes, for files whose type Discord does not say.
_SUFFIXES = frozenset({".mp3", ".wav", ".m4a", ".aac", ".ogg", ".oga", ".opus", ".flac", ".webm", ".mp4"})


async def upload_order(
    interaction: Interaction, operation: str, file: discord.Attachment | None, link: str | None
) -> Order:
    """Make an order of what was given, if it is sound. Raises Rejected."""
    if (file is None) == (not link):
        raise Rejected(WrongInput("file", labels.FILE_OR_LINK))
    if file is None:
        url = (link or "").strip()
        return Order(operation, {"file_url" if is_file(url) else "url": url}, _name_in(url))
    _check(file, interaction.client.service.catalogue.limit("file_bytes", operation=operation))
    beginning = await _beginning(interaction, file)
    if beginning is not None and not sound_kind(beginning):
        raise Rejected(WrongInput("file", labels.NO_AUDIO))
    # Discord keeps only plain letters in the name of a file; the title is as its owner wrote it.
    return Order(operation, {"file_url": file.url}, file.title or PurePosixPath(file.filename).stem)


async def _beginning(interaction: Interaction, file: discord.Attachment) -> bytes | None:
    """How a file begins; None where Discord does not give it in time for an answer to the member."""
    try:
        async with asyncio.timeout(_LOOK_SECONDS):
            return await interaction.client.rest.beginning_of(file.url, HEAD_BYTES)
    except TRANSPORT_ERRORS as error:
        log.warning("an upload could not be looked at (%s)", reason(error))
        return None


def _check(file: discord.Attachment, most: int) -> None:
    kind = (file.content_type or "").partition("/")[0]
    suffix = PurePosixPath(file.filename).suffix.lower()
    if kind not in ("audio", "video") and not (kind in ("", "application") and suffix in _SUFFIXES):
        raise Rejected(WrongInput("file", labels.NO_AUDIO))
    if file.size > most:
        raise Rejected(WrongInput("file", labels.too_large(file.size, most)))
    if file.size == 0:
        raise Rejected(WrongInput("file", labels.EMPTY_FILE))


def _name_in(url: str) -> str:
    try:
        path = urlsplit(url).path
    except ValueError:
        return "Upload"
    return PurePosixPath(unquote(path)).stem or "Upload"
