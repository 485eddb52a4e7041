"""Keep the bot's own messages below Discord's global limit, so that members' commands never meet a 429.

Discord allows a bot 50 requests a second over all channels; answers to commands do not count
(docs: topics/rate-limits). discord.py knows each channel's limit in advance, but learns of the global one
by breaking it, and then everything waits.
"""

import asyncio
from collections.abc import Awaitable, Callable

# What Discord takes of a bot in a second.
MOST_REQUESTS = 50.0
# The rest is for other requests, such as registering commands.
_A_SECOND = 46.0
# Late calls may catch up, but no more than this many at once.
_AT_ONCE = 2


class RateLimit:
    """Space calls evenly, first come, first served."""

    def __init__(
        self,
        *,
        a_second: float = _A_SECOND,
        now: Callable[[], float] | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._interval = 1 / a_second
        self._now = now or asyncio.get_running_loop().time
        self._sleep = sleep
        self._next = 0.0
        self._queue = asyncio.Lock()

    @classmethod
    def of(cls, share: float) -> "RateLimit":
        """Keep to a share of the requests that Discord takes in a second."""
        return cls(a_second=_A_SECOND * share / MOST_REQUESTS)

    async def acquire(self) -> None:
        async with self._queue:
            wait = self._next - self._now()
            if wait > 0:
                await self._sleep(wait)
            earliest = self._now() - _AT_ONCE * self._interval
            self._next = max(self._next, earliest) + self._interval

    def spare(self) -> bool:
        """Take a turn for what matters least: only one that is free now, and that nobody waits for."""
        if self._queue.locked() or self._next > self._now():
            return False
        self._next = self._now() + self._interval
        return True
