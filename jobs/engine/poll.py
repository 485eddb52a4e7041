"""From `waiting` to `ready`: asking the API how a task is doing."""

import logging
from collections.abc import Sequence
from dataclasses import replace

from jobs.context import JobContext
from jobs.engine import endings
from jobs.models import Job, Reason
from jobs.models.states import JobState
from jobs.orders.operation_history import remember_duration
from jobs.orders.results import clips_of
from jobs.rules.api_errors import end_of
from jobs.store.queries import transitions
from musicapi import Clip, ClipState, MusicApiError, Refused, TaskStatus

log = logging.getLogger(__name__)

# Doubted this often in a row: results that are missing among finished ones may still come.
_DOUBTS = 3
# Polls that fail become rarer up to so many, which is one a minute: they are free, and the song is paid for.
_RAREST = 5


async def poll(context: JobContext, job: Job) -> float | None:
    """Poll once; return when to poll again, unless the job is now `ready` or `failed`."""
    try:
        found = await context.api.poll(job.provider, job.task_id, job.account)
    except MusicApiError as error:
        return await _failed(context, job, error)
    context.unanswered.pop(job.id, None)
    if context.catalogue.terms(job.operation).makes != "wav":  # which has the id of its source
        found = found.without(job.source_clip_id)
    return await _seen(context, job, found)


async def _failed(context: JobContext, job: Job, error: MusicApiError) -> float | None:
    """End the job if this is the API's word about its task; anything else only costs time."""
    now = context.clock.now()
    # Not stored: after an absence the deadline alone must not end a song that may have been ready for hours.
    doubted = now - context.unanswered.setdefault(job.id, now)
    lasting = doubted >= context.schedule.wait(context.schedule.doubt_for)
    if not error.ends_task and not (_over(context, job) and lasting):
        return await _later(context, job, error)
    del context.unanswered[job.id]
    # What is no word of the API's is one of ours.
    words = error.reason if error.ends_task or isinstance(error, Refused) else ""
    await endings.fail(context, job, end_of(error), words)
    return None


async def _seen(context: JobContext, job: Job, found: TaskStatus) -> float | None:
    short = found.finished and len(found.clips) < context.catalogue.terms(job.operation).clips
    if not short:
        context.doubts.pop(job.id, None)
    if found.finished and not (short and not _over(context, job) and _doubted(context, job)):
        await _finish(context, job, found.clips)
    elif _over(context, job):
        kept = [clip for clip in found.clips if clip.state is ClipState.SUCCEEDED]
        if kept:
            await _finish(context, job, kept)
        else:
            await endings.fail(context, job, Reason.DEADLINE)
    else:
        now = context.clock.now()
        wait = context.schedule.next_poll(context.catalogue.terms(job.operation), job.polls)
        await context.store.put_off(job, due_at=now + wait, polls=job.polls + 1, tries=0)
        return now + wait
    return None


async def _finish(context: JobContext, job: Job, results: Sequence[Clip]) -> None:
    if not any(result.state is ClipState.SUCCEEDED for result in results):
        reason = next((result.error for result in results if result.error), "")
        await endings.fail(context, job, Reason.TASK, reason)
        return
    now = context.clock.now()
    clips = await clips_of(context.store, context.catalogue, job, results, now=now)
    log.info("job %s is ready: %s results", job.id, len(clips))
    ready = replace(job.entering(JobState.READY, now=now, due_at=now), finished_at=now, reason_text="")
    await context.store.write(transitions.save, job, ready, results=clips)
    remember_duration(context, job, ended_at=now)


async def _later(context: JobContext, job: Job, error: MusicApiError) -> float:
    """Put off a poll that failed, as it is free; return the time of the next."""
    now = context.clock.now()
    due = now + context.schedule.after_failure(min(job.tries, _RAREST), error.retry_after)
    if job.deadline_at is not None and job.deadline_at > now:
        due = min(due, job.deadline_at)
    log.warning("job %s: a poll failed (%s); again in %.1f s", job.id, error.reason, due - now)
    await context.store.put_off(job, due_at=due, polls=job.polls, tries=job.tries + 1)
    return due


def _doubted(context: JobContext, job: Job) -> bool:
    """Whether to doubt an answer once more. Not stored: a few more polls after a restart do no harm."""
    context.doubts[job.id] += 1
    if context.doubts[job.id] <= _DOUBTS:
        return True
    del context.doubts[job.id]
    return False


def _over(context: JobContext, job: Job) -> bool:
    return job.deadline_at is not None and context.clock.now() >= job.deadline_at
