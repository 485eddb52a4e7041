"""Statements on `job`: acceptance, what is due, what a member sees. Changes of state are in `transitions`."""

from collections.abc import Collection, Sequence
from dataclasses import fields
from functools import cache
from operator import itemgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Row

from jobs.models import OWN_ACCOUNT, Job, Order, Origin, Reason
from jobs.models.states import OPEN, JobState
from jobs.rules.admission import Quote
from jobs.slots import ALL, SLOTS
from jobs.store.conditions import among, few_lengths
from jobs.store.jam_schema import jam_entry, jam_post, not_hidden
from jobs.store.locks import hold
from jobs.store.queries.ledger import book
from jobs.store.rows import added
from jobs.store.schema import clip, job, post

_REASONS = frozenset(Reason)
_MOST_AHEAD = 1000
# By position, as the engine reads thousands of jobs a second: by name takes five times as long.
_JOB = tuple(field.name for field in fields(Job))
_of_job = itemgetter(*(job.c.keys().index(name) for name in _JOB))
_STATE, _REASON = _JOB.index("state"), _JOB.index("reason")


def job_from(row: Row[Any]) -> Job:
    """Make a job of a row of `select(job)`. Raises ValueError for a state that we do not know."""
    values = list(_of_job(row))
    values[_STATE] = JobState(values[_STATE])
    # One from a version that knew more of them must not keep every other row from being read.
    values[_REASON] = Reason(values[_REASON]) if values[_REASON] in _REASONS else Reason.INTERNAL
    return Job(*values)


def values_of(order: Order, origin: Origin, quote: Quote, *, now: float) -> dict[str, Any]:
    """The columns of a job that its order says."""
    return {
        "guild_id": origin.guild_id,
        "channel_id": origin.channel_id,
        "user_id": origin.user_id,
        "operation": order.operation,
        "provider": quote.provider,
        "params": dict(order.params),
        "summary": order.summary,
        "source_clip_id": order.source_clip_id,
        "jam_id": order.jam_id,
        "price": quote.price,
        "state_at": now,
        "created_at": now,
        "upload_limit": origin.upload_limit,
        "account": OWN_ACCOUNT if quote.account is None else quote.account,
        "interaction": origin.interaction or None,
    }


def accept(
    c: Connection,
    order: Order,
    origin: Origin,
    quote: Quote,
    *,
    now: float,
    due_at: float,
    deadline_at: float,
) -> Job | None:
    """Note an order and reserve its price, as one; None where its interaction has ordered already."""
    values = values_of(order, origin, quote, now=now)
    hold(c, server=origin.guild_id, account=values["account"])
    values |= {"state": JobState.ACCEPTED, "due_at": due_at, "deadline_at": deadline_at}
    row = added(c, job, values, once="interaction")
    if row is None:
        return None
    accepted = job_from(row)
    book(c, accepted, "reserved", at=now, first=True)
    return accepted


def ordered_by(c: Connection, interaction: str) -> Job | None:
    """Find what an interaction has ordered."""
    row = c.execute(sa.select(job).where(job.c.interaction == interaction)).one_or_none()
    return None if row is None else job_from(row)


def of_slots(slots: Collection[int]) -> Sequence[sa.ColumnElement[bool]]:
    """What holds of the jobs of some slots; nothing need be asked for all of them."""
    return [] if len(slots) == SLOTS else [(job.c.account % SLOTS).in_(sorted(slots))]


def cap_due_times(c: Connection, latest: float, slots: Collection[int] = ALL) -> None:
    """Let nothing be due later than this."""
    c.execute(sa.update(job).where(job.c.due_at > latest, *of_slots(slots)).values(due_at=latest))


def by_id(c: Connection, job_id: int) -> Job | None:
    row = c.execute(sa.select(job).where(job.c.id == job_id)).one_or_none()
    return None if row is None else job_from(row)


def existing(c: Connection, job_id: int) -> Job:
    """A job that must be there."""
    return job_from(c.execute(sa.select(job).where(job.c.id == job_id)).one())


