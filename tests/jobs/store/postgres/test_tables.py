"""The tables on PostgreSQL: the same as the code believes, made once, and one version ahead if need be."""

import asyncio
import re
from pathlib import Path

import pytest
import sqlalchemy as sa

from jobs.store import StoreError, migrate, open_store, schema
from jobs.store.conditions import for_postgresql
from jobs.store.postgres.connection import engine_for, parse
from jobs.store.postgres.tables import upgrade
from tests.jobs.shelf import change, rows, url_of

pytestmark = [pytest.mark.postgresql, pytest.mark.real_time]

_COLUMNS = """
SELECT table_name, column_name, data_type, is_nullable, column_default FROM information_schema.columns
WHERE table_schema = 'public' AND table_name <> 'alembic_version' ORDER BY 1, 2
"""
_INDEXES = "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1"
_CHECKS = "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE contype <> 'n' ORDER BY 1"


def tables(connection: sa.Connection) -> list[tuple[object, ...]]:
    found = [
        tuple(row) for query in (_COLUMNS, _INDEXES, _CHECKS) for row in connection.exec_driver_sql(query)
    ]
    return [
        row
        for row in found
        if not str(row[0]).startswith(("alembic_version", "cardinal_number", "yes_or_no"))
    ]


def test_migrations_make_the_tables_that_the_code_believes_in(file: Path) -> None:
    made = engine_for(parse(url_of(file)), size=1)
    with made.begin() as connection:
        upgrade(connection)
        there = tables(connection)
    wanted = engine_for(parse(url_of(file.with_name("other"))), size=1)
    for table in schema.metadata.tables.values():
        for index in table.indexes:
            where = index.dialect_options["sqlite"]["where"]
            if where is not None:
                words = for_postgresql(str(where.compile(dialect=wanted.dialect)))
                index.dialect_options["postgresql"]["where"] = sa.text(re.sub(r"^job\.", "", words))
    with wanted.begin() as connection:
        schema.metadata.create_all(connection)
        assert there == tables(connection)
    made.dispose()
    wanted.dispose()


async def test_of_processes_that_start_together_one_makes_the_tables(file: Path) -> None:
    async def start() -> None:
        async with open_store(url_of(file), alone=False):
            pass

    await asyncio.gather(*(start() for _ in range(3)))
    assert rows(file, "SELECT version_num FROM alembic_version") == [(migrate.HEAD,)]


@pytest.mark.parametrize(("ahead", "fits"), [(1, True), (2, False)])
async def test_tables_one_version_ahead_are_put_up_with(file: Path, ahead: int, *, fits: bool) -> None:
    async with open_store(url_of(file)):
        pass
    change(file, "UPDATE alembic_version SET version_num = ?", f"{int(migrate.HEAD) + ahead:04}")
    if fits:
        async with open_store(url_of(file)):
            return
    with pytest.raises(StoreError, match="update Encore"):
        async with open_store(url_of(file)):
            pass


async def test_a_database_that_a_bot_has_for_itself_is_refused(file: Path) -> None:
    async with open_store(url_of(file)):
        with pytest.raises(StoreError, match="another Encore is using this database"):
            async with open_store(url_of(file)):
                pass
    async with open_store(url_of(file)):
        pass
