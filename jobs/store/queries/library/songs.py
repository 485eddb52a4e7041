"""The library of a server: its results in pages, and those that are liked most."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Row

from jobs.models import Listed, Paged, Place, Shelf, Viewer
from jobs.store.library_schema import clip_like, not_removed
from jobs.store.queries import clips
from jobs.store.queries.library import likes
from jobs.store.schema import clip, job, post

_ANYBODY = Viewer()
_LIKES = sa.func.count().label("likes")


def page(
    c: Connection, guild_id: int, shelf: Shelf, viewer: Viewer = _ANYBODY, *, offset: int, limit: int
) -> Paged:
    """List results, newest first; favourites by when they were liked."""
    where = [clip.c.error == "", clips.is_shown(), clips.in_sight(viewer)]
    if shelf.kind:
        where.append(clip.c.kind == shelf.kind)
    if shelf.text:
        where.append(clips.holds(shelf.text, or_style=True))
    rows, order = clips.WITH_JOB, [clip.c.created_at.desc(), clip.c.position]
    if shelf.liked_by:
        rows = rows.join(clip_like, _is_of(clip.c.job_id, clip.c.position))
        where += [clip_like.c.user_id == shelf.liked_by, clip_like.c.guild_id == guild_id]
        order = [clip_like.c.at.desc(), clip.c.position]
    if shelf.member:
        where += [job.c.user_id == shelf.member, job.c.guild_id == guild_id]
        if not shelf.liked_by:  # in the order of the member's index
            order = [job.c.id.desc(), clip.c.position]
    elif not shelf.liked_by:
        where.append(clip.c.guild_id == guild_id)
    found = c.execute(rows.where(*where).order_by(*order).offset(offset).limit(limit + 1)).all()
    return Paged(_listed(c, found[:limit]), len(found) > limit)


def top(
    c: Connection, guild_id: int, viewer: Viewer = _ANYBODY, *, since: float, offset: int, limit: int
) -> Paged:
    """List the results that got most likes since then; among equals the one that was liked last."""
    counted = (
        sa.select(clip_like.c.job_id, clip_like.c.position, _LIKES, sa.func.max(clip_like.c.at).label("last"))
        .where(clip_like.c.guild_id == guild_id, clip_like.c.at >= since)
        .group_by(clip_like.c.job_id, clip_like.c.position)
        .subquery()
    )
    of_it = sa.and_(counted.c.job_id == clip.c.job_id, counted.c.position == clip.c.position)
    found = c.execute(
        clips.WITH_JOB.join(counted, of_it)
        .where(clip.c.error == "", clips.is_shown(), clips.in_sight(viewer))
        .order_by(counted.c.likes.desc(), counted.c.last.desc())
        .offset(offset)
        .limit(limit + 1)
        .add_columns(counted.c.likes)
    ).all()
    shown = found[:limit]
    of_period = {(row.job_id, row.position): int(row.likes) for row in shown}
    return Paged(_listed(c, shown, of_period), len(found) > limit)


def one(c: Connection, guild_id: int, job_id: int, position: int) -> Listed | None:
    """Find a result by its job and position; None for another server's, and for one that was removed."""
    where = clip.c.job_id == job_id, clip.c.position == position, clip.c.guild_id == guild_id
    found = c.execute(clips.WITH_JOB.where(*where, clips.is_shown())).all()
    return next(iter(_listed(c, found)), None)


def places(c: Connection, job_ids: Collection[int]) -> Mapping[tuple[int, int], Place]:
    """Where results are posted, by (job, position): of several times the latest."""
    rows = c.execute(
        sa.select(post, job.c.round.label("present"), job.c.channel_id.label("asked_in"), job.c.thread_id)
        .join(job, job.c.id == post.c.job_id)
        .where(post.c.job_id.in_(job_ids), post.c.message_id > 0)
        .where(not_removed(post.c.job_id))
        .order_by(post.c.job_id, post.c.round, post.c.seq)
    )
    found: dict[tuple[int, int], Place] = {}
    for row in rows:
        channel_id = channel_of(row)
        if channel_id:
            for position in (*row.attached, *row.linked):
                found[row.job_id, position] = Place(channel_id, row.message_id)
    return found


def channel_of(row: Row[Any]) -> int | None:
    """The channel of a message; those of before it was noted are where their job's present round is."""
    known: int | None = row.channel_id
    if known is None and row.round == row.present:
        known = row.thread_id or row.asked_in
    return known


def _listed(
    c: Connection, rows: Sequence[Row[Any]], counted: Mapping[tuple[int, int], int] | None = None
) -> list[Listed]:
    job_ids = {row.job_id for row in rows}
    if counted is None:
        counted = likes.counts(c, job_ids)
    posted = places(c, job_ids)
    return [
        Listed(one, counted.get(key, 0), posted.get(key))
        for one in clips.from_rows(c, rows)
        for key in [(one.job_id, one.position)]
    ]


def _is_of(job_id: sa.Column[Any], position: sa.Column[Any]) -> sa.ColumnElement[bool]:
    return sa.and_(clip_like.c.job_id == job_id, clip_like.c.position == position)