def told(c: Connection, said: Job, *, now: float) -> None:
    """News of a job are in the channel; those that no longer hold by now are to be put right."""
    current = job_from(c.execute(sa.select(job).where(job.c.id == said.id).with_for_update()).one())
    if (current.state, current.round) != (said.state, said.round):
        # What it is now is due by itself, unless it was cancelled before anybody knew of news to put right.
        if current.due_at is None and current.round == said.round:
            due_now(c, said.id, now=now)
        return
    changed = _news(current) != _news(said)
    values = {"due_at": now if changed else None, "notified_at": current.notified_at or now}
    c.execute(sa.update(job).where(job.c.id == said.id).values(**values))


def _news(one: Job) -> tuple[object, ...]:
    return one.reason, one.reason_text, one.charged, one.returned, one.unresolved


def due_now(c: Connection, job_id: int, *, now: float) -> None:
    """The engine must act on a job: what its members were told is no longer true."""
    c.execute(sa.update(job).where(job.c.id == job_id).values(due_at=now, tries=0))


def poll_now(c: Connection, job_id: int, *, now: float) -> bool:
    """Let a task that is waited for be polled; False where there is none, or it is due as it is."""
    waits = job.c.id == job_id, job.c.state.in_((JobState.WAITING, JobState.DONE)), job.c.due_at > now
    return bool(c.execute(sa.update(job).where(*waits).values(due_at=now)).rowcount)


def look_no_more(c: Connection, one: Job) -> None:
    """What is posted of a job is all, unless somebody has asked to look for more since it was read."""
    names = ("id", "state", "round", "deadline_at")
    as_read = (job.c[name] == getattr(one, name) for name in names)
    c.execute(sa.update(job).where(*as_read).values(due_at=None, deadline_at=None))


def in_guild(c: Connection, guild_id: int, job_id: int) -> Job | None:
    """Find a job by its number; None for another server's, and for what is hidden until a jam ends."""
    where = job.c.id == job_id, job.c.guild_id == guild_id, not_hidden()
    row = c.execute(sa.select(job).where(*where)).one_or_none()
    return None if row is None else job_from(row)


