"""Migrations: all or nothing, never backwards, and the same tables as the code believes."""

import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from jobs.store import StoreError, migrate, open_store, schema
from tests import ROOT
from tests.jobs.shelf import accepted, brought_to_version, change, content_of, rows, url_of

pytestmark = pytest.mark.sqlite

_MIGRATIONS = ROOT / "jobs" / "store" / "migrations"


@pytest.fixture
def engine(file: Path) -> Engine:
    return sa.create_engine(url_of(file), poolclass=sa.NullPool)


def tables(connection: Connection) -> dict[str, list[str]]:
    """What the file says of each table and index: its parts, in a fixed order."""
    found = connection.exec_driver_sql(
        "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT IN "
        "('alembic_version', 'sqlite_sequence')"
    )
    # SQLite puts the name of a table into quotes that was made anew for a column.
    plain = {name: re.sub(r'^CREATE TABLE "(\w+)"', r"CREATE TABLE \1", sql) for name, sql in found}
    return {name: sorted(re.split(r",\s+(?![^(]*\))|\s*\n\s*", sql)) for name, sql in plain.items()}


def test_the_newest_migration_is_the_one_that_the_code_expects() -> None:
    heads = ScriptDirectory(str(_MIGRATIONS)).get_heads()
    assert heads == [migrate.HEAD]


def test_migrations_make_the_tables_that_the_code_believes_in(engine: Engine) -> None:
    with engine.begin() as connection:
        migrate.upgrade(connection)
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, schema.metadata) == []
        made = tables(connection)
    plain = sa.create_engine("sqlite://")
    with plain.begin() as connection:
        schema.metadata.create_all(connection)
        wanted = tables(connection)
    plain.dispose()
    # With defaults, checks, partial indexes and AUTOINCREMENT, of which alembic's comparison knows nothing.
    assert made == wanted


_OLD_JOB = """
INSERT INTO job (guild_id, channel_id, user_id, operation, provider, params, summary, source_clip_id, price,
    state, state_at, created_at, upload_limit, submit_at, task_id, refunded, lost_credits, finished_at)
VALUES (1, 2, 3, 'suno.create', 'suno', '{}', 'x', '', 10, ?, ?, 1, 1, 5, 't', ?, ?, ?)
"""
_OLD_LINE = "INSERT INTO ledger (job_id, guild_id, user_id, kind, credits, at) VALUES (?, 1, 3, ?, 10, 6)"
_OLD_POST = "INSERT INTO post (job_id, round, seq, nonce, attached, linked) VALUES (4, 0, 0, 'n', '[]', '[]')"


async def test_jobs_of_before_have_their_calls(file: Path) -> None:
    brought_to_version(file, "0006")
    states = ("accepted", "submitting", "unknown", "held", "waiting", "failed", "done", "cancelled", "failed")
    for number, state in enumerate(states, 1):
        last, now = number == len(states), time.time()
        change(file, _OLD_JOB, state, now, last, 10 * (state == "cancelled"), now)
        settled = state in ("waiting", "failed", "done", "cancelled")
        for kind in ["reserved"] + ["settled"] * settled + ["refunded"] * last:
            change(file, _OLD_LINE, number, kind)
    change(file, _OLD_POST)
    change(file, "INSERT INTO account VALUES (0, 460, 0, 9, 500, 0)")
    change(file, "UPDATE sqlite_sequence SET seq = 50 WHERE name = 'job'")
    async with open_store(url_of(file)):
        pass
    assert rows(file, "SELECT job_id, outcome, returned, closed FROM call ORDER BY job_id") == [
        (2, "open", "", 0), (3, "lost", "", 0), (4, "lost", "", 0), (5, "taken", "", 0), (6, "failed", "", 0),
        (7, "done", "", 1), (8, "charged", "", 1), (9, "failed", "seen", 1),
    ]  # fmt: skip
    assert rows(file, "SELECT id, state, charged, returned, unresolved FROM job ORDER BY id") == [
        (1, "accepted", 0, 0, 0), (2, "submitting", 0, 0, 0), (3, "held", 0, 0, 10), (4, "held", 0, 0, 10),
        (5, "waiting", 10, 0, 0), (6, "failed", 10, 0, 0), (7, "done", 10, 0, 0), (8, "cancelled", 10, 0, 0),
        (9, "failed", 10, 10, 0),
    ]  # fmt: skip
    # 500 less what is done and given up; what may still come back is not counted as gone.
    assert rows(file, "SELECT expected FROM account") == [(480,)]
    assert rows(file, "SELECT account, credits FROM reserved") == [(0, 20)]
    assert rows(file, "SELECT seq FROM sqlite_sequence WHERE name = 'job'") == [(50,)]
    assert rows(file, "PRAGMA foreign_key_check") == []


def test_the_version_of_a_file(engine: Engine) -> None:
    with engine.begin() as connection:
        assert migrate.version(connection) is None
        migrate.upgrade(connection)
        assert migrate.version(connection) == migrate.HEAD


def test_upgrading_twice_changes_nothing(engine: Engine) -> None:
    with engine.begin() as connection:
        migrate.upgrade(connection)
        before = tables(connection)
    with engine.begin() as connection:
        migrate.upgrade(connection)
        assert tables(connection) == before


async def test_a_file_that_is_up_to_date_opens_without_alembic(file: Path) -> None:
    async with open_store(url_of(file)):
        pass
    program = (
        "import asyncio, sys\n"
        "from jobs.store import open_store\n"
        "async def main():\n"
        "    async with open_store(sys.argv[1]): pass\n"
        "asyncio.run(main())\n"
        "sys.exit('alembic' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", program, url_of(file)], cwd=ROOT, check=False)  # noqa: ASYNC221, S603
    assert done.returncode == 0


async def test_a_newer_file_is_refused_and_left_alone(file: Path) -> None:
    async with open_store(url_of(file)) as store:
        await accepted(store)
    change(file, "UPDATE alembic_version SET version_num = '9999'")
    before = content_of(file)
    with pytest.raises(StoreError, match=r"version 9999, newer than this Encore .*update Encore"):
        async with open_store(url_of(file)):
            pass
    assert content_of(file) == before
    assert rows(file, "SELECT id FROM job") == [(1,)]


@pytest.mark.parametrize("name", ["job", "note", "ix_clip_clip", "ledger", "post", "ix_ledger_job"])
async def test_a_migration_that_fails_leaves_nothing(file: Path, name: str) -> None:
    change(file, f"CREATE TABLE {name} (theirs)")
    with pytest.raises(StoreError, match=f"already.*{name}|{name}.*already"):
        async with open_store(url_of(file)):
            pass
    assert rows(file, "SELECT name FROM sqlite_master") == [(name,)]
    change(file, f"DROP TABLE {name}")
    async with open_store(url_of(file)) as store:
        await accepted(store)
