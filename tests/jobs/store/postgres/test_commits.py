"""A COMMIT of which the answer is lost is never run again, and the database says what became of it."""

import asyncio
import os
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from jobs.models.states import S
from jobs.store import CommitUnknown, Store, locks, open_store
from jobs.store.postgres import threads
from jobs.store.queries import jobs, notes, transitions
from tests.jobs import shelf
from tests.jobs.postgres import IN_COMMIT, Cluster, databases
from tests.jobs.shelf import NOW, accepted, reload, rows
from tests.jobs.store.postgres.wire import AFTER, BEFORE, Wire, wired

pytestmark = [pytest.mark.postgresql, pytest.mark.real_time]


@pytest.fixture
def wire() -> Iterator[Wire]:
    with wired() as made:
        yield made


@pytest.fixture
def url(wire: Wire, file: Path) -> str:
    shelf.new_file(file)
    return wire.url(str(sa.make_url(databases.url_of(file)).database))


async def heal(wire: Wire) -> None:
    """Let the way be open again a moment after it was cut."""
    await asyncio.to_thread(wire.was_cut.wait)
    await asyncio.sleep(0.3)
    wire.down = False


async def test_what_arrived_counts_as_done_and_happens_once(wire: Wire, url: str, file: Path) -> None:
    async with open_store(url) as store:
        job = await accepted(store)
        wire.cut, before = AFTER, wire.commits
        healing = asyncio.create_task(heal(wire))
        assert await store.write(transitions.save, job, job.entering(S.SUBMITTING, now=NOW))
        await healing
        assert wire.commits == before + 1
        assert (await reload(store, job)).state is S.SUBMITTING
    assert rows(file, "SELECT outcome FROM call") == [("open",)]


async def test_what_did_not_arrive_left_no_trace_and_is_not_repeated(
    wire: Wire, url: str, file: Path
) -> None:
    async with open_store(url) as store:
        job = await accepted(store)
        wire.cut, before = BEFORE, wire.commits
        with pytest.raises(OperationalError):
            await store.write(transitions.save, job, job.entering(S.SUBMITTING, now=NOW))
        assert wire.commits == before + 1
        assert (await reload(store, job)).state is S.ACCEPTED
    assert rows(file, "SELECT outcome FROM call") == []


async def test_an_order_whose_answer_is_lost_is_there_once(wire: Wire, url: str, file: Path) -> None:
    async with open_store(url) as store:
        wire.cut = AFTER
        healing = asyncio.create_task(heal(wire))
        job = await accepted(store)
        await healing
        assert await store.read(jobs.by_id, job.id) == job
    assert rows(file, "SELECT kind FROM ledger") == [("reserved",)]


async def test_several_changes_in_one_commit_share_what_became_of_it(
    wire: Wire, url: str, file: Path
) -> None:
    async with open_store(url) as store:
        await asyncio.gather(*(store.write(notes.write, f"k{number}", "x") for number in range(3)))
        wire.cut = AFTER
        healing = asyncio.create_task(heal(wire))
        await asyncio.gather(*(store.write(notes.write, f"k{number}", "y") for number in range(3)))
        await healing
    assert rows(file, "SELECT value FROM note") == [("y",)] * 3


@pytest.fixture
def slow() -> Iterator[Cluster]:
    """A server that flushes what it commits, a moment late."""
    with tempfile.TemporaryDirectory(prefix="encore-slow") as folder:
        made = Cluster(Path(folder), fsync="on", commit_delay="100000", commit_siblings="0")
        yield made
        made.stop()


