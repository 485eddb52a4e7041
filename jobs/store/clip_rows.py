"""Statements on `clip`: the results, and the search behind autocomplete."""

from collections.abc import Collection, Sequence
from dataclasses import asdict

import sqlalchemy as sa
from sqlalchemy import Connection

from jobs.models import Clip
from jobs.store.rows import clip_from
from jobs.store.schema import clip


def keep(c: Connection, guild_id: int, clips: Sequence[Clip]) -> None:
    """Write the results of a job, in place of what was known of them before."""
    if not clips:
        return
    c.execute(sa.delete(clip).where(clip.c.job_id == clips[0].job_id))
    c.execute(sa.insert(clip), [{**asdict(one), "guild_id": guild_id} for one in clips])


def of_job(c: Connection, job_id: int) -> list[Clip]:
    """The results of a job, in order."""
    rows = c.execute(sa.select(clip).where(clip.c.job_id == job_id).order_by(clip.c.position))
    return [clip_from(row) for row in rows]


def of_clip(c: Connection, guild_id: int, clip_id: str) -> Clip | None:
    """A clip by the API's id, as this server made it; None for one that was made elsewhere."""
    row = c.execute(
        sa.select(clip)
        .where(clip.c.clip_id == clip_id, clip.c.guild_id == guild_id, clip.c.kind != "wav")
        .order_by(clip.c.created_at.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else clip_from(row)


def children(c: Connection, guild_id: int, clip_id: str) -> list[Clip]:
    """What was made from a clip in this server, oldest first."""
    rows = c.execute(
        sa.select(clip)
        .where(clip.c.parent_clip_id == clip_id, clip.c.guild_id == guild_id)
        .order_by(clip.c.created_at, clip.c.position)
        .limit(100)
    )
    return [clip_from(row) for row in rows]


def search(c: Connection, guild_id: int, text: str, *, kinds: Collection[str], limit: int) -> list[Clip]:
    """Clips of a server whose title or part holds the text, newest first; an id matches from its start."""
    needle = text.strip().lower()
    where = [clip.c.guild_id == guild_id, clip.c.kind.in_(kinds), clip.c.error == ""]
    if needle:
        where.append(
            sa.or_(
                sa.func.lower(clip.c.title).contains(needle, autoescape=True),
                sa.func.lower(clip.c.part).contains(needle, autoescape=True),
                clip.c.clip_id.startswith(needle, autoescape=True),
            )
        )
    rows = c.execute(
        sa.select(clip).where(*where).order_by(clip.c.created_at.desc(), clip.c.position).limit(limit)
    )
    return [clip_from(row) for row in rows]
