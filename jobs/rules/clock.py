"""The real clock."""

import asyncio
import time
from contextlib import suppress


class SystemClock:
    """Time as it passes. Satisfies `ports.Clock`."""

    def now(self) -> float:
        """Seconds since the epoch."""
        return time.time()

    async def wait(self, wake: asyncio.Event, seconds: float | None) -> None:
        """Return when `wake` is set or the seconds are over."""
        with suppress(TimeoutError):
            async with asyncio.timeout(None if seconds is None else max(seconds, 0.0)):
                await wake.wait()
