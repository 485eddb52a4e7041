"""A clock that stands still until a test moves it."""

import asyncio
import heapq
import itertools

from sandbox.music_api import Clock


class ManualClock(Clock):
    """A clock that stands still until `advance` is called."""

    def __init__(self, start: float = 1_750_000_000.0) -> None:
        self._now = start
        self._order = itertools.count()
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._fell_asleep = asyncio.Event()

    def now(self) -> float:
        """Seconds since 1970, UTC."""
        return self._now

    def advance(self, seconds: float) -> None:
        """Move on and wake everyone whose time has come."""
        self._now += seconds
        while self._sleepers and self._sleepers[0][0] <= self._now:
            _, _, sleeper = heapq.heappop(self._sleepers)
            if not sleeper.done():
                sleeper.set_result(None)

    async def sleep(self, seconds: float) -> None:
        """Return once the clock has been advanced by so many seconds; at once for none."""
        if seconds <= 0:
            return
        sleeper: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._now + seconds, next(self._order), sleeper))
        self._fell_asleep.set()
        await sleeper

    async def asleep(self) -> None:
        """Return as soon as someone sleeps, so that a test knows when to advance."""
        while not any(not sleeper.done() for _, _, sleeper in self._sleepers):
            self._fell_asleep.clear()
            await self._fell_asleep.wait()
