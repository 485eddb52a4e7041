"""Put the files of a message into one zip, on the disk and in a thread of its own."""

import asyncio
import shutil
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from zipfile import ZipFile, ZipInfo

from jobs.models import Attachment, Job, Post
from jobs.ports import NothingSent
from jobs.rules.attachments import zip_name


async def zipped(
    job: Job,
    post: Post,
    files: Sequence[Attachment],
    own: Path,
    *,
    total: int = 1,
    beside: Sequence[Attachment] = (),
) -> list[Attachment]:
    """One zip of all files, in place of the one for the message before. Raises NothingSent without a disk.

    `total` is how many messages have one; `beside` is what goes into it that is no result.
    """
    held = [*files, *beside]
    if not held:
        return []
    path = own / "all.zip"
    try:
        await asyncio.to_thread(_write, path, held, job.created_at)
    except OSError as error:
        with suppress(OSError):
            path.unlink(missing_ok=True)
        raise NothingSent(f"no zip could be written ({type(error).__name__})") from None
    return [Attachment(zip_name(job, post.seq, total), path, held[0].position or 0)]


def _write(path: Path, files: Sequence[Attachment], at: float) -> None:
    """Store the files as they are: sound has been compressed, or hardly can be."""
    with ZipFile(path, "w") as made:
        for file in files:
            entry = ZipInfo(file.name, time.gmtime(at)[:6])
            with file.path.open("rb") as source, made.open(entry, "w") as target:
                shutil.copyfileobj(source, target)
