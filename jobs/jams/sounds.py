"""The sound of an entry, from where jams keep it or fetched once more."""

from pathlib import Path

from jobs.context import JobContext
from jobs.engine.fetch import FilesLate, fetch_all, folder_of
from jobs.engine.hidden import shelf
from jobs.models.jam import Entry, Jam
from jobs.store.queries import clips, jobs


async def sound_of(context: JobContext, jam: Jam, entry: Entry) -> Path | None:
    """Find the take that counts; what is not kept is fetched once more. None where it is not to be had."""
    kept = shelf.kept(context, jam.id, entry.job_id, entry.position)
    if kept is not None:
        return kept
    job = await context.store.read(jobs.by_id, entry.job_id)
    results = await context.store.read(clips.of_job, entry.job_id)
    wanted = [clip for clip in results if clip.position == entry.position]
    if job is None or not wanted:
        return None
    try:
        fetched = await fetch_all(context, job, wanted, results, folder_of(context.spool, job))
        shelf.keep(context, jam.id, job.id, entry.position, fetched.files[entry.position].path)
    except (FilesLate, OSError, KeyError):
        return None
    return shelf.kept(context, jam.id, entry.job_id, entry.position)
