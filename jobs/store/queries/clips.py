"""Statements on `clip`: the results, their families, and the search behind autocomplete."""

from collections.abc import Collection, Sequence
from dataclasses import fields
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Row

from jobs.models import Clip, Family, Job
from jobs.store.library_schema import removal
from jobs.store.queries import jobs
from jobs.store.schema import clip, job

# What a result inherits from its job.
_OF_THE_JOB = ("provider", "operation")
_SELECT = sa.select(clip, *(job.c[name] for name in _OF_THE_JOB)).join(job, job.c.id == clip.c.job_id)
# A WAV goes by the id of the clip that it was made of, so an id alone never means it.
_WITH_ID = clip.c.kind != "wav"
_FIELDS = tuple(field.name for field in fields(Clip))
_OWN = tuple(name for name in _FIELDS if name not in _OF_THE_JOB)
_MOST_CHILDREN = 100
_MOST_ANCESTORS = 12
_MOST_WORDS = 8


def keep(c: Connection, one: Job, clips: Sequence[Clip]) -> None:
    """Write the results of a job, in place of what was known of them before."""
    if not clips:
        return
    c.execute(sa.delete(clip).where(clip.c.job_id == one.id))
    c.execute(
        sa.insert(clip),
        [{"guild_id": one.guild_id, **{name: getattr(each, name) for name in _OWN}} for each in clips],
    )


def of_job(c: Connection, job_id: int) -> list[Clip]:
    return [
        clip_from(row) for row in c.execute(_SELECT.where(clip.c.job_id == job_id).order_by(clip.c.position))
    ]


def by_id(c: Connection, guild_id: int, clip_id: str) -> Clip | None:
    """Find a result by the API's id, as this server made it; None for one that was made elsewhere."""
    row = c.execute(
        _SELECT.where(clip.c.clip_id == clip_id, clip.c.guild_id == guild_id, _WITH_ID)
        .order_by(clip.c.created_at.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else clip_from(row)


def at_message(c: Connection, guild_id: int, message_id: int) -> tuple[Job, list[Clip]] | None:
    """Find the job whose card or delivery a message is, with its results."""
    found = jobs.at_message(c, guild_id, message_id)
    return None if found is None else (found, of_job(c, found.id))


def family(c: Connection, guild_id: int, one: Clip) -> Family:
    """Find what a clip was made from, and what was made from it in this server."""
    ancestors: list[Clip] = []
    seen = {one.clip_id, ""}
    above = one.parent_clip_id
    while above not in seen and len(ancestors) < _MOST_ANCESTORS:
        seen.add(above)
        parent = by_id(c, guild_id, above)
        if parent is None:
            break
        ancestors.append(parent)
        above = parent.parent_clip_id
    rows = c.execute(
        _SELECT.where(clip.c.parent_clip_id == one.clip_id, clip.c.guild_id == guild_id)
        .order_by(clip.c.created_at, clip.c.position)
        .limit(_MOST_CHILDREN)
    )
    return Family(tuple(ancestors), tuple(clip_from(row) for row in rows))


def search(
    c: Connection,
    guild_id: int,
    text: str,
    *,
    kinds: Collection[str] = ("song", "stem"),
    limit: int = 25,
    provider: str = "",
    viewer: int = 0,
) -> list[Clip]:
    """List results whose title and part hold each word, newest first; an id matches from its start.

    `kinds` are kinds of results, or names of the operations that made them; an empty provider is any. Removed
    results are listed to the member alone who asked for them.
    """
    needle = text.strip().lower()
    where = [
        clip.c.guild_id == guild_id,
        sa.or_(clip.c.kind.in_(kinds), job.c.operation.in_(kinds)),
        clip.c.error == "",
        sa.or_(is_shown(), job.c.user_id == viewer),
    ]
    if provider:
        where.append(job.c.provider == provider)
    if needle:
        where.append(sa.or_(holds(needle), clip.c.clip_id.startswith(needle, autoescape=True)))
    rows = c.execute(_SELECT.where(*where).order_by(clip.c.created_at.desc(), clip.c.position).limit(limit))
    found = [clip_from(row) for row in rows]
    jobs_in_order = list(dict.fromkeys(one.job_id for one in found))
    # The takes of a song stay in order, whichever was finished first.
    return sorted(found, key=lambda one: (jobs_in_order.index(one.job_id), one.position))


def holds(text: str, *, or_style: bool = False) -> sa.ColumnElement[bool]:
    """Tell whether a result's title and part, as lists show them ("Night Bus - take 2"), hold each word."""
    shown = clip.c.title + " - " + clip.c.part
    name = sa.func.lower(shown + " " + clip.c.tags if or_style else shown)
    words = text.lower().split()[:_MOST_WORDS]
    return sa.and_(sa.true(), *(name.contains(word, autoescape=True) for word in words))


def is_shown() -> sa.ColumnElement[bool]:
    """Tell whether a result was not removed."""
    return ~sa.exists().where(removal.c.job_id == clip.c.job_id)


def clip_from(row: Row[Any]) -> Clip:
    return Clip(**{name: row._mapping[name] for name in _FIELDS})  # noqa: SLF001 - SQLAlchemy's documented accessor
