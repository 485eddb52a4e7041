"""What a jam does next: each step reads how it stands, and moves it only if it still stands like that."""

from jobs.context import JobContext
from jobs.engine.beside.rounds import NEVER
from jobs.jams import outages, turns
from jobs.jams.sounds import lost_of
from jobs.models.jam import Jam, JamState, Say
from jobs.models.states import OPEN, JobState
from jobs.rules.jams.clock import GRACE, ON_ITS_WAY, STALLS, reminder
from jobs.store.queries.jams import entries, life, posts, reminders, stalls


async def go_on(context: JobContext, jam: Jam) -> float:
    """Take the next step, if it is time; return when it is."""
    now = context.clock.now()
    if jam.guild_id in context.gone and jam.state is not JamState.SHOWING:
        await context.store.write(life.cancel, jam, by=0, reason="", now=now)
        return NEVER
    if jam.about.in_turn and jam.state is not JamState.SHOWING:
        return await turns.go_on(context, jam)
    under_way = await context.store.read(entries.under_way, jam.id)
    # A held one is awaited too, but its member is told.
    if any(job.state not in OPEN or job.state is JobState.HELD for _, job in under_way):
        await context.store.write(life.settle, jam, now=now)
        why = next(filter(None, (stalls.unpaid(job) for _, job in under_way)), "")
        until = now + context.schedule.wait(STALLS)
        if why and jam.state is JamState.OPEN:
            await context.store.write(stalls.stall, jam, now=now, until=until, why=why)
            return now
        under_way = await context.store.read(entries.under_way, jam.id)
    if jam.state is JamState.CLOSING:
        return await _end_entries(context, jam, now, awaited=bool(under_way))
    return await _PHASES[jam.state](context, jam, now)


async def _begin(context: JobContext, jam: Jam, now: float) -> float:
    if now >= jam.due_at:
        await context.store.write(life.begin, jam, now=now)
    return jam.due_at


async def _finish(context: JobContext, jam: Jam, now: float) -> float:
    if not await context.store.read(posts.unsent, jam.id):
        await context.store.write(life.finish, jam, now=now)
    return NEVER  # the last message wakes it


async def _stop_entries(context: JobContext, jam: Jam, now: float) -> float:
    if jam.stalled_left is not None and now < jam.due_at:
        return await outages.stand(context, jam, now)
    if now >= jam.due_at:
        if jam.stalled_left is None and await outages.stood(context, jam, now):
            return now
        await context.store.write(life.stop_entries, jam, now=now, until=now + context.schedule.wait(GRACE))
        return jam.due_at
    return min(jam.due_at, await _remind(context, jam, jam.state_at, now))


async def _remind(context: JobContext, jam: Jam, begun_at: float, now: float) -> float:
    """Remind of the end of a phase when it comes near; return when that is."""
    at = reminder(begun_at, jam.due_at, scale=context.schedule.scale)
    if at is None or now < at:
        return at or NEVER
    if await context.store.read(reminders.to_remind, jam):
        await context.store.write(reminders.remind, jam, now=now)
    return NEVER


async def _end_entries(context: JobContext, jam: Jam, now: float, *, awaited: bool) -> float:
    if awaited and now < jam.due_at:
        return jam.due_at
    # What was heard already may be voted on without its file.
    lost = {} if jam.about.branches else await lost_of(context, jam)
    await context.store.write(life.end_entries, jam, lost, now=now)
    return now


async def _vote(context: JobContext, jam: Jam, now: float) -> float:
    """The time of the vote begins with the last message of the gallery, and ends with what is on its way."""
    if not await context.store.read(posts.of_name, jam.id, Say.VOTE):
        if await context.store.read(posts.unsent, jam.id):
            return NEVER  # the last message wakes it; that end may have passed
        await context.store.write(life.begin_vote, jam, now=now)
        return now
    if now >= jam.due_at + ON_ITS_WAY:
        await context.store.write(life.end_vote, jam, now=now)
        return now
    reminded_at = await _remind(context, jam, jam.due_at - jam.votes_for, now)
    return min(reminded_at, jam.due_at + ON_ITS_WAY)


_PHASES = {
    JamState.PLANNED: _begin,
    JamState.OPEN: _stop_entries,
    JamState.VOTING: _vote,
    JamState.SHOWING: _finish,
}
