"""Let rows wait a moment for each other, so that one statement and one flush serve them all."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from sqlalchemy import Connection, Executable

Write = Callable[[Callable[[Connection], int]], Awaitable[int]]

# Long enough for many polls when there are thousands a second, too short to be noticed.
_GATHER_SECONDS = 0.03


class Coalescer:
    """One statement, run with the values of everybody who came within a moment."""

    def __init__(self, write: Write, statement: Executable) -> None:
        self._write_one = write
        self._statement = statement
        self._values: list[Mapping[str, Any]] = []
        self._writing: asyncio.Task[None] | None = None

    async def run(self, values: Mapping[str, Any]) -> None:
        """Run the statement with these values; when this returns it is durable. Raises as `write` does."""
        if self._writing is None:
            self._writing = asyncio.create_task(self._write(), name="store-gathering")
        self._values.append(values)
        # Whoever is cancelled must not take the others' rows along.
        await asyncio.shield(self._writing)

    async def drained(self) -> None:
        if self._writing is not None:
            await asyncio.wait([self._writing])

    async def _write(self) -> None:
        await asyncio.sleep(_GATHER_SECONDS)
        values, self._values, self._writing = self._values, [], None
        await self._write_one(lambda c: c.execute(self._statement, values).rowcount)
