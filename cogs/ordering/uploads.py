"""Uploads: a file on Discord or a link. The API fetches it by its link; the bot downloads nothing."""

from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

import discord

from cogs.text import labels
from cogs.ui.attachment_urls import is_file
from jobs.models import Order
from jobs.models.rejections import Rejected, WrongInput
from jobs.orders.service import JobService

# Suffixes that the API takes, for files whose type Discord does not say.
_SUFFIXES = frozenset({".mp3", ".wav", ".m4a", ".aac", ".ogg", ".oga", ".opus", ".flac", ".webm", ".mp4"})


def upload_order(
    service: JobService, operation: str, file: discord.Attachment | None, link: str | None
) -> Order:
    if (file is None) == (not link):
        raise Rejected(WrongInput("file", labels.FILE_OR_LINK))
    if file is None:
        url = (link or "").strip()
        return Order(operation, {"file_url" if is_file(url) else "url": url}, _name_in(url))
    _check(file, service.catalogue.limit("file_bytes", operation=operation))
    return Order(operation, {"file_url": file.url}, PurePosixPath(file.filename).stem)


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
