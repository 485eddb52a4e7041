"""The time that the fake lives by: real seconds, which a test may push ahead."""

import time
from collections.abc import Callable
from typing import TypeAlias

Clock: TypeAlias = Callable[[], float]
"""Seconds since 1970-01-01 UTC."""


class RealClock:
    """Runs with real time and never backwards; `advance` makes the three seconds or fifteen minutes pass."""

    def __init__(self) -> None:
        self._offset = time.time() - time.monotonic()

    def __call__(self) -> float:
        return time.monotonic() + self._offset

    def advance(self, seconds: float) -> None:
        """Jump ahead by `seconds`; the bot's own process does not notice."""
        if seconds < 0:
            raise ValueError(f"time only runs ahead, not by {seconds} s")
        self._offset += seconds
