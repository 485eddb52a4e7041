"""Open a database of PostgreSQL: see that it is fit, take it for this bot, bring its tables up to date."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import NamedTuple
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from jobs.store import committed, migrate
from jobs.store.errors import DatabaseInUse, Snapshot, StoreError, cause
from jobs.store.postgres import owning
from jobs.store.postgres.connection import engine_for, parse
from jobs.store.postgres.tables import is_one_newer, upgrade
from jobs.store.postgres.threads import Reading, Writing

_READERS = 3
# In a space of their own, apart from the locks of servers and accounts.
ALONE = sa.text("SELECT pg_try_advisory_lock(1, 1)")
_WITH_OTHERS = sa.text("SELECT pg_try_advisory_lock_shared(1, 1)")
_NOW = sa.text("SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) AS DOUBLE PRECISION)")
_MOST_AHEAD = 2.0
_FITNESS = sa.text(
    "SELECT current_setting('server_version_num'), current_setting('server_encoding'), "
    "current_setting('synchronous_commit'), pg_is_in_recovery()"
)
_OLDEST = 130000
_TRIES, _PAUSE_SECONDS = 10, 0.1
_ASCII_ONLY = (
    "the locale of the database is C: searches will find other letters than A-Z only as they are typed; "
    "make one with LOCALE 'C.UTF-8'"
)


class Threads(NamedTuple):
    writing: Writing
    reading: Reading


@asynccontextmanager
async def opened(
    url: str, *, alone: bool, fence: Callable[[Connection], None] | None = None
) -> AsyncIterator[Threads]:
    """Open the database; where it is to be this bot's `alone`, refuse one that another bot uses.

    Each change begins with the `fence`, if there is one.

    Raises:
        StoreError: It cannot be used.
    """
    address = parse(url)
    owner = await asyncio.to_thread(_prepared, address, alone=alone)
    writing = Writing(engine_for(address, size=Writing.connections()), fence)
    reading = Reading(engine_for(address, size=_READERS, reads=True), _READERS)
    try:
        yield Threads(writing, reading)
    finally:
        owner.dispose()


def _prepared(address: sa.URL, *, alone: bool) -> Engine:
    """Make the database ready; while the engine lives, no other bot that wants it alone gets it."""
    engine = engine_for(address, size=1)
    try:
        with told(address), engine.connect() as c:
            _prepare(c, alone=alone)
    except BaseException:
        engine.dispose()
        raise
    return engine


def _prepare(c: Connection, *, alone: bool) -> None:
    with c.begin():
        for problem in unfit(c):
            raise StoreError(problem)
        if not _is_free(c, ALONE if alone else _WITH_OTHERS):
            other = "another Encore" if alone else "an Encore of the role `all`"
            raise DatabaseInUse(f"{other} is using this database; stop it first")
        if not alone and abs(ahead := time.time() - c.scalar(_NOW)) > _MOST_AHEAD:
            raise StoreError(
                f"the clock here is {ahead:+.1f} s off the database's; processes that work together need "
                "the same time: let NTP keep it"
            )
    with c.begin():
        upgrade(c)
        c.exec_driver_sql(committed.TABLE)
        if not alone:
            c.exec_driver_sql(owning.TABLE)


def _is_free(c: Connection, lock: sa.TextClause) -> bool:
    """Take the database, alone or with others; the session of one that was killed may end a moment later."""
    for _ in range(_TRIES):
        if c.scalar(lock):
            return True
        time.sleep(_PAUSE_SECONDS)
    return False


@contextmanager
def told(address: sa.URL) -> Iterator[None]:
    """Say what is wrong with a database in a sentence without its password."""
    try:
        yield
    except migrate.NewerDatabase as error:
        raise StoreError(str(error)) from None
    except (SQLAlchemyError, OSError, UnicodeError) as error:
        said = cause(error)
        if address.password:
            for secret in {str(address.password), quote(str(address.password), safe="")}:
                said = said.replace(secret, "***")
        raise StoreError(f"the database cannot be used: {said}") from None


def unfit(c: Connection) -> Iterator[str]:
    """Say what keeps a database from being used by us."""
    version, encoding, commit, standby = c.execute(_FITNESS).one()
    if int(version) < _OLDEST:
        yield "the database is older than PostgreSQL 13"
    if encoding != "UTF8":
        yield f"the database is encoded as {encoding}; make one with ENCODING 'UTF8'"
    if commit == "off":
        yield "synchronous_commit is off in the database: a noted payment could be lost; turn it on"
    if standby:
        yield "DATABASE_URL names a standby, which takes no changes; it must name the primary"


def look(url: str) -> Snapshot | None:
    """Read what the database holds, changing nothing; None where there are no tables yet.

    Raises:
        DatabaseInUse: A bot has it for itself.
        StoreError: It cannot be used, or a newer version wrote it.
    """
    address = parse(url)
    engine = engine_for(address, size=1, reads=True)
    try:
        with told(address), engine.connect() as c:
            for problem in unfit(c):
                raise StoreError(problem)
            if not c.scalar(ALONE):
                raise DatabaseInUse("another Encore is using this database")
            return _held(c)
    finally:
        engine.dispose()


@contextmanager
def changing(url: str) -> Iterator[Connection]:
    """Give a connection that changes the database beside a bot. Raises StoreError."""
    address = parse(url)
    engine = engine_for(address, size=1)
    try:
        with told(address), engine.connect() as c:
            yield c
    finally:
        engine.dispose()


def _held(c: Connection) -> Snapshot | None:
    version = migrate.version(c)
    if version is None:
        return None
    if version > migrate.HEAD and not is_one_newer(version):
        raise StoreError(f"the database was written by a newer Encore ({version}); update first")
    jobs = int(c.scalar(sa.text("SELECT COUNT(*) FROM job")) or 0)
    return Snapshot(jobs, version, (_ASCII_ONLY,) if is_ascii_only(c) else ())


def is_ascii_only(c: Connection) -> bool:
    """Whether the database folds no letters but those of ASCII: a search then finds others as typed alone."""
    return bool(c.scalar(sa.text("SELECT lower(:letter)"), {"letter": "\u0416"}) != "\u0436")
