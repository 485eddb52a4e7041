"""What the bot orders for a jam by itself: the whole of a part and what was before; the song of all lines.

Noted with the turn that it is for, in one transaction, so it is never ordered twice; and never repeated by
the machine while nobody knows what became of it.
"""

from collections.abc import Callable
from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy import Connection

from jobs.models import NOBODY, Job
from jobs.models.jam import Entry, Jam, Say
from jobs.models.jam import EntryState as E
from jobs.models.rejections import JamProblem, JamRefused, Rejection
from jobs.models.states import S
from jobs.store.jam_schema import jam_entry
from jobs.store.locks import per_server
from jobs.store.queries.jams import entries, jams, parts, posts, stalls, turns

# Notes an order of the bot's own.
Accept = Callable[[Connection], Job | Rejection]
# How often it is ordered where the API said that it failed and took nothing.
_TIMES = 2
_ROUNDS = 10_000


@per_server
def enter(c: Connection, before: Jam, entry: Entry, *, now: float) -> bool:
    """The first part is the whole song so far."""
    return turns.moved(c, before, turns.over(before, now=now), entry, E.ENTERED, now=now)


@per_server
def order_join(
    c: Connection, before: Jam, entry: Entry, accept: Accept, *, now: float, until: float
) -> bool | Rejection:
    """Order the whole of a part and what was before. Whether that still could be, or why it is refused."""
    if entries.by_id(c, entry.id) != entry or jams.by_id(c, before.id) != before:
        return False
    job = accept(c)
    if not isinstance(job, Job):
        return job
    after = replace(before, state_at=now, due_at=until)
    return turns.moved(c, before, after, entry, E.JOINING, now=now, join_id=job.id)


@per_server
def order_song(c: Connection, before: Jam, accept: Accept, *, now: float, until: float) -> bool | Rejection:
    """Order the song of all lines."""
    if parts.at_turn(c, before.id) is not None or jams.by_id(c, before.id) != before:
        return False
    job = accept(c)
    if not isinstance(job, Job):
        return job
    values = {"jam_id": before.id, "user_id": NOBODY, "job_id": 0, "turn": len(lines_of(c, before)) + 1}
    made = {"state": E.JOINING, "state_at": now, "join_id": job.id}
    c.execute(sa.insert(jam_entry).values(**values, **made))
    return jams.save(c, before, replace(before, state_at=now, due_at=until))


@per_server
def settle(c: Connection, before: Jam, entry: Entry, job: Job, *, now: float, until: float) -> bool:
    """Note what has become of it; whether anything has. Of a lost call the host decides until the end."""
    if job.state is S.HELD and now < before.due_at:
        posts.plan(
            c, before.id, Say.JOIN, job.id * _ROUNDS + job.round,
            now=now, entry_id=entry.id, user_id=before.user_id, said={"job": job.id},
        )  # fmt: skip
        return False
    if job.state is S.DONE and entries.songs(c, job.id):
        return turns.moved(c, before, turns.over(before, now=now), entry, E.ENTERED, now=now)
    why = stalls.unpaid(job)
    if before.about.sings:
        return _unsung(c, before, entry, job, now=now, until=until)
    again = bool(why) or (_is_free(job) and len(_ordered(c, before, job)) < _TIMES)
    if not again:
        return fail(c, before, entry, now=now)
    after = turns.over(before, now=now)
    if not turns.moved(c, before, after, entry, E.CHOOSING, now=now):
        return False
    if why:
        stalls.stall(c, after, now=now, until=until, why=why)
    return True


@per_server
def fail(c: Connection, before: Jam, entry: Entry, *, now: float) -> bool:
    """The song goes on without a part, from the last whole."""
    after = turns.over(before, now=now)
    return turns.moved(c, before, after, entry, E.FAILED, now=now, reason="join")


def _unsung(c: Connection, before: Jam, entry: Entry, job: Job, *, now: float, until: float) -> bool:
    """The song of all lines has come to nothing: once more where that is safe, else the host decides."""
    after = turns.over(before, now=now)
    if not turns.moved(c, before, after, entry, E.FAILED, now=now, reason="join"):
        return False
    if why := stalls.unpaid(job):
        stalls.stall(c, after, now=now, until=until, why=why)
    elif not _is_free(job) or len(_ordered(c, before, job)) >= _TIMES:
        stalls.stall(c, after, now=now, until=until, why="song")
    return True


def _ordered(c: Connection, one: Jam, job: Job) -> list[Job]:
    return parts.joins_of(c, one, job.operation, job.source_clip_id)


def _is_free(job: Job) -> bool:
    """Whether the API said that it failed, and took nothing for it."""
    return job.state is S.FAILED and job.charged == job.returned and not job.unresolved


def is_over(job: Job) -> bool:
    """Whether nothing more becomes of a job, and what it cost was looked up."""
    if job.state in (S.FAILED, S.UNDELIVERABLE, S.CANCELLED):
        return job.notified_at is not None or job.due_at is None
    return job.state is S.DONE


def unwanted(c: Connection, held: Job) -> JamRefused | None:
    """Refuse to have made again what no turn waits for any more: nothing would come of it but its cost."""
    one = jams.by_id(c, held.jam_id or 0)
    if one is None or not one.about.in_turn or parts.awaits(c, one.id, held.id):
        return None
    return JamRefused(JamProblem.TURN, one.id, until=one.due_at)


def lines_of(c: Connection, one: Jam) -> list[Entry]:
    """List the lines that are to be sung."""
    return [each for each in parts.past(c, one.id) if each.state is E.ENTERED and each.words]
