"""Statements on `clip`: the results, their families, and the search behind autocomplete."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Row

from jobs.models import Clip, Family, Job, Viewer
from jobs.rules.names import CHANGES
from jobs.store.jam_schema import not_hidden
from jobs.store.library_schema import not_removed
from jobs.store.queries import jobs
from jobs.store.schema import clip, job

# What a result inherits from its job.
_OF_THE_JOB = ("provider", "operation", "user_id", "params")
WITH_JOB = sa.select(clip, *(job.c[name] for name in _OF_THE_JOB)).join(job, job.c.id == clip.c.job_id)
# A WAV goes by the id of the clip that it was made of, so an id alone never means it.
_WITH_ID = clip.c.kind != "wav"
_FIELDS = tuple(field.name for field in fields(Clip) if field.name != "source")
_OWN = tuple(name for name in _FIELDS if name not in _OF_THE_JOB)
# A WAV of a stem is named after the stem, and that after its song.
_SOURCES = 2
_ANYBODY = Viewer()
# For what is found by an id: SQLite would rather walk the index of the whole server.
_server = clip.c.guild_id + 0
# As lists show it, in any order: "Night Bus (cover) - take 2".
_NAME = clip.c.title + " " + sa.case(CHANGES, value=job.c.operation, else_="") + " - " + clip.c.part
_of = clip.alias("source")
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


def renew(c: Connection, job_id: int, links: Mapping[int, str]) -> None:
    """Write fresh links to results of a job, by their positions."""
    for position, url in links.items():
        of_it = clip.c.job_id == job_id, clip.c.position == position, clip.c.error == ""
        c.execute(sa.update(clip).where(*of_it).values(audio_url=url))


def of_job(c: Connection, job_id: int) -> list[Clip]:
    return _found(c, WITH_JOB.where(clip.c.job_id == job_id).order_by(clip.c.position))


def by_id(c: Connection, guild_id: int, clip_id: str) -> Clip | None:
    """Find a result by the API's id, as this server made it; None for one that was made elsewhere.

    What is hidden until a jam ends is as unknown as that, to everybody: who made it hears it elsewhere.
    """
    named = WITH_JOB.where(clip.c.clip_id == clip_id, _server == guild_id, _WITH_ID, not_hidden())
    return next(iter(_found(c, named.order_by(clip.c.created_at.desc()).limit(1))), None)


def wavs_of(c: Connection, guild_id: int, clip_ids: Collection[str]) -> dict[str, Clip]:
    """Find the newest WAV of each of these clips that is to be had, by the clip's id."""
    of_these = clip.c.parent_clip_id.in_(clip_ids), _server == guild_id, clip.c.kind == "wav"
    made = WITH_JOB.where(*of_these, clip.c.error == "", is_shown()).order_by(clip.c.created_at)
    return {one.parent_clip_id: one for one in _found(c, made)}


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
    made = WITH_JOB.where(clip.c.parent_clip_id == one.clip_id, _server == guild_id, not_hidden())
    children = _found(c, made.order_by(clip.c.created_at, clip.c.position).limit(_MOST_CHILDREN), sources=0)
    return Family(tuple(ancestors), tuple(children))


def search(
    c: Connection,
    guild_id: int,
    text: str,
    *,
    kinds: Collection[str] = ("song", "stem"),
    limit: int = 25,
    provider: str = "",
    viewer: Viewer = _ANYBODY,
    job_id: int = 0,
) -> list[Clip]:
    """List results whose name holds each word, newest first; an id matches from its start.

    `kinds` are kinds of results, or names of the operations that made them; an empty provider is any, and so
    is job 0. Removed results, and those of channels that the viewer cannot see, are listed to the member
    alone who asked for them.
    """
    needle = text.strip().lower()
    where = [
        clip.c.guild_id == guild_id,
        sa.or_(clip.c.kind.in_(kinds), job.c.operation.in_(kinds)),
        clip.c.error == "",
        sa.or_(is_shown(), job.c.user_id == viewer.user_id),
        not_hidden(),
        in_sight(viewer),
    ]
    if provider:
        where.append(job.c.provider == provider)
    if job_id:
        where.append(clip.c.job_id == job_id)
    if needle:
        where.append(sa.or_(holds(needle), sa.func.lower(clip.c.clip_id).startswith(needle, autoescape=True)))
    newest = WITH_JOB.where(*where).order_by(clip.c.created_at.desc(), clip.c.position).limit(limit)
    found = _found(c, newest)
    jobs_in_order = list(dict.fromkeys(one.job_id for one in found))
    # The takes of a song stay in order, whichever was finished first.
    return sorted(found, key=lambda one: (jobs_in_order.index(one.job_id), one.position))


def holds(text: str, *, or_style: bool = False) -> sa.ColumnElement[bool]:
    """Tell whether a result's name, as lists show it, holds each word; a stem's also names its take."""
    name = sa.func.lower(_NAME + " " + clip.c.tags if or_style else _NAME)
    words = text.lower().split()[:_MOST_WORDS]
    return sa.and_(
        sa.true(), *(sa.or_(name.contains(word, autoescape=True), _of_a_take(word)) for word in words)
    )


def _of_a_take(word: str) -> sa.ColumnElement[bool]:
    """Tell of a stem whether the take that it was made from holds a word; asked where its name does not."""
    of_it = _of.c.clip_id == clip.c.parent_clip_id, _of.c.kind != "wav"
    same_server = _of.c.guild_id + 0 == clip.c.guild_id
    part = sa.func.lower(_of.c.part).contains(word, autoescape=True)
    return sa.and_(clip.c.kind == "stem", sa.exists().where(*of_it, same_server, part).correlate(clip))


def is_shown() -> sa.ColumnElement[bool]:
    """Tell of a row of `WITH_JOB` whether lists may show it: it was not removed, and no jam hides it."""
    return sa.and_(not_removed(clip.c.job_id), not_hidden())


def in_sight(viewer: Viewer) -> sa.ColumnElement[bool]:
    """Tell of a row of `WITH_JOB` whether it was asked for where the viewer may look, or by themselves."""
    if not viewer.unseen:
        return sa.true()
    return sa.or_(job.c.channel_id.not_in(sorted(viewer.unseen)), job.c.user_id == viewer.user_id)


def _found(c: Connection, query: sa.Select[Any], *, sources: int = _SOURCES) -> list[Clip]:
    return from_rows(c, c.execute(query).all(), sources=sources)


def from_rows(c: Connection, rows: Sequence[Row[Any]], *, sources: int = _SOURCES) -> list[Clip]:
    """Make results of rows of `WITH_JOB`, each with its source, and so on, `sources` times."""
    found = [Clip(**{name: row._mapping[name] for name in _FIELDS}) for row in rows]  # noqa: SLF001 - SQLAlchemy's documented accessor
    wanted = {one.parent_clip_id for one in found} - {""} if sources else set()
    if not wanted:
        return found
    same_server = _server == rows[0].guild_id
    above = WITH_JOB.where(clip.c.clip_id.in_(wanted), same_server, _WITH_ID, not_hidden())
    above = above.order_by(clip.c.created_at)
    known = {one.clip_id: one for one in _found(c, above, sources=sources - 1)}
    return [replace(one, source=known.get(one.parent_clip_id)) for one in found]