async def test_what_a_crash_undid_is_not_taken_for_what_came_after_it(
    slow: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(threads, "_VERDICT_PAUSE", 2.0)  # others come first, and get the same number
    name = slow.make()
    async with open_store(slow.url(name)) as store:
        await store.write(notes.write, "before", "1")
        asked = asyncio.create_task(store.write(notes.write, "lost", "1"))
        await asyncio.to_thread(_kill_in_commit, slow, name)
        numbers = await asyncio.to_thread(_write_much, slow, name)
        with pytest.raises(OperationalError):
            await asked
        assert await store.read(notes.read, "lost") is None
        assert await store.read(notes.read, "before") == "1"
    assert len(numbers) > 10


def _kill_in_commit(server: Cluster, database: str) -> None:
    with server.connected(database) as c:
        while not (found := c.execute(IN_COMMIT).fetchone()):
            time.sleep(0.002)
        os.kill(found[0], signal.SIGKILL)


def _write_much(server: Cluster, database: str) -> list[int]:
    """Write in many transactions as soon as the server has recovered; their numbers."""
    while True:
        with suppress(psycopg.OperationalError), server.connected(database) as c:
            c.execute("SET synchronous_commit = off")
            c.execute("CREATE TABLE many (n INTEGER)")
            write = "INSERT INTO many VALUES (1) RETURNING CAST(pg_current_xact_id() AS TEXT)"
            return [int(c.execute(write).fetchall()[0][0]) for _ in range(20)]
        time.sleep(0.01)


async def test_a_connection_that_ends_before_the_commit_is_made_anew(wire: Wire, url: str) -> None:
    async with open_store(url) as store:
        await store.write(notes.write, "a", "1")
        wire.drop()
        await store.write(notes.write, "a", "2")
        wire.drop()
        assert await store.read(notes.read, "a") == "2"


async def test_a_bot_that_ends_meanwhile_does_not_wait_for_ever(wire: Wire, url: str) -> None:
    async with open_store(url) as store:
        wire.cut = AFTER
        asked = asyncio.create_task(store.write(notes.write, "a", "1"))
        await asyncio.to_thread(wire.was_cut.wait)
        began = time.monotonic()
        wire.down = True
    with pytest.raises(CommitUnknown):
        await asked
    assert time.monotonic() - began < 30


async def test_values_of_rows_and_the_password_are_in_no_error(url: str, file: Path) -> None:
    async with open_store(url) as store:

        def twice(c: sa.Connection) -> None:
            for _ in range(2):
                c.execute(sa.text("INSERT INTO note VALUES ('what a member wrote', 'x')"))

        with pytest.raises(sa.exc.IntegrityError) as caught:
            await store.write(twice)
        said = f"{caught.value} {caught.value!r} {caught.value.orig} {caught.value.orig!r}"
        assert "already exists" not in said.replace(
            "INSERT INTO note VALUES ('what a member wrote', 'x')", ""
        )
    assert rows(file, "SELECT * FROM note") == []


async def test_two_that_wait_for_each_other_both_come_through(url: str) -> None:
    def both(first: str, second: str, store: Store) -> asyncio.Future[None]:
        def change(c: sa.Connection) -> None:
            notes.write(c, first, "x")
            c.execute(sa.text("SELECT pg_sleep(0.2)"))
            notes.write(c, second, "x")

        return asyncio.ensure_future(store._writing.run(change, locks=True))

    async with open_store(url) as store:
        await store.write(notes.write, "a", "1")
        await store.write(notes.write, "b", "1")
        await asyncio.gather(both("a", "b", store), both("b", "a", store))


_A_MOMENT = sa.text("SELECT pg_sleep(0.5)")


def holds(*servers: int) -> Callable[[sa.Connection], int]:
    """A change that holds the locks of servers, one after the other, and writes."""

    def change(c: sa.Connection) -> int:
        for server in servers:
            locks.hold(c, server=server)
        notes.write(c, f"of {servers}", "x")
        return servers[0]

    return change


async def test_changes_that_take_locks_share_a_commit(wire: Wire, url: str, file: Path) -> None:
    async with open_store(url) as store:
        await store.write(notes.write, "warm", "1")
        before = wire.commits
        at_once = [store._writing.run(holds(server, 0), locks=True) for server in range(101, 121)]
        assert await asyncio.gather(*at_once) == [*range(101, 121)]
        assert wire.commits - before < 10
    assert len(rows(file, "SELECT * FROM note WHERE key LIKE 'of%'")) == 20


async def test_who_cannot_have_a_lock_keeps_nobody_else_waiting(url: str, file: Path) -> None:
    async with open_store(url) as store:
        with shelf.opened(file) as other:
            other("SELECT pg_advisory_lock(102)")
            # While all threads are busy, so that those after them share a transaction.
            busy = [store._writing.run(lambda c: c.execute(_A_MOMENT), locks=True) for _ in range(2)]
            begun = [asyncio.ensure_future(one) for one in busy]
            await asyncio.sleep(0.1)
            waits = [
                asyncio.ensure_future(store._writing.run(holds(server), locks=True))
                for server in range(101, 105)
            ]
            done, pending = await asyncio.wait(waits, timeout=2.0)
            assert {one.result() for one in done} == {101, 103, 104}
            other("SELECT pg_advisory_unlock(102)")
        assert await pending.pop() == 102
        await asyncio.gather(*begun)


async def test_what_takes_locks_and_writes_nothing_leaves_nothing(url: str, file: Path) -> None:
    async with open_store(url) as store:
        await store.write(notes.write, "a", "1")
        before = rows(file, "SELECT connection, number FROM committed")
        await store._writing.run(lambda c: locks.hold(c, server=5), locks=True)
        assert rows(file, "SELECT connection, number FROM committed") == before


async def test_what_postgresql_cannot_keep_becomes_a_sign_and_no_error(url: str) -> None:
    async with open_store(url) as store:
        await store.write(notes.write, "odd", "a\x00b")
        assert await store.read(notes.read, "odd") == "a\ufffdb"
