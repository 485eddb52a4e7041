"""discord.py's REST client, bounded and mended: a request ends by itself, whoever stops waiting for it.

discord.py 2.7.1 sits out Discord's limits inside the request, and a request that is cancelled while it sits
out a global one leaves the lock of all requests shut for ever (http.py, `_global_over`). So each runs in a
task of its own, which no time limit and no end of a step reaches. In return it may not last: an attempt has
a limit, and so has a wait for Discord, beyond which the request fails as `Limited`.
"""

import asyncio
import json
import logging
import time
from contextlib import suppress
from types import SimpleNamespace
from typing import Any

import aiohttp
import discord
from discord.http import HTTPClient, Route

from cogs.connection.pace import SessionPace
from cogs.connection.reasons import reason

log = logging.getLogger(__name__)

# One attempt; the longer one is for uploads over a slow line.
ATTEMPT_SECONDS, UPLOAD_SECONDS = 30.0, 120.0
# The longest that a request waits for a limit; discord.py's least. All its attempts together last no longer
# than `LASTS_SECONDS`.
_LONGEST_WAIT = 30.0
LASTS_SECONDS = 900.0
# So long without an answer, although something was to be sent, and requests stand still.
STILL_SECONDS = 180.0
_LOOK_EVERY = 15.0
_TOO_MANY, _SERVER_ERROR = 429, 500
# What a request may end in.
FAILURES = (discord.HTTPException, OSError, TimeoutError, aiohttp.ClientError)


def go_by(api_url: str) -> None:
    """Make all requests, those of every client, at another address than Discord's own."""
    Route.BASE = api_url


class Limited(discord.HTTPException):
    """Discord asks for a longer wait than a request may last. Nothing was done."""

    def __init__(self, retry_after: float) -> None:
        Exception.__init__(self, f"limited for {retry_after:.0f} s")  # there may be no response to tell of
        self.status, self.code = _TOO_MANY, 0
        self.text = "limited"
        self.retry_after = retry_after


