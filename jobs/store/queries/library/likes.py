"""Statements on `clip_like`: one a member and result."""

from collections.abc import Collection, Mapping

import sqlalchemy as sa
from sqlalchemy import Connection

from jobs.models import Clip
from jobs.store.library_schema import clip_like
from jobs.store.rows import add


def toggle(c: Connection, guild_id: int, one: Clip, user_id: int, *, now: float) -> bool:
    """Like a result, or take that back; whether it is liked now."""
    key = {"job_id": one.job_id, "position": one.position, "user_id": user_id}
    taken_back = c.execute(sa.delete(clip_like).filter_by(**key)).rowcount
    if not taken_back:
        add(c, clip_like, {**key, "guild_id": guild_id, "at": now})
    return not taken_back


def counts(c: Connection, job_ids: Collection[int]) -> Mapping[tuple[int, int], int]:
    """How many like each result of some jobs, by (job, position); without those that nobody does."""
    key = clip_like.c.job_id, clip_like.c.position
    rows = c.execute(sa.select(*key, sa.func.count()).where(key[0].in_(job_ids)).group_by(*key))
    return {(job_id, position): int(count) for job_id, position, count in rows}
