"""The jobs of a server or member in pages, with the titles of what they made."""

from collections.abc import Collection, Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy import Connection

from jobs.models import Job, ListedJob
from jobs.models.states import OPEN
from jobs.store.jam_schema import not_hidden
from jobs.store.queries.jobs import job_from
from jobs.store.queries.library.songs import places
from jobs.store.schema import clip, job

# More open jobs than this are listed among the others.
_MOST_OPEN = 100


def page(
    c: Connection, guild_id: int, *, user_id: int = 0, offset: int = 0, limit: int
) -> tuple[list[ListedJob], bool]:
    """List jobs, those still open first, then newest first; and whether there are more."""
    where = [job.c.guild_id == guild_id, not_hidden()] + ([job.c.user_id == user_id] if user_id else [])
    latest = job.c.id.desc() if user_id else job.c.created_at.desc()  # in the order of an index
    rows = sa.select(job).where(*where).order_by(latest)
    open_ids = _open(c, guild_id, user_id)
    first = open_ids[offset : offset + limit + 1]
    found = {one.id: one for one in map(job_from, c.execute(sa.select(job).where(job.c.id.in_(first))))}
    listed = [found[number] for number in first]
    if len(listed) <= limit:
        others = rows.where(job.c.id.not_in(open_ids)).offset(max(offset - len(open_ids), 0))
        listed += map(job_from, c.execute(others.limit(limit + 1 - len(listed))))
    return _with_titles(c, listed[:limit]), len(listed) > limit


def _open(c: Connection, guild_id: int, user_id: int) -> Sequence[int]:
    """List open jobs by the index of states: those of all servers are few beside the history of one."""
    here = [job.c.guild_id + 0 == guild_id, not_hidden()] + (
        [job.c.user_id + 0 == user_id] if user_id else []
    )
    rows = sa.select(job.c.id).where(job.c.state.in_(OPEN), *here).order_by(job.c.id.desc())
    return c.scalars(rows.limit(_MOST_OPEN)).all()


def _with_titles(c: Connection, listed: Collection[Job]) -> list[ListedJob]:
    job_ids = [one.id for one in listed]
    titles, posted = _titles(c, job_ids), places(c, job_ids)
    firsts = {job_id: posted[job_id, position] for job_id, position in sorted(posted, reverse=True)}
    return [ListedJob(one, titles.get(one.id, ""), firsts.get(one.id)) for one in listed]


def _titles(c: Connection, job_ids: Collection[int]) -> Mapping[int, str]:
    """The title of the first good result of each job."""
    rows = c.execute(
        sa.select(clip.c.job_id, clip.c.title)
        .where(clip.c.job_id.in_(job_ids), clip.c.error == "")
        .order_by(clip.c.job_id, clip.c.position.desc())
    )
    return {row.job_id: row.title for row in rows}
