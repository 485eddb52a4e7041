"""The real clock."""

import asyncio
import time

from jobs.ports import Clock


def test_now_is_the_time_since_the_epoch() -> None:
    before = time.time()
    assert before <= Clock().now() <= time.time()


async def test_waiting_ends_with_the_seconds_or_with_the_event() -> None:
    clock, wake = Clock(), asyncio.Event()
    for seconds in (0.0, -5.0, 0.001):
        await clock.wait(wake, seconds)
    wake.set()
    for long in (1e9, None):
        await clock.wait(wake, long)


async def test_without_seconds_only_the_event_ends_it() -> None:
    clock, wake = Clock(), asyncio.Event()
    waiting = asyncio.create_task(clock.wait(wake, None))
    for _ in range(10):
        await asyncio.sleep(0)
    assert not waiting.done()
    wake.set()
    await waiting


async def test_a_wait_can_be_cancelled() -> None:
    waiting = asyncio.create_task(Clock().wait(asyncio.Event(), 1e9))
    await asyncio.sleep(0)
    waiting.cancel()
    assert (await asyncio.gather(waiting, return_exceptions=True))[0].__class__ is asyncio.CancelledError
