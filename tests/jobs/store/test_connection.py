"""One writer that groups commits: durable when it returns, and each change stands for itself."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection, event
from sqlalchemy.exc import IntegrityError, OperationalError

from jobs.store import Store, connection, open_store
from jobs.store.schema import note
from tests.jobs.shelf import rows, url_of, writing

pytestmark = pytest.mark.sqlite


@pytest.fixture
async def database(file: Path) -> AsyncIterator[Store]:
    async with open_store(url_of(file)) as ready:
        yield ready


def add(key: str, value: str = "") -> Callable[[Connection], str]:
    """A change that writes one row."""

    def change(c: Connection) -> str:
        c.execute(sa.insert(note).values(key=key, value=value))
        return key

    return change


def failing(key: str, error: Exception) -> Callable[[Connection], None]:
    """A change that writes a row and then fails."""

    def change(c: Connection) -> None:
        add(key)(c)
        raise error

    return change


def keys(file: Path) -> list[str]:
    return [key for (key,) in rows(file, "SELECT key FROM note ORDER BY rowid")]


def commits_of(database: Store) -> list[object]:
    """Grows with every commit of the writer."""
    seen: list[object] = []
    event.listen(writing(database).connections[0], "commit", seen.append)
    return seen


async def test_what_was_written_is_in_the_file_and_read_at_once(database: Store, file: Path) -> None:
    for number in range(5):
        key = f"k{number}"
        assert await database.write(add(key)) == key
        assert keys(file)[-1] == key
        assert await database.read(count) == number + 1


async def test_many_writes_at_once_are_all_durable_in_few_commits(database: Store, file: Path) -> None:
    commits = commits_of(database)
    wanted = [f"k{number}" for number in range(250)]
    assert await asyncio.gather(*(database.write(add(key)) for key in wanted)) == wanted
    assert keys(file) == wanted
    assert len(commits) <= 4


async def test_a_write_that_has_returned_was_committed_before(database: Store, file: Path) -> None:
    async def write(number: int) -> bool:
        await database.write(add(f"k{number}"))
        return f"k{number}" in keys(file)

    assert all(await asyncio.gather(*(write(number) for number in range(30))))


async def test_one_bad_change_in_a_group_fails_alone(database: Store, file: Path) -> None:
    error = ZeroDivisionError("ours")
    changes = [add("a"), add("b"), failing("c", error), add("d"), add("a"), add("e")]
    results = await asyncio.gather(*(database.write(change) for change in changes), return_exceptions=True)
    assert results[:2] == ["a", "b"]
    assert results[2] is error
    assert results[3] == "d"
    assert isinstance(results[4], IntegrityError)
    assert results[5] == "e"
    assert keys(file) == ["a", "b", "d", "e"]


async def test_an_error_names_the_statement_and_not_what_was_to_be_written(database: Store) -> None:
    await database.write(add("a"))
    with pytest.raises(IntegrityError, match="INSERT INTO note") as caught:
        await database.write(add("a", "what a member wrote"))
    assert "what a member wrote" not in f"{caught.value} {caught.value!r}"


async def test_a_change_of_its_own_fails_whole(database: Store, file: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        await database.write(failing("a", ZeroDivisionError()))
    assert keys(file) == []
    await database.write(add("a"))


async def test_a_caller_that_is_cancelled_does_not_take_its_change_back(file: Path) -> None:
    async with open_store(url_of(file)) as database:
        callers = [asyncio.create_task(database.write(add(f"k{number}"))) for number in range(3)]
        await asyncio.sleep(0)  # they have asked
        for caller in callers[:2]:
            caller.cancel()
        results = await asyncio.gather(*callers, return_exceptions=True)
        assert [type(result) for result in results] == [asyncio.CancelledError] * 2 + [str]
        await database.write(add("after"))
    assert keys(file) == ["k0", "k1", "k2", "after"]


async def test_a_caller_that_went_away_does_not_hide_the_failure_of_its_change(
    database: Store, file: Path
) -> None:
    gone = asyncio.create_task(database.write(failing("a", ZeroDivisionError())))
    await asyncio.sleep(0)
    gone.cancel()
    assert await database.write(add("b")) == "b"
    assert keys(file) == ["b"]


async def test_what_was_asked_for_is_finished_before_the_end(file: Path) -> None:
    async with open_store(url_of(file)) as database:
        asked = [asyncio.create_task(database.write(add(f"k{number}"))) for number in range(150)]
        await asyncio.sleep(0)
    assert len(keys(file)) == 150
    assert await asyncio.gather(*asked) == [f"k{number}" for number in range(150)]


async def test_after_the_end_nothing_is_taken(file: Path) -> None:
    async with open_store(url_of(file)) as database:
        pass
    with pytest.raises(RuntimeError, match="not running"):
        await database.write(add("a"))
    await database.close()


async def test_readers_do_not_wait_for_a_writer_and_see_only_what_is_committed(
    database: Store, file: Path
) -> None:
    await database.write(add("a"))
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        other.execute("INSERT INTO note VALUES ('b', '')")
        assert await database.read(count) == 1
        writing = asyncio.create_task(database.write(add("c")))
        assert await database.read(count) == 1
        other.execute("COMMIT")
    await writing
    assert await database.read(count) == 3


async def test_a_file_that_somebody_holds_is_waited_for_once_for_all(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "BUSY_TIMEOUT_SECONDS", 0.2)
    async with open_store(url_of(file)) as database:
        begun: list[object] = []
        event.listen(writing(database).connections[0], "begin", begun.append, insert=True)
        with closing(sqlite3.connect(file, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            errors = await asyncio.gather(
                *(database.write(add(f"k{number}")) for number in range(20)), return_exceptions=True
            )
        assert all(isinstance(error, OperationalError) and "locked" in str(error) for error in errors)
        assert len(begun) <= 2
        await database.write(add("after"))
    assert keys(file) == ["after"]


@pytest.mark.real_time
async def test_the_end_does_not_wait_for_ever(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "BUSY_TIMEOUT_SECONDS", 0.2)
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        async with open_store(url_of(file)) as database:
            other.execute("BEGIN IMMEDIATE")
            asked = [asyncio.create_task(database.write(add(f"k{number}"))) for number in range(150)]
            await asyncio.sleep(0)
        errors = await asyncio.gather(*asked, return_exceptions=True)
    assert all(isinstance(error, OperationalError) and "locked" in str(error) for error in errors)
    assert keys(file) == []


@pytest.mark.real_time
async def test_the_end_waits_for_what_is_on_its_way(file: Path) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        async with open_store(url_of(file)) as database:
            other.execute("BEGIN IMMEDIATE")
            late = asyncio.create_task(database.write(add("late")))
            closing_down = asyncio.create_task(database.close())
            await asyncio.wait({closing_down}, timeout=0.05)
            assert not late.done()
            other.execute("ROLLBACK")
            await closing_down
        assert await late == "late"
    assert keys(file) == ["late"]


async def test_a_read_cannot_write(database: Store, file: Path) -> None:
    with pytest.raises(OperationalError, match="readonly"):
        await database.read(add("a"))
    assert keys(file) == []


async def test_many_reads_at_once_take_turns(database: Store) -> None:
    await database.write(add("a"))
    assert await asyncio.gather(*(database.read(count) for _ in range(50))) == [1] * 50


def count(c: Connection) -> int:
    return c.scalar(sa.select(sa.func.count()).select_from(note)) or 0
