"""A session of its own that lasts: it hears what other processes tell, and does something again and again.

Locks that it holds are lost with it, so it ends by itself soon after its process dies, is stopped, or stands
still; then another session begins.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import psycopg

from jobs.store.postgres.connection import arguments, parse

log = logging.getLogger(__name__)

Session = psycopg.AsyncConnection[tuple[Any, ...]]

CHANNEL = "encore"
# Heard when a session begins: what was told before was not.
BEGAN = "began"
# Between two rounds. The server ends a session that has asked for nothing for so long.
EVERY_SECONDS = 0.25
_ENDS_IDLE = """
SELECT set_config('idle_session_timeout', '3s', false) WHERE current_setting('server_version_num') >= '140000'
"""
# How long a statement waits for a transaction of a former owner, which ends by itself after three seconds.
_LOCK = "5s"
_PAUSE_SECONDS = 0.25


async def keep_session(
    url: str,
    begun: Callable[[Session], Awaitable[None]],
    every_round: Callable[[Session], Awaitable[None]],
    hear: Callable[[str], None],
) -> None:
    """Keep a session, until cancelled; `begun` is called with each new one."""
    address = arguments(parse(url), lock_timeout=_LOCK)
    while True:
        held = False
        try:
            async with await psycopg.AsyncConnection.connect(**address, autocommit=True) as session:
                await session.execute(_ENDS_IDLE)
                await session.execute(f"LISTEN {CHANNEL}")
                await begun(session)
                hear(BEGAN)
                held = True
                while True:
                    await every_round(session)
                    async for said in session.notifies(timeout=EVERY_SECONDS):
                        hear(said.payload)
        except psycopg.OperationalError as error:
            log.warning("the session with the database ended (%s); beginning another", type(error).__name__)
        except Exception:
            log.exception("the session with the database ended")
        # What was held is held again at once, before others take it.
        await asyncio.sleep(0.0 if held else _PAUSE_SECONDS)


async def listen(url: str, hear: Callable[[str], None]) -> None:
    """Hear what other processes tell, until cancelled."""
    await keep_session(url, _no_locks, _a_sign, hear)


async def _no_locks(_session: Session) -> None:
    """Hold nothing."""


async def _a_sign(session: Session) -> None:
    await session.execute("SELECT 1")
