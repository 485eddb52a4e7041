"""The file of SQLite: what address names it, and the lock that keeps a second bot from it."""

import os
from contextlib import AbstractContextManager
from pathlib import Path

import filelock
import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError

from jobs.store.errors import DatabaseInUse, StoreError

# The last one is what an earlier version called it.
_SQLITE = ("sqlite", "sqlite+pysqlite", "sqlite+aiosqlite")


def is_postgres(url: str) -> bool:
    return url.partition(":")[0].partition("+")[0] == "postgresql"


def file_of(url: str) -> Path:
    """Resolve the file that a SQLAlchemy URL names. Raises StoreError."""
    try:
        parsed = sa.make_url(url)
    except (ArgumentError, ValueError):
        raise StoreError("DATABASE_URL is not a database address") from None
    if is_postgres(url):
        raise StoreError("the database is PostgreSQL, which has tools of its own: pg_dump and pg_restore")
    if parsed.drivername not in _SQLITE:
        raise StoreError(
            f"DATABASE_URL names {parsed.drivername}; Encore keeps SQLite files, or uses PostgreSQL"
        )
    if not parsed.database or parsed.database == ":memory:":
        raise StoreError("DATABASE_URL must name a file: what is only in memory is lost with the process")
    if parsed.query:
        raise StoreError("DATABASE_URL must hold no options")
    return Path(os.path.realpath(parsed.database))


def lock_of(path: Path) -> filelock.BaseFileLock:
    """Make a lock that dies with the process: two bots on one file would each think the other's work lost."""
    return filelock.FileLock(path.with_name(path.name + ".lock"), timeout=0)


def locked(path: Path) -> AbstractContextManager[object]:
    """Hold the lock of a database, whose folder is made where it is missing. Raises StoreError."""
    lock = lock_of(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return lock.acquire()
    except filelock.Timeout:
        if not Path(lock.lock_file).exists():  # nobody holds it: it cannot be made
            raise StoreError(f"nothing can be written in {path.parent}") from None
        raise DatabaseInUse(f"another Encore is using {path.name}; stop it first") from None
    except OSError as error:
        raise StoreError(f"the folder of {path.name} cannot be written: {error.strerror}") from None
