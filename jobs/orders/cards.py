"""What the card of a job shows: whether it waits, for how long, where its results are."""

from jobs.context import JobContext
from jobs.models import Card, Job
from jobs.models.states import JobState
from jobs.orders.operation_history import durations
from jobs.store.queries import guilds, jobs, posts

# A shorter wait is over before a card that speaks of it is read. Not scaled.
_NOTICEABLE = 4.0


async def usually(context: JobContext, operation: str) -> float:
    """Estimate how many seconds such a job takes."""
    history = await durations(context, operation)
    return context.schedule.usually(context.catalogue.terms(operation), history)


async def first_card(context: JobContext, job: Job, ahead: int, results_in: int | None) -> Card:
    """Describe a job that has not begun, before which so many others wait."""
    takes, now = await usually(context, job.operation), context.clock.now()
    results_in = None if results_in == job.channel_id else results_in
    if context.breakers.at(job.provider, job.account).opened_at is not None:
        return Card(takes, results_in, 0.0, struggling=True, model=_model(context, job))
    again_at = job.due_at if job.tries and job.due_at is not None else now
    turn_at = max(now, again_at, context.api.pace.free_at.get(job.account, now))
    turn_in = turn_at - now + ahead * context.schedule.wait(context.catalogue.submit_interval)
    noticeable = turn_in if turn_in > _NOTICEABLE else None
    return Card(takes, results_in, noticeable, ahead, model=_model(context, job))


async def card_of(context: JobContext, job: Job) -> Card:
    """Describe a job as it is now."""
    if job.state not in (JobState.ACCEPTED, JobState.WAITING):
        messages = await context.store.read(posts.of_round, job)
        return Card(message_id=next((post.message_id for post in messages if post.message_id), None))
    results_in = (await context.store.read(guilds.settings, job.guild_id)).results_channel
    if job.state is JobState.ACCEPTED:
        return await first_card(context, job, await context.store.read(jobs.ahead, job), results_in)
    takes, elsewhere = await usually(context, job.operation), results_in != job.channel_id
    return Card(takes, results_in if elsewhere else None, model=_model(context, job))


def _model(context: JobContext, job: Job) -> str:
    return context.catalogue.model_name(str(job.params.get("model") or ""))
