"""The store as the rest of `jobs` sees it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from jobs.store.database import open_database
from jobs.store.job_acts import JobActs


@asynccontextmanager
async def open_store(url: str) -> AsyncIterator["Store"]:
    """Open the store at a database URL. Raises as `open_database` does."""
    async with open_database(url) as database:
        yield Store(database)


class Store(JobActs):
    """Everything that is kept. Writes are durable when they return; times are seconds since the epoch."""
