"""Changes of jams by people, each of which the keeper and the engine act on."""

from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection

from jobs.store import Store

P = ParamSpec("P")
T = TypeVar("T")


class Changes:
    """Writes to a store; `wake` tells whoever acts on it."""

    def __init__(self, store: Store, wake: Callable[[], None]) -> None:
        self._store = store
        self._wake = wake

    async def write(
        self, change: Callable[Concatenate[Connection, P], T], *args: P.args, **options: P.kwargs
    ) -> T:
        """Write, and have that acted on: it may be in the file although writing it failed."""
        try:
            return await self._store.write(change, *args, **options)
        finally:
            self._wake()
