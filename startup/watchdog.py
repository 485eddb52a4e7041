"""The end of a process whose event loop hangs: what restarts it finds everything in the store.

Only for that: while the loop turns, the engine ends its own passes and steps (see `jobs.engine.loop`), and a
disk that fails for a while is waited for, as a paid task may be known in memory alone.
"""

import asyncio
import faulthandler
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

_HANGS_SECONDS = 300.0


@asynccontextmanager
async def watchdog(seconds: float = _HANGS_SECONDS) -> AsyncIterator[None]:
    """While the context is open: a loop that stands still for so long ends the process, with code 1.

    The stacks of all threads go to standard error first, as places in the code, without values.
    """
    feeding = asyncio.create_task(_feed(seconds), name="watchdog")
    try:
        yield
    finally:
        feeding.cancel()
        faulthandler.cancel_dump_traceback_later()


async def _feed(seconds: float) -> None:
    while True:
        faulthandler.dump_traceback_later(seconds, exit=True)
        await asyncio.sleep(seconds / 10)
