"""From `accepted` to `waiting`: the one call that costs credits."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection
from dataclasses import replace
from functools import partial
from typing import NamedTuple

from jobs.context import JobContext
from jobs.engine import current_job, endings
from jobs.engine.endings import READING_SECONDS
from jobs.engine.poll import poll_if_called
from jobs.engine.preflight import fresh_params, look_for_card
from jobs.models import Clip, Job, Params, Reason
from jobs.models.states import JobState
from jobs.orders.decisions import cancel
from jobs.orders.operation_history import durations, remember_retired
from jobs.orders.results import clips_of
from jobs.ports import Clock
from jobs.rules.api_errors import HeldUp, reason_of
from jobs.rules.schedule import LONGEST_WAIT
from jobs.store.backup import RESTORED
from jobs.store.queries import jobs, notes, posts, transitions
from musicapi import MusicApiError, OutcomeUnknown, Submission

log = logging.getLogger(__name__)

# Even with waits scaled to nothing, a bug must not fill the log.
_SHORTEST_REST = 0.5
# Whoever stood still for longer between intent and call, a process that was stopped or a machine that slept,
# does not make it: others may have taken it for lost, and may soon believe that it never was. Not scaled.
_LATEST_CALL = 10.0


class _Intent(NamedTuple):
    """A call that is about to leave, and since when it has been, by the clock that counts suspension."""

    job: Job
    params: Params
    since: float


async def submit(context: JobContext, job: Job) -> None:
    """Ask the API to start the task, at most once.

    `submitting` is committed before the call leaves. A paid call is repeated only if it surely had no effect,
    and only by going back to `accepted`.
    """
    now = context.clock.now()
    if await _ended(context, job, now):
        return
    if job.card_message_id is None:
        await look_for_card(context, job)
        return
    ready = await _admitted(context, job, now)
    if ready is None:
        return  # held by the breaker, put off, or cancelled in the meantime
    intent, params, since = ready
    try:
        started = await context.api.submit(
            intent.operation,
            params,
            intent.account,
            user_id=intent.user_id,
            webhook=context.webhooks.of(intent.id),
            last_check=partial(_check_pause, context.clock, since),
        )
    except MusicApiError as error:
        await _failed(context, intent, error)
    except Exception as error:
        # The call may have left: treat it as paid until the balance says otherwise.
        log.exception("job %s: an internal error in the middle of the call", job.id)
        await _lost(context, intent, OutcomeUnknown(type(error).__name__))
    else:
        await retry_until_written(context, intent, lambda: _taken(context, intent, started))
        await context.accounts.watch(intent)


def _check_pause(clock: Clock, since: float) -> None:
    """Let a call leave only soon after its intent. Raises HeldUp."""
    late = clock.since_boot() - since
    if late > _LATEST_CALL:
        raise HeldUp(f"held up for {late:.0f} s right before the call")


async def _ended(context: JobContext, job: Job, now: float) -> bool:
    """End a job that is too late to start: its server is gone, or it waited too long."""
    if job.guild_id in context.gone:
        await cancel(context, job)
        return True
    if job.deadline_at is None or now < job.deadline_at:
        return False
    held = context.breakers.at(job.provider, job.account).opened_at is not None
    reason = Reason.UNREACHABLE if job.tries or held else Reason.EXPIRED
    await endings.fail(context, job, reason, job.reason_text)
    return True


async def _admitted(context: JobContext, job: Job, now: float) -> _Intent | None:
    """Return the intent; None if the job must wait, at no cost, or was cancelled."""
    if not context.slots.alone:
        await context.accounts.keyring.refresh(context.store, job.account)
    breaker = context.breakers.at(job.provider, job.account)
    if not breaker.admit(now):
        return None
    intent: _Intent | None = None
    params: Params | None = job.params
    url = job.params.get("file_url")
    try:
        if isinstance(url, str):
            params = await fresh_params(context, job, url)
        if params is not None:
            async with context.api.pace.turn(job.account) as may_send:
                intent = await _intend(context, job, params) if may_send else None
    finally:
        if intent is None:
            breaker.unused(now)
    return intent


async def _intend(context: JobContext, job: Job, params: Params) -> _Intent | None:
    """Commit that the call is about to leave; None if the job was cancelled."""
    if job.price:  # what moved before then is not mixed up with what this call does
        await context.accounts.balance(job.account)
    now, since = context.clock.now(), context.clock.since_boot()
    intent = job.entering(JobState.SUBMITTING, now=now, deadline_at=job.deadline_at, tries=job.tries)
    try:
        moved = await context.store.write(transitions.save, job, intent)
    except Exception:
        # It may have been committed nevertheless. No call has left, so it may go back; it must, as only a
        # restart reads `submitting` rows again.
        at, tries = now, job.tries + 1
        back = intent.entering(JobState.ACCEPTED, now=at, due_at=at, deadline_at=job.deadline_at, tries=tries)
        await _save(context, intent, back)
        raise
    return _Intent(intent, params, since) if moved else None


async def recover(context: JobContext, slots: Collection[int]) -> None:
    """Of new slots: a `submitting` row is from a process that died in the call; its outcome is unknown."""
    if context.slots.alone:  # who answers commands has died as well
        await context.store.write(posts.check_cards_soon)
    # Nothing is put off for longer, so a later time was written by a clock that was ahead.
    await context.store.write(jobs.cap_due_times, context.clock.now() + LONGEST_WAIT, slots)
    for job in await context.store.read(jobs.in_state, JobState.SUBMITTING, slots):
        current_job.set(job.id)
        log.warning("job %s: the bot stopped while it was being submitted", job.id)
        await _lost(context, job, OutcomeUnknown("the bot stopped in the middle of the call"))
    if context.slots.alone and await context.store.read(notes.read, RESTORED) is not None:
        await _doubt_unsent(context)
        await context.store.write(notes.forget, RESTORED)
    current_job.set(None)


async def _doubt_unsent(context: JobContext) -> None:
    """After a restore: what the backup holds as not sent may have been sent and paid for since."""
    for job in await context.store.read(jobs.in_state, JobState.ACCEPTED):
        if job.price:
            current_job.set(job.id)
            sent = job.entering(JobState.SUBMITTING, now=context.clock.now(), deadline_at=job.deadline_at)
            await _save(context, job, sent)
            await _lost(context, sent, OutcomeUnknown("the database was restored from a backup"))


async def _failed(context: JobContext, job: Job, error: MusicApiError) -> None:
    # Whatever it was, the API itself says that its credits are back.
    reason = Reason.TASK if error.refunded else reason_of(error)
    if error.may_have_happened and not error.refunded:
        await _lost(context, job, error)
    elif reason is None:
        await _again(context, job, error)
    else:
        await _declined(context, job, error, reason)


async def _again(context: JobContext, job: Job, error: MusicApiError) -> None:
    now = context.clock.now()
    deadline = _deadline(context, job, now)
    due = min(now + context.schedule.after_failure(job.tries, error.retry_after), deadline)
    log.warning("job %s not sent (%s); again in %.1f s", job.id, error.reason, due - now)
    again = job.entering(JobState.ACCEPTED, now=now, due_at=due, deadline_at=deadline, tries=job.tries + 1)
    await _save(context, job, replace(again, reason_text=error.reason))


def _deadline(context: JobContext, job: Job, now: float) -> float:
    """When to stop trying the API, counted from the first call that went wrong."""
    if job.tries and job.deadline_at is not None:
        return job.deadline_at
    return now + context.schedule.wait(context.schedule.accept_for)


async def _declined(context: JobContext, job: Job, error: MusicApiError, reason: Reason) -> None:
    now = context.clock.now()
    log.info("job %s declined: %s", job.id, reason.value)
    failed = job.entering(JobState.FAILED, now=now, due_at=now)
    failed = replace(failed, reason=reason, reason_text=error.reason, finished_at=now)
    await _save(context, job, failed)
    if reason in (Reason.RETIRED, Reason.MODEL):  # after the row, which no later step would repair
        await remember_retired(context, job)


async def _lost(context: JobContext, job: Job, error: MusicApiError) -> None:
    """Repeat a free call whose outcome is unknown; a paid one is put before a person."""
    if not job.price:
        await _again(context, job, error)
        return
    now = context.clock.now()
    log.warning("job %s: the answer to a paid call was lost (%s)", job.id, error.reason)
    # What the balance shows is part of the news; the watch reads it now, and what it cannot read is told too.
    held = job.entering(JobState.HELD, now=now, due_at=now + READING_SECONDS)
    held = replace(held, reason=Reason.LOST_BALANCE, reason_text=error.reason)
    await _save(context, job, held)
    if job.guild_id in context.gone:
        await cancel(context, held)


async def _taken(context: JobContext, job: Job, started: Submission) -> None:
    """Store a task that the API took: until then only memory knows it."""
    now = context.clock.now()
    terms = context.catalogue.terms(job.operation)
    clips: list[Clip] = []
    if started.clips:  # a synchronous operation answers with its result
        clips = await clips_of(context.store, context.catalogue, job, started.clips, now=now)
        after = replace(job.entering(JobState.READY, now=now, due_at=now), finished_at=now)
    else:
        log.info("job %s is task %s", job.id, started.task_id)
        history, told = await durations(context, job.operation), context.webhooks.come_for(terms)
        due = now + context.schedule.first_poll(terms, history, told=told)
        deadline = now + context.schedule.wait(terms.deadline)
        after = job.entering(JobState.WAITING, now=now, due_at=due, deadline_at=deadline)
        after = replace(after, task_id=started.task_id, polls=0)
    after = replace(after, outcome_at=now, reason_text="")
    await context.store.write(transitions.save, job, after, results=clips)
    await poll_if_called(context, job)


async def _save(context: JobContext, before: Job, after: Job) -> None:
    """Save a job, however long the disk refuses."""
    await retry_until_written(context, before, lambda: context.store.write(transitions.save, before, after))


async def retry_until_written(context: JobContext, job: Job, write: Callable[[], Awaitable[object]]) -> None:
    """Retry until it succeeds: until then a paid task id lives only in memory."""
    tries = 0
    while True:
        try:
            await write()
        except Exception:
            log.exception("job %s: the API's answer could not be stored yet; trying again", job.id)
            await asyncio.sleep(max(context.schedule.after_failure(min(tries, 3)), _SHORTEST_REST))
            tries += 1
        else:
            return
