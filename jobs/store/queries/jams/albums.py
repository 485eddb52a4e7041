"""Statements on albums: a job that posts the songs of a jam as zips, and what its credits say."""

import math
from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy import Connection

from jobs.models import Clip, Job, Order, Origin, Place, Zipped
from jobs.models.jam import Entry, Jam, JamState, Say
from jobs.models.jams.album import ALBUM, Album, Track
from jobs.models.operations import ZIP
from jobs.models.rejections import JamProblem, JamRefused, Rejection
from jobs.store.jam_schema import jam_post
from jobs.store.queries import clips
from jobs.store.queries.jams import jams, parts
from jobs.store.queries.library import removals, songs, zips

_NAME = "Jam #{} · {}"


def pack(
    c: Connection, jam_id: int, origin: Origin, *, gone: Job | None = None, now: float
) -> Zipped | Rejection:
    """Note a job that posts the songs of a jam that is over; the earlier one where they are here already.

    `gone` is that earlier one where its message has been deleted: only a later one counts then.
    """
    one = jams.in_guild(c, origin.guild_id, jam_id)
    if one is None:
        return JamRefused(JamProblem.GONE)
    if one.state not in (JamState.SHOWING, JamState.DONE):
        return JamRefused(JamProblem.NOT_OVER, one.id)
    tracks = [clip for _, clip in _songs(c, one)]
    if not tracks:
        return JamRefused(JamProblem.NOTHING_TO_HEAR, one.id)
    keys = [[clip.job_id, clip.position] for clip in tracks]
    order = Order(ZIP, {ALBUM: one.id, "clips": keys}, _NAME.format(one.id, one.theme))
    since = math.nextafter(gone.created_at, math.inf) if gone is not None else one.state_at
    return zips.note(c, order, tracks[0].provider, origin, since=since, now=now)


def album_of(c: Connection, job: Job) -> Album | None:
    """What a job that posts an album holds; None for any other."""
    one = jams.by_id(c, int(job.params.get(ALBUM) or 0))
    if one is None:
        return None
    held = {clip.job_id: clip for clip in zips.results_of(c, job)}
    heard = _heard(c, one)
    made = parts.made(c, one) if one.about.in_turn else ()
    tracks = [
        Track(
            entry,
            replace(clip, position=held[clip.job_id].position),
            clip.position,
            clips.family(c, one.guild_id, clip).ancestors,
            heard.get(entry.id) or songs.places(c, [clip.job_id]).get((clip.job_id, clip.position)),
            made,
        )
        for entry, clip in _songs(c, one)
        if clip.job_id in held
    ]
    return Album(one, tuple(tracks), jams.used(c, one.id))


def _songs(c: Connection, one: Jam) -> list[tuple[Entry, Clip]]:
    """What was entered and can be had, in the order of the result; of turns the one song that they made."""
    if one.about.in_turn:
        wholes = [(turn.entry, turn.whole) for turn in parts.turns(c, one.id) if turn.whole is not None]
        found = wholes[-1:]
    else:
        found = [(each.entry, each.clip) for each in jams.standings(c, one) if each.clip is not None]
    return [(entry, clip) for entry, clip in found if removals.of_job(c, clip.job_id) is None]


def _heard(c: Connection, one: Jam) -> dict[int, Place]:
    """The messages of the gallery, or of the one song, by entry."""
    named = jam_post.c.name.in_((Say.GALLERY, Say.RESULT)), jam_post.c.entry_id.is_not(None)
    posted = jam_post.c.jam_id == one.id, jam_post.c.message_id > 0, *named
    rows = c.execute(sa.select(jam_post.c.entry_id, jam_post.c.message_id).where(*posted))
    return {row.entry_id: Place(one.channel_id, row.message_id) for row in rows}
