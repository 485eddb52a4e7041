"""Readings of the balance at growing intervals, for as long as one may tell what became of a paid call."""

import asyncio
import logging
from contextlib import suppress

from jobs.context import JobContext
from jobs.store.queries import calls

log = logging.getLogger(__name__)

_NEVER = float("inf")
# Between two rounds at the least: scaled, and bounded by the second figure.
_TOGETHER, _MOST_TOGETHER = 1.0, 0.2
# A round reads a few balances, each of which is bounded. Not scaled.
_ROUND_SECONDS = 300.0


class BalanceWatch:
    """Reads balances in rounds, beside the jobs. The rows say which; nothing is remembered but failures."""

    def __init__(self, context: JobContext) -> None:
        self._context = context
        self._next_at = 0.0
        self._begun_at = 0.0
        self._task: asyncio.Task[None] | None = None
        self._unread: dict[int, tuple[int, float]] = {}  # by account: failures in a row, when to try again

    def wake(self) -> None:
        """A call may have become one to look after."""
        self._next_at = 0.0

    def reset_timers(self) -> None:
        """Let nothing wait for a time of a clock that was set back."""
        self._next_at = self._begun_at = 0.0
        self._unread.clear()

    def poke(self, now: float) -> float:
        """Begin a round if one is due; return when the next one is."""
        together = min(self._context.schedule.wait(_TOGETHER), _MOST_TOGETHER)
        next_at = max(self._next_at, self._begun_at + together)
        if self._task is not None:
            return max(next_at, now + together)
        if now >= next_at:
            self._next_at, self._begun_at = _NEVER, now
            self._task = asyncio.create_task(self._round(), name="balances")
            self._task.add_done_callback(lambda _task: setattr(self, "_task", None))
            return now + together
        return next_at

    async def stop(self) -> None:
        """Cancel the current round; a later process reads what is left to be read."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _round(self) -> None:
        next_at = _NEVER
        try:
            async with asyncio.timeout(_ROUND_SECONDS):
                for watched in await self._context.store.read(calls.watched):
                    next_at = min(next_at, await self._look(watched))
        except Exception:
            log.exception("balances could not be watched")
            next_at = self._context.clock.now() + self._context.schedule.after_failure(3)
        self._next_at = min(self._next_at, next_at)

    async def _look(self, one: calls.Watched) -> float:
        """Read the balance of an account if that is due; return when it is again."""
        now, schedule = self._context.clock.now(), self._context.schedule
        failures, again_at = self._unread.get(one.account, (0, 0.0))
        due = max(schedule.next_reading(one.since, one.read_at, undecided=one.undecided), again_at)
        if due > now:
            return due
        if await self._context.accounts.balance(one.account) is None:
            due = now + schedule.after_failure(failures)
            self._unread[one.account] = (failures + 1, due)
            return due
        self._unread.pop(one.account, None)
        return schedule.next_reading(one.since, now, undecided=one.undecided)
