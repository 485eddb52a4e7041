"""Interactions that Discord POSTs to us, in place of a gateway.

discord.py is handed them as the gateway would. What else the gateway brought, a server's roles, channels and
threads, is asked for by REST when one of its members uses the bot, and kept for a while.
"""

import asyncio
import logging
import time
from contextlib import suppress
from typing import Any

import discord

from cogs.connection.reasons import reason
from cogs.connection.rest import FAILURES

log = logging.getLogger(__name__)

# Discord takes the first answer for three seconds, of which asking for a server may cost one.
_ANSWERABLE, _ASKING = 3.0, 1.0
# How long what is known of a server is believed, and of how many it is kept.
_BELIEVED, _KEPT = 600.0, 2_000
_LOOK = 0.02


class Front:
    """Takes interactions, and knows which of them have not been answered."""

    def __init__(self, bot: discord.Client) -> None:
        self._bot = bot
        self._state: Any = bot._connection  # noqa: SLF001 - discord.py's own, which reads events
        self._known: dict[int, float] = {}
        self._asking: dict[int, asyncio.Task[None]] = {}
        self._taking: set[asyncio.Task[None]] = set()
        self._open: dict[int, tuple[float, discord.Interaction[Any]]] = {}

    def take(self, event: dict[str, Any]) -> None:
        """Deal with an interaction, beside the answer to its request."""
        task = asyncio.create_task(self._take(event), name="interaction")
        self._taking.add(task)
        task.add_done_callback(self._taking.discard)

    async def _take(self, event: dict[str, Any]) -> None:
        guild_id = int(event.get("guild_id") or 0)
        if guild_id and time.monotonic() - self._known.get(guild_id, -_BELIEVED) >= _BELIEVED:
            with suppress(TimeoutError):
                async with asyncio.timeout(_ASKING):
                    await asyncio.shield(self._asked(guild_id))
        self._read("INTERACTION_CREATE", event)

    def began(self, interaction: discord.Interaction[Any]) -> None:
        """Note an interaction that discord.py has read, until it can no longer be answered."""
        now = time.monotonic()
        for known, (at, _) in list(self._open.items()):
            if at > now - _ANSWERABLE:
                break
            del self._open[known]
        self._open[interaction.id] = now, interaction

    async def drained(self) -> None:
        """Wait until all that was taken is answered, or cannot be any more."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_ANSWERABLE):
                while self._taking or self._unanswered():  # noqa: ASYNC110 - answers set no event
                    await asyncio.sleep(_LOOK)

    def _unanswered(self) -> bool:
        latest = time.monotonic() - _ANSWERABLE
        return any(at > latest and not one.response.is_done() for at, one in self._open.values())

    def _asked(self, guild_id: int) -> asyncio.Task[None]:
        """Ask for a server once, however many wait for it."""
        if guild_id not in self._asking:
            task = self._asking[guild_id] = asyncio.create_task(self._ask(guild_id), name="server")
            task.add_done_callback(lambda _: self._asking.pop(guild_id))
        return self._asking[guild_id]

    async def _ask(self, guild_id: int) -> None:
        if self._bot.user is None:
            return
        http, me = self._bot.http, self._bot.user.id
        try:
            guild, channels, threads, member = await asyncio.gather(
                http.get_guild(guild_id, with_counts=False),
                http.get_all_guild_channels(guild_id),
                http.get_active_threads(guild_id),
                http.get_member(guild_id, me),
            )
        except FAILURES as error:
            log.info("server %s is not known (%s)", guild_id, reason(error))
            return
        there = {"channels": channels, "threads": threads["threads"], "members": [member]}
        self._forget(guild_id)
        self._read("GUILD_CREATE", {**guild, **there, "unavailable": False})
        self._known[guild_id] = time.monotonic()
        if len(self._known) > _KEPT:
            self._forget(next(iter(self._known)))

    def _forget(self, guild_id: int) -> None:
        self._known.pop(guild_id, None)
        if (guild := self._bot.get_guild(guild_id)) is not None:
            self._state._remove_guild(guild)  # noqa: SLF001 - as above

    def _read(self, name: str, event: dict[str, Any]) -> None:
        self._state.parsers[name](event)
