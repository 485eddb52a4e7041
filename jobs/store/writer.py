"""One writer for the whole process, which groups commits.

A durable commit costs a flush of the disk whatever it holds, so everything that waits while one
commit runs goes into the next one together. Callers wait for their own change: when `run` returns,
it is on the disk.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from jobs.store.connection import ThreadedConnection

T = TypeVar("T")
Change = Callable[[Connection], Any]

_GROUP = 100
_CLOSE_SECONDS = 3.0


class Writer:
    """Runs changes one after the other on one connection, many to a commit."""

    def __init__(self, connection: ThreadedConnection) -> None:
        self._connection = connection
        self._queue: asyncio.Queue[tuple[Change, asyncio.Future[Any]]] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to take changes."""
        self._task = asyncio.create_task(self._work(), name="store-writer")

    async def close(self) -> None:
        """Finish what was asked for, then end."""
        if self._task is None:
            return
        with suppress(TimeoutError):  # a locked database must not hold up the end
            async with asyncio.timeout(_CLOSE_SECONDS):
                await self._queue.join()
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task
        self._task = None

    async def run(self, change: Callable[[Connection], T]) -> T:
        """Run a change in a transaction of its own, or in a group with others; its result.

        The change may be run twice (when another one of its group fails), so it must touch nothing but
        the connection.

        Raises:
            sqlalchemy.exc.SQLAlchemyError: The change failed and left no trace.
        """
        if self._task is None or self._task.done():
            raise RuntimeError("the writer is not running")
        answer: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._queue.put_nowait((change, answer))
        # A caller that is cancelled does not take its change back: the transaction may be on its way.
        return await asyncio.shield(answer)

    async def _work(self) -> None:
        while True:
            group = [await self._queue.get()]
            while len(group) < _GROUP and not self._queue.empty():
                group.append(self._queue.get_nowait())
            try:
                await self._commit(group)
            finally:
                for _ in group:
                    self._queue.task_done()

    async def _commit(self, group: list[tuple[Change, asyncio.Future[Any]]]) -> None:
        try:
            results = await self._transact([change for change, _ in group])
        except Exception as error:  # noqa: BLE001 - handed to whoever waits for it
            if len(group) > 1 and not _is_locked(error):
                for single in group:  # one of them is bad: each for itself, so that only that one fails
                    await self._commit([single])
                return
            for _, future in group:
                _answer(future, error=error)
            return
        for (_, future), result in zip(group, results, strict=True):
            _answer(future, result=result)

    async def _transact(self, changes: list[Change]) -> list[Any]:
        return await self._connection.run(lambda connection: [change(connection) for change in changes])


def _is_locked(error: Exception) -> bool:
    """Whether somebody else holds the file: nobody's fault, and waited for long enough already."""
    return isinstance(error, OperationalError) and "locked" in str(error.orig)


def _answer(future: asyncio.Future[Any], *, result: object = None, error: Exception | None = None) -> None:
    if future.cancelled():
        return
    if error is None:
        future.set_result(result)
    else:
        future.set_exception(error)
        future.exception()  # a caller that went away must not make the loop complain
