"""Statements on the branches of a jam: what was made of what, and what others can go on from."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy import Connection

from jobs.models import Clip, Job
from jobs.models.jam import EntryState as E
from jobs.models.jam import Jam
from jobs.models.jams.album import Branch
from jobs.store.jam_schema import jam_entry
from jobs.store.library_schema import not_removed
from jobs.store.queries import clips
from jobs.store.queries.jams import entries, jams
from jobs.store.queries.library import songs
from jobs.store.schema import clip

# What is part of the tree, whether or not it is the one of its member that counts.
GROWN = (E.ENTERED, E.SPARE)


def branches(c: Connection, one: Jam) -> list[Branch]:
    """List the branches of a jam, each below the one that it was made from."""
    grown = entries.of_jam(c, one.id, *GROWN)
    takes = _takes(c, one.id)
    of_clip = {take.clip_id: take for held in takes.values() for take in held}
    places = songs.places(c, list(takes))
    found = []
    for entry in grown:
        if held := takes.get(entry.job_id, ()):
            source = of_clip.get(held[0].parent_clip_id)
            found.append(Branch(entry, tuple(held), 1, source, places.get((entry.job_id, held[0].position))))
    return list(_in_order(_by_source(found)))


def _takes(c: Connection, jam_id: int) -> Mapping[int, Sequence[Clip]]:
    """The songs of what has grown, by job."""
    rows = c.execute(
        clips.WITH_JOB.join(jam_entry, jam_entry.c.job_id == clip.c.job_id)
        .where(*_grown(jam_id))
        .order_by(clip.c.job_id, clip.c.position)
    ).all()
    found: dict[int, list[Clip]] = defaultdict(list)
    for one in clips.from_rows(c, rows, sources=0):
        found[one.job_id].append(one)
    return found


def _grown(jam_id: int) -> tuple[sa.ColumnElement[bool], ...]:
    """Tell of a song that it has grown in a jam, and has not been removed."""
    mine = jam_entry.c.jam_id == jam_id, jam_entry.c.state.in_(GROWN)
    return *mine, clip.c.kind == "song", clip.c.error == "", not_removed(clip.c.job_id)


def _by_source(found: Sequence[Branch]) -> Mapping[int, Sequence[Branch]]:
    """Group branches by the job that they were made from; 0 for the song, or for what has left the tree."""
    grouped: dict[int, list[Branch]] = defaultdict(list)
    for one in found:
        grouped[one.source.job_id if one.source is not None else 0].append(one)
    return grouped


def _in_order(grouped: Mapping[int, Sequence[Branch]]) -> Iterator[Branch]:
    """Each branch before what was made from it, the oldest first."""
    left = [(one, 1) for one in reversed(grouped.get(0, ()))]
    while left:
        one, depth = left.pop()
        yield replace(one, depth=depth)
        left += [(child, depth + 1) for child in reversed(grouped.get(one.entry.job_id, ()))]


def takes_of(c: Connection, jam_id: int, job_id: int) -> Sequence[Clip]:
    """List the takes of a try that others can go on from."""
    return _takes(c, jam_id).get(job_id, ())


def has_grown(c: Connection, jam_id: int, clip_id: str) -> bool:
    """Whether a clip is one of the takes of a jam that others can go on from."""
    named = sa.select(clip.c.clip_id).join(jam_entry, jam_entry.c.job_id == clip.c.job_id)
    return c.scalar(named.where(clip.c.clip_id == clip_id, *_grown(jam_id)).limit(1)) is not None


def grows(c: Connection, one: Job) -> bool:
    """Whether others can go on from what a job makes."""
    of = None if one.jam_id is None else jams.by_id(c, one.jam_id)
    return of is not None and of.about.branches
