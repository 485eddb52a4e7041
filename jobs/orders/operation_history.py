"""What earlier jobs showed of an operation: how long it takes, and whether the API still offers it."""

from jobs.context import JobContext
from jobs.models import Job
from jobs.rules.quote import retired_key
from jobs.store.queries import jobs, notes

_REMEMBERED = 50


async def durations(context: JobContext, operation: str) -> list[float]:
    """List how many seconds the latest jobs of this kind took; read once, as every order asks."""
    if operation not in context.durations:
        context.durations[operation] = await context.store.read(jobs.durations, operation, limit=_REMEMBERED)
    return context.durations[operation]


def remember_duration(context: JobContext, job: Job, *, ended_at: float) -> None:
    """Count a job that has brought results among those of its kind."""
    known = context.durations.get(job.operation)
    if known is not None and job.outcome_at is not None:
        context.durations[job.operation] = [ended_at - job.outcome_at, *known[: _REMEMBERED - 1]]


async def remember_retired(context: JobContext, job: Job) -> None:
    """Note that the API no longer offers what this job asked for, so nobody else spends a try on it."""
    key = retired_key(context.catalogue, job, job.account)
    await context.store.write(notes.write, key, str(context.clock.now()))
