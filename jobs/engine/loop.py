"""The loop that moves every job: it sleeps until the next row is due and cannot die of one of them.

There is no fixed tick and no timer per job. Each lane takes due rows as long as it has room; each job
runs in a guard of its own. The rows are the truth: on start the first pass is the recovery.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field

from jobs.context import JobContext
from jobs.engine import endings
from jobs.engine import submit as submitting
from jobs.engine.deliver import deliver
from jobs.engine.fetch import clear_spool
from jobs.engine.log_context import current_job
from jobs.engine.outages import OutageNotifier
from jobs.engine.poll import poll
from jobs.engine.resolve_unknown import resolve_unknown
from jobs.engine.submit import submit
from jobs.models import Job
from jobs.models.states import JobState, S
from jobs.rules.breaker import ProviderAccount
from jobs.store.queries import jobs

log = logging.getLogger(__name__)

# A step that has changed nothing but when the job is due says when; any other one None.
Step = Callable[[JobContext, Job], Awaitable[float | None]]

# The longest sleep: the heartbeat that the health check reads must not look dead in a quiet hour.
_LONGEST_SLEEP = 15.0
_NEVER = float("inf")
# Polls, and orders, that fall due within so many seconds are taken together, in one reading; the second
# figure is not scaled, and bounds the first.
_TOGETHER, _MOST_TOGETHER = 0.3, 0.1
# The wait after an error of ours, whether in one job or in the pass itself.
_REST_SECONDS = 5.0
_SHORTEST_REST = 0.5
# With 400 on their way, an API that answers in a fifth of a second is asked 2,000 times a second.
POLLS_AT_ONCE = 400
# With 16 under way, Discord's limit is reached where fetching and posting a result take a third of a second.
DELIVERIES_AT_ONCE = 16
# No step and no pass takes so long unless it hangs. Time of the network and the disk, so it is not scaled.
_STEP_SECONDS, _DELIVERY_SECONDS, _PASS_SECONDS = 360.0, 1800.0, 60.0
# Results, and news of what became of the others.
_TO_TELL = (S.READY, S.POSTING, S.FAILED, S.HELD, S.UNDELIVERABLE)
# A clock that shows so much less than before was set back. No wait that matters is longer than the second.
_SET_BACK, _SOON = 5.0, 360.0
# After so many errors of ours in a row a job is given up, and that is told: everything ends.
_STRIKES = 6


@dataclass(slots=True)
class Lane:
    """One kind of step: which states it serves, how many jobs at once, how many seconds one may take.

    A submit has no such limit: its call is bounded (see `jobs.credits.instrumented`), and what the API took
    on must be noted however long the disk refuses. `together` is the least time in seconds between two
    readings of a lane's rows.
    """

    step: Step
    states: tuple[JobState, ...]
    room: int
    limit: float | None = _STEP_SECONDS
    paced: bool = False
    together: float = 0.0
    # When something may be due here: until then its rows need not be read. And when they were read last.
    look_at: float = 0.0
    read_at: float = 0.0
    in_hand: dict[int, asyncio.Task[float | None]] = field(default_factory=dict)
    # Jobs that met an error of ours: how often in a row, and until when they are left alone.
    strikes: dict[int, int] = field(default_factory=dict)
    resting: dict[int, float] = field(default_factory=dict)

    def busy(self, now: float) -> set[int]:
        """Jobs that it must not take now."""
        self.resting = {job_id: until for job_id, until in self.resting.items() if until > now}
        return set(self.in_hand) | set(self.resting)


class Engine:
    """Runs the jobs. `run` it beside the bot; `wake` it when a row has changed.

    Args:
        heartbeat: Called after every pass that could read the store.
    """

    def __init__(self, context: JobContext, heartbeat: Callable[[], None] = lambda: None) -> None:
        self._context = context
        self._heartbeat = heartbeat
        self._wake = asyncio.Event()
        self._stopping = False
        self._ended = asyncio.Event()
        self._ended.set()
        self._asleep_until = 0.0
        # The latest time that a pass has begun at.
        self._latest = 0.0
        # Accounts that have just submitted, and until when they must not again.
        self._paced: dict[int, float] = {}
        self._providers = {terms.provider for terms in context.catalogue.operations.values()}
        self._notifier = OutageNotifier(context)
        together = min(context.schedule.wait(_TOGETHER), _MOST_TOGETHER)
        self.lanes = (
            Lane(submit, (S.ACCEPTED,), room=16, limit=None, paced=True, together=together),
            Lane(resolve_unknown, (S.UNKNOWN,), room=2),
            Lane(poll, (S.WAITING,), room=POLLS_AT_ONCE, together=together),
            Lane(deliver, _TO_TELL, room=DELIVERIES_AT_ONCE, limit=_DELIVERY_SECONDS),
        )

    def wake(self, *states: JobState) -> None:
        """Something may be due now, in these states or, without any, in all."""
        for lane in self.lanes:
            if not states or any(state in lane.states for state in states):
                lane.look_at = lane.read_at + lane.together
        self._wake.set()

    async def run(self) -> None:
        """Move jobs until `stop`. Survives every error of a job and of the store."""
        recovered = False
        self._ended.clear()
        while not self._stopping:
            self._wake.clear()
            try:
                if not recovered:
                    clear_spool(self._context.spool)
                    await submitting.recover(self._context)
                    await self._notifier.recover()
                    recovered = True
                async with asyncio.timeout(_PASS_SECONDS):
                    sleep = await self._pass()
                self._context.last_pass_at = self._context.clock.now()
                self._heartbeat()
            except Exception:
                log.exception("the engine's pass failed; trying again")
                self.wake()
                self._wake.clear()
                sleep = self._rest(1)
            if not self._stopping:
                await self._context.clock.wait(self._wake, sleep)
        self._ended.set()

    async def stop(self, grace: float) -> None:
        """Take no more jobs, let those in hand end within `grace` seconds, leave the rest to recovery."""
        self._stopping = True
        self.wake()
        with suppress(TimeoutError):  # a pass in the middle of its reading must not take another job
            async with asyncio.timeout(grace):
                await self._ended.wait()
        await self._notifier.stop()
        tasks = [task for lane in self.lanes for task in lane.in_hand.values()]
        if not tasks:
            return
        _, late = await asyncio.wait(tasks, timeout=grace)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    async def _pass(self) -> float:
        """Take what is due; the seconds until something may be due again."""
        now = self._context.clock.now()
        if now < self._latest - _SET_BACK:
            await self._clock_was_set_back(now)
        self._latest = max(now, self._latest)
        upcoming = now + _LONGEST_SLEEP
        for lane in self.lanes:
            if lane.look_at <= now:
                lane.look_at, lane.read_at = _NEVER, now
                next_at = max(await self._fill(lane, now), now + lane.together)
                lane.look_at = min(lane.look_at, next_at)  # a wake in the meantime has set it back
            upcoming = min(upcoming, lane.look_at)
        upcoming = self._asleep_until = min(upcoming, self._notifier.poke(now))
        return min(max(upcoming - self._context.clock.now(), 0.0), _LONGEST_SLEEP)

    async def _clock_was_set_back(self, now: float) -> None:
        """Nothing waits until the clock shows the old time again."""
        log.warning("the clock was set back by %.0f s", self._latest - now)
        schedule = self._context.schedule
        await self._context.store.write(
            jobs.cap_due_times, now + max(schedule.wait(_SOON), schedule.answer_grace)
        )
        self._context.breakers.reset_timers(now)
        self._notifier.reset_timers()
        self._paced.clear()
        for lane in self.lanes:
            lane.resting.clear()
            lane.read_at = 0.0
        self.wake()
        self._latest = now

    async def _fill(self, lane: Lane, now: float) -> float:
        """Give a lane what is due; when it may have something to do next."""
        free = lane.room - len(lane.in_hand)
        if free <= 0:
            return now + (lane.together or _LONGEST_SLEEP)  # a job that ends wakes the loop
        limit = 1 if lane.paced else free
        held = self._held(now) if lane.paced else {}
        upcoming = await self._context.store.read(
            jobs.upcoming, lane.states, limit=limit + 1, busy=lane.busy(now), held=held, now=now
        )
        if self._stopping:
            return now
        due = [job for job in upcoming[:limit] if (job.due_at or 0.0) <= now]
        for job in due:
            self._take(lane, job)
        if lane.paced and due:
            pause = self._context.schedule.wait(self._context.catalogue.submit_interval)
            self._paced[due[0].account] = now + pause
            return now  # those of other accounts need not wait for it
        later = [job.due_at or 0.0 for job in upcoming[len(due) :]] + list(lane.resting.values())
        if held:  # the next turn of an account, the next probe, or the deadline of a job that waits for it
            later.append(min(*held.values(), now + _LONGEST_SLEEP))
        return min(later, default=now + _LONGEST_SLEEP)

    def _held(self, now: float) -> dict[ProviderAccount, float]:
        """Where submits wait, and until when: for an outage to end, or for the account's turn."""
        self._paced = {account: until for account, until in self._paced.items() if until > now}
        held = self._context.breakers.held(now)
        for account, until in self._paced.items():
            for provider in self._providers:
                held[provider, account] = max(until, held.get((provider, account), 0.0))
        return held

    def _take(self, lane: Lane, job: Job) -> None:
        self._context.metrics.took(lane.step.__name__, self._context.clock.now() - (job.due_at or 0.0))
        task = asyncio.create_task(self._guarded(lane, job), name=f"job-{job.id}")
        lane.in_hand[job.id] = task

        def done(task: asyncio.Task[float | None]) -> None:
            lane.in_hand.pop(job.id, None)
            due_at = None if task.cancelled() else task.result()
            if due_at is None:
                self.wake()
                return
            lane.look_at = min(lane.look_at, due_at)
            if due_at < self._asleep_until:
                self._wake.set()

        task.add_done_callback(done)

    async def _guarded(self, lane: Lane, job: Job) -> float | None:
        """One step of one job. What it raises stays here; then, and when it hangs, the job rests a while."""
        current_job.set(job.id)  # for the log; each step is a task with a context of its own
        due_at = None
        try:
            async with asyncio.timeout(lane.limit):
                due_at = await lane.step(self._context, job)
        except Exception:
            log.exception("job %s: an error of ours in %s", job.id, job.state.value)
            await self._strike(lane, job)
        else:
            lane.strikes.pop(job.id, None)
        return due_at

    def _rest(self, times: int) -> float:
        """A pause after an error of ours: long enough for the log, short enough for the heartbeat."""
        return min(
            max(self._context.schedule.wait(_REST_SECONDS * times), _SHORTEST_REST), _LONGEST_SLEEP * times
        )

    async def _strike(self, lane: Lane, job: Job) -> None:
        strikes = lane.strikes[job.id] = lane.strikes.get(job.id, 0) + 1
        lane.resting[job.id] = self._context.clock.now() + self._rest(2 ** min(strikes, 6))
        if strikes < _STRIKES:
            return
        try:
            await endings.give_up(self._context, job.id)
            lane.strikes.pop(job.id)
        except Exception:
            log.exception("job %s cannot be given up yet", job.id)
