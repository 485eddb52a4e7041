"""discord.py's client for answers to interactions, mended.

It holds a lock for each interaction, sits out that one's limit while it holds it, and if it is stopped there,
never lets go: every later answer to the interaction would wait for ever.
"""

import asyncio
from types import TracebackType

from discord.webhook import async_


class _Lock(async_.AsyncDeferredLock):
    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        try:
            await super().__aexit__(kind, error, traceback)
        except asyncio.CancelledError:
            self.lock.release()
            raise


def mend() -> None:
    """Let discord.py use our lock from now on."""
    async_.AsyncDeferredLock = _Lock  # type: ignore[misc] # it is looked up at every request
