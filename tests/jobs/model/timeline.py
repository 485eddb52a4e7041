"""An event loop whose time jumps to the next thing that is due: nothing waits, every run is the same."""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

# Seconds since the epoch at which every world begins.
EPOCH = 1_800_000_000.0


class _Jumping(selectors.SelectSelector):
    """Waits by moving the time. There is nothing else to wait for: no thread, no socket."""

    time = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise RuntimeError("everything waits for ever")
        self.time += max(timeout, 0.0)
        return super().select(0)


class Timeline(asyncio.SelectorEventLoop):
    """The loop; `now` is its time as seconds since the epoch."""

    def __init__(self) -> None:
        self._jumping = _Jumping()
        super().__init__(self._jumping)

    def time(self) -> float:
        return self._jumping.time

    def now(self) -> float:
        return EPOCH + self._jumping.time

    def play(self, act: Coroutine[Any, Any, T]) -> T:
        """Run until the act is over, with everything that happens beside it."""
        return self.run_until_complete(act)

    def over(self) -> None:
        """Let go of everything."""
        self.play(self._clear())
        self.close()

    @staticmethod
    async def _clear() -> None:
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
