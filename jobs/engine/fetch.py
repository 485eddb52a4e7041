"""Download results so that they can be attached: links expire, attachments stay.

The spool keeps files between the tries of a delivery, so that a channel that refuses for an hour costs one
download. They go when the delivery ends, when the process starts, or when there are too many.
"""

import asyncio
import logging
import shutil
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from jobs.context import JobContext
from jobs.models import Attachment, Clip, Job
from jobs.ports import NothingSent
from jobs.rules.attachments import distinct, file_name
from jobs.store.queries import clips
from musicapi import DownloadFailed, FileGone, FileTooLarge, MusicApiError

log = logging.getLogger(__name__)

# By the clip's position.
Fetched = dict[int, Attachment]

# Kept in the spool between tries, over all jobs; beyond it a job fetches its files again.
KEPT_BYTES = 512 * 1024 * 1024
# Of one job: many or slow files hold up no other job.
_AT_ONCE = 4
_COVER_BYTES = 2 * 1024 * 1024
# After this many failed deliveries a file that cannot be fetched goes as a link.
_PATIENCE = 3
# An embed's field takes 1,024 characters, and escaping doubles some.
_LYRICS_IN_MESSAGE = 800


async def fetch_all(context: JobContext, job: Job, clips: list[Clip], own: Path) -> Fetched:
    """Fetch the results that fit the channel's limit; the others go as links.

    Raises:
        NothingSent: One may still be fetched later, and few deliveries have failed so far.
    """
    good = [clip for clip in clips if clip.audio_url and not clip.error]
    at_once = asyncio.Semaphore(_AT_ONCE)
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(_attempt(context, job, clip, own, at_once)) for clip in good]
    outcomes = [task.result() for task in tasks]
    failed = next((outcome for outcome in outcomes if isinstance(outcome, DownloadFailed)), None)
    if any(isinstance(outcome, FileGone) for outcome in outcomes) and job.tries == 0:
        await _refresh(context, job, clips)
    if failed is not None and job.tries < _PATIENCE:
        raise NothingSent(str(failed)) from None
    paths = {
        clip.position: outcome
        for clip, outcome in zip(good, outcomes, strict=True)
        if isinstance(outcome, Path)
    }
    names = distinct(file_name(clip, paths[clip.position].suffix) for clip in good if clip.position in paths)
    fetched = {
        position: Attachment(name, path, position)
        for (position, path), name in zip(paths.items(), names, strict=True)
    }
    return fetched | _written(clips, own)


async def fetch_cover(context: JobContext, clips: list[Clip], own: Path) -> list[Attachment]:
    """Fetch the picture of the first result that has one; do without it if that fails."""
    url = next((clip.image_url for clip in clips if clip.image_url), "")
    if not url:
        return []
    with suppress(DownloadFailed, OSError):
        path = kept(own, "cover")
        if path is None:
            path = await context.downloader.fetch(url, own / "cover", max_bytes=_COVER_BYTES, image=True)
        return [Attachment(f"cover{path.suffix}", path)]
    return []


def _written(clips: list[Clip], own: Path) -> Fetched:
    """Write lyrics too long for a message to text files."""
    files: Fetched = {}
    sheets = [clip for clip in clips if clip.kind == "lyrics" and len(clip.lyrics) > _LYRICS_IN_MESSAGE]
    names = distinct(file_name(clip, ".txt") for clip in sheets)
    for clip, name in zip(sheets, names, strict=True):
        path = own / f"{clip.position}.txt"
        with suppress(OSError):  # without a disk the message still shows their beginning
            path.write_text(f"{clip.title}\n\n{clip.lyrics}\n", encoding="utf-8")
            files[clip.position] = Attachment(name, path, clip.position)
    return files


async def _attempt(
    context: JobContext, job: Job, clip: Clip, own: Path, at_once: asyncio.Semaphore
) -> Path | DownloadFailed | None:
    """Return the file, an error that may pass, or None for a file that must go as a link."""
    before = kept(own, str(clip.position))
    if before is not None:
        return before
    async with at_once:
        try:
            return await context.downloader.fetch(
                clip.audio_url, own / str(clip.position), max_bytes=job.upload_limit
            )
        except FileTooLarge:
            return None
        except OSError:  # the spool's disk; a link needs none
            log.exception("job %s: a file could not be kept", job.id)
            return None
        except DownloadFailed as error:
            log.warning("job %s: a file could not be fetched (%s)", job.id, error)
            return error


async def _refresh(context: JobContext, job: Job, results: list[Clip]) -> None:
    """Poll for fresh links, as those of old results expire."""
    if not job.task_id:
        return
    with suppress(MusicApiError):
        found = await context.api.poll(job.provider, job.task_id, job.account)
        fresh = {result.clip_id: result.audio_url for result in found.clips if result.audio_url}
        renewed = [replace(clip, audio_url=fresh.get(clip.clip_id, clip.audio_url)) for clip in results]
        await context.store.write(clips.keep, job, renewed)


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
