"""Discord's limit over all channels, kept beforehand."""

import asyncio

from cogs.delivery.rate_limit import RateLimit


class Clock:
    """Time that passes where somebody sleeps, and a little more than asked for."""

    def __init__(self, oversleep: float = 0.0) -> None:
        self.time = 1000.0
        self._oversleep = oversleep

    def now(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(0)
        self.time += seconds + self._oversleep


async def turns(clock: Clock, count: int) -> list[float]:
    limit = RateLimit(a_second=46.0, now=clock.now, sleep=clock.sleep)
    taken: list[float] = []

    async def one() -> None:
        await limit.acquire()
        taken.append(clock.now())

    await asyncio.gather(*(one() for _ in range(count)))
    return taken


def most_in_a_second(taken: list[float]) -> int:
    return max(sum(at <= other < at + 1.0 for other in taken) for at in taken)


async def test_a_backlog_never_exceeds_the_limit_in_any_second() -> None:
    taken = await turns(Clock(), 500)
    assert most_in_a_second(taken) <= 49
    assert 460 / 46 <= taken[-1] - taken[0] <= 500 / 46


async def test_a_sleep_that_ends_late_costs_no_throughput() -> None:
    taken = await turns(Clock(oversleep=0.01), 500)
    assert most_in_a_second(taken) <= 49
    assert taken[-1] - taken[0] <= 500 / 46 + 0.1


async def test_after_a_pause_nothing_is_made_up_for_at_once() -> None:
    clock = Clock()
    limit = RateLimit(a_second=46.0, now=clock.now, sleep=clock.sleep)
    await limit.acquire()
    clock.time += 3600.0
    began = clock.now()
    for _ in range(46):
        await limit.acquire()
    assert clock.now() - began >= 43 / 46


async def test_turns_come_in_the_order_of_asking() -> None:
    clock = Clock()
    limit = RateLimit(a_second=46.0, now=clock.now, sleep=clock.sleep)
    came: list[int] = []

    async def one(number: int) -> None:
        await limit.acquire()
        came.append(number)

    await asyncio.gather(*(one(number) for number in range(20)))
    assert came == list(range(20))


async def test_a_turn_that_is_to_spare_is_one_that_nobody_waits_for_and_counts_like_any_other() -> None:
    clock = Clock()
    limit = RateLimit(a_second=2.0, now=clock.now, sleep=clock.sleep)
    assert limit.spare()
    assert not limit.spare(), "so soon after the last"
    await limit.acquire()
    assert clock.time == 1000.5
    waiting = asyncio.create_task(limit.acquire())
    await asyncio.sleep(0)
    clock.time += 10.0
    assert not limit.spare(), "somebody is in the queue"
    await waiting
    clock.time += 10.0
    assert limit.spare()


async def test_a_process_keeps_to_its_share() -> None:
    limit = RateLimit.of(25.0)
    began = asyncio.get_running_loop().time()
    for _ in range(24):
        await limit.acquire()
    assert asyncio.get_running_loop().time() - began >= 21 / 23.0, "of these two were there at once"
