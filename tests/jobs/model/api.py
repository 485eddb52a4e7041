"""The music API as it would be: charges, keeps tasks, gives back, loses answers; what really happened."""

import asyncio
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from musicapi import (
    Clip,
    ClipState,
    ContentRefused,
    Credits,
    DownloadFailed,
    FileGone,
    NoCredits,
    NotSent,
    OutcomeUnknown,
    Params,
    RateLimited,
    Submission,
    TaskFailed,
    TaskStatus,
    TaskUnknown,
    Webhook,
)
from tests.fakes.clock import VirtualLoop
from tests.jobs.model.outcomes import FAILURES, LOSSES, Call, Course, Outcome
from tests.jobs.model.terms import ALL_TERMS, AT_ONCE, clip_id_of, ref_of

_COME_BACK_AFTER = 77.0
_LATE_REFUND = 3600.0
_FORGETS_AFTER = 30.0
# Between two results that are listed one after the other, and until one that is late ends.
_APART = 90.0
_LATE_RESULT = 3000.0


def sound_at(url: str) -> bytes:
    """What a file holds."""
    return f"sound of {url}".encode()


@dataclass
class Charge:
    """Credits taken for an order."""

    ref: int
    price: int
    at: float
    refunded: bool = False


@dataclass
class Task:
    """A task at the API."""

    ref: int
    operation: str
    begun_at: float
    outcome: Outcome

    @property
    def ends_at(self) -> float:
        return self.begun_at + self.outcome.ends_after

    @property
    def says(self) -> bool:
        """Whether the API says that it gave the credits back; it says no more than is true."""
        return self.outcome.says and self.outcome.course in (Course.REFUNDED, Course.GONE)

    def clips(self, now: float) -> tuple[Clip, ...]:
        """What a poll shows."""
        count = ALL_TERMS[self.operation].clips
        if self.outcome.course is Course.ENDLESS or now < self.ends_at:
            return tuple(self._running(n) for n in range(count))
        if self.outcome.course is Course.FEWER:
            count = max(count - 1, 1)
        if self.outcome.course is Course.ONE_BY_ONE:
            listed = min(count, 1 + int((now - self.ends_at) / _APART))
            return tuple(self._clip(n) for n in reversed(range(listed)))
        return tuple(self._running(n) if self._late(n, now) else self._clip(n) for n in range(count))

    def _late(self, n: int, now: float) -> bool:
        course, late = self.outcome.course, now < self.ends_at + _LATE_RESULT
        others = ALL_TERMS[self.operation].clips > 1
        return n == 0 and others and (course is Course.ALL_BUT_ONE or (course is Course.STRAGGLER and late))

    def _running(self, n: int) -> Clip:
        return Clip(clip_id_of(self.ref, n), ClipState.RUNNING)

    def _clip(self, n: int) -> Clip:
        part_fails = self.outcome.course is Course.PART and n == 1
        if self.outcome.course in FAILURES or part_fails:
            return Clip(clip_id_of(self.ref, n), ClipState.FAILED, error="it did not work out")
        clip_id, address = clip_id_of(self.ref, n), f"api/{self.ref}/{n}"
        return Clip(
            clip_id, ClipState.SUCCEEDED, f"Song {self.ref}-{n}", audio_url=address, image_url=address
        )


