"""Two connections at one database: what another process does while a change has not been committed yet."""

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection

from jobs.store.locks import TRANSACTION, Transaction
from jobs.store.postgres.connection import engine_for, parse
from tests.jobs import shelf

A = TypeVar("A")
B = TypeVar("B")

_WAITING = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


async def both(file: Path, first: Callable[[Connection], A], then: Coroutine[Any, Any, B]) -> tuple[A, B]:
    """Commit `first` once `then`, begun after it, waits for it or has ended."""
    engine = engine_for(parse(shelf.url_of(file)), size=1)
    try:
        with engine.connect() as c:
            c.info[TRANSACTION] = Transaction(shared=False)
            with c.begin():
                done = first(c)
                other = asyncio.ensure_future(then)
                with shelf.opened(file) as run:
                    while not other.done() and not run(_WAITING):
                        await asyncio.wait([other], timeout=0.005)
        return done, await other
    finally:
        engine.dispose()
