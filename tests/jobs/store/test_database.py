"""The file: how it is opened, what is refused, and what a full disk does."""

import asyncio
import gc
import logging
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, OperationalError

from jobs.models import Order
from jobs.store import DatabaseInUse, StoreError, connection, open_store
from jobs.store.queries import jobs, notes
from jobs.store.schema import ledger, note
from tests.jobs.shelf import accepted, content_of, names_in, put, rows, url_of
from tests.jobs.store.outside import another_process, folder_for_anybody, unprivileged

pytestmark = pytest.mark.sqlite


async def refusal(url: str) -> str:
    """Why a database cannot be opened, in one line for whoever runs the bot."""
    with pytest.raises(StoreError) as caught:
        async with open_store(url):
            pass
    text = str(caught.value)
    assert "\n" not in text
    assert text
    return text


async def test_a_new_file_and_its_folder_are_made(tmp_path: Path) -> None:
    file = tmp_path / "a" / "b" / "encore.db"
    async with open_store(url_of(file)) as store:
        await accepted(store)
    async with open_store(url_of(file)) as store:
        assert (await store.read(jobs.by_id, 1)) is not None
    assert rows(file, "SELECT count(*) FROM job") == [(1,)]


async def test_a_path_may_be_relative(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    async with open_store("sqlite:///data/encore.db"):
        pass
    assert (tmp_path / "data" / "encore.db").exists()


@pytest.mark.parametrize("scheme", ["sqlite", "sqlite+pysqlite", "sqlite+aiosqlite"])
async def test_spellings_of_the_same(file: Path, scheme: str) -> None:
    async with open_store(f"{scheme}:///{file}") as store:
        await accepted(store)
    assert rows(file, "SELECT count(*) FROM job") == [(1,)]


async def test_an_empty_file_is_a_new_one(file: Path) -> None:
    put(file, b"")
    async with open_store(url_of(file)) as store:
        await accepted(store)


async def test_what_was_committed_survives_a_power_cut_and_foreign_keys_hold(file: Path) -> None:
    async with open_store(url_of(file)) as store:
        for run in (store.read, store.write):
            settings = await run(
                lambda c: [
                    c.exec_driver_sql(f"PRAGMA {name}").scalar()
                    for name in ("journal_mode", "synchronous", "foreign_keys")
                ]
            )
            assert settings == ["wal", 2, 1]
        line = sa.insert(ledger).values(job_id=5, guild_id=1, user_id=1, kind="reserved", credits=1, at=0)
        with pytest.raises(IntegrityError):
            await store.write(lambda c: c.execute(line))


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("", "not a database address"),
        ("data/encore.db", "not a database address"),
        ("://", "not a database address"),
        ("sqlite://", "must name a file"),
        ("sqlite:///", "must name a file"),
        ("sqlite:///:memory:", "must name a file"),
        ("sqlite:///file::memory:?uri=true", "no options"),
        ("sqlite:///file:encore?mode=memory&uri=true", "no options"),
        ("postgresql+asyncpg://encore:hunter2@db/encore", "must begin with postgresql"),
        ("mysql://encore:hunter2@db/encore", "keeps SQLite files"),
        ("nonsense://encore:hunter2@db/encore", "keeps SQLite files"),
    ],
)
async def test_addresses_that_are_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str, says: str
) -> None:
    monkeypatch.chdir(tmp_path)
    text = await refusal(url)
    assert says in text
    assert "hunter2" not in text
    assert names_in(tmp_path) == []


@pytest.mark.parametrize(
    "content",
    [b"xx", b"garbage\n" * 1000, b"SQLite format 3\x00" + b"\xff" * 5000, b"\x89PNG\r\n" + bytes(9000)],
)
async def test_a_file_of_another_kind_is_left_alone(file: Path, content: bytes) -> None:
    put(file, content)
    assert "cannot be used" in await refusal(url_of(file))
    assert content_of(file) == content
    put(file, b"")
    async with open_store(url_of(file)):
        pass  # nothing of the refused start is in the way


async def test_a_folder_where_the_file_should_be(file: Path) -> None:
    folder = file.parent
    assert "cannot be used" in await refusal(url_of(folder))


