"""Waiting for the world to change, with a deadline and without a tick."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

DEADLINE = 60.0
"""Seconds after which a wait fails, unless the caller says otherwise."""

T = TypeVar("T")


class WaitError(AssertionError):
    """What was waited for did not come about; the text says what was requested instead."""


@dataclass(frozen=True, slots=True, eq=False)
class _Waiter:
    look: Callable[[], Any]
    found: "asyncio.Future[Any]"

    def look_again(self) -> None:
        if self.found.done():
            return
        try:
            seen = self.look()
        except Exception as error:  # noqa: BLE001 - a predicate's mistake belongs to whoever waits with it
            self.found.set_exception(error)
            return
        if seen is not None and seen is not False:
            self.found.set_result(seen)


class Changes:
    """Looks again for everyone who waits, once per turn of the event loop in which something changed.

    Waiters are not woken to look for themselves, so thousands of them cost a call each and not a task switch.
    """

    def __init__(self, context: Callable[[], str] = str) -> None:
        self._context = context
        self._waiters: set[_Waiter] = set()
        self._is_due = False

    def announce(self) -> None:
        """Tell all waiters that something changed."""
        if self._waiters and not self._is_due:
            self._is_due = True
            asyncio.get_running_loop().call_soon(self._look_again)

    def _look_again(self) -> None:
        self._is_due = False
        for waiter in list(self._waiters):
            waiter.look_again()

    async def until(self, look: Callable[[], T | None], what: str, *, deadline: float = DEADLINE) -> T:
        """Return what `look` finds, as soon as that is neither None nor False."""
        waiter = _Waiter(look, asyncio.get_running_loop().create_future())
        waiter.look_again()
        self._waiters.add(waiter)
        try:
            async with asyncio.timeout(deadline):
                found: T = await waiter.found
        except TimeoutError:
            raise WaitError(f"no {what} within {deadline:g} s\n{self._context()}") from None
        finally:
            self._waiters.discard(waiter)
        return found
