"""Look at the database file, copy it out, or put a copy back; the bot may run beside the first two.

A plain copy of the file is no backup: while the bot runs, what is new stands in the journal beside it.
"""

import os
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

import filelock

from jobs.store import migrate
from jobs.store.errors import DatabaseInUse, Snapshot, StoreError
from jobs.store.file import file_of, is_postgres, lock_of, locked

# A note for the next start: what had not been sent when the backup was taken may have been since.
RESTORED = "restored"
_JOURNALS = ("-wal", "-shm", "-journal")


def look(url: str) -> Snapshot | None:
    """Read what the database holds, changing nothing; None where there is none yet.

    Raises:
        DatabaseInUse: A bot has it open.
        StoreError: It cannot be read, or a newer version wrote it.
    """
    if is_postgres(url):
        from jobs.store.postgres.opening import look as look_there  # noqa: PLC0415 - only who asks pays for it

        return look_there(url)
    path = file_of(url)
    if not path.exists():
        return None
    lock = lock_of(path)
    if Path(lock.lock_file).exists():
        try:
            with lock:
                pass
        except filelock.Timeout:
            raise DatabaseInUse(f"another Encore is using {path.name}; stop it first") from None
    return _read(path)


def back_up(url: str, target: Path) -> Snapshot:
    """Copy the database into a new file, whole and checked, while the bot goes on.

    Raises:
        StoreError: There is no database, the file exists already, or it cannot be written.
    """
    source = file_of(url)
    if not source.exists():
        raise StoreError(f"there is no database at {source}")
    if target.exists():
        raise StoreError(f"{target} exists already; name a new file")
    with _written_whole(target) as part:
        with closing(_open(source)) as of_bot, closing(sqlite3.connect(part)) as copy:
            of_bot.backup(copy)  # one read transaction: the bot's writes neither wait nor show
            copy.execute("PRAGMA journal_mode = DELETE")
        return _read(part)


def restore(url: str, source: Path) -> tuple[Snapshot, Path | None]:
    """Put a backup in place of the database; return what it holds, and where the replaced one is kept.

    Raises:
        DatabaseInUse: A bot runs.
        StoreError: The backup is damaged, is no database of Encore's or a newer one's, or cannot be copied.
    """
    if not source.is_file():
        raise StoreError(f"there is no file {source}")
    path = file_of(url)
    with locked(path):
        kept = None
        if path.exists():
            kept = path.with_name(f"{path.name}.before-restore-{time.strftime('%Y%m%d-%H%M%S')}")
            back_up(url, kept)
        with _written_whole(path) as part:
            shutil.copyfile(source, part)
            found = _read(part)
            with closing(sqlite3.connect(part)) as copy, copy:
                copy.execute("INSERT OR REPLACE INTO note (key, value) VALUES (?, '')", (RESTORED,))
            for suffix in _JOURNALS:
                path.with_name(path.name + suffix).unlink(missing_ok=True)
    return found, kept


@contextmanager
def _written_whole(target: Path) -> Iterator[Path]:
    """Give a file to write into, which takes the target's place once it is on the disk, or is removed."""
    part = target.with_name(target.name + ".part")
    try:
        yield part
        with part.open("rb") as written:
            os.fsync(written.fileno())
        part.replace(target)
    except (OSError, sqlite3.Error) as error:
        raise StoreError(f"{target} cannot be written: {error}") from None
    finally:
        part.unlink(missing_ok=True)


def _open(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)


def _read(path: Path) -> Snapshot:
    try:
        with closing(_open(path)) as connection:
            [state] = connection.execute("PRAGMA integrity_check").fetchone()
            if state != "ok":
                raise StoreError(f"{path.name} is damaged: {state}")
            [version] = connection.execute("SELECT version_num FROM alembic_version").fetchone()
            [jobs] = connection.execute("SELECT COUNT(*) FROM job").fetchone()
    except (sqlite3.Error, TypeError) as error:
        raise StoreError(f"{path.name} is no database of Encore's: {error}") from None
    if version > migrate.HEAD:
        raise StoreError(f"{path.name} was written by a newer Encore ({version}); update first")
    return Snapshot(jobs, version)
