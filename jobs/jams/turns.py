"""What a jam in turns does next: whose turn it is, which take goes on, what the bot orders, and its end."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from types import MappingProxyType

from jobs.context import JobContext
from jobs.engine.beside.rounds import NEVER
from jobs.jams import outages
from jobs.models import NOBODY, Clip, Order, Origin
from jobs.models.jam import Entry, EntryState, Jam, JamState
from jobs.models.rejections import (
    DailyCapReached,
    Denied,
    JamProblem,
    JamRefused,
    KeyProblem,
    NotEnoughCredits,
    QuotaUsedUp,
    Rejected,
    Rejection,
)
from jobs.models.states import JobState
from jobs.orders.enquiry import decided, make_enquiry
from jobs.rules.jams.clock import CHOICE, GATHER, GRACE, STALLS, UNDECIDED
from jobs.rules.jams.turns import ANYONE, LEAST_MEMBERS
from jobs.rules.quote import Enquiry
from jobs.store.queries import jobs, orders
from jobs.store.queries.jams import entries, joins, life, members, parts, stalls, turns


async def go_on(context: JobContext, jam: Jam) -> float:
    """Take the next step, if it is time; return when it is. What becomes of a job wakes it."""
    now = context.clock.now()
    if jam.state is JamState.PLANNED:
        return await _gather(context, jam, now)
    entry = await context.store.read(parts.at_turn, jam.id)
    if jam.stalled_left is not None:
        if now >= jam.due_at:
            await context.store.write(turns.give_in, jam, now=now)
        return await outages.stand(context, jam, now)
    if entry is None:
        await _next(context, jam, now)
        return now
    step = _STEPS[entry.state]
    return await step(context, jam, entry, now)


async def _gather(context: JobContext, jam: Jam, now: float) -> float:
    """Begin by itself once there is a member for each turn, or at its time; never within it: cancelled.

    With too few at its time it begins later, as soon as there are enough.
    """
    there = len(await context.store.read(members.of_jam, jam.id))
    least = 0 if jam.order == ANYONE else LEAST_MEMBERS
    late = bool(jam.brief.get("late"))
    full = not jam.begins_by_time and there >= (least if late else jam.turns)
    if full or (jam.begins_by_time and now >= jam.due_at and there >= least):
        await context.store.write(turns.begin, jam, now=now)
        return now
    if jam.begins_by_time and now >= jam.due_at:
        await context.store.write(turns.wait_on, jam, until=now + context.schedule.wait(GATHER))
        return now
    if now >= jam.due_at:
        await context.store.write(life.cancel, jam, by=0, reason="", now=now, why="never")
    return jam.due_at


async def _next(context: JobContext, jam: Jam, now: float) -> None:
    lines = await context.store.read(joins.lines_of, jam)
    if jam.about.sings and jam.state is JamState.CLOSING and lines:
        done = [one for one in await context.store.read(parts.past, jam.id) if one.join_id]
        if not any(one.state is EntryState.ENTERED for one in done):
            await _sing(context, jam, lines, now)
            return
    await context.store.write(turns.next_turn, jam, costs(context, jam), now=now)


def costs(context: JobContext, jam: Jam) -> turns.Costs:
    """What turns cost now."""
    price, kind = context.catalogue.price, jam.about
    known = context.catalogue.operations.keys()
    first = sum(price(one, {}) for one in kind.ways[:1] if one in known)
    more = sum(price(one, {}) for one in (*kind.from_song[:1], kind.joins) if one in known)
    return turns.Costs(first, more)


async def _working(context: JobContext, jam: Jam, entry: Entry, now: float) -> float:
    write, wait = context.store.write, context.schedule.wait
    job = await context.store.read(jobs.by_id, entry.job_id)
    if job is not None and job.state is JobState.HELD:
        # Its member decides; for as long as it may take, or until the turn is over.
        until = max(jam.due_at, entry.state_at + wait(GRACE))
        if now < until:
            await write(life.settle_held, jam, entry, job, now=now)
            return until
        await write(turns.failed, jam, entry, None, now=now, until=now)
    elif job is None:
        await write(turns.failed, jam, entry, None, now=now, until=now)
    elif not joins.is_over(job):
        return NEVER
    else:
        until = now + min(jam.turn_for, wait(CHOICE))
        if job.state is not JobState.DONE or not await write(turns.made, jam, entry, now=now, until=until):
            await write(turns.failed, jam, entry, job, now=now, until=now + wait(STALLS))
    return now


async def _offered(context: JobContext, jam: Jam, entry: Entry, now: float) -> float:
    if now >= jam.due_at and not await outages.stood(context, jam, now):
        await context.store.write(turns.pass_on, jam, entry, EntryState.EXPIRED, now=now)
    return jam.due_at


async def _choosing(context: JobContext, jam: Jam, entry: Entry, now: float) -> float:
    if now >= jam.due_at:
        await _chosen(context, jam, entry, now)
    return jam.due_at


async def _chosen(context: JobContext, jam: Jam, entry: Entry, now: float) -> None:
    """Have a part joined to what was there before; the first one is all there is."""
    base = await context.store.read(parts.base, jam)
    take = next(
        (
            one
            for one in await context.store.read(entries.songs, entry.job_id)
            if one.position == entry.position
        ),
        None,
    )
    if base is None and not jam.song:
        await context.store.write(joins.enter, jam, entry, now=now)
    elif take is None:
        await context.store.write(joins.fail, jam, entry, now=now)
    else:
        await _order(context, jam, entry, _join_of(jam, take), now)


def _join_of(jam: Jam, take: Clip) -> Order:
    operation, params = jam.about.joins, {"clip_id": take.clip_id}
    return Order(operation, params, take.title, source_clip_id=take.clip_id, source=take, jam_id=jam.id)


async def _sing(context: JobContext, jam: Jam, lines: list[Entry], now: float) -> None:
    params = {"title": jam.theme, "lyrics": "\n".join(one.words for one in lines)}
    if jam.brief.get("style"):
        params["style"] = str(jam.brief["style"])
    limit = context.catalogue.limit("title", operation=jam.about.sings)
    params["title"] = params["title"][:limit]
    await _order(context, jam, None, Order(jam.about.sings, params, jam.theme, jam_id=jam.id), now)


async def _order(context: JobContext, jam: Jam, entry: Entry | None, order: Order, now: float) -> None:
    """Order what only the bot orders; where the account does not hold it, clocks stand."""
    write, wait = context.store.write, context.schedule.wait
    origin = Origin(
        jam.guild_id,
        jam.channel_id,
        jam.user_id if entry is None else entry.user_id or NOBODY,
        int(jam.brief.get("upload_limit") or 0),
    )
    until = now + wait(UNDECIDED)

    async def accept(enquiry: Enquiry) -> bool | Rejection:
        noted = partial(orders.accept_own, enquiry=enquiry, profile=context.catalogue, deadline_at=until)
        if entry is None:
            return await write(joins.order_song, jam, noted, now=now, until=until)
        return await write(joins.order_join, jam, entry, noted, now=now, until=until)

    try:
        await decided(context, make_enquiry(context, order, origin), accept)
    except Rejected as rejected:
        if is_for_money(rejected.rejection):
            await write(stalls.stall, jam, now=now, until=now + wait(STALLS))
        elif entry is None:
            poor = isinstance(rejected.rejection, JamRefused) and rejected.rejection.problem is JamProblem.POT
            why = "pot" if poor else "song"
            await write(stalls.stall, jam, now=now, until=now + wait(STALLS), why=why)
        else:
            await write(joins.fail, jam, entry, now=now)


def is_for_money(why: Rejection) -> bool:
    """Whether a jam is refused something only as the account or the server cannot pay for it now."""
    paying = NotEnoughCredits | DailyCapReached | QuotaUsedUp | KeyProblem
    return isinstance(why, paying) or why is Denied.BALANCE_UNKNOWN


async def _joining(context: JobContext, jam: Jam, entry: Entry, now: float) -> float:
    job = await context.store.read(jobs.by_id, entry.join_id)
    wait = context.schedule.wait
    if job is None:
        await context.store.write(joins.fail, jam, entry, now=now)
        return now
    if job.state is JobState.HELD or joins.is_over(job):
        changed = await context.store.write(joins.settle, jam, entry, job, now=now, until=now + wait(STALLS))
        return now if changed else jam.due_at
    return NEVER


_STEPS: Mapping[EntryState, Callable[[JobContext, Jam, Entry, float], Awaitable[float]]] = MappingProxyType(
    {
        EntryState.OFFERED: _offered,
        EntryState.WORKING: _working,
        EntryState.CHOOSING: _choosing,
        EntryState.JOINING: _joining,
    }
)