async def test_a_file_where_the_folder_should_be(tmp_path: Path) -> None:
    put(tmp_path / "data", b"x")
    assert "folder of encore.db cannot be written" in await refusal(url_of(tmp_path / "data" / "encore.db"))


async def test_a_folder_that_we_may_not_write(file: Path) -> None:
    async with open_store(url_of(file)):
        pass  # all that opening imports is imported
    with folder_for_anybody() as folder:
        folder.chmod(0o555)
        with unprivileged():
            for name in ("encore.db", "sub/encore.db"):
                text = await refusal(url_of(folder / name))
                assert text == "the folder of encore.db cannot be written: Permission denied"


async def test_a_file_that_we_may_only_read(file: Path) -> None:
    async with open_store(url_of(file)):
        pass
    with folder_for_anybody() as folder:
        closed = folder / "encore.db"
        put(closed, content_of(file))
        closed.chmod(0o444)
        with unprivileged():
            assert "readonly" in await refusal(url_of(closed))


async def test_a_second_bot_on_the_same_file_is_refused(file: Path) -> None:
    link = file.with_name("link.db")
    link.symlink_to(file)
    async with open_store(url_of(file)) as store:
        for name in (file, file.parent / ".." / file.parent.name / file.name, link):
            assert "another Encore" in await refusal(url_of(name))
        with pytest.raises(DatabaseInUse):
            async with open_store(url_of(file)):
                pass
        await accepted(store)  # and the first goes on
        async with open_store(url_of(file.with_name("other.db"))):
            pass
    async with open_store(url_of(link)):
        assert "another Encore" in await refusal(url_of(file))


@pytest.mark.real_time
async def test_the_lock_of_another_process_dies_with_it(file: Path) -> None:
    async with another_process(file) as process:
        assert "another Encore is using encore.db" in await refusal(url_of(file))
        process.kill()
        await process.wait()
        async with open_store(url_of(file)) as store:
            await accepted(store)


async def test_a_file_that_somebody_else_has_locked(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert 1 <= connection.BUSY_TIMEOUT_SECONDS <= 10
    monkeypatch.setattr(connection, "BUSY_TIMEOUT_SECONDS", 0.2)
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        for begin in ("BEGIN EXCLUSIVE", "BEGIN IMMEDIATE"):
            other.execute(begin)
            other.execute("CREATE TABLE theirs (x)")
            assert "locked" in await refusal(url_of(file))
            other.execute("ROLLBACK")
    async with open_store(url_of(file)):
        pass


async def test_a_full_disk_loses_nothing_and_is_got_over(file: Path) -> None:
    heavy = Order("suno.create", {"description": "x" * 200_000}, "heavy")
    async with open_store(url_of(file)) as store:
        await accepted(store)
        pages = int(await store.read(lambda c: c.exec_driver_sql("PRAGMA page_count").scalar_one()))
        await store.write(lambda c: c.exec_driver_sql(f"PRAGMA max_page_count = {pages}"))
        outcomes = await asyncio.gather(
            store.write(notes.write, "a", "light"),
            accepted(store, order=heavy),
            store.write(notes.write, "b", "light"),
            return_exceptions=True,
        )
        assert isinstance(outcomes[1], OperationalError)
        assert "full" in str(outcomes[1])
        assert [outcomes[0], outcomes[2]] == [None, None]
        assert rows(file, "SELECT id FROM job") == rows(file, "SELECT job_id FROM ledger") == [(1,)]
        assert rows(file, "SELECT key FROM note") == [("a",), ("b",)]
        await store.write(lambda c: c.exec_driver_sql(f"PRAGMA max_page_count = {pages + 1000}"))
        assert (await accepted(store, order=heavy)).id == 2
        assert await store.read(lambda c: c.scalar(sa.select(sa.func.count()).select_from(note))) == 2
    assert rows(file, "PRAGMA integrity_check") == [("ok",)]


async def test_what_is_closed_leaves_nothing_for_the_collector(
    file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with open_store(url_of(file)) as store:
        await accepted(store)
        await store.read(jobs.counts)
    del store
    gc.collect()  # what was left open would be closed here, from another thread, and SQLAlchemy logs that
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []
