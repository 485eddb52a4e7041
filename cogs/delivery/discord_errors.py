"""What each of Discord's refusals means for delivery. `docs/reliability.md` has the table of end states."""

from http import HTTPStatus
from typing import NoReturn

import discord

from jobs.ports import AnswerLost, FileTooBig, NothingSent, Undeliverable

_TOO_LARGE = 40005
# Discord takes this one neither now nor later, but perhaps without its files: invalid form, no permission.
_PERHAPS_BARE = frozenset({50035, 50013})
# Unknown channel, unknown server, no access, closed DM (twice), archived and locked thread, blocked by the
# server's own moderation (twice), blocked by the filter of harmful links.
_CLOSED = frozenset({10003, 10004, 50001, 50007, 50278, 50083, 160005, 200000, 200001, 240000})


def translate(error: discord.HTTPException, *, with_files: bool) -> NoReturn:
    """What delivery does next after an answer of Discord; its body may hold a token and is never logged."""
    text = f"HTTP {error.status}, code {error.code}"
    if error.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE or error.code == _TOO_LARGE:
        raise FileTooBig(text) if with_files else Undeliverable(text)
    if error.code in _CLOSED:
        raise Undeliverable(text)
    if error.code in _PERHAPS_BARE:
        raise FileTooBig(text) if with_files else Undeliverable(text)
    if error.status == HTTPStatus.TOO_MANY_REQUESTS:
        # Of Cloudflare: for Discord's own discord.py waits itself.
        raise NothingSent(text, retry_after=60.0)
    if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:  # it may have been carried out
        raise AnswerLost(text)
    raise NothingSent(text)
