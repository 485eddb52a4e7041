"""Connections to the gateway: one for each shard, all in this process.

discord.py's own client for shards connects none of them while another one waits for its turn, and ends all
where one meets an error that it does not know. Here each runs discord.py's loop for one connection, as a task
of its own.
"""

import asyncio
import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, cast

import discord

from cogs.connection.pace import BETWEEN_SESSIONS, ConnectionPace, ConnectLater
from cogs.connection.rest import RestClient

log = logging.getLogger(__name__)

# Close codes of the gateway (docs: opcodes-and-status-codes).
_SHARDS_NEEDED = 4011
_CLOSED = 1000
_CLOSE_SECONDS, _PAUSE = 2.0, 1.0


class Shard:
    """One connection. discord.py's loop takes it for its client, of which it is one part."""

    def __init__(self, bot: discord.Client, rest: RestClient, shard_id: int) -> None:
        self._bot, self._rest = bot, rest
        self._pace = ConnectionPace()
        self._socket: Any = None  # aiohttp's
        self.shard_id = shard_id
        self.ws: discord.gateway.DiscordWebSocket | None = None
        self.http = self

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever discord.py asks its client for
        return getattr(self._bot, name)

    @property
    def token(self) -> str | None:
        return self._rest.token

    @property
    def connected(self) -> bool:
        return self.ws is not None and self.ws.open

    async def ws_connect(self, url: str, *, compress: int = 0) -> Any:  # noqa: ANN401 - as above
        """Connect, at a pace that Discord takes. Raises ConnectLater."""
        await self._drop()
        await asyncio.sleep(self._pace.before_connection())
        self._socket = await self._rest.ws_connect(url, compress=compress)
        return self._socket

    async def close(self) -> None:
        """Take no action for discord.py, which would end the bot: whoever runs the shards decides."""

    async def stay_connected(self, after: float) -> None:
        """Connect after so many seconds, and again whenever that ends.

        Raises:
            discord.ConnectionClosed: Discord refuses this connection for good.
            discord.PrivilegedIntentsRequired: As it says.
        """
        await asyncio.sleep(after)
        while not self._bot.is_closed():
            try:
                await discord.Client.connect(cast("discord.Client", self))
            except ConnectLater as later:
                log.warning("the connection to Discord waits for %.0f s: %s", later.seconds, later)
                await self._drop()
                await asyncio.sleep(later.seconds)
            except (discord.ConnectionClosed, discord.PrivilegedIntentsRequired):
                raise
            except Exception:
                log.exception("connection %s to Discord broke", self.shard_id)
                await asyncio.sleep(_PAUSE)

    async def end(self) -> None:
        if self.connected:
            await cast("discord.gateway.DiscordWebSocket", self.ws).close(code=_CLOSED)
        await self._drop()

    async def _drop(self) -> None:
        """Close the last connection, which discord.py may have left open, and end the thread of its heart."""
        if self._socket is None:
            return
        for thread in threading.enumerate():
            if isinstance(thread, discord.gateway.KeepAliveHandler) and thread.ws.socket is self._socket:
                thread.stop()
        if not self._socket.closed:
            await self._socket.close()


class Shards:
    """As many connections as Discord recommends; none until it was asked."""

    def __init__(self, bot: discord.Client, rest: RestClient) -> None:
        self._bot, self._rest = bot, rest
        self._state: Any = bot._connection  # noqa: SLF001 - discord.py's own, which divides the servers
        self._state._get_websocket = self.socket_of  # noqa: SLF001 - as above; calls are begun and ended there
        self._shards: list[Shard] = []
        self._running: list[asyncio.Task[None]] = []

    @property
    def count(self) -> int:
        return len(self._shards)

    @property
    def connected(self) -> dict[int, bool]:
        """Whether each is connected now, by its number."""
        return {shard.shard_id: shard.connected for shard in self._shards}

    @property
    def away(self) -> list[int]:
        return [shard_id for shard_id, connected in self.connected.items() if not connected]

    def of(self, guild_id: int) -> int:
        """The number of the connection by which Discord tells of a server."""
        return _shard_of(guild_id, max(self.count, 1))

    def socket_of(self, guild_id: int | None = None, **_: object) -> discord.gateway.DiscordWebSocket:
        """The connection for a server, as discord.py asks for it. Raises ConnectionError."""
        shard = next((one for one in self._shards if one.shard_id == self.of(guild_id or 0)), None)
        if shard is None or shard.ws is None:
            raise ConnectionError("not connected")
        return shard.ws

    async def run(self) -> None:
        """Stay connected, in more shards once Discord wants that. Raises as `Shard.stay_connected` does."""
        least = 1
        while not self._bot.is_closed():
            found = await self._rest.gateway()
            count = max(int(found.get("shards") or 1), least)
            try:
                await self._run(count, at_once=self._rest.session_pace.at_once)
            except discord.ConnectionClosed as error:
                if error.code != _SHARDS_NEEDED:
                    raise
                log.warning("Discord wants more connections than %s; connecting anew", count)
                least = 2 * count  # should the recommendation still be the same

    async def _run(self, count: int, *, at_once: int) -> None:
        self._state.shard_count, self._state.shard_ids = count, range(count)
        self._shards = [Shard(self._bot, self._rest, number) for number in range(count)]
        self._running = [
            asyncio.create_task(
                shard.stay_connected(shard.shard_id // at_once * BETWEEN_SESSIONS),
                name=f"shard-{shard.shard_id}",
            )
            for shard in self._shards
        ]
        try:
            await asyncio.gather(*self._running)
        finally:
            await self.end()

    async def end(self) -> None:
        """Close all connections, and make none again."""
        running = set(self._running)
        while running:  # `wait_for` of Python 3.11 may lose one
            for task in running:
                task.cancel()
            _, running = await asyncio.wait(running, timeout=_PAUSE)
        with suppress(TimeoutError):
            async with asyncio.timeout(_CLOSE_SECONDS):
                await asyncio.gather(*(shard.end() for shard in self._shards), return_exceptions=True)

    def begin_session(self, read: Callable[[Any], None], event: Any) -> None:  # noqa: ANN401 - discord.py's own
        """Read READY; of the servers of its shard only those stay that it names.

        discord.py forgets all servers where there is one connection, and none where there are several.
        """
        number, count = event.setdefault("shard", [0, 1])
        here = {int(guild["id"]) for guild in event["guilds"]}
        for guild in list(self._bot.guilds):
            if _shard_of(guild.id, count) == number and guild.id not in here:
                self._state._remove_guild(guild)  # noqa: SLF001 - as above
        read(event)


def _shard_of(guild_id: int, count: int) -> int:
    """Divide servers as Discord does (docs: gateway, "Sharding")."""
    return (guild_id >> 22) % count
