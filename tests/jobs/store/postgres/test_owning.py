"""Workers share the slots; one that is gone, cut off or stands still loses its own, and writes no more."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import sqlalchemy as sa

from jobs.slots import ALL, SLOTS
from jobs.store import Store, StoreError, open_store
from jobs.store.postgres.owning import Lost, Owner
from jobs.store.postgres.telling import Notifier
from jobs.store.queries import notes
from tests.jobs.shelf import databases, new_file, url_of

pytestmark = [pytest.mark.postgresql, pytest.mark.real_time]


@dataclass
class Worker:
    owner: Owner
    store: Store
    keeping: "asyncio.Task[None]"
    heard: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)

    async def die(self) -> None:
        self.keeping.cancel()
        with suppress(asyncio.CancelledError):
            await self.keeping


@asynccontextmanager
async def worker(file: Path) -> AsyncIterator[Worker]:
    new_file(file)
    heard: list[str] = []
    lost: list[str] = []
    owner = Owner(lost.append)
    owner.taken = lambda: owner.begin(owner.new)
    async with open_store(url_of(file), alone=False, fence=owner.fence) as store:
        one = Worker(owner, store, asyncio.create_task(owner.keep(url_of(file), heard.append)), heard, lost)
        yield one
        await one.die()


async def until(done: Callable[[], object]) -> float:
    """Seconds until a condition holds; fail when it does not in ten."""
    loop = asyncio.get_running_loop()
    begun = loop.time()
    while not done():
        await asyncio.sleep(0.01)
        assert loop.time() < begun + 10.0
    return loop.time() - begun


async def test_one_takes_all_and_gives_a_fair_share_to_those_who_come(file: Path) -> None:
    async with worker(file) as one:
        await until(lambda: one.owner.mine == ALL)
        async with worker(file) as two, worker(file) as three:
            await until(lambda: sorted(len(w.owner.mine) for w in (one, two, three)) == [4, 6, 6])
            assert one.owner.mine | two.owner.mine | three.owner.mine == ALL
        await until(lambda: one.owner.mine == ALL)
        assert one.lost == []


async def test_a_slot_is_given_back_once_nothing_is_under_way_for_it(file: Path) -> None:
    async with worker(file) as one:
        done, asked = asyncio.Event(), []

        async def ended(slots: object) -> None:
            asked.append(slots)
            await done.wait()

        one.owner.ended = ended
        await until(lambda: one.owner.mine == ALL)
        async with worker(file) as two:
            await until(lambda: len(asked) == SLOTS // 2)
            await asyncio.sleep(0.6)
            assert (len(one.owner.mine), two.owner.mine) == (SLOTS // 2, frozenset())
            await one.store.write(notes.write, "a", "still may write")
            done.set()
            await until(lambda: len(two.owner.mine) == SLOTS // 2)
            assert one.lost == two.lost == []


def cut(file: Path) -> None:
    """End the session that holds the slots."""
    with databases().connected(file) as c:
        c.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND classid = 3"
        )


async def test_one_whose_session_was_cut_goes_on_if_nobody_has_taken_its_slots(file: Path) -> None:
    async with worker(file) as one:
        await until(lambda: one.owner.mine == ALL)
        cut(file)
        await asyncio.sleep(1.0)
        async with worker(file) as two:
            await until(lambda: len(two.owner.mine) == SLOTS // 2)
        await one.store.write(notes.write, "a", "b")
        assert one.lost == []


async def test_what_another_has_taken_over_is_no_longer_written_to(file: Path) -> None:
    async with worker(file) as one:
        await until(lambda: one.owner.mine == ALL)
        await one.die()  # it stands still, and knows nothing
        async with worker(file) as two:
            await until(lambda: two.owner.mine == ALL)
            with pytest.raises(Lost):
                await one.store.write(notes.write, "a", "b")
            assert await two.store.read(notes.read, "a") is None
        assert len(one.lost) == 1


async def test_one_that_has_ended_its_work_changes_nothing_more(file: Path) -> None:
    async with worker(file) as one:
        await until(lambda: one.owner.mine == ALL)
        one.owner.close()
        with pytest.raises(Lost):
            await one.store.write(notes.write, "a", "b")
        assert one.lost == []


def _slowly(c: sa.Connection) -> None:
    c.execute(sa.text("SELECT pg_sleep(1)"))
    notes.write(c, "a", "b")


async def test_a_take_over_waits_for_a_change_that_was_let_through(file: Path) -> None:
    async with worker(file) as one:
        await until(lambda: one.owner.mine == ALL)
        change = asyncio.create_task(one.store.write(_slowly))
        await asyncio.sleep(0.3)
        await one.die()
        async with worker(file) as two:
            await until(lambda: two.owner.mine == ALL)
            assert change.done()
            assert await two.store.read(notes.read, "a") == "b"
        assert one.lost == []


async def test_what_one_tells_all_hear_once(file: Path) -> None:
    async with worker(file) as one, worker(file) as two:
        await until(lambda: len(one.owner.mine) == len(two.owner.mine))
        signals = Notifier(one.store.write)
        for _ in range(5):
            signals.send("wake", "accepted")
        signals.send("keys")
        await until(lambda: len(two.heard) == len(one.heard) == 3)
        assert two.heard == one.heard == ["began", "wake accepted", "keys"]


async def test_who_wants_a_database_alone_and_those_who_share_it_keep_each_other_out(file: Path) -> None:
    new_file(file)
    async with open_store(url_of(file), alone=False):
        with pytest.raises(StoreError, match="another Encore is using"):
            async with open_store(url_of(file)):
                pass
    async with open_store(url_of(file)):
        with pytest.raises(StoreError, match="role `all`"):
            async with open_store(url_of(file), alone=False):
                pass


async def test_a_clock_that_is_off_is_refused(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    new_file(file)
    genuine = time.time
    monkeypatch.setattr("jobs.store.postgres.opening.time.time", lambda: genuine() + 2.5)
    with pytest.raises(StoreError, match=r"the clock here is \+2.5 s off"):
        async with open_store(url_of(file), alone=False):
            pass
