"""An outage of the music API takes no time from members: what ends in one goes on after it."""

from jobs.context import JobContext
from jobs.models.jam import Jam
from jobs.rules.jams.clock import DAY, HOUR, MINUTE, STALLS
from jobs.store.queries.jams import stalls


async def stood(context: JobContext, jam: Jam, now: float) -> bool:
    """Let clocks stand that have run out in an outage of an hour or more; whether they do."""
    since = _out_since(context, jam)
    if since is None or now < since + context.schedule.wait(HOUR):
        return False
    # What members had left when it began they have left again; a day at most, as after an absence.
    begun = max(since, jam.state_at, jam.due_at - context.schedule.wait(DAY))
    until = now + context.schedule.wait(STALLS)
    return await context.store.write(stalls.stall, jam, now=now, until=until, why=stalls.OUTAGE, since=begun)


async def stand(context: JobContext, jam: Jam, now: float) -> float:
    """Leave clocks standing; those that stand for an outage go on once it has ended. Return when to look."""
    if jam.brief.get("stands") != stalls.OUTAGE:
        return jam.due_at
    if _out_since(context, jam) is None:
        await context.store.write(stalls.resume, jam, now=now)
    return min(jam.due_at, now + context.schedule.wait(MINUTE))


def _out_since(context: JobContext, jam: Jam) -> float | None:
    """Since when the API answers nothing about what most entries are made by; None while it does."""
    account = context.accounts.paying_for(jam.guild_id)
    if account is None or not jam.ways:  # lines are written without the API
        return None
    breaker = context.breakers.all().get((jam.ways[0].partition(".")[0], account))
    return breaker.opened_at if breaker is not None else None
