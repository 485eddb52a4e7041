"""Signals to all processes at a database, by NOTIFY."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

import sqlalchemy as sa
from sqlalchemy import Connection

from jobs.slots import Signals
from jobs.store.postgres.sessions import CHANNEL

log = logging.getLogger(__name__)

_NOTIFY = sa.text("SELECT pg_notify(:channel, :said)")


class Notifier(Signals):
    """Tells each thing once, however often it is said before it leaves."""

    def __init__(self, write: Callable[[Callable[[Connection, str], None], str], Awaitable[None]]) -> None:
        """Take what runs a change."""
        self._write = write
        self._waiting: dict[str, asyncio.Task[None]] = {}

    def send(self, kind: str, *about: object) -> None:
        said = " ".join(map(str, (kind, *about)))
        if said not in self._waiting:
            self._waiting[said] = asyncio.create_task(self._send(said), name="signal")

    async def _send(self, said: str) -> None:
        await asyncio.sleep(0)
        del self._waiting[said]
        try:
            await self._write(_notify, said)
        except Exception as error:  # noqa: BLE001 - see `Signals`
            log.info("a signal was not sent (%s)", type(error).__name__)


def _notify(c: Connection, said: str) -> None:
    c.execute(_NOTIFY, {"channel": CHANNEL, "said": said})
