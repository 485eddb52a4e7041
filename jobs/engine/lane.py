"""A lane: one kind of step, what it has in hand, and how much more it may take."""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field
from typing import Any

from jobs.context import JobContext
from jobs.models import Job
from jobs.models.states import JobState
from jobs.slots import slot_of

# Returns when the job is due if that is all that has changed, otherwise None.
Step = Callable[[JobContext, Job], Awaitable[float | None]]

_NEVER = float("inf")
# Beyond this many in hand a lane takes no more, however long they wait for others.
_MOST = 400
_LEAST_SLEEP = 0.01


@dataclass(frozen=True, slots=True)
class InHand:
    """A job whose step runs, and since when by the loop's clock."""

    job: Job
    task: asyncio.Task[float | None]
    began: float


@dataclass(slots=True)
class Lane:
    """One kind of step, the states it serves, and its limits.

    Attributes:
        room: How many steps may run at once.
        limit: Seconds for one job. None for submits: their call is bounded (see `jobs.credits.instrumented`),
            and a task that was taken must be stored however long the disk refuses.
        patience: Seconds after which a step takes no room any more: it waits for somebody outside, and what
            waits for others must not wait for that.
        by_channel: Do what is for one channel one after the other, so that it can hold up only itself.
        together: The least seconds between two readings of the rows.
        next_read: When something may be due; the rows need not be read before.
        strikes: Internal errors in a row, by job.
        resting: Until when jobs are left alone after one.
    """

    step: Step
    states: tuple[JobState, ...]
    room: int
    limit: float | None
    patience: float = _NEVER
    by_channel: bool = False
    paced: bool = False
    together: float = 0.0
    next_read: float = 0.0
    read_at: float = 0.0
    in_hand: dict[int, InHand] = field(default_factory=dict)
    strikes: dict[int, int] = field(default_factory=dict)
    resting: dict[int, float] = field(default_factory=dict)

    def busy(self, now: float) -> set[int]:
        """Jobs that must not be taken now."""
        self.resting = {job_id: until for job_id, until in self.resting.items() if until > now}
        return set(self.in_hand) | set(self.resting)

    def tasks_of(self, slots: Collection[int]) -> set[asyncio.Task[Any]]:
        """What is in hand for the accounts of some slots."""
        return {held.task for held in self.in_hand.values() if slot_of(held.job.account) in slots}

    def channels(self) -> set[int]:
        """Channels for which something is in hand, if those are served one by one."""
        return {held.job.destination for held in self.in_hand.values()} if self.by_channel else set()

    def free(self) -> int:
        """How many more jobs may be taken."""
        young = sum(age < self.patience for age in self._ages())
        return max(min(self.room - young, _MOST - len(self.in_hand)), 0)

    def frees_in(self) -> float:
        """Seconds until a step that runs takes no room any more; never so few that the loop spins."""
        left = (self.patience - age for age in self._ages() if age < self.patience)
        return max(min(left, default=_NEVER), _LEAST_SLEEP)

    def _ages(self) -> list[float]:
        now = asyncio.get_running_loop().time()
        return [now - held.began for held in self.in_hand.values()]

    def takeable(self, due: Collection[Job]) -> list[Job]:
        """Those that may run side by side: of one channel only the first."""
        if not self.by_channel:
            return list(due)
        return list({job.destination: job for job in reversed(list(due))}.values())[::-1]
