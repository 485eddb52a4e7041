"""The loop that moves every job: it sleeps until the next row is due and survives the errors of each.

There is no fixed tick and no timer per job. Each lane takes due rows while it has room, and guards each job.
The rows are the truth: the first pass after the start is the recovery.
"""

import asyncio
import logging
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from typing import Any

from jobs.context import JobContext
from jobs.engine import current_job, endings
from jobs.engine import submit as submitting
from jobs.engine.beside.cards import CardKeeper
from jobs.engine.beside.outages import OutageNotifier
from jobs.engine.beside.rounds import NEVER, Rounds
from jobs.engine.beside.watch import BalanceWatch
from jobs.engine.deliver import deliver
from jobs.engine.fetch import clear_spool
from jobs.engine.lane import InHand, Lane
from jobs.engine.poll import poll
from jobs.engine.submit import submit
from jobs.models import Job
from jobs.models.states import JobState, S
from jobs.rules.breaker import ProviderAccount
from jobs.store.queries import jobs

log = logging.getLogger(__name__)

# The longest sleep: the health check must see a heartbeat even in a quiet hour.
_LONGEST_SLEEP = 15.0
# Polls, and orders, due within this many seconds are taken in one reading; the second figure bounds the first
# and is not scaled.
_TOGETHER, _MOST_TOGETHER = 0.3, 0.1
# The wait after an internal error, in a job or in the pass.
_REST_SECONDS = 5.0
_SHORTEST_REST = 0.5
# With 400 under way, an API that answers in a fifth of a second gets 2,000 polls a second.
POLLS_AT_ONCE = 400
MORE_AT_ONCE = 50
# With 32 under way, Discord's limit is reached if fetching and posting a result take two thirds of a second.
# One that takes longer than the second figure waits for its channel or its files, and no other waits for it.
_DELIVERIES_AT_ONCE, _DELIVERY_PATIENCE = 32, 1.0
# A step or pass that takes longer hangs. Network and disk time, so not scaled.
_STEP_SECONDS, _DELIVERY_SECONDS, _PASS_SECONDS = 360.0, 1800.0, 60.0
# Results, and news of the other ends.
_TO_DELIVER = (S.READY, S.POSTING, S.FAILED, S.HELD, S.CANCELLED, S.UNDELIVERABLE)
# A clock this far behind its latest time was set back. No wait that matters exceeds the second figure.
_SET_BACK, _SOON = 5.0, 360.0
# After this many internal errors in a row a job is given up: everything ends.
_STRIKES = 6


