"""The folder for files on their way from the API to Discord.

What a delivery has fetched is kept between its tries, so that a channel that refuses for an hour costs one
download. It goes when the delivery ends, at the start of the process, and where too much lies there.
"""

import shutil
from contextlib import suppress
from pathlib import Path

from jobs.models import Job

# What may lie there between tries, of all jobs together; beyond it a job fetches its files again.
KEPT_BYTES = 512 * 1024 * 1024


def folder(spool: Path, job: Job) -> Path:
    """Where the files of this delivery lie. Without a disk there are none, and links are posted."""
    own = spool / f"{job.id}-{job.round}"
    with suppress(OSError):
        own.mkdir(parents=True, exist_ok=True)
    return own


def kept(own: Path, name: str) -> Path | None:
    """A file that an earlier try has fetched whole. One that is under way has no suffix yet."""
    return next(own.glob(f"{name}.*"), None)


def keep_or_drop(spool: Path, own: Path, *, again: bool) -> None:
    """After a try: the files stay for another one, if there is to be one and room for them."""
    if not again or _weight(spool) > KEPT_BYTES:
        shutil.rmtree(own, ignore_errors=True)


def clear(spool: Path) -> None:
    """At start: what lies there belongs to a process that is gone."""
    with suppress(OSError):
        shutil.rmtree(spool, ignore_errors=True)
        spool.mkdir(parents=True, exist_ok=True)


def _weight(spool: Path) -> int:
    total = 0
    with suppress(OSError):
        for file in spool.glob("*/*"):
            total += file.stat().st_size
    return total
