"""Keep the sound of entries: a contest lasts days, and the links of a provider do not.

What the files say of themselves is taken out, as it can tell whose they are.
"""

import shutil
from contextlib import suppress
from pathlib import Path

from jobs.context import JobContext
from jobs.rules.sound_tags import without_tags

# Over all jams. Beyond it nothing more is kept, and an entry is fetched anew, which may be in vain.
MOST_BYTES = 1024 * 1024 * 1024


def folder_of(context: JobContext, jam_id: int) -> Path:
    return context.spool.parent / "jams" / str(jam_id)


def kept(context: JobContext, jam_id: int, job_id: int, position: int) -> Path | None:
    """Find the sound of a take."""
    return next(folder_of(context, jam_id).glob(f"{job_id}-{position}.*"), None)


def keep(context: JobContext, jam_id: int, job_id: int, position: int, file: Path) -> None:
    """Copy the sound of a take here, without its tags. Raises OSError where there is no room."""
    folder = folder_of(context, jam_id)
    folder.mkdir(parents=True, exist_ok=True)
    if _weight(folder.parent) + file.stat().st_size > MOST_BYTES:
        raise OSError("the folder of jams is full")
    partial = folder / f".{job_id}-{position}"
    partial.write_bytes(without_tags(file.read_bytes()))
    partial.replace(folder / f"{job_id}-{position}{file.suffix}")


def cleaned(file: Path) -> Path:
    """Write the sound of a file beside it, without its tags. Raises OSError."""
    own = file.with_name(f"clean-{file.name}")
    own.write_bytes(without_tags(file.read_bytes()))
    return own


def clear(context: JobContext, jam_id: int) -> None:
    """Forget the sound of a jam."""
    shutil.rmtree(folder_of(context, jam_id), ignore_errors=True)


def jams_kept(context: JobContext) -> list[int]:
    """List the jams of which there is sound."""
    folders: list[str] = []
    with suppress(OSError):
        folders = [one.name for one in (context.spool.parent / "jams").iterdir()]
    return [int(name) for name in folders if name.isdecimal()]


def _weight(folder: Path) -> int:
    total = 0
    with suppress(OSError):
        for file in folder.glob("*/*"):
            total += file.stat().st_size
    return total
