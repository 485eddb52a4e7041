"""Implement `jobs.ports.JamCalendar`: scheduled events of a server, which members see under its name.

External ones: their place is the address of the jam's message, by which they are found again. Discord begins
and ends them by itself at their times; what goes otherwise is told it.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import discord
from discord.http import Route

from cogs.connection.direct import DirectMessagesClosed, send_direct
from cogs.connection.reasons import reason
from cogs.delivery.discord_errors import translate
from cogs.delivery.outbox import ChannelOutbox
from cogs.text.clean import jump
from cogs.text.jams import events
from cogs.ui.interactions import TRANSPORT_ERRORS
from jobs.models import Place
from jobs.models.jam import Jam
from jobs.ports import AnswerLost, PortError

log = logging.getLogger(__name__)

# Unknown event; one that is over cannot be changed.
_GONE = frozenset({10070, 180000})
_SCHEDULED, _ACTIVE, _COMPLETED, _CANCELED = 1, 2, 3, 4
_FOR_THE_SERVER, _EXTERNAL = 2, 3


class JamEvents:
    """Makes and changes events, with the turn of the outbox that posts results."""

    def __init__(self, outbox: ChannelOutbox) -> None:
        self._outbox = outbox

    async def make(self, jam: Jam, panel_id: int, starts: float, ends: float) -> int:
        bot = await self._outbox.turn()
        body = {
            "name": events.name(jam),
            "description": events.description(jam),
            "privacy_level": _FOR_THE_SERVER,
            "entity_type": _EXTERNAL,
            "entity_metadata": {"location": _place(jam, panel_id)},
            "scheduled_start_time": _iso(starts),
            "scheduled_end_time": _iso(ends),
        }
        route = Route("POST", "/guilds/{guild_id}/scheduled-events", guild_id=jam.guild_id)
        with _translated():
            made = await bot.rest.request_once(route, json=body)
        return int(made["id"])

    async def find(self, jam: Jam, panel_id: int) -> int | None:
        bot = await self._outbox.turn()
        with _translated():
            found: list[Any] = await bot.http.get_scheduled_events(jam.guild_id, with_user_count=False)
        place = _place(jam, panel_id)
        there = [one for one in found if (one.get("entity_metadata") or {}).get("location") == place]
        return int(there[0]["id"]) if there else None

    async def move(self, jam: Jam, event_id: int, starts: float | None, ends: float) -> bool:
        times = {"scheduled_start_time": _iso(starts)} if starts is not None else {}
        bot = await self._outbox.turn()
        try:
            await bot.http.edit_scheduled_event(
                jam.guild_id, event_id, scheduled_end_time=_iso(ends), **times
            )
        except discord.HTTPException as error:
            if error.code not in _GONE:
                translate(error, with_files=False)
            return False
        except TRANSPORT_ERRORS as error:
            raise AnswerLost(reason(error)) from None
        return True

    async def end(self, jam: Jam, event_id: int) -> None:
        bot = await self._outbox.turn()
        with _translated(left_alone=_GONE):
            event: Any = await bot.http.get_scheduled_event(jam.guild_id, event_id, with_user_count=False)
            over = {_SCHEDULED: _CANCELED, _ACTIVE: _COMPLETED}.get(int(event["status"]))
            if over is not None:
                await bot.http.edit_scheduled_event(jam.guild_id, event_id, status=over)

    async def tell_host(self, jam: Jam, *, made: bool) -> None:
        text = events.not_kept(jam) if made else events.no_event(jam)
        try:
            await send_direct(await self._outbox.turn(), jam.user_id, content=text)
        except (DirectMessagesClosed, PortError, discord.HTTPException, *TRANSPORT_ERRORS) as error:
            log.info("jam %s: its host could not be told about the event (%s)", jam.id, reason(error))


@contextmanager
def _translated(left_alone: frozenset[int] = frozenset()) -> Iterator[None]:
    """Ask Discord for something in the block. Raises as `JamCalendar` says."""
    try:
        yield
    except discord.HTTPException as error:
        if error.code not in left_alone:
            translate(error, with_files=False)
    except TRANSPORT_ERRORS as error:
        raise AnswerLost(reason(error)) from None


def _place(jam: Jam, panel_id: int) -> str:
    return jump(jam.guild_id, Place(jam.channel_id, panel_id))


def _iso(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat()
