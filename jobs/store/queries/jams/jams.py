"""Statements on `jam`: its life, what it has used of its pot, and the figures that its messages show."""

from dataclasses import fields
from operator import itemgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Row

from jobs.models.jam import JAM_MOVES, RUNNING, Entry, Jam, JamState
from jobs.models.jam import EntryState as E
from jobs.models.jams.figures import JamFigures, Standing
from jobs.models.states import RESERVED
from jobs.store.jam_schema import IS_RUNNING, jam, jam_entry, jam_member
from jobs.store.queries import clips
from jobs.store.queries.jams import entries, members, parts
from jobs.store.schema import clip, job

_FIELDS = tuple(one.name for one in fields(Jam))
# What the jobs of a jam may come to: what is reserved, was kept, or may yet have been taken.
_USED = sa.func.coalesce(
    sa.func.sum(
        sa.case((job.c.state.in_(RESERVED), job.c.price), else_=0)
        + job.c.charged
        - job.c.returned
        + job.c.unresolved
    ),
    0,
)
_LISTED = 10
# Built once, as the keeper asks this at each of its steps; and by position, as jobs are.
_of_jam = itemgetter(*(jam.c.keys().index(name) for name in _FIELDS))
_STATE = _FIELDS.index("state")
_BY_ID = sa.select(jam).where(jam.c.id == sa.bindparam("of_id"))
_RUNNING = sa.select(jam).where(sa.text(IS_RUNNING)).order_by(jam.c.id)
_USED_OF = sa.select(_USED).where(job.c.jam_id == sa.bindparam("of_jam"))
_BY_STATE = (
    sa.select(jam_entry.c.state, sa.func.count())
    .where(jam_entry.c.jam_id == sa.bindparam("of_jam"))
    .group_by(jam_entry.c.state)
)
_OF_PANEL = sa.select(
    sa.select(sa.func.count())
    .where(jam_entry.c.jam_id == sa.bindparam("of_jam"), jam_entry.c.state == E.ENTERED)
    .scalar_subquery(),
    _USED_OF.scalar_subquery(),
    sa.select(sa.func.count()).where(jam_member.c.jam_id == sa.bindparam("of_jam")).scalar_subquery(),
)


class WrongJamMove(ValueError):
    """The life of a jam has no such move; a mistake in our code, not in the data."""


def create(c: Connection, values: dict[str, Any]) -> Jam:
    return _from(c.execute(sa.insert(jam).values(values).returning(jam)).one())


def by_id(c: Connection, jam_id: int) -> Jam | None:
    row = c.execute(_BY_ID, {"of_id": jam_id}).one_or_none()
    return None if row is None else _from(row)


def started_by(c: Connection, interaction: str) -> Jam | None:
    """Find what an interaction has started."""
    row = c.execute(sa.select(jam).where(jam.c.interaction == interaction)).one_or_none()
    return None if row is None else _from(row)


def in_guild(c: Connection, guild_id: int, jam_id: int) -> Jam | None:
    """Find a jam by its number; None for another server's."""
    found = by_id(c, jam_id)
    return found if found is not None and found.guild_id == guild_id else None


def running(c: Connection, *, guild_id: int | None = None) -> list[Jam]:
    """List the jams that have not ended, of all servers or of one."""
    return all_of(c, _RUNNING if guild_id is None else _RUNNING.where(jam.c.guild_id == guild_id))


def latest(c: Connection, guild_id: int) -> list[Jam]:
    """List the jams of a server that run, and then the last that ended."""
    ended = sa.select(jam).where(jam.c.guild_id == guild_id, jam.c.state.not_in(RUNNING))
    return running(c, guild_id=guild_id) + all_of(c, ended.order_by(jam.c.id.desc()).limit(_LISTED))


def stands(c: Connection, before: Jam) -> bool:
    """Whether the state and the end of a jam are as they were read."""
    here = jam.c.id == before.id, jam.c.state == before.state, jam.c.due_at == before.due_at
    return c.scalar(sa.select(jam.c.id).where(*here)) is not None


def save(c: Connection, before: Jam, after: Jam) -> bool:
    """Change a jam; False, and nothing is written, where its state or end is not as it was read.

    So a moved end and that end itself cannot both win.

    Raises:
        WrongJamMove: Its life has no such move.
    """
    if after.state is not before.state and after.state not in JAM_MOVES[before.state]:
        raise WrongJamMove(f"{before.state} -> {after.state}")
    changed = {
        name: getattr(after, name) for name in _FIELDS if getattr(after, name) != getattr(before, name)
    }
    here = jam.c.id == before.id, jam.c.state == before.state, jam.c.due_at == before.due_at
    return bool(c.execute(sa.update(jam).where(*here).values(changed or {"id": before.id})).rowcount)


def shows(c: Connection, jam_id: int, text: str) -> None:
    """Note what the panel shows."""
    c.execute(sa.update(jam).where(jam.c.id == jam_id).values(shows=text))


def used(c: Connection, jam_id: int) -> int:
    """Sum the credits of the pot that are used, reserved, or may yet turn out to be used."""
    return int(c.scalar(_USED_OF, {"of_jam": jam_id}) or 0)


def of_panel(c: Connection, one: Jam) -> tuple[int, int, int]:
    """Count what the panel shows and is stale without: entries, credits used, and who takes part in turns."""
    entered, used_, there = c.execute(_OF_PANEL, {"of_jam": one.id}).one()
    return int(entered), int(used_), int(there) if one.about.in_turn else 0


def figures(c: Connection, one: Jam) -> JamFigures:
    counted = {str(state): int(number) for state, number in c.execute(_BY_STATE, {"of_jam": one.id})}
    told = not one.hidden or one.state in (JamState.VOTING, JamState.SHOWING, JamState.DONE)
    return JamFigures(
        entered=counted.get(E.ENTERED, 0),
        under_way=counted.get(E.WORKING, 0),
        used=used(c, one.id),
        failed=counted.get(E.FAILED, 0),
        standings=standings(c, one) if told and not one.about.in_turn else (),
        members=tuple(members.of_jam(c, one.id)) if one.about.in_turn else (),
        turns=parts.turns(c, one.id) if one.about.in_turn else (),
    )


def standings(c: Connection, one: Jam) -> tuple[Standing, ...]:
    """List what was entered with the result that counts: by letter, or by place once there is one.

    Of branches those as well that do not count for their member.
    """
    states = (E.ENTERED, E.SPARE) if one.about.branches else (E.ENTERED,)
    entered = entries.of_jam(c, one.id, *states)
    chosen = sa.and_(jam_entry.c.job_id == clip.c.job_id, jam_entry.c.position == clip.c.position)
    rows = c.execute(
        clips.WITH_JOB.join(jam_entry, chosen).where(
            jam_entry.c.jam_id == one.id, jam_entry.c.state.in_(states)
        )
    ).all()
    found = {each.job_id: each for each in clips.from_rows(c, rows, sources=0)}
    placed = sorted(entered, key=_order)
    return tuple(Standing(each, found.get(each.job_id)) for each in placed)


def _order(one: Entry) -> tuple[bool, int, bool, int, str, int]:
    """What has a place comes first, then what has a letter."""
    return one.place is None, one.place or 0, not one.letter, len(one.letter), one.letter, one.id


def all_of(c: Connection, query: sa.Select[Any]) -> list[Jam]:
    return [_from(row) for row in c.execute(query)]


def _from(row: Row[Any]) -> Jam:
    values = list(_of_jam(row))
    values[_STATE] = JamState(values[_STATE])
    return Jam(*values)
