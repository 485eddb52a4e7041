"""Statements that read turns: whose it is, what the song is made of, and what it goes on from."""

import sqlalchemy as sa
from sqlalchemy import Connection

from jobs.models import Clip, Job
from jobs.models.jam import AT_TURN, Entry, Jam
from jobs.models.jam import EntryState as E
from jobs.models.jams.figures import Turn
from jobs.store.queries import clips, jobs
from jobs.store.queries.jams import entries
from jobs.store.schema import job


def past(c: Connection, jam_id: int) -> list[Entry]:
    """List all turns that were offered, in order."""
    return [one for one in entries.of_jam(c, jam_id) if one.turn]


def at_turn(c: Connection, jam_id: int) -> Entry | None:
    """Find the turn that is not over."""
    return next((one for one in entries.of_jam(c, jam_id, *AT_TURN) if one.turn), None)


def awaits(c: Connection, jam_id: int, job_id: int) -> bool:
    """Whether the turn that is not over waits for a job."""
    entry = at_turn(c, jam_id)
    return entry is not None and job_id in (entry.job_id, entry.join_id)


def turns(c: Connection, jam_id: int) -> tuple[Turn, ...]:
    """List all turns with what has come of them."""
    there = past(c, jam_id)
    ids = {number for one in there for number in (one.job_id, one.join_id) if number}
    made_by = {one.id: one for one in map(jobs.job_from, c.execute(sa.select(job).where(job.c.id.in_(ids))))}
    return tuple(_with_results(c, one, made_by.get(one.job_id), made_by.get(one.join_id)) for one in there)


def made(c: Connection, one: Jam) -> tuple[Turn, ...]:
    """List the parts or lines that members made; the song of all lines is none."""
    return tuple(
        turn
        for turn in turns(c, one.id)
        if turn.entry.state is E.ENTERED and not (one.about.sings and turn.entry.join_id)
    )


def _with_results(c: Connection, one: Entry, made: Job | None, join: Job | None) -> Turn:
    takes = tuple(entries.songs(c, one.job_id)) if one.job_id else ()
    whole = next((take for take in takes if take.position == one.position), None)
    if one.join_id:
        whole = next(iter(entries.songs(c, one.join_id)), None)
    return Turn(one, made, takes, join, whole if one.state is E.ENTERED else None)


def base(c: Connection, one: Jam) -> Clip | None:
    """The song so far, from which the next turn goes on; None where nothing is known of one."""
    made = [turn.whole for turn in turns(c, one.id) if turn.whole is not None]
    if made:
        return made[-1]
    return clips.by_id(c, one.guild_id, one.song) if one.song else None


def joins_of(c: Connection, one: Jam, operation: str, clip_id: str) -> list[Job]:
    """List what the bot has ordered itself for a jam, from one clip."""
    where = job.c.jam_id == one.id, job.c.operation == operation, job.c.source_clip_id == clip_id
    return [jobs.job_from(row) for row in c.execute(sa.select(job).where(*where).order_by(job.c.id))]
