"""Whether the process is alive: the engine's heartbeat as a file, the check that reads it, and the watchdog.

Imports nothing heavy: the check runs every half minute.
"""

import asyncio
import faulthandler
import socket
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

_NAME = "heartbeat"
# The engine beats at least every 15 s.
STALE_SECONDS = 60.0
_BEAT_SECONDS = 1.0
_HANGS_SECONDS = 300.0


def heartbeat(folder: Path, name: str = _NAME) -> Callable[[], None]:
    """Beat at most once a second, however often it is called."""
    next_at = 0.0

    def throttled() -> None:
        nonlocal next_at
        now = time.monotonic()
        if now >= next_at:
            next_at = now + _BEAT_SECONDS
            with suppress(OSError):  # a full disk is reported by what needs the disk
                (folder / name).touch()

    return throttled


def age(folder: Path) -> float | None:
    """Seconds since the last beat of a process on this host, or None."""
    beats: list[float] = []
    for name in (_NAME, name_here()):
        with suppress(OSError):
            beats.append((folder / name).stat().st_mtime)
    return time.time() - max(beats) if beats else None


def name_here() -> str:
    """What the heartbeat of a front or a worker is called, which share a folder with those of other hosts."""
    return f"{_NAME}-{socket.gethostname()}"


def report(folder: Path) -> int:
    """Print the state of the heartbeat. Returns the exit code of the health check."""
    seconds = age(folder)
    healthy = seconds is not None and seconds < STALE_SECONDS
    last = "never" if seconds is None else f"{seconds:.0f} s ago"
    print(f"{'healthy' if healthy else 'unhealthy'}: last heartbeat {last}")  # noqa: T201 - its purpose
    return 0 if healthy else 1


@asynccontextmanager
async def watchdog(seconds: float = _HANGS_SECONDS) -> AsyncIterator[None]:
    """While the context is open, end the process with code 1 when its event loop has hung for so long.

    What restarts it finds everything in the store. The stacks of all threads go to standard error first, as
    places in the code, without values. Only for the loop: while it turns, the engine ends its own passes and
    steps (see `jobs.engine.loop`), and waits for a failing disk, as a paid task may be known in memory alone.
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
