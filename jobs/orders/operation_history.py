"""What earlier jobs showed of an operation: how long it takes, and whether the API still offers it.

Asked for with every order, so it is read once and remembered in the context.
"""

from jobs.context import JobContext
from jobs.models import Job, Order
from jobs.store.queries import jobs, notes

# An API that has retired something is asked again after a day.
_ASK_AGAIN = 24 * 3600.0


async def durations(context: JobContext, operation: str) -> list[float]:
    """How long the latest jobs of this kind took, in seconds; read again when another one has ended."""
    if operation not in context.durations:
        context.durations[operation] = await context.store.read(jobs.durations, operation)
    return context.durations[operation]


async def remember_retired(context: JobContext, job: Job) -> None:
    """The API no longer offers what this job asked for, so nobody else need spend a try on it."""
    key, said_at = _key(context, job, job.account), str(context.clock.now())
    context.retired[key] = said_at
    await context.store.write(notes.write, key, said_at)


async def retired_until(context: JobContext, order: Order, guild_id: int) -> float | None:
    """Until when an operation counts as retired since the API last said so; None where it does not."""
    key = _key(context, order, context.accounts.paying_for(guild_id))
    if key not in context.retired:
        context.retired[key] = await context.store.read(notes.read, key)
    said_at = context.retired[key]
    until = float(said_at) + context.schedule.wait(_ASK_AGAIN) if said_at else 0.0
    return until if until > context.clock.now() else None


def _key(context: JobContext, asked: Job | Order, account: int | None) -> str:
    """Retired is an operation with a model for an account: others may still be offered it."""
    default = context.catalogue.default_model(context.catalogue.terms(asked.operation).provider)
    return f"retired:{account}:{asked.operation}:{asked.params.get('model') or default}"
