"""Statements on jobs that put what other jobs made into zips.

Such a job has no call and no results of its own: its `params` name what it holds, so that it holds the same
whenever it is posted. It begins as `ready`, and delivery does the rest.
"""

from collections.abc import Sequence
from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy import Connection

from jobs.models import NO_CARD, Clip, Job, Order, Origin, Zipped
from jobs.models.jams.album import ALBUM
from jobs.models.operations import ZIP
from jobs.models.rejections import Rejection
from jobs.models.states import OPEN, JobState
from jobs.rules.admission import Facts, Quote, check
from jobs.rules.attachments import MAX_REQUEST_BYTES
from jobs.rules.names import full_title
from jobs.store.conditions import IS_IN_FLIGHT
from jobs.store.library_schema import not_removed
from jobs.store.locks import hold, takes_locks
from jobs.store.queries import clips, guilds
from jobs.store.queries.jobs import job_from, values_of
from jobs.store.queries.library import removals, songs
from jobs.store.schema import job

_SOUND = frozenset({"song", "stem", "wav", "upload"})
_MOST = 40
# The same zip is posted once in this time; after that, its message may have been deleted.
_SAME_SECONDS = 600.0
# What says that two of them hold the same.
_CONTENTS = ("clips", ALBUM)


def results_of(c: Connection, one: Job) -> list[Clip]:
    """The results of a job; of one that makes zips, what goes into them, in the order of their positions.

    What was removed since is in no zip that is posted from then on.
    """
    if one.operation != ZIP:
        return clips.of_job(c, one.id)
    wanted = [(job_id, position) for job_id, position in one.params.get("clips", ())]
    found = {
        (clip.job_id, clip.position): clip
        for job_id in dict.fromkeys(job_id for job_id, _ in wanted)
        if removals.of_job(c, job_id) is None
        for clip in clips.of_job(c, job_id)
    }
    return [replace(found[key], position=at) for at, key in enumerate(wanted) if key in found]


def pack(c: Connection, source: Job, origin: Origin, *, under: int, now: float) -> Zipped | Rejection | None:
    """Note a job that posts the sound of another, with the WAVs of its stems, as zips below a message.

    None where there is nothing to be had; the earlier job where the same is on its way or was just posted.
    """
    held = _contents(c, source)
    if not held or removals.of_job(c, source.id):
        return None
    keys = [[clip.job_id, clip.position] for clip in held]
    order = Order(ZIP, {"of": source.id, "clips": keys, "under": under}, _title(source, held))
    return note(c, order, source.provider, origin, since=now - _SAME_SECONDS, now=now)


@takes_locks
def note(
    c: Connection, order: Order, provider: str, origin: Origin, *, since: float, now: float
) -> Zipped | Rejection:
    """Note a job that makes zips; the earlier one that this channel has, or is to have, `since` then."""
    hold(c, server=origin.guild_id)
    for earlier in _recent(c, origin, since):
        if all(earlier.params.get(name) == order.params.get(name) for name in _CONTENTS):
            return Zipped(earlier, next(iter(songs.places(c, [earlier.id]).values()), None))
    settings = guilds.settings(c, origin.guild_id)
    quote = Quote(provider, 0)
    verdict = check(order, origin, quote, Facts(settings, _in_flight(c, origin), now=now))
    return verdict or Zipped(_ready(c, order, quote, origin, now))


def _contents(c: Connection, source: Job) -> list[Clip]:
    made = [clip for clip in clips.of_job(c, source.id) if clip.kind in _SOUND and not clip.error]
    stems = [clip.clip_id for clip in made if clip.kind == "stem" and clip.clip_id]
    wavs = clips.wavs_of(c, source.guild_id, stems) if stems else {}
    held = [one for clip in made for one in (clip, wavs.get(clip.clip_id)) if one and one.audio_url]
    return held[:_MOST]


def _title(source: Job, held: Sequence[Clip]) -> str:
    return source.summary if held[0].kind == "stem" else held[0].title or full_title(held[0])


def _recent(c: Connection, origin: Origin, since: float) -> list[Job]:
    """Those since then in this channel that are not lost or removed."""
    rows = c.execute(
        sa.select(job).where(
            job.c.guild_id == origin.guild_id,
            job.c.created_at >= since,
            job.c.operation == ZIP,
            job.c.channel_id == origin.channel_id,
            job.c.state.in_({*OPEN, JobState.DONE}),
            not_removed(job.c.id),
        )
    )
    return [job_from(row) for row in rows]


def _in_flight(c: Connection, origin: Origin) -> int:
    mine = job.c.guild_id == origin.guild_id, job.c.user_id == origin.user_id, sa.text(IS_IN_FLIGHT)
    return c.scalar(sa.select(sa.func.count()).select_from(job).where(*mine)) or 0


def _ready(c: Connection, order: Order, quote: Quote, origin: Origin, now: float) -> Job:
    values = values_of(order, origin, quote, now=now) | {
        "state": JobState.READY,
        "upload_limit": min(origin.upload_limit, MAX_REQUEST_BYTES),
        "due_at": now,
        "card_message_id": NO_CARD,
    }
    return job_from(c.execute(sa.insert(job).returning(job), values).one())
