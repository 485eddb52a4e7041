"""Work in rounds beside the lanes: the loop pokes it, and sleeps until its next round."""

import abc
import asyncio
from collections.abc import Collection
from contextlib import suppress
from typing import Any

NEVER = float("inf")


class Rounds(abc.ABC):
    """Makes one round at a time. What a round leaves is in the rows, for the next one or a later process.

    Attributes:
        next_at: When the next round is due; a round that begins sets it to `NEVER`, and may set it anew.
    """

    def __init__(self, name: str, together: float) -> None:
        """Take the least seconds from one round to the next."""
        self.next_at = 0.0
        self._name = name
        self._together = together
        self._begun_at = 0.0
        self._task: asyncio.Task[None] | None = None

    @abc.abstractmethod
    async def _round(self, now: float) -> None:
        """Do what is due; raises nothing."""

    def _has_work(self) -> bool:
        """Whether there may be anything to do at all."""
        return True

    def _due_at(self) -> float:
        return self.next_at

    def wake(self) -> None:
        """There may be something new to do."""
        self.next_at = 0.0

    def begin(self) -> None:
        """There may be something to do that was others' before."""
        self.wake()

    def reset_timers(self) -> None:
        """Let nothing wait for a time of a clock that was set back."""
        self.next_at = self._begun_at = 0.0

    def poke(self, now: float) -> float:
        """Begin a round if one is due; return when the next one is."""
        due_at = max(self._due_at(), self._begun_at + self._together)
        if self._task is not None:
            return max(due_at, now + self._together)
        if not self._has_work():
            return NEVER
        if now < due_at:
            return due_at
        self.next_at, self._begun_at = NEVER, now
        self._task = asyncio.create_task(self._round(now), name=self._name)
        self._task.add_done_callback(lambda _task: setattr(self, "_task", None))
        return now + self._together

    def tasks_of(self, slots: Collection[int]) -> set[asyncio.Task[Any]]:  # noqa: ARG002 - it may be for any
        """What is under way and may be for the accounts of these slots."""
        return set() if self._task is None else {self._task}

    async def stop(self) -> None:
        """Cancel the current round."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task


class Watching(Rounds):
    """Rounds that are made only while there may be something to watch."""

    def __init__(self, name: str, together: float) -> None:
        super().__init__(name, together)
        self._watching = True  # an earlier process may have left some

    def begin(self) -> None:
        """There may be something to watch."""
        self._watching = True
        self.wake()

    def _has_work(self) -> bool:
        return self._watching

    def _watch(self, there: object) -> None:
        """Go on while something is there, or has come during this round."""
        self._watching = bool(there) or self.next_at == 0.0
