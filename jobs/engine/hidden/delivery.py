"""Bring the results of a hidden job onto the shelf, and nothing into the channel.

The keeper of jams tells its member that there is news, in the same words whatever that is.
"""

import asyncio
import logging
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import Connection

from jobs.context import JobContext
from jobs.engine.endings import delivered
from jobs.engine.fetch import fetch_all
from jobs.engine.hidden import shelf
from jobs.models import Attachment, Clip, Job
from jobs.models.jam import HIDING, RUNNING, JamState
from jobs.models.states import JobState
from jobs.store.queries import clips, jobs, transitions
from jobs.store.queries.jams import jams, parts

log = logging.getLogger(__name__)


async def is_hidden(context: JobContext, job: Job) -> bool:
    """Whether nothing of a job may be in a channel yet; what turns made is in messages of their jam."""
    one = None if job.jam_id is None else await context.store.read(jams.by_id, job.jam_id)
    if one is None:
        return False
    if one.about.in_turn and one.state in RUNNING:
        # What was asked for once more is posted where that was.
        return job.round == 0 or await context.store.read(parts.awaits, one.id, job.id)
    # What comes after the end was told as late: My entry plays it, and only who asks for it has it posted.
    late = job.round == 0 and job.state is JobState.READY and one.state is not JamState.CANCELLED
    return one.hidden and (one.state in HIDING or late)


async def keep_open(context: JobContext, job: Job, files: Mapping[int, Attachment]) -> None:
    """Keep what is posted for a jam that is open to all: its links would not last until its end."""
    one = None if job.jam_id is None else await context.store.read(jams.by_id, job.jam_id)
    if one is not None and not one.about.in_turn and one.state in RUNNING:
        await asyncio.to_thread(_keep_files, context, job, files)


async def keep(context: JobContext, job: Job, own: Path) -> None:
    """Keep results; other ends need nothing here. Raises FilesLate while some may still be fetched."""
    if job.state is not JobState.READY:
        await context.store.write(jobs.told, job, now=context.clock.now())
        return
    results = await context.store.read(clips.of_job, job.id)
    wanted = [clip for clip in results if not clip.error and not _is_kept(context, job, clip)]
    fetched = await fetch_all(context, job, wanted, results, own)
    await asyncio.to_thread(_keep_files, context, job, fetched.files)
    now = context.clock.now()
    more_at = job.deadline_at or (now if fetched.late else None)
    posting = job.entering(JobState.POSTING, now=now, due_at=now, deadline_at=more_at)
    await context.store.write(_done, job, posting, delivered(context, posting, now=now))
    log.info("job %s is kept for jam %s", job.id, job.jam_id)


def _is_kept(context: JobContext, job: Job, clip: Clip) -> bool:
    return shelf.kept(context, job.jam_id or 0, job.id, clip.position) is not None


def _keep_files(context: JobContext, job: Job, files: Mapping[int, Attachment]) -> None:
    for position, file in files.items():
        try:
            shelf.keep(context, job.jam_id or 0, job.id, position, file.path)
        except OSError:  # it is asked for again before the gallery
            log.exception("job %s: take %s could not be kept", job.id, position)


def _done(c: Connection, job: Job, posting: Job, done: Job) -> bool:
    """Go through `posting`, in which there is nothing to post, in one transaction."""
    return transitions.save(c, job, posting) and transitions.save(c, posting, done)
