"""Migrations: all or nothing, never backwards, and the same tables as the code believes."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from jobs.store import StoreError, migrate, open_store, schema
from tests import ROOT
from tests.jobs.shelf import accepted, change, content_of, rows, url_of

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
    return {name: sorted(re.split(r",\s+(?![^(]*\))|\s*\n\s*", sql)) for name, sql in found}


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
