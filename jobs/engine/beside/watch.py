"""Readings of the balance at growing intervals, for as long as one may tell what became of a paid call."""

import asyncio
import logging

from jobs.context import JobContext
from jobs.engine.beside.rounds import NEVER, Rounds
from jobs.store.queries import calls

log = logging.getLogger(__name__)

# Between two rounds at the least: scaled, and bounded by the second figure.
_TOGETHER, _MOST_TOGETHER = 1.0, 0.2
# A round reads a few balances, each of which is bounded. Not scaled.
_ROUND_SECONDS = 300.0


class BalanceWatch(Rounds):
    """Reads balances that may tell something. The rows say which; nothing is remembered but failures."""

    def __init__(self, context: JobContext) -> None:
        super().__init__("balances", min(context.schedule.wait(_TOGETHER), _MOST_TOGETHER))
        self._context = context
        self._unread: dict[int, tuple[int, float]] = {}  # by account: failures in a row, when to try again

    def reset_timers(self) -> None:
        super().reset_timers()
        self._unread.clear()

    async def _round(self, now: float) -> None:
        del now  # a round may take minutes
        next_at = NEVER
        try:
            async with asyncio.timeout(_ROUND_SECONDS):
                for watched in await self._context.store.read(calls.watched):
                    if self._context.slots.has(watched.account):
                        next_at = min(next_at, await self._look(watched))
        except Exception:
            log.exception("balances could not be watched")
            next_at = self._context.clock.now() + self._context.schedule.after_failure(3)
        self.next_at = min(self.next_at, next_at)

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
