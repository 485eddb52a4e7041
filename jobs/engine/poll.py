"""From `waiting` to `ready`: asking the API how a task is doing."""

import logging
from collections.abc import Sequence

from jobs.context import JobContext
from jobs.engine import endings
from jobs.models import Job, Reason, Result
from jobs.models.states import JobState
from jobs.orders.results import clips_of
from jobs.ports import Declined, PortError

log = logging.getLogger(__name__)

# Right after a submit the API may not know its own task yet; a proxy that times out uses the very words
# of a task that did; what is retired is the making, and the task may still be there; and when it shows fewer
# results than expected, all finished, the missing ones may still come. All four are doubted so often in a
# row: looks cost nothing, and the song is paid for.
_DOUBTS = 3


async def poll(context: JobContext, job: Job) -> float | None:
    """One look. Ends in `ready`, `failed`, or in a later look: then the time of that one."""
    try:
        found = await context.api.poll(job.provider, job.task_id, job.account)
    except Declined as error:
        if _may_pass(context, job, error.reason):
            return await _later(context, job, error)
        await endings.fail(context, job, error.reason, error.text)
    except PortError as error:
        # After a long absence the deadline alone ends no song that may have been ready for hours.
        if not _over(context, job) or job.tries < _DOUBTS:
            return await _later(context, job, error)
        await endings.fail(context, job, Reason.DEADLINE, error.text)
    else:
        return await _seen(context, job, found.results)
    return None


async def _seen(context: JobContext, job: Job, results: Sequence[Result]) -> float | None:
    finished = bool(results) and all(result.state != "running" for result in results)
    short = finished and len(results) < context.catalogue.terms(job.operation).clips
    if not short:
        context.doubts.pop(job.id, None)
    if finished and not (short and not _over(context, job) and _doubted(context, job)):
        await _finish(context, job, results)
    elif _over(context, job):
        kept = [result for result in results if result.state == "succeeded"]
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


async def _finish(context: JobContext, job: Job, results: Sequence[Result]) -> None:
    if not any(result.state == "succeeded" for result in results):
        reason = next((result.error for result in results if result.error), "")
        await endings.fail(context, job, Reason.TASK, reason)
        return
    now = context.clock.now()
    kind = context.catalogue.terms(job.operation).makes
    clips = await clips_of(context.store, job, results, kind=kind, now=now)
    log.info("job %s is ready: %s results", job.id, len(clips))
    context.durations.pop(job.operation, None)
    await context.store.move(
        job, JobState.READY, now=now, clips=clips, due_at=now, finished_at=now, reason_text=""
    )


async def _later(context: JobContext, job: Job, error: PortError) -> float:
    """The look itself went wrong: it costs nothing to repeat. When that is."""
    now = context.clock.now()
    due = now + context.schedule.after_failure(job.tries, error.retry_after)
    if job.deadline_at is not None and job.deadline_at > now:
        due = min(due, job.deadline_at)
    log.warning("job %s: a look failed (%s); again in %.1f s", job.id, error.text, due - now)
    await context.store.put_off(job, due_at=due, polls=job.polls, tries=job.tries + 1)
    return due


def _may_pass(context: JobContext, job: Job, reason: Reason) -> bool:
    """Whether what the API says of the task may be otherwise at the next look."""
    if reason is Reason.FORGOTTEN and _young(context, job):
        return True
    return reason in (Reason.FORGOTTEN, Reason.TASK, Reason.RETIRED) and _doubted(context, job)


def _doubted(context: JobContext, job: Job) -> bool:
    """Whether an answer that may not be the last word is doubted once more.

    Counted apart from looks that failed, which say nothing about the task. Not kept in the row: after a
    restart a few more looks do no harm.
    """
    context.doubts[job.id] += 1
    if context.doubts[job.id] <= _DOUBTS:
        return True
    del context.doubts[job.id]
    return False


def _young(context: JobContext, job: Job) -> bool:
    """Whether such a job is usually not done yet."""
    usually = context.schedule.wait(context.catalogue.terms(job.operation).usually)
    return context.clock.now() < (job.outcome_at or 0.0) + usually


def _over(context: JobContext, job: Job) -> bool:
    return job.deadline_at is not None and context.clock.now() >= job.deadline_at