@dataclass
class ModelApi:
    """Outlives every process. `retries` counts how often people asked to pay again, by order.

    Attributes:
        broken: What must never happen, and did.
        intended: Whether the file says that the call for an order may be under way.
        kill: Ends the process that calls.
        lost: When the last call for an order was lost, where it was.
        own: What becomes of what the bot orders by itself.
        poor: Whether the account holds nothing more.
        shows_after: Seconds after which the balance shows what has moved it.
    """

    time: VirtualLoop
    intended: Callable[[int], bool]
    kill: Callable[[], None] = lambda: None
    balance_now: int = 100_000
    foreign: int = 0
    outcomes: dict[int, list[Outcome]] = field(default_factory=dict)
    charges: list[Charge] = field(default_factory=list)
    tasks: dict[str, Task] = field(default_factory=dict)
    last_charge: dict[int, Charge | None] = field(default_factory=dict)
    lost: dict[int, float] = field(default_factory=dict)
    ever_lost: set[int] = field(default_factory=set)
    refused: set[int] = field(default_factory=set)
    retries: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    come_back_at: dict[int, float] = field(default_factory=dict)
    calls: int = 0
    poll_troubles: int = 0
    failed_polls: int = 0
    balance_troubles: int = 0
    shows_after: float = 0.0
    lands_ever_so_late: bool = False
    unread_balances: int = 0
    unfetched: int = 0
    file_troubles: list[DownloadFailed] = field(default_factory=list)
    own: list[Outcome] = field(default_factory=list)
    poor: bool = False
    broken: list[str] = field(default_factory=list)

    async def submit(
        self, operation: str, params: Params, webhook: Webhook | None, last_check: Callable[[], None]
    ) -> Submission:
        del webhook
        last_check()
        ref = ref_of(params)
        outcomes = self.outcomes.setdefault(ref, [self.own.pop(0) if self.own else Outcome()])
        outcome = outcomes.pop(0) if len(outcomes) > 1 else outcomes[0]
        self._begin(ref)
        if outcome.call is Call.KILLED_BEFORE:
            await self._killed()
        await asyncio.sleep(outcome.takes / 2)
        if self.poor:
            raise NoCredits("no credits")
        self._stop_before_the_effect(ref, outcome)
        if outcome.call in (Call.LOST_LATE, Call.KILLED_LATE):
            self.time.call_later(outcome.lands_after, self._carry_out, operation, ref, outcome)
        else:
            task_id = self._carry_out(operation, ref, outcome)
        if outcome.call in (Call.KILLED_AFTER, Call.KILLED_LATE):
            await self._killed()
        await asyncio.sleep(outcome.takes / 2)
        if outcome.call in LOSSES:
            self.lose(ref)
            raise OutcomeUnknown("it broke off")
        if operation in AT_ONCE:
            return Submission(clips=self.tasks[task_id].clips(self.tasks[task_id].ends_at))
        return Submission(task_id)

    def _begin(self, ref: int) -> None:
        self.calls += 1
        if not self.intended(ref):
            self.broken.append(f"order {ref} was called for before that was committed")
        if self.time.now() < self.come_back_at.get(ref, 0.0):
            self.broken.append(f"order {ref} was called for before the API wanted it back")
        self.lost.pop(ref, None)
        self.last_charge[ref] = None

    def _stop_before_the_effect(self, ref: int, outcome: Outcome) -> None:
        if outcome.call is Call.LOST_BEFORE:
            self.lose(ref)
            raise OutcomeUnknown("it broke off")
        if outcome.call is Call.NO_CONNECTION:
            raise NotSent("no connection")
        if outcome.call is Call.BUSY:
            self.come_back_at[ref] = self.time.now() + _COME_BACK_AFTER
            raise RateLimited("busy", retry_after=_COME_BACK_AFTER)
        if outcome.call is Call.REFUSED:
            self.refused.add(ref)
            raise ContentRefused("no")

    def lose(self, ref: int) -> None:
        """The bot cannot know what became of its last call for this order."""
        self.lost[ref] = self.time.now()
        self.ever_lost.add(ref)
        self.come_back_at.pop(ref, None)

    async def _killed(self) -> None:
        self.kill()
        await asyncio.Event().wait()

    def _carry_out(self, operation: str, ref: int, outcome: Outcome) -> str:
        if operation in AT_ONCE:  # what cannot be made at once is refused
            outcome = replace(outcome, course=Course.FINE)
        price = ALL_TERMS[operation].price
        task_id = f"task-{len(self.tasks) + 1}"
        task = self.tasks[task_id] = Task(ref, operation, self.time.now(), outcome)
        if price:
            if self.outstanding(ref) > self.retries[ref]:
                self.broken.append(f"order {ref} was paid twice")
            charge = self.last_charge[ref] = Charge(ref, price, self.time.now())
            self.charges.append(charge)
            self._move(-price)
            self._schedule_refund(task, charge)
        return task_id

    def _schedule_refund(self, task: Task, charge: Charge) -> None:
        course = task.outcome.course
        if course in (Course.REFUNDED, Course.REFUNDED_LATE, Course.GONE):
            late = _LATE_REFUND if course is Course.REFUNDED_LATE else 0.0
            self.time.call_later(task.outcome.ends_after + late, self._refund, charge)

    def _refund(self, charge: Charge) -> None:
        charge.refunded = True
        self._move(charge.price)

    def _move(self, credits_: int) -> None:
        """The balance moves, and shows it when it does."""
        if self.shows_after:
            self.time.call_later(self.shows_after, self._show, credits_)
        else:
            self._show(credits_)

    def _show(self, credits_: int) -> None:
        self.balance_now += credits_

    @property
    def kept(self) -> int:
        """What it has charged and not given back."""
        return sum(charge.price for charge in self.charges if not charge.refunded)

    def outstanding(self, ref: int) -> int:
        """How often an order has been charged for and not given back."""
        return sum(charge.ref == ref and not charge.refunded for charge in self.charges)

    def move_balance(self, amount: int) -> None:
        """Another program with the same key spends, or the account is topped up."""
        self._move(amount)
        self.foreign += 1

    async def poll(self, provider: str, task_id: str) -> TaskStatus:
        del provider
        await asyncio.sleep(0.2)
        if self.poll_troubles:
            self.poll_troubles -= 1
            self.failed_polls += 1
            raise RateLimited("no poll now", retry_after=5.0)
        task = self.tasks.get(task_id)
        now = self.time.now()
        if task is None:
            raise TaskUnknown("no such task")
        if task.outcome.course is Course.FORGOTTEN and now > task.begun_at + _FORGETS_AFTER:
            raise TaskUnknown("no such task")
        if task.outcome.course is Course.GONE and now >= task.ends_at:
            error = TaskFailed("it did not work out")
            error.refunded = task.says
            raise error
        return TaskStatus(task.clips(now), refunded=task.says and now >= task.ends_at)

    async def credits(self) -> Credits:
        await asyncio.sleep(0.1)
        if self.balance_troubles:
            self.balance_troubles -= 1
            self.unread_balances += 1
            raise NotSent("no balance now")
        total = self.balance_now
        await asyncio.sleep(0.1)
        return Credits(total)

    async def fetch(self, url: str, into: Path, *, max_bytes: int, image: bool = False) -> Path:
        del max_bytes
        await asyncio.sleep(0.1)
        if self.file_troubles:
            self.unfetched += 1
            raise self.file_troubles.pop()
        if not url:
            raise FileGone("no link")
        path = into.with_suffix(".jpg" if image else ".mp3")
        path.write_bytes(sound_at(url))
        return path
