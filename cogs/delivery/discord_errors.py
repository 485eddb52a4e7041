"""Map Discord's errors to delivery errors. `docs/reliability.md` has the table of end states."""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import NoReturn

import discord

from cogs.connection.reasons import reason
from cogs.connection.rest import Limited
from cogs.ui.interactions import TRANSPORT_ERRORS
from jobs.ports import AnswerLost, ChannelLimited, FilesRefused, FileTooBig, NothingSent, Undeliverable

UNKNOWN_MESSAGE = 10008
# Permanent unless the files are the cause: too large, invalid form, no permission.
_TOO_LARGE = 40005
_FILES_AT_FAULT = frozenset({50035, 50013})
# Unknown channel, unknown server, no access, closed DM (twice), archived and locked thread, blocked by the
# server's moderation (twice), blocked by the filter of harmful links.
_CLOSED = frozenset({10003, 10004, 50001, 50007, 50278, 50083, 160005, 200000, 200001, 240000})
# Slow mode, and the write limit of the channel.
_SLOWED = frozenset({20016, 20028})


def translate(error: discord.HTTPException, *, with_files: bool) -> NoReturn:
    """Raise the delivery error; the body of Discord's answer may hold a token, so it is never logged."""
    text = f"HTTP {error.status}, code {error.code}"
    if error.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE or error.code == _TOO_LARGE:
        raise FileTooBig(text) if with_files else Undeliverable(text)
    if error.code in _FILES_AT_FAULT:
        raise FilesRefused(text) if with_files else Undeliverable(text)
    if error.code in _CLOSED:
        raise Undeliverable(text)
    if isinstance(error, Limited):
        raise ChannelLimited(text, retry_after=error.retry_after)
    if error.code in _SLOWED:
        raise ChannelLimited(text)
    if error.status == HTTPStatus.TOO_MANY_REQUESTS:  # from Cloudflare: discord.py itself waits for Discord's
        raise NothingSent(text, retry_after=60.0)
    if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:  # it may have been carried out
        raise AnswerLost(text)
    raise NothingSent(text)


@contextmanager
def changing() -> Iterator[None]:
    """Change or delete a message in the block, which is safe to repeat; one that is gone needs neither."""
    try:
        yield
    except discord.HTTPException as error:
        if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise NothingSent(f"HTTP {error.status}") from None
        if error.code != UNKNOWN_MESSAGE:
            translate(error, with_files=False)
    except TRANSPORT_ERRORS as error:
        raise NothingSent(reason(error)) from None