class Engine:
    """Runs the jobs, and what keeps time `beside` them. `heartbeat` follows every pass that could read."""

    def __init__(
        self,
        context: JobContext,
        heartbeat: Callable[[], None] = lambda: None,
        beside: Sequence[Rounds] = (),
    ) -> None:
        self._context = context
        self._heartbeat = heartbeat
        self._wake = asyncio.Event()
        self._stopping = False
        self._ended = asyncio.Event()
        self._ended.set()
        self._asleep_until = 0.0
        self._latest = 0.0  # the latest time at which a pass began
        self._paced: dict[int, float] = {}  # accounts that have just submitted, and until when they wait
        self._providers = {terms.provider for terms in context.catalogue.operations.values()}
        self._notifier = OutageNotifier(context)
        self.beside = (self._notifier, BalanceWatch(context), CardKeeper(context), *beside)
        context.accounts.news = self.wake
        together = min(context.schedule.wait(_TOGETHER), _MOST_TOGETHER)
        self.lanes = (
            Lane(submit, (S.ACCEPTED,), room=16, limit=None, paced=True, together=together),
            Lane(poll, (S.WAITING,), room=POLLS_AT_ONCE, limit=_STEP_SECONDS, together=together),
            # A lane of its own: two states are not read in order, which counts where thousands are polled.
            Lane(poll, (S.DONE,), room=MORE_AT_ONCE, limit=_STEP_SECONDS, together=together),
            Lane(
                deliver,
                _TO_DELIVER,
                room=_DELIVERIES_AT_ONCE,
                limit=_DELIVERY_SECONDS,
                patience=_DELIVERY_PATIENCE,
                by_channel=True,
            ),
        )

    def wake(self, *states: JobState) -> None:
        """Something may be due now, in these states or, if none are given, in any."""
        for lane in self.lanes:
            if not states or any(state in lane.states for state in states):
                lane.next_read = lane.read_at + lane.together
        if not states:
            for one in self.beside:
                one.wake()
        self._wake.set()

    async def run(self) -> None:
        """Move jobs until `stop`. Survives every error of a job and of the store."""
        self._ended.clear()
        while not self._stopping:
            self._wake.clear()
            try:
                await self._take_over()
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
        """Take no more jobs, give those in hand `grace` seconds, leave the rest to recovery."""
        self._stopping = True
        self.wake()
        with suppress(TimeoutError):  # a pass that is reading must not take another job
            async with asyncio.timeout(grace):
                await self._ended.wait()
        for one in self.beside:
            await one.stop()
        tasks = [held.task for lane in self.lanes for held in lane.in_hand.values()]
        if not tasks:
            return
        _, late = await asyncio.wait(tasks, timeout=grace)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    async def _take_over(self) -> None:
        """See to what an earlier process or a former owner has left in new slots, and work for them."""
        if not (new := self._context.slots.new):
            return
        if self._context.last_pass_at is None:
            clear_spool(self._context.spool)
        await submitting.recover(self._context, new)
        await self._notifier.recover(new)
        self._context.slots.begin(new)
        self.begin()

    def begin(self) -> None:
        """Look at everything anew: what others have left, or have done unheard."""
        for one in self.beside:
            one.begin()
        self.wake()

    def tasks_of(self, slots: Collection[int]) -> set[asyncio.Task[Any]]:
        """What is under way for jobs of these slots, or may be."""
        tasks = (one.tasks_of(slots) for group in (self.lanes, self.beside) for one in group)
        return set[asyncio.Task[Any]]().union(*tasks)

    async def _pass(self) -> float:
        """Take due jobs; return the seconds until something may be due again."""
        now = self._context.clock.now()
        if now < self._latest - _SET_BACK:
            await self._clock_was_set_back(now)
        self._latest = max(now, self._latest)
        upcoming = now + _LONGEST_SLEEP
        for lane in self.lanes:
            if lane.next_read <= now:
                lane.next_read, lane.read_at = NEVER, now
                next_at = max(await self._fill(lane, now), now + lane.together)
                lane.next_read = min(lane.next_read, next_at)  # a wake may have set it meanwhile
            upcoming = min(upcoming, lane.next_read)
        upcoming = self._asleep_until = min(upcoming, *(one.poke(now) for one in self.beside))
        return min(max(upcoming - self._context.clock.now(), 0.0), _LONGEST_SLEEP)

    async def _clock_was_set_back(self, now: float) -> None:
        """Do not wait until the clock shows the old time again."""
        log.warning("the clock was set back by %.0f s", self._latest - now)
        schedule = self._context.schedule
        await self._context.store.write(
            jobs.cap_due_times, now + max(schedule.wait(_SOON), schedule.answer_grace)
        )
        self._context.breakers.reset_timers(now)
        for one in self.beside:
            one.reset_timers()
        self._paced.clear()
        self._context.api.pace.free_at.clear()
        self._context.limited.clear()
        for lane in self.lanes:
            lane.resting.clear()
            lane.read_at = 0.0
        self.wake()
        self._latest = now

    async def _fill(self, lane: Lane, now: float) -> float:
        """Give a lane its due jobs; return when it may have more to do."""
        held = self._held(now) if lane.paced else {}
        limited = self._limited(now) if lane.by_channel else {}
        while free := lane.free():
            limit = 1 if lane.paced else free
            upcoming = await self._context.store.read(
                jobs.upcoming,
                lane.states,
                limit=limit + 1,
                busy=lane.busy(now),
                channels=lane.channels() | limited.keys(),
                held=held,
                now=now,
                slots=self._context.slots.mine,
            )
            if self._stopping:
                return now
            mine = self._context.slots.has
            due = [job for job in upcoming[:limit] if (job.due_at or 0.0) <= now and mine(job.account)]
            taken = lane.takeable(due)
            for job in taken:
                self._take(lane, job)
            if len(taken) == len(due):
                waits = [*held.values(), *limited.values()]
                return self._next_turn(lane, now, taken=taken, upcoming=upcoming[len(due) :], waits=waits)
        # A job that ends wakes the loop.
        return now + min(lane.frees_in(), lane.together or _LONGEST_SLEEP)

    def _next_turn(
        self, lane: Lane, now: float, *, taken: Sequence[Job], upcoming: Sequence[Job], waits: Sequence[float]
    ) -> float:
        """When a lane that has taken all that was due may have more to do."""
        if lane.paced and taken:
            pause = self._context.schedule.wait(self._context.catalogue.submit_interval)
            self._paced[taken[0].account] = now + pause
            return now  # jobs of other accounts need not wait
        later = [job.due_at or 0.0 for job in upcoming] + list(lane.resting.values())
        # The next turn of an account or channel, the next probe, or the deadline of a waiting job.
        return min([*later, *waits, now + _LONGEST_SLEEP])

    def _limited(self, now: float) -> dict[int, float]:
        """Channels that take nothing now, and until when."""
        context = self._context
        context.limited = {channel: until for channel, until in context.limited.items() if until > now}
        return context.limited

    def _held(self, now: float) -> dict[ProviderAccount, float]:
        """Until when submits wait, for an outage to end or for the account's turn."""
        self._paced = {account: until for account, until in self._paced.items() if until > now}
        held = self._context.breakers.held(now)
        waits = {account: until for account, until in self._context.api.pace.free_at.items() if until > now}
        for account, until in (*self._paced.items(), *waits.items()):
            for provider in self._providers:
                held[provider, account] = max(until, held.get((provider, account), 0.0))
        return held

    def _take(self, lane: Lane, job: Job) -> None:
        self._context.metrics.took(lane.step.__name__, self._context.clock.now() - (job.due_at or 0.0))
        task = asyncio.create_task(self._guarded(lane, job), name=f"job-{job.id}")
        lane.in_hand[job.id] = InHand(job, task, asyncio.get_running_loop().time())

        def done(task: asyncio.Task[float | None]) -> None:
            lane.in_hand.pop(job.id, None)
            due_at = None if task.cancelled() else task.result()
            if due_at is None:
                self.wake()
                return
            lane.next_read = min(lane.next_read, due_at)
            if due_at < self._asleep_until:
                self._wake.set()

        task.add_done_callback(done)

    async def _guarded(self, lane: Lane, job: Job) -> float | None:
        """Run one step of a job. If it raises or hangs, log that and let the job rest."""
        current_job.set(job.id)  # for the log; each step is a task with a context of its own
        due_at = None
        try:
            async with asyncio.timeout(lane.limit):
                due_at = await lane.step(self._context, job)
        except Exception:
            log.exception("job %s: an internal error in %s", job.id, job.state.value)
            await self._strike(lane, job)
        else:
            lane.strikes.pop(job.id, None)
        return due_at

    def _rest(self, times: int) -> float:
        """A pause after an internal error: long enough for the log, short enough for the heartbeat."""
        rest = max(self._context.schedule.wait(_REST_SECONDS * times), _SHORTEST_REST)
        return min(rest, _LONGEST_SLEEP * times)

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