def at_message(c: Connection, guild_id: int, message_id: int) -> Job | None:
    """Find the job whose card, one of whose deliveries, or whose entry in a gallery a message is."""
    posted = sa.select(post.c.job_id).where(post.c.message_id == message_id)
    carded = sa.select(job.c.id).where(job.c.card_message_id == message_id)
    of_entry = jam_post.c.entry_id == jam_entry.c.id
    shown = sa.select(jam_entry.c.job_id).join(jam_post, of_entry).where(jam_post.c.message_id == message_id)
    ours = posted.union(carded, shown)
    row = c.execute(
        sa.select(job)
        .where(job.c.guild_id == guild_id, job.c.id.in_(ours), not_hidden())
        .order_by(job.c.id.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else job_from(row)


def thread_of(c: Connection, one: Job) -> int | None:
    """Find the thread in which a job's source was posted, if the job was asked for there or beside it."""
    if not one.source_clip_id:
        return None
    made_it = sa.select(clip.c.job_id).where(clip.c.clip_id == one.source_clip_id)
    found: int | None = c.scalar(
        sa.select(job.c.thread_id)
        .where(
            job.c.id.in_(made_it),
            job.c.guild_id == one.guild_id,
            job.c.thread_id.is_not(None),
            sa.or_(job.c.channel_id == one.channel_id, job.c.thread_id == one.channel_id),
        )
        .order_by(job.c.id)
        .limit(1)
    )
    return found


@cache
def _upcoming(states: tuple[JobState, ...], *others: str) -> sa.Select[Any]:
    """Build what lists jobs to act on; of `others` only those that there are, as each takes its time."""
    left_out = {
        "busy": job.c.id.not_in(sa.bindparam("busy", expanding=True)),
        "held": sa.or_(
            sa.tuple_(job.c.provider, job.c.account).not_in(sa.bindparam("held", expanding=True)),
            job.c.deadline_at <= sa.bindparam("now"),
        ),
        "channels": sa.func.coalesce(job.c.thread_id, job.c.channel_id).not_in(
            sa.bindparam("channels", expanding=True)
        ),
        "slots": (job.c.account % SLOTS).in_(sa.bindparam("slots", expanding=True)),
    }
    due = sa.select(job).where(sa.text(among(states)), job.c.due_at.is_not(None))
    wanted = due.where(*(left_out[name] for name in others))
    return wanted.order_by(job.c.due_at).limit(sa.bindparam("most"))


def upcoming(
    c: Connection,
    states: Collection[JobState],
    *,
    limit: int,
    busy: Collection[int],
    slots: Collection[int] = ALL,
    channels: Collection[int] = (),
    held: Collection[tuple[str, int]] = (),
    now: float = 0.0,
) -> list[Job]:
    """List jobs to act on, the earliest due first, without those in hand and those for `channels`.

    Those of held (provider, account) wait, but not past their deadline.
    """
    if not slots:
        return []
    some = [] if len(slots) == SLOTS else sorted(slots)
    lists = {"busy": busy, "held": held, "channels": channels, "slots": some}
    others = {name: few_lengths(those) for name, those in lists.items() if those}
    values = {"most": limit, **others} | ({"now": now} if held else {})
    rows = c.execute(_upcoming(tuple(states), *others), values)
    return [job_from(row) for row in rows]


def in_state(c: Connection, state: JobState, slots: Collection[int] = ALL) -> list[Job]:
    """List the jobs of one state, oldest first."""
    wanted = sa.select(job).where(job.c.state == state, *of_slots(slots)).order_by(job.c.id)
    return [job_from(row) for row in c.execute(wanted)]


def durations(c: Connection, operation: str, *, limit: int = 50) -> list[float]:
    """List the seconds from the API's answer to the results, of the latest jobs that succeeded."""
    rows = c.execute(
        sa.select(job.c.finished_at - job.c.outcome_at)
        .where(
            job.c.operation == operation,
            job.c.finished_at.is_not(None),
            job.c.outcome_at.is_not(None),
            job.c.reason == "",
        )
        .order_by(job.c.finished_at.desc())
        .limit(limit)
    )
    return [float(seconds) for (seconds,) in rows]


def being_made(c: Connection, guild_id: int, operation: str, clip_ids: Collection[str]) -> dict[str, Job]:
    """Of these clips, those from which a job of the operation makes something that is not posted yet."""
    of_these = job.c.operation + "" == operation, job.c.source_clip_id.in_(clip_ids)
    rows = c.execute(_in_states({*OPEN, JobState.UNDELIVERABLE}, guild_id).where(*of_these))
    return {one.source_clip_id: one for one in map(job_from, rows)}


def oldest_open(c: Connection, guild_id: int) -> Job | None:
    """Find the open job of a server that was asked for first."""
    row = c.execute(_in_states(OPEN, guild_id).limit(1)).one_or_none()
    return None if row is None else job_from(row)


def _in_states(states: Collection[JobState], guild_id: int) -> sa.Select[Any]:
    """Jobs of a server by the index of states: in these there are few, and in its history many."""
    return sa.select(job).where(job.c.state.in_(states), job.c.guild_id + 0 == guild_id).order_by(job.c.id)


def ahead(c: Connection, one: Job) -> int:
    """Count the jobs of an account that wait for their turn before this one, up to as many as matter."""
    before = (job.c.state == JobState.ACCEPTED, job.c.account == one.account, job.c.id < one.id)
    some = sa.select(job.c.id).where(*before).limit(_MOST_AHEAD).subquery()
    return int(c.scalar(sa.select(sa.func.count()).select_from(some)) or 0)


def counts(c: Connection, guild_id: int | None = None) -> dict[str, int]:
    """Count the jobs, of all servers or of one, in each state."""
    where = [] if guild_id is None else [job.c.guild_id == guild_id]
    statement = sa.select(job.c.state, sa.func.count()).where(*where).group_by(job.c.state)
    rows: Sequence[Any] = c.execute(statement).all()
    return {state: int(count) for state, count in rows}
