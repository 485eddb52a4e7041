"""The one clock of the tests: an event loop whose time jumps to whatever is due next, so nothing waits.

While the loop runs, `time.time` and `time.monotonic` show its time, so product, fakes and tests agree on it.
It jumps only when nothing can happen without: no callback is ready, no socket has data, no thread is at work.
"""

import asyncio
import queue
import selectors
import socket
import sys
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager, suppress
from typing import Any, TypeVar, overload

import aiosqlite.core

from jobs.ports import Clock

if sys.platform == "linux":
    import fcntl
    import termios

T = TypeVar("T")

EPOCH = 1_800_000_000.0
"""Seconds since 1970 at which every loop begins."""

# Real seconds: what the kernel may take from one socket of ours to another, and how long a thread may work or
# nothing may happen before the test is taken for stuck.
_IN_THE_KERNEL, _AT_WORK, _SILENCE = 0.001, 60.0, 5.0
# So many times does a test look in vain.
_MOMENTS = 5000


class _Selector(selectors.DefaultSelector):
    """Moves the time where another one would sleep."""

    def __init__(self) -> None:
        super().__init__()
        self.time = 0.0
        self.at_work = 0
        self.watchers: list[asyncio.Future[None]] = []
        self._closed = False

    def unregister(self, fileobj: Any) -> selectors.SelectorKey:  # noqa: ANN401 - as its base has it
        self._closed = True  # its last words may be under way
        return super().unregister(fileobj)

    def _under_way(self) -> bool:
        """Whether the kernel may hold what one socket of ours has sent and another has not got."""
        closed, self._closed = self._closed, False
        ours = [key.fd for key in self.get_map().values()]
        if closed or not any(map(_is_sending, ours)):
            return closed
        for fd in ours:
            _acknowledge(fd)
        return any(map(_is_sending, ours))

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is not None and timeout <= 0:
            return super().select(0)
        if self.at_work:
            return super().select(_AT_WORK) or _stuck("a thread does not come back")
        if timeout is None:
            return super().select(_SILENCE) or _stuck("everything waits for ever")
        events = super().select(_IN_THE_KERNEL if self._under_way() else 0)
        if not events:
            self.time += timeout
            self._tell_watchers()
        return events

    def _tell_watchers(self) -> None:
        watchers, self.watchers = self.watchers, []
        for watcher in watchers:
            if not watcher.done():
                watcher.set_result(None)


def _is_sending(fd: int) -> bool:
    """Whether the other end has not yet acknowledged all that this one has sent; Linux alone tells."""
    if sys.platform != "linux":
        return True
    try:
        return any(fcntl.ioctl(fd, termios.TIOCOUTQ, bytes(4)))
    except OSError:  # one that listens sends nothing
        return False


def _acknowledge(fd: int) -> None:
    """Let a socket acknowledge what it has got now, not 40 ms later."""
    if sys.platform == "linux":
        one = socket.socket(socket.AF_INET, socket.SOCK_STREAM, fileno=fd)
        with suppress(OSError):  # it is no TCP socket
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        one.detach()


def _stuck(why: str) -> list[tuple[selectors.SelectorKey, int]]:
    raise RuntimeError(why)


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop in virtual time."""

    def __init__(self) -> None:
        self._virtual = _Selector()
        super().__init__(self._virtual)

    def time(self) -> float:
        return self._virtual.time

    def now(self) -> float:
        """Its time as seconds since 1970."""
        return EPOCH + self._virtual.time

    async def moment(self) -> None:
        """Return when time has moved on: what could happen before has happened."""
        watcher = self.create_future()
        self._virtual.watchers.append(watcher)
        await watcher

    def hold(self, work: "asyncio.Future[Any]") -> None:
        """Let no time pass until a thread has done this work."""
        self._virtual.at_work += 1
        work.add_done_callback(self._release)

    def _release(self, _work: "asyncio.Future[Any]") -> None:
        self._virtual.at_work -= 1

    def run_in_executor(
        self,
        executor: Executor | None,
        func: Callable[..., T],
        *args: object,
    ) -> "asyncio.Future[T]":
        work = super().run_in_executor(executor, func, *args)
        self.hold(work)
        return work

    def run_forever(self) -> None:
        with _shown("time", self.now), _shown("monotonic", self.time):
            super().run_forever()


@contextmanager
def _shown(name: str, clock: Callable[[], float]) -> Iterator[None]:
    """Let a clock of the module `time` show another time, unless somebody else has taken its place.

    Whoever takes its place for a while may put a virtual clock back that has stopped; a real loop that met it
    would wait for ever. So whatever is virtual gives way to the genuine one.
    """
    if getattr(time, name) is _GENUINE[name] or _is_virtual(getattr(time, name)):
        setattr(time, name, clock)
    try:
        yield
    finally:
        if _is_virtual(getattr(time, name)):
            setattr(time, name, _GENUINE[name])


def _is_virtual(clock: object) -> bool:
    return isinstance(getattr(clock, "__self__", None), VirtualLoop)


_GENUINE = {"time": time.time, "monotonic": time.monotonic}


class _Held(queue.SimpleQueue[tuple["asyncio.Future[Any] | None", Callable[[], Any]]]):
    """What waits for the thread of a database connection."""

    def put_nowait(self, item: tuple["asyncio.Future[Any] | None", Callable[[], Any]]) -> None:
        work, _ = item
        if work is not None and isinstance(loop := work.get_loop(), VirtualLoop):
            loop.hold(work)
        super().put_nowait(item)


aiosqlite.core.SimpleQueue = _Held  # type: ignore[attr-defined, assignment] # its threads are no executor's


class ShiftedClock(Clock):
    """A clock of the bot that runs ahead of all others by so many seconds, or behind them."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def now(self) -> float:
        return super().now() + self._seconds


def run(act: Coroutine[Any, Any, T]) -> T:
    """What an act gives, in a time of its own."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(act)


def loop() -> VirtualLoop:
    """The loop that runs this test."""
    running = asyncio.get_running_loop()
    assert isinstance(running, VirtualLoop)
    return running


@overload
async def until(look: Callable[[], Awaitable[T | None]], what: str = "it") -> T: ...
@overload
async def until(look: Callable[[], T | None], what: str = "it") -> T: ...
async def until(look: Callable[[], Any], what: str = "it") -> Any:
    """What `look` sees once that is true. It looks whenever time has moved on; fails when it never is."""
    for _ in range(_MOMENTS):
        seen = look()
        if isinstance(seen, Awaitable):
            seen = await seen
        if seen:
            return seen
        await loop().moment()
    raise AssertionError(f"{what} never came about")
