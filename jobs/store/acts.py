"""What every part of the store's face stands on."""

from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection

from jobs.store.database import Database

P = ParamSpec("P")
T = TypeVar("T")


class Acts:
    """Acts of one concern on a database: an async method each, each one transaction."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def read(
        self, query: Callable[Concatenate[Connection, P], T], *args: P.args, **options: P.kwargs
    ) -> T:
        """Run a query of `jobs.store.queries`."""
        return await self._db.read(query, *args, **options)

    async def write(
        self, change: Callable[Concatenate[Connection, P], T], *args: P.args, **options: P.kwargs
    ) -> T:
        """Run a change of `jobs.store.queries` in a transaction; when this returns it is durable."""
        return await self._db.write(change, *args, **options)
