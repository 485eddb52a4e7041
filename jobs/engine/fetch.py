"""Download results so that they can be attached: links expire, attachments stay.

The spool keeps files between the tries of a delivery, so that a channel that refuses for an hour costs one
download. They go when the delivery ends, when the process starts, or when there are too many.
"""

import asyncio
import logging
import shutil
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from jobs.context import JobContext
from jobs.models import Attachment, Clip, Job
from jobs.models.states import JobState
from jobs.orders.results import clips_of, without_source
from jobs.ports import NothingSent
from jobs.rules.attachments import COVER, file_names
from jobs.store.queries import clips, jobs
from musicapi import DownloadFailed, MusicApiError

log = logging.getLogger(__name__)

# Kept in the spool between tries, over all jobs; beyond it a job fetches its files again.
KEPT_BYTES = 512 * 1024 * 1024
# Of one job: many or slow files hold up no other job.
_AT_ONCE = 4
_COVER_BYTES = 2 * 1024 * 1024
# An embed's field takes 1,024 characters, and escaping doubles some.
_LYRICS_IN_MESSAGE = 800
# At which try the member is told that the files are late.
_NOTICEABLE = 2


class FilesLate(NothingSent):
    """The files of results cannot be fetched yet."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """Results by their positions; what is in none of these goes as a link that was seen to work.

    Attributes:
        files: What can be attached.
        late: What may still be fetched, and is not waited for any longer.
        lost: What cannot be had.
    """

    files: Mapping[int, Attachment] = field(default_factory=dict)
    late: frozenset[int] = frozenset()
    lost: frozenset[int] = frozenset()


async def fetch_all(
    context: JobContext, job: Job, wanted: Sequence[Clip], results: Sequence[Clip], own: Path
) -> Fetched:
    """Fetch the results that fit the channel's limit.

    Links to files that cannot be fetched are asked for anew, and tried for minutes: a provider may say that a
    song is made before its file is everywhere. What is there goes ahead after one.

    Raises:
        FilesLate: Some may still be fetched.
    """
    good = [clip for clip in wanted if clip.audio_url and not clip.error]
    at_once = asyncio.Semaphore(_AT_ONCE)
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(_attempt(context, job, clip, own, at_once)) for clip in good]
    outcomes = {clip.position: task.result() for clip, task in zip(good, tasks, strict=True)}
    failed = [clip for clip in good if isinstance(outcomes[clip.position], DownloadFailed)]
    if failed:
        for job_id in {clip.job_id for clip in failed}:  # those for a zip are of several jobs
            await _refresh(context, job_id)
    hopeful = bool(failed) and context.clock.now() < _hope_until(context, job, failed)
    if hopeful and (len(failed) == len(wanted) or not _goes_ahead(context, job)):
        if job.tries == _NOTICEABLE:
            await context.outbox.tell_late(job, _hope_until(context, job, failed))
        raise FilesLate(str(outcomes[failed[0].position]))
    missed = frozenset(clip.position for clip in failed)
    paths = {position: outcome for position, outcome in outcomes.items() if isinstance(outcome, Path)}
    names = file_names(results)
    fetched = {
        position: Attachment(f"{names[position]}{path.suffix}", path, position)
        for position, path in paths.items()
    }
    files = fetched | _written(wanted, names, own)
    return Fetched(files, late=missed) if hopeful else Fetched(files, lost=missed)


def _hope_until(context: JobContext, job: Job, failed: Sequence[Clip]) -> float:
    """Until when to try: results are new for some minutes, and each delivery has a few tries."""
    newest = max(clip.created_at for clip in failed)
    schedule = context.schedule
    return max(
        newest + schedule.wait(schedule.files_for), job.state_at + schedule.wait(schedule.files_again_for)
    )


def _goes_ahead(context: JobContext, job: Job) -> bool:
    """Whether what is there is posted without the files that are late, which then follow."""
    waited = context.clock.now() - job.state_at
    may_follow = job.state is JobState.READY and bool(job.task_id)
    return may_follow and waited >= context.schedule.wait(context.schedule.files_again_for)


async def fetch_cover(context: JobContext, clips: Sequence[Clip], own: Path) -> list[Attachment]:
    """Fetch the picture of the first result that has one; do without it if that fails."""
    url = next((clip.image_url for clip in clips if clip.image_url), "")
    if not url:
        return []
    with suppress(DownloadFailed, OSError):
        path = kept(own, COVER)
        if path is None:
            path = await context.downloader.fetch(url, own / COVER, max_bytes=_COVER_BYTES, image=True)
        return [Attachment(f"{COVER}{path.suffix}", path)]
    return []


def _written(clips: Sequence[Clip], names: Mapping[int, str], own: Path) -> dict[int, Attachment]:
    """Write lyrics too long for a message to text files."""
    files: dict[int, Attachment] = {}
    sheets = [clip for clip in clips if clip.kind == "lyrics" and len(clip.lyrics) > _LYRICS_IN_MESSAGE]
    for clip in sheets:
        path = own / f"{clip.position}.txt"
        with suppress(OSError):  # without a disk the message still shows their beginning
            path.write_text(f"{clip.title}\n\n{clip.lyrics}\n", encoding="utf-8")
            files[clip.position] = Attachment(f"{names[clip.position]}.txt", path, clip.position)
    return files


async def _attempt(
    context: JobContext, job: Job, clip: Clip, own: Path, at_once: asyncio.Semaphore
) -> Path | DownloadFailed | None:
    """Return the file, None for one that goes as a link, or the error of a link that does not work."""
    before = kept(own, str(clip.position))
    if before is not None:
        return before
    async with at_once:
        try:
            return await context.downloader.fetch(
                clip.audio_url, own / str(clip.position), max_bytes=job.upload_limit
            )
        except OSError:  # the spool's disk; a link needs none
            log.exception("job %s: a file could not be kept", job.id)
            return None
        except DownloadFailed as error:
            log.warning("job %s: a file could not be fetched (%s)", job.id, error)
            return None if error.works else error


async def _refresh(context: JobContext, job_id: int) -> None:
    """Poll for fresh links, as those of old results expire."""
    store = context.store
    job = await store.read(jobs.existing, job_id)
    if not job.task_id:
        return
    with suppress(MusicApiError):
        found = await context.api.poll(job.provider, job.task_id, job.account)
        known = await store.read(clips.of_job, job_id)
        found, now = without_source(found, context.catalogue, job), context.clock.now()
        # Not by their ids alone: some have none.
        listed = await clips_of(store, context.catalogue, job, found.clips, now=now, known=known)
        # The links alone: the job's own poll may find more in the same moment.
        links = {clip.position: clip.audio_url for clip in listed if not clip.error}
        await store.write(clips.renew, job_id, links)


def folder_of(spool: Path, job: Job) -> Path:
    """Make the folder of a delivery. Without a disk links are posted."""
    own = spool / f"{job.id}-{job.round}"
    with suppress(OSError):
        own.mkdir(parents=True, exist_ok=True)
    return own


def kept(own: Path, name: str) -> Path | None:
    """Find a file that an earlier try completed; partial ones have no suffix yet."""
    return next(own.glob(f"{name}.*"), None)


def keep_or_drop(spool: Path, own: Path, *, again: bool) -> None:
    """Keep the files only for another try, and only if there is room."""
    if not again or _weight(spool) > KEPT_BYTES:
        shutil.rmtree(own, ignore_errors=True)


def clear_spool(spool: Path) -> None:
    """Delete the files of an earlier process."""
    with suppress(OSError):
        shutil.rmtree(spool, ignore_errors=True)
        spool.mkdir(parents=True, exist_ok=True)


def _weight(spool: Path) -> int:
    total = 0
    with suppress(OSError):
        for file in spool.glob("*/*"):
            total += file.stat().st_size
    return total
