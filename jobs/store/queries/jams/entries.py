"""Statements on `jam_entry`: tries, which of them counts, and what has become of their jobs."""

from collections.abc import Sequence
from dataclasses import fields
from functools import cache
from operator import itemgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from jobs.models import Clip, Job
from jobs.models.jam import ENTRY_MOVES, UNHEARD, Entry, EntryState
from jobs.models.jam import EntryState as E
from jobs.store.conditions import among
from jobs.store.jam_schema import jam_entry
from jobs.store.queries import clips, jobs
from jobs.store.schema import job

_FIELDS = tuple(one.name for one in fields(Entry))
_of_entry = itemgetter(*(jam_entry.c.keys().index(name) for name in _FIELDS))
_STATE = _FIELDS.index("state")
_OF_JAM = jam_entry.c.jam_id == sa.bindparam("of_jam")
_BY_ID = sa.select(jam_entry).where(jam_entry.c.id == sa.bindparam("of_id"))
# The columns of a job come first, as they stand in a job's own statements.
_UNDER_WAY = (
    sa.select(job, jam_entry)
    .join_from(jam_entry, job, job.c.id == jam_entry.c.job_id)
    .where(_OF_JAM, jam_entry.c.state == E.WORKING)
    .order_by(jam_entry.c.id)
)


def begin(c: Connection, of: Job) -> None:
    """Note the try that a job is, in the transaction that accepts the job."""
    values = {"jam_id": of.jam_id, "user_id": of.user_id, "job_id": of.id}
    c.execute(sa.insert(jam_entry).values(state=E.WORKING, state_at=of.created_at, **values))


def tries(c: Connection, jam_id: int, user_id: int) -> int:
    """Count the tries of a member, without those that failed."""
    mine = jam_entry.c.jam_id == jam_id, jam_entry.c.user_id == user_id, jam_entry.c.state != E.FAILED
    return int(c.scalar(sa.select(sa.func.count()).where(*mine)) or 0)


def others(c: Connection, jam_id: int, user_id: int) -> int:
    """Count the other members who take part in a contest, or will if what they asked for is made."""
    counts = jam_entry.c.state.in_((E.WORKING, E.ENTERED)), jam_entry.c.user_id != user_id
    members = sa.func.count(sa.distinct(jam_entry.c.user_id))
    return int(c.scalar(sa.select(members).where(jam_entry.c.jam_id == jam_id, *counts)) or 0)


def of_jam(c: Connection, jam_id: int, *states: EntryState) -> list[Entry]:
    return [_from(row) for row in c.execute(_in_states(states), {"of_jam": jam_id})]


@cache
def _in_states(states: tuple[EntryState, ...]) -> sa.Select[Any]:
    """Build what lists the entries of a jam, once: that takes longer than to carry it out."""
    mine = sa.select(jam_entry).where(_OF_JAM).order_by(jam_entry.c.id)
    return mine.where(sa.text(among(states))) if states else mine


def of_member(c: Connection, jam_id: int, user_id: int) -> list[Entry]:
    mine = sa.select(jam_entry).where(jam_entry.c.jam_id == jam_id, jam_entry.c.user_id == user_id)
    return [_from(row) for row in c.execute(mine.order_by(jam_entry.c.id))]


def by_id(c: Connection, entry_id: int) -> Entry | None:
    row = c.execute(_BY_ID, {"of_id": entry_id}).one_or_none()
    return None if row is None else _from(row)


def by_letter(c: Connection, jam_id: int, letter: str) -> Entry | None:
    """Find what is in the vote under a letter."""
    found = [one for one in of_jam(c, jam_id, E.ENTERED) if one.letter == letter.strip().upper()]
    return found[0] if found and letter.strip() else None


def under_way(c: Connection, jam_id: int) -> list[tuple[Entry, Job]]:
    """List the tries that are being made, each with its job."""
    rows = c.execute(_UNDER_WAY, {"of_jam": jam_id})
    return [(_from(row[len(job.c) :]), jobs.job_from(row)) for row in rows]


def move(c: Connection, before: Entry, to: EntryState, *, now: float, **values: object) -> bool:
    """Change an entry; False where it is no longer as it was read. Raises ValueError for what cannot be."""
    if to is not before.state and to not in ENTRY_MOVES[before.state]:
        raise ValueError(f"{before.state} -> {to}")
    here = jam_entry.c.id == before.id, jam_entry.c.state == before.state
    changed = sa.update(jam_entry).where(*here).values(state=to, state_at=now, **values)
    return bool(c.execute(changed).rowcount)


def give(c: Connection, entry_id: int, **values: object) -> None:
    """Write what an entry is given without becoming another: its letter, points, place."""
    c.execute(sa.update(jam_entry).where(jam_entry.c.id == entry_id).values(**values))


def mute(c: Connection, entry_id: int) -> None:
    """Note of what counts that nobody can hear it in the channel, so it is in no vote."""
    counts = jam_entry.c.id == entry_id, jam_entry.c.state == E.ENTERED
    c.execute(sa.update(jam_entry).where(*counts).values(reason=UNHEARD))


def choose(c: Connection, jam_id: int, user_id: int, entry_id: int, position: int, *, now: float) -> bool:
    """Let one take of one try of a member count in place of what counted; False where it cannot."""
    mine = of_member(c, jam_id, user_id)
    current = next((one for one in mine if one.id == entry_id), None)
    if current is None or current.state not in (E.SPARE, E.ENTERED):
        return False
    if position not in {one.position for one in songs(c, current.job_id)}:
        return False
    for other in mine:
        if other.state is E.ENTERED and other.id != current.id:
            move(c, other, E.SPARE, now=now)
    return move(c, current, E.ENTERED, now=now, position=position)


def withdraw(c: Connection, jam_id: int, user_id: int, *, now: float) -> bool:
    """Take back all that a member has entered; False where that is nothing."""
    made = [one for one in of_member(c, jam_id, user_id) if one.state in (E.ENTERED, E.SPARE)]
    return [move(c, one, E.WITHDRAWN, now=now) for one in made] != []


def songs(c: Connection, job_id: int) -> list[Clip]:
    """List the takes of a try that can be entered."""
    return [one for one in clips.of_job(c, job_id) if one.kind == "song" and not one.error]


def _from(row: Sequence[Any]) -> Entry:
    values = list(_of_entry(row))
    values[_STATE] = EntryState(values[_STATE])
    return Entry(*values)
