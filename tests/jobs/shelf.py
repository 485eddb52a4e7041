"""Jobs in a real database file: as ordered, and brought to any state by legal moves."""

import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from jobs.models import Balance, Clip, Job, Order, Origin
from jobs.models.rejections import Rejection
from jobs.models.states import MOVES, JobState, S
from jobs.orders.service import Accepted, JobService
from jobs.rules.admission import NeedsConfirmation, Quote
from jobs.rules.quote import Enquiry, Payer
from jobs.store import Store, migrate
from jobs.store.connection import ConnectionThreads
from jobs.store.queries import jobs, orders, transitions
from jobs.store.queries.posts import Plan
from musicapi import load_profile

if TYPE_CHECKING:
    from tests.jobs.postgres import Databases

PROFILE = load_profile("classic")
NOW = 1_800_000_000.0
ORDER = Order("suno.create", {"description": "rivers", "instrumental": False}, "rivers")
VISIT = Origin(guild_id=11, channel_id=22, user_id=33, upload_limit=10_000_000)


@cache
def _migrated() -> bytes:
    with TemporaryDirectory() as folder:
        engine = sa.create_engine(f"sqlite:///{folder}/encore.db")
        with engine.begin() as connection:
            migrate.upgrade(connection)
        engine.dispose()
        return (Path(folder) / "encore.db").read_bytes()


SQLITE, POSTGRESQL = "sqlite", "postgresql"
# The database that tests are on: `TESTS_ON=postgresql pytest tests/jobs` runs them all there.
CHOSEN = os.environ.get("TESTS_ON", SQLITE)
_present = [CHOSEN]


def go_to(kind: str) -> None:
    """Put what follows on a database."""
    _present[0] = kind


def on_postgres() -> bool:
    return _present[0] == POSTGRESQL


def writing(store: Store) -> ConnectionThreads:
    """What writes to SQLite."""
    assert isinstance(store._writing, ConnectionThreads)
    return store._writing


def new_file(file: Path) -> None:
    """An empty database, unless there is one; migrations are run once for all tests."""
    if on_postgres():
        databases().with_tables(file)
    elif not file.exists():
        file.write_bytes(_migrated())


def databases() -> "Databases":
    from tests.jobs.postgres import databases as found  # noqa: PLC0415 - only tests on it need the driver

    return found


def brought_to_version(file: Path, version: str) -> None:
    """Run the migrations up to one of them."""
    engine = sa.create_engine(url_of(file), poolclass=sa.NullPool)
    config = Config()
    config.set_main_option("script_location", str(Path(migrate.__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, version)


def url_of(file: Path) -> str:
    return databases().url_of(file) if on_postgres() else f"sqlite:///{file}"


async def accepted(
    store: Store,
    *,
    order: Order = ORDER,
    origin: Origin = VISIT,
    price: int = 10,
    now: float = NOW,
    due_at: float = NOW + 15,
) -> Job:
    quote = Quote("suno", price)
    job = await store.write(
        jobs.accept, order, origin, quote, now=now, due_at=due_at, deadline_at=NOW + 21_600
    )
    assert job is not None
    return job


async def ask(
    store: Store,
    order: Order = ORDER,
    origin: Origin = VISIT,
    payer: Payer = Payer(),  # noqa: B008 - frozen
    *,
    balance: Balance | None = None,
    draft_id: int | None = None,
) -> Job | NeedsConfirmation | Rejection:
    """What admission says to an order; with a balance, where that was just read."""
    noted = await store.write(
        orders.accept,
        Enquiry(order, origin, payer, NOW, reread=balance is not None, balance=balance),
        PROFILE,
        due_at=NOW,
        deadline_at=NOW + 60,
        draft_id=draft_id,
    )
    return noted.job if isinstance(noted, orders.Noted) else noted


async def ordered(
    service: JobService, order: Order, origin: Origin = VISIT, *, agreed: int = 1000
) -> Accepted:
    """An order that must be taken, at any price."""
    accepted = await service.accept(order, origin, agreed=agreed)
    assert isinstance(accepted, Accepted), accepted
    return accepted


async def reload(store: Store, job: Job) -> Job:
    found = await store.read(jobs.by_id, job.id)
    assert found is not None
    return found


def way_to(state: JobState) -> list[JobState]:
    """The shortest way from acceptance to a state."""
    ways: dict[JobState, list[JobState]] = {S.ACCEPTED: []}
    edge = [S.ACCEPTED]
    while state not in ways:
        edge = [later for at in edge for later in sorted(MOVES[at]) if not _reach(ways, at, later)]
    return ways[state]


def _reach(ways: dict[JobState, list[JobState]], at: JobState, later: JobState) -> bool:
    if later in ways:
        return True
    ways[later] = [*ways[at], later]
    return False


async def moved(store: Store, job: Job, to: JobState, **changes: Any) -> Job:  # noqa: ANN401 - columns
    """The job after a move that must succeed."""
    assert await move(store, job, to, **changes)
    return await reload(store, job)


async def move(
    store: Store,
    job: Job,
    to: JobState,
    *,
    now: float = NOW,
    results: Sequence[Clip] = (),
    plan: Plan = (),
    refunded: bool = False,
    **changes: Any,  # noqa: ANN401 - columns
) -> bool:
    """Whether a move happened."""
    after = replace(job.entering(to, now=now), **changes)
    return await store.write(transitions.save, job, after, results=results, plan=plan, refunded=refunded)


async def touch(store: Store, job: Job, **changes: Any) -> bool:  # noqa: ANN401 - columns
    """Whether a job was changed where it is."""
    return await store.write(transitions.save, job, replace(job, **changes))


async def brought_to(store: Store, state: JobState, job: Job | None = None) -> Job:
    """A job in a state."""
    job = job or await accepted(store)
    for step in way_to(state):
        job = await moved(store, job, step)
    return job


def clip(job: Job, position: int, **changes: Any) -> Clip:  # noqa: ANN401 - fields
    """A result of a job."""
    plain = Clip(job.id, position, f"clip-{job.id}-{position}", "song", f"Song {position}", created_at=NOW)
    return replace(plain, **changes)


def put(file: Path, content: bytes) -> None:
    """Put a file in place."""
    file.write_bytes(content)


def content_of(file: Path) -> bytes:
    """All its bytes."""
    return file.read_bytes()


def names_in(folder: Path) -> list[str]:
    """What lies in a folder."""
    return sorted(path.name for path in folder.iterdir())


@contextmanager
def opened(file: Path) -> Iterator[Callable[..., Sequence[tuple[Any, ...]]]]:
    """A connection of the test's own: runs a statement, and gives what it found."""
    if on_postgres():
        with databases().connected(file) as other:

            def on_other(statement: str, values: Sequence[object] = ()) -> Sequence[tuple[Any, ...]]:
                done = other.execute(statement.replace("?", "%s"), values or None)
                return done.fetchall() if done.description else []

            yield on_other
        return
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        yield lambda statement, values=(): connection.execute(statement, values).fetchall()


def rows(file: Path, query: str, *values: object) -> Sequence[tuple[Any, ...]]:
    """What really is in the database, by a connection of its own."""
    with opened(file) as run:
        return run(query, values)


def change(file: Path, statement: str, *values: object) -> None:
    """Change the database behind the store's back."""
    with opened(file) as run:
        run(statement, values)