class RestClient(HTTPClient):
    """Every request of the bot, except answers to interactions, which have a client of their own."""

    def __init__(self, connector: aiohttp.BaseConnector | None = None) -> None:
        super().__init__(
            discord.utils.MISSING,  # discord.py sets the loop when it logs in
            connector,
            http_trace=self._trace(),
            max_ratelimit_timeout=_LONGEST_WAIT,
        )
        self._under_way: dict[asyncio.Task[Any], float] = {}
        self.session_pace = SessionPace()
        self._limited_until = 0.0
        self._unanswered_since: float | None = None
        self._stood_still = False

    @property
    def limited_for(self) -> float:
        """Seconds for which Discord wants no request at all; 0 if it takes them."""
        return max(self._limited_until - time.monotonic(), 0.0)

    @property
    def still_for(self) -> float:
        """Seconds for which requests have stood still; 0 while they are answered."""
        since = self._unanswered_since
        silent = 0.0 if since is None else time.monotonic() - since
        return silent if silent >= STILL_SECONDS else 0.0

    async def request(self, route: Route, **kwargs: Any) -> Any:  # noqa: ANN401 - discord.py's own
        """Make a request as discord.py does. Raises `Limited`, TimeoutError, and what discord.py raises."""
        if self.limited_for > _LONGEST_WAIT:
            raise Limited(self.limited_for)
        if self.limited_for:
            await asyncio.sleep(self.limited_for)
        limit = UPLOAD_SECONDS if kwargs.get("files") else ATTEMPT_SECONDS
        own: dict[str, Any] = {"timeout": aiohttp.ClientTimeout(total=limit), "trace_request_ctx": self}
        task = asyncio.create_task(super().request(route, **own, **kwargs), name=f"rest-{route.method}")
        self._began(task)
        try:
            return await asyncio.shield(task)
        except discord.RateLimited as error:
            raise Limited(error.retry_after) from None
        except asyncio.CancelledError:
            current = asyncio.current_task()
            if task.cancelled() and current is not None and not current.cancelling():
                raise TimeoutError("the request stood still") from None
            raise

    async def request_once(self, route: Route, **kwargs: Any) -> Any:  # noqa: ANN401 - discord.py's own
        """Make a request that may have been carried out when Discord fails: discord.py would repeat it then.

        Raises OSError for such a failure, and what `request` raises.
        """
        return await self.request(route, raise_for_status=_raise_server_error, **kwargs)

    async def gateway(self) -> dict[str, Any]:
        """Ask in how many shards Discord wants the bot, and how many sessions it allows; empty if unknown."""
        found: dict[str, Any] = {}
        try:
            found = await self.request(Route("GET", "/gateway/bot"))
        except FAILURES as error:
            log.info("how many sessions are left is not known (%s)", reason(error))
        self.session_pace.learn(found.get("session_start_limit") or {})
        return found

    async def before_session(self, shard_id: int = 0) -> None:
        """Wait until Discord takes another session. Raises ConnectLater."""
        if not self.session_pace.is_known:
            await self.gateway()
        await asyncio.sleep(self.session_pace.before_session(shard_id))

    async def beginning_of(self, url: str, most: int) -> bytes:
        """The first bytes of a file on Discord. Raises aiohttp's errors."""
        session: aiohttp.ClientSession = self._HTTPClient__session  # type: ignore[attr-defined] # discord.py's
        async with session.get(url, proxy=self.proxy, proxy_auth=self.proxy_auth) as response:
            response.raise_for_status()
            found = bytearray()
            async for chunk in response.content.iter_any():
                found += chunk
                if len(found) >= most:
                    break
            return bytes(found[:most])

    async def close(self) -> None:
        """Give up what is under way, and close the connections."""
        for task in self._under_way:
            task.cancel()
        await super().close()

    def _began(self, task: asyncio.Task[Any]) -> None:
        now = time.monotonic()
        self._under_way[task] = now
        if self._unanswered_since is None:
            self._unanswered_since = now
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        del self._under_way[task]
        if not task.cancelled():
            task.exception()  # nobody may be left who asks

    def _answered(self) -> None:
        # The one that is answered counts as under way: if it is the only one, nothing is left to wait for.
        self._unanswered_since = time.monotonic() if len(self._under_way) > 1 else None
        if self._stood_still:
            self._stood_still = False
            log.warning("Discord answers again")

    def _trace(self) -> aiohttp.TraceConfig:
        """Let aiohttp tell of every answer, as discord.py does not."""

        async def answered(
            _session: object, context: SimpleNamespace, seen: aiohttp.TraceRequestEndParams
        ) -> None:
            context.status = seen.response.status
            # The gateway's socket is opened through the same session, and proves nothing.
            if context.trace_request_ctx is self and context.status < _SERVER_ERROR:
                self._answered()

        async def read(
            _session: object, context: SimpleNamespace, seen: aiohttp.TraceResponseChunkReceivedParams
        ) -> None:
            if getattr(context, "status", 0) == _TOO_MANY:
                self._limit(seen.chunk)

        trace = aiohttp.TraceConfig()
        trace.on_request_end.append(answered)
        trace.on_response_chunk_received.append(read)
        return trace

    def _limit(self, body: bytes) -> None:
        """Note a global limit that is too long to sit out: whatever is sent meanwhile makes it worse."""
        with suppress(ValueError, TypeError, AttributeError):
            told = json.loads(body)
            seconds = float(told.get("retry_after", 0.0))
            if told.get("global") and seconds > _LONGEST_WAIT:
                self._limited_until = time.monotonic() + seconds
                log.error("Discord wants no requests of this bot for %.0f s", seconds)

    async def watch(self) -> None:
        """Notice that requests stand still, and set them free."""
        while True:
            await asyncio.sleep(_LOOK_EVERY)
            still = self.still_for
            if still and not self.limited_for:
                if not self._stood_still:
                    log.error("Discord has answered no request for %.0f s; starting them afresh", still)
                self._stood_still = True
                self._free()

    def _free(self) -> None:
        """Open the lock, forget what is known of limits, and give up what is stuck; others will try again."""
        if self._global_over is not discord.utils.MISSING:
            self._global_over.set()
        self._buckets.clear()
        since = time.monotonic() - STILL_SECONDS
        for task, began in self._under_way.items():
            if began <= since:
                task.cancel()


async def _raise_server_error(response: aiohttp.ClientResponse) -> None:
    if response.status >= _SERVER_ERROR:
        raise OSError(f"HTTP {response.status}")
