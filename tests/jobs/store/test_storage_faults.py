"""A disk that fails and a process that dies: it works again afterwards, and the file is intact."""

import resource
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from jobs.store import connection, open_store
from jobs.store.queries import jobs
from tests import ROOT
from tests.jobs.shelf import accepted, rows, url_of

pytestmark = pytest.mark.sqlite

# Dies inside the migration, with its statements done and nothing committed.
_DIE_MIGRATING = """
import asyncio, os, signal, sys
from alembic import command
from jobs.store import open_store

genuine = command.upgrade

def upgrade(config, revision):
    genuine(config, revision)
    os.kill(os.getpid(), signal.SIGKILL)

command.upgrade = upgrade

async def main():
    async with open_store(sys.argv[1]):
        pass

asyncio.run(main())
"""

# A file that may not grow. SIGXFSZ is ignored, so writing says EFBIG: to SQLite an error of the disk, as EIO.
# A disk that is full is in `test_database.py`.
_FILL_UP = """
import asyncio, resource, signal, sys
from jobs.store import open_store
from jobs.store.queries import notes

async def main():
    async with open_store(sys.argv[1]) as store:
        await store.write(notes.write, "before", "x")
        _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), hard))
        failed = set()
        for number in range(40):
            try:
                await store.write(notes.write, f"n{number}", "x" * 20_000)
            except Exception as error:
                failed.add(str(error.orig))
        print(failed, flush=True)
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
        await store.write(notes.write, "after", "y")

asyncio.run(main())
"""


def run(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", program, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )


def delete(path: str) -> None:
    Path(path).unlink(missing_ok=True)


async def test_killed_in_mid_migration_of_a_new_file(file: Path) -> None:
    assert run(_DIE_MIGRATING, url_of(file)).returncode == -signal.SIGKILL
    async with open_store(url_of(file)) as store:
        await accepted(store)
    assert rows(file, "PRAGMA integrity_check") == [("ok",)]
    assert rows(file, "SELECT id FROM job") == [(1,)]


async def test_killed_in_mid_migration_of_an_older_file(file: Path) -> None:
    async with open_store(url_of(file)) as store:
        await accepted(store)
    tables = rows(file, "SELECT name FROM sqlite_master ORDER BY name")
    program = _DIE_MIGRATING.replace(
        "genuine(config, revision)",
        "config.attributes['connection'].exec_driver_sql('CREATE TABLE half (x)')",
    ).replace("import open_store", "import migrate, open_store\nmigrate.HEAD = '9'")
    assert run(program, url_of(file)).returncode == -signal.SIGKILL
    async with open_store(url_of(file)):
        pass
    assert rows(file, "SELECT name FROM sqlite_master ORDER BY name") == tables
    assert rows(file, "SELECT id FROM job") == [(1,)]


@pytest.mark.skipif(not hasattr(resource, "RLIMIT_FSIZE"), reason="this system limits no file")
async def test_a_disk_that_cannot_write_for_a_while(file: Path) -> None:
    done = run(_FILL_UP, url_of(file), "300000")
    assert done.returncode == 0, done.stderr
    assert done.stdout == "{'disk I/O error'}\n"
    assert rows(file, "PRAGMA integrity_check") == [("ok",)]
    assert {("before",), ("after",)} <= set(rows(file, "SELECT key FROM note"))


async def test_a_file_that_is_locked_for_a_while(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "BUSY_TIMEOUT_SECONDS", 0.2)
    async with open_store(url_of(file)) as store:
        await accepted(store)
        with closing(sqlite3.connect(file, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            for _ in range(3):
                with pytest.raises(OperationalError, match="locked"):
                    await accepted(store)
            assert await store.read(jobs.by_id, 1) is not None, "reading goes on"
            other.execute("ROLLBACK")
        assert (await accepted(store)).id == 2
    assert rows(file, "PRAGMA integrity_check") == [("ok",)]


async def test_a_journal_that_somebody_deletes_while_nobody_runs(file: Path) -> None:
    """Without its journal the file is an older one, but whole: nothing in it is half done."""
    async with open_store(url_of(file)) as store:
        await accepted(store)
    for suffix in ("-wal", "-shm"):
        delete(f"{file}{suffix}")
    async with open_store(url_of(file)) as store:
        assert (await accepted(store)).id == 2
    assert rows(file, "PRAGMA integrity_check") == [("ok",)]


async def test_a_journal_that_somebody_deletes_under_a_running_bot(file: Path) -> None:
    """What it has committed since may be lost to the next process; what is there then is whole."""
    async with open_store(url_of(file)) as store:
        await accepted(store)
        delete(f"{file}-wal")
        await accepted(store)
    async with open_store(url_of(file)) as store:
        assert (await accepted(store)).id >= 1
    assert rows(file, "PRAGMA integrity_check") == [("ok",)]
    assert rows(file, "SELECT id FROM job") == rows(file, "SELECT job_id FROM ledger")
