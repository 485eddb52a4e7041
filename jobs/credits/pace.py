"""The pace of submits: the API takes one every few seconds for each key, counted from the sending."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from jobs.ports import Clock

# The ways of two requests to the API differ.
_SLACK = 1.05


class Pace:
    """Whose turn it is. `free_at` says when an account may submit again."""

    def __init__(self, clock: Clock, interval: float) -> None:
        self.free_at: dict[int, float] = {}
        self._clock = clock
        self._interval = interval * _SLACK
        self._turns: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)

    @asynccontextmanager
    async def turn(self, account: int) -> AsyncIterator[bool]:
        """Wait for the account's turn, and keep it until the call leaves.

        False if the API has asked for more than a turn's wait: then nothing may be sent.
        """
        async with self._turns[account]:
            wait = self.free_at.get(account, 0.0) - self._clock.now()
            if 0.0 < wait <= self._interval:
                await asyncio.sleep(wait)
            yield wait <= self._interval

    def sent(self, account: int) -> None:
        self.put_off(account, self._interval)

    def put_off(self, account: int, seconds: float) -> None:
        """Let nothing be sent for so many seconds."""
        self.free_at[account] = max(self.free_at.get(account, 0.0), self._clock.now() + seconds)
