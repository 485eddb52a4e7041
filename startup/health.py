"""The heartbeat of the engine, as a file, and the check that reads it. Imports nothing heavy."""

import time
from pathlib import Path

_NAME = "heartbeat"
# The engine beats at least every 15 s.
STALE_SECONDS = 60.0


def beat(folder: Path) -> None:
    """The engine has just made a pass over the store."""
    (folder / _NAME).touch()


def age(folder: Path) -> float | None:
    """Seconds since the last beat; None where there was none."""
    try:
        return time.time() - (folder / _NAME).stat().st_mtime
    except OSError:
        return None


def report(folder: Path) -> int:
    """Print the state of the heartbeat; the exit code for a health check."""
    seconds = age(folder)
    healthy = seconds is not None and seconds < STALE_SECONDS
    told = "never" if seconds is None else f"{seconds:.0f} s ago"
    print(f"{'healthy' if healthy else 'unhealthy'}: last heartbeat {told}")  # noqa: T201 - its purpose
    return 0 if healthy else 1
