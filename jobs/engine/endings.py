"""The bad ends of a job: it failed, or our own bugs keep it from going on."""

import logging
from dataclasses import replace

from jobs.context import JobContext
from jobs.models import Booking, Job, Reason
from jobs.models.states import JobState
from jobs.orders.operation_history import remember_retired
from jobs.rules.charge_inference import Verdict
from jobs.store.queries import jobs, transitions

log = logging.getLogger(__name__)


async def fail(context: JobContext, job: Job, reason: Reason, text: str = "", *, sent: bool = True) -> None:
    """End a job as failed, and report it. `sent` says whether it may have cost anything."""
    now = context.clock.now()
    if reason is Reason.RETIRED:
        await remember_retired(context, job)
    # A task that is polled again may fail again; its credits are refunded once.
    back = (
        sent and job.price and not job.refunded and await context.accounts.charged(job) is Verdict.NOT_CHARGED
    )
    log.info("job %s failed: %s", job.id, reason.value)
    after = replace(
        job.entering(JobState.FAILED, now=now, due_at=now),
        reason=reason,
        reason_text=text,
        refunded=job.refunded or bool(back),
        finished_at=now,
    )
    book: list[Booking] = ["refunded"] if back else [] if sent else ["released"]
    await context.store.write(transitions.save, job, after, book=book)


async def give_up(context: JobContext, job_id: int) -> None:
    """Give up on a job that keeps failing because of our own bugs, as far as its state allows.

    If delivery itself failed, the news is one more round, tried like any other.
    """
    job = await context.store.read(jobs.by_id, job_id)
    if job is None:
        return
    if job.state in (JobState.ACCEPTED, JobState.WAITING):
        await fail(context, job, Reason.INTERNAL, sent=job.state is JobState.WAITING)
        return
    now = context.clock.now()
    if job.state in (JobState.READY, JobState.POSTING):
        after = job.entering(JobState.UNDELIVERABLE, now=now, due_at=now)
        after = replace(after, reason=Reason.INTERNAL, round=job.round + 1)
    elif job.state is JobState.DONE:  # no more is looked for; what is missing is said
        after = job.entering(JobState.READY, now=now, due_at=now)
    elif job.state is JobState.UNKNOWN:
        after = job.entering(JobState.HELD, now=now, due_at=now)
        after = replace(after, reason=Reason.LOST_BALANCE, outcome_at=now)
    else:
        after = replace(job, due_at=None)
    await context.store.write(transitions.save, job, after)
