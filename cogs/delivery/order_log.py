"""List the orders of a server in a channel of its moderators, beside everything else.

The rows say what the list lacks, so nothing is lost where Discord refuses a message or the bot restarts: what
is missing comes with the next order. The same line may come twice after a crash.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import discord

from cogs.connection.reasons import reason
from cogs.connection.rest import Limited
from cogs.text import settings_messages
from cogs.ui import embeds
from cogs.ui.base_bot import BaseBot
from cogs.ui.interactions import TRANSPORT_ERRORS
from jobs.ports import NothingSent
from jobs.store.queries import order_log

if TYPE_CHECKING:
    from jobs.orders.service import JobService

log = logging.getLogger(__name__)

# Orders of so many seconds share a message; between two messages to any servers there is a pause, so that
# results never wait for a list.
_GATHER_SECONDS, _PAUSE_SECONDS = 5.0, 0.25
_LINES = 15
_TRIES, _AGAIN_SECONDS = 3, 20.0
# A channel that is closed or gone is tried again with the first order after that.
_CLOSED_SECONDS = 600.0


class OrderLog:
    """Posts what the lists lack, one message at a time. `turn` may raise NothingSent.

    Attributes:
        service: Reads the rows and notes how far a list goes; it comes later.
    """

    service: "JobService"

    def __init__(self, turn: Callable[[], Awaitable[BaseBot]]) -> None:
        self._turn = turn
        self._poked: set[int] = set()
        self._woken = asyncio.Event()
        self._closed: dict[int, float] = {}
        self._failures: Counter[int] = Counter()

    def poke(self, guild_id: int) -> None:
        """Something was ordered in a server; returns at once."""
        self._poked.add(guild_id)
        self._woken.set()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Post while the block runs, in a task that is no part of a command which happens to be the first."""
        posting = asyncio.create_task(self._run(), name="order-log")
        try:
            yield
        finally:
            posting.cancel()
            await asyncio.gather(posting, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            await self._woken.wait()
            await asyncio.sleep(_GATHER_SECONDS)
            self._woken.clear()
            poked, self._poked = self._poked, set()
            for guild_id in poked:
                try:
                    await self._list(guild_id)
                except Exception:
                    log.exception("orders could not be listed")

    async def _list(self, guild_id: int) -> None:
        """Post one message of orders; there may be more."""
        now = asyncio.get_running_loop().time()
        if self._closed.get(guild_id, 0.0) > now:
            return
        missing = await self.service.read(order_log.unlisted, guild_id, now=self.service.now(), limit=_LINES)
        if missing is None:
            return
        try:
            if missing.jobs:
                await self._post(guild_id, missing)
        except (discord.Forbidden, discord.NotFound) as error:
            log.info("server %s: orders cannot be listed (code %s)", guild_id, error.code)
            self._closed[guild_id] = now + _CLOSED_SECONDS
        except (discord.HTTPException, NothingSent, *TRANSPORT_ERRORS) as error:
            self._try_again(guild_id, error)
        else:
            del self._failures[guild_id]
            await self.service.note(order_log.key(guild_id), str(missing.last_id))
            self.poke(guild_id)

    async def _post(self, guild_id: int, missing: order_log.Unlisted) -> None:
        bot = await self._turn()
        channel = bot.get_partial_messageable(missing.channel_id, guild_id=guild_id)
        embed = embeds.info(settings_messages.ORDERS_TITLE, settings_messages.orders(missing.jobs))
        await channel.send(embed=embed, silent=True, nonce=f"orders-{missing.last_id}")
        await asyncio.sleep(_PAUSE_SECONDS)

    def _try_again(self, guild_id: int, error: Exception) -> None:
        """Try a few times; after that the next order does."""
        log.warning("orders were not listed (%s)", reason(error))
        self._failures[guild_id] += 1
        if self._failures[guild_id] >= _TRIES:
            del self._failures[guild_id]
            return
        asked = error.retry_after if isinstance(error, NothingSent | Limited) else None
        asyncio.get_running_loop().call_later(max(_AGAIN_SECONDS, asked or 0.0), self.poke, guild_id)
