"""Copies of the database: taken while the bot writes, put back, and refused where they would do harm."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from jobs.store import DatabaseInUse, StoreError, backup, open_store
from jobs.store.migrate import HEAD
from tests.jobs.shelf import accepted, new_file, put, rows, url_of

pytestmark = pytest.mark.sqlite


def journals_of(file: Path) -> dict[str, bytes]:
    """What stands beside a database, and itself, by suffix."""
    return {
        path.name.removeprefix(file.name): path.read_bytes()
        for path in file.parent.glob(f"{file.name}*")
        if not path.name.endswith(".lock")
    }


async def test_a_backup_holds_all_that_was_acknowledged_before_it(file: Path, tmp_path: Path) -> None:
    acknowledged: list[int] = []
    copy = tmp_path / "copy.db"

    async with open_store(url_of(file)) as store:

        async def order() -> None:
            while True:
                acknowledged.append((await accepted(store)).id)
                if len(acknowledged) == 50:
                    busy.set()

        busy = asyncio.Event()
        ordering = asyncio.create_task(order())
        await busy.wait()
        before = len(acknowledged)
        taken = await asyncio.to_thread(backup.back_up, url_of(file), copy)
        ordering.cancel()
    assert taken.jobs >= before
    assert taken.version == HEAD
    assert {row[0] for row in rows(copy, "SELECT id FROM job")} >= set(acknowledged[:before])
    assert set(journals_of(copy)) == {""}, "one file, no journal beside it"

    restored, kept = backup.restore(url_of(file), copy)
    assert restored == taken
    assert kept is not None
    assert len(rows(kept, "SELECT id FROM job")) >= len(acknowledged)
    async with open_store(url_of(file)) as store:
        assert (await accepted(store)).id == taken.jobs + 1


async def test_what_stands_in_the_journal_alone_is_copied_too(file: Path, tmp_path: Path) -> None:
    async with open_store(url_of(file)) as store:
        await accepted(store)
        with closing(sqlite3.connect(f"file:{file}?immutable=1", uri=True)) as plain:
            assert not plain.execute("SELECT name FROM sqlite_master WHERE name = 'job'").fetchall()
        assert backup.back_up(url_of(file), tmp_path / "copy.db").jobs == 1


async def test_a_journal_left_by_the_replaced_database_is_not_played_into_the_backup(
    file: Path, tmp_path: Path
) -> None:
    async with open_store(url_of(file)) as store:
        backup.back_up(url_of(file), tmp_path / "empty.db")
        for _ in range(20):
            await accepted(store)
        left = journals_of(file)
    for suffix in ("-wal", "-shm"):
        put(Path(f"{file}{suffix}"), left[suffix])
    backup.restore(url_of(file), tmp_path / "empty.db")
    async with open_store(url_of(file)):
        assert rows(file, "SELECT count(*) FROM job") == [(0,)]


async def test_nothing_is_restored_under_a_running_bot(file: Path, tmp_path: Path) -> None:
    async with open_store(url_of(file)):
        backup.back_up(url_of(file), tmp_path / "copy.db")
        with pytest.raises(DatabaseInUse):
            backup.restore(url_of(file), tmp_path / "copy.db")
        with pytest.raises(DatabaseInUse):
            backup.look(url_of(file))


def test_a_file_that_exists_is_not_overwritten(file: Path, tmp_path: Path) -> None:
    new_file(file)
    (tmp_path / "mine").write_text("mine")
    with pytest.raises(StoreError, match="exists already"):
        backup.back_up(url_of(file), tmp_path / "mine")
    assert (tmp_path / "mine").read_text() == "mine"


def test_a_database_that_is_not_there_is_told_and_not_made(file: Path, tmp_path: Path) -> None:
    assert backup.look(url_of(file)) is None
    with pytest.raises(StoreError, match="there is no database"):
        backup.back_up(url_of(file), tmp_path / "copy.db")
    with pytest.raises(StoreError, match="there is no file"):
        backup.restore(url_of(file), tmp_path / "copy.db")
    assert not list(tmp_path.glob("*.db"))


def damage(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[3 * 4096 : 9 * 4096] = b"\xff" * (6 * 4096)
    file.write_bytes(content)


def make_newer(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda file: file.write_bytes(b"no rows at all " * 999), "is no database of Encore's"),
        (lambda file: file.write_bytes(b""), "is no database of Encore's"),
        (damage, "is damaged|is no database"),
        (make_newer, "written by a newer Encore"),
    ],
)
def test_a_bad_backup_leaves_the_database_alone(file: Path, tmp_path: Path, spoil, says: str) -> None:  # type: ignore[no-untyped-def] # noqa: ANN001 - a lambda
    new_file(file)
    bad = tmp_path / "bad.db"
    new_file(bad)
    spoil(bad)
    before = file.read_bytes()
    with pytest.raises(StoreError, match=says):
        backup.restore(url_of(file), bad)
    assert file.read_bytes() == before
    assert not list(tmp_path.glob("*.part"))


def test_a_backup_that_cannot_be_written_leaves_nothing_behind(file: Path, tmp_path: Path) -> None:
    new_file(file)
    with pytest.raises(StoreError, match="cannot be written"):
        backup.back_up(url_of(file), tmp_path / "no folder" / "copy.db")
