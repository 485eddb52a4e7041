"""The ends of a job: its results are where they should be, it failed, or a bug keeps it from going on."""

import logging
from dataclasses import replace

from jobs.context import JobContext
from jobs.models import Job, Reason
from jobs.models.states import JobState
from jobs.orders.operation_history import remember_retired
from jobs.store.queries import jobs, transitions

log = logging.getLogger(__name__)

# So long news about credits waits for a reading of the balance. Network time, so not scaled.
READING_SECONDS = 8.0


def delivered(context: JobContext, posting: Job, *, now: float) -> Job:
    """A job whose results are where they should be. Where more may come, its task is still polled."""
    due = None
    if posting.deadline_at is not None:
        due = now + context.schedule.next_poll(context.catalogue.terms(posting.operation), 0)
    done = posting.entering(JobState.DONE, now=now, due_at=due, deadline_at=posting.deadline_at)
    return replace(done, polls=0, notified_at=now)


async def fail(
    context: JobContext, job: Job, reason: Reason, text: str = "", *, refunded: bool = False
) -> None:
    """End a job as failed, and report it. `refunded` is the API's own word that its credits are back."""
    now = context.clock.now()
    if reason is Reason.RETIRED:
        await remember_retired(context, job)
    # Unless the API says so, the balance shows whether its credits are back.
    waits = job.state is JobState.WAITING and job.price and not refunded
    log.info("job %s failed: %s", job.id, reason.value)
    after = replace(
        job.entering(JobState.FAILED, now=now, due_at=now + READING_SECONDS if waits else now),
        reason=reason,
        reason_text=text,
        finished_at=now,
    )
    await context.store.write(transitions.save, job, after, refunded=refunded)


async def give_up(context: JobContext, job_id: int) -> None:
    """Give up on a job that keeps failing because of our own bugs, as far as its state allows.

    If delivery itself failed, the news is one more round, tried like any other.
    """
    job = await context.store.read(jobs.by_id, job_id)
    if job is None:
        return
    if job.state in (JobState.ACCEPTED, JobState.WAITING):
        await fail(context, job, Reason.INTERNAL)
        return
    now = context.clock.now()
    if job.state in (JobState.READY, JobState.POSTING):
        after = job.entering(JobState.UNDELIVERABLE, now=now, due_at=now)
        after = replace(after, reason=Reason.INTERNAL, round=job.round + 1)
    elif job.state is JobState.DONE:  # no more is looked for; what is missing is said
        after = job.entering(JobState.READY, now=now, due_at=now)
    else:
        after = replace(job, due_at=None)
    await context.store.write(transitions.save, job, after)
