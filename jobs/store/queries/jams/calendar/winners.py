"""Statements on who has won a jam, and on the personas of winning songs that may sing in others."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import Connection

from jobs.models import Clip
from jobs.models.jam import Entry, Jam, JamState
from jobs.rules.jams.tally import lot
from jobs.store.jam_schema import jam, jam_mark
from jobs.store.queries import clips
from jobs.store.queries.jams import jams, marks
from jobs.store.queries.jams.marks import Mark
from jobs.store.queries.library import removals
from jobs.store.schema import clip, job

_MOST = 25


@dataclass(frozen=True, slots=True)
class Won:
    """A winning entry: its song where that is still here, the persona that its member has made of it.

    `lent` is whether they let contests sing with that.
    """

    entry: Entry
    song: Clip | None
    persona: Clip | None
    lent: bool


def of_jam(c: Connection, one: Jam) -> list[Won]:
    """List who won a jam that is over; of several who share the place, in the order of their lots."""
    if one.state is not JamState.DONE:
        return []
    first = [each for each in jams.standings(c, one) if each.entry.place == 1 and each.entry.points]
    first.sort(key=lambda each: lot(one.seed, each.entry.id))
    return [
        Won(
            each.entry,
            each.clip if removals.of_job(c, each.entry.job_id) is None else None,
            _persona(c, one, each.entry, each.clip),
            marks.holds(c, one.id, each.entry.user_id, Mark.LENDS),
        )
        for each in first
    ]


def singer(c: Connection, one: Jam) -> Won | None:
    """Find the winner of a jam whose persona may sing in others."""
    return next((won for won in of_jam(c, one) if won.lent and won.persona is not None), None)


def lending(c: Connection, guild_id: int) -> Sequence[tuple[Jam, Won]]:
    """List the jams of a server, newest first, whose winner lends a persona."""
    lent = sa.select(jam_mark.c.jam_id).where(jam_mark.c.mark == Mark.LENDS)
    over = sa.select(jam).where(jam.c.guild_id == guild_id, jam.c.id.in_(lent)).order_by(jam.c.id.desc())
    found = [(one, singer(c, one)) for one in jams.all_of(c, over.limit(_MOST))]
    return [(one, won) for one, won in found if won is not None]


def _persona(c: Connection, one: Jam, entry: Entry, song: Clip | None) -> Clip | None:
    """The newest persona that a member has made of a song, and that nobody has taken down."""
    if song is None:
        return None
    made = (
        sa.select(clip.c.job_id)
        .join(job, job.c.id == clip.c.job_id)
        .where(
            job.c.guild_id == one.guild_id,
            job.c.user_id == entry.user_id,
            job.c.source_clip_id == song.clip_id,
            clip.c.kind == "persona",
            clip.c.error == "",
        )
        .order_by(clip.c.job_id.desc())
    )
    there = (job_id for job_id in c.scalars(made).all() if removals.of_job(c, job_id) is None)
    return next((clips.of_job(c, job_id)[0] for job_id in there), None)
