"""Statements that put a row in its place, whoever puts one there at the same time.

As text, which is the same on both databases: SQLAlchemy has it for each of them apart.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Row


def put(c: Connection, table: sa.Table, row: Mapping[str, Any]) -> None:
    """Write a row, in place of the one with its key."""
    key = _key(table)
    changes = ", ".join(f"{name} = excluded.{name}" for name in row if name not in key)
    c.execute(_insert(table, tuple(row), key, f"UPDATE SET {changes}"), row)


def add(c: Connection, table: sa.Table, row: Mapping[str, Any]) -> bool:
    """Write a row where there is none with its key; whether it was written now."""
    return bool(c.execute(_insert(table, tuple(row), _key(table), "NOTHING"), row).rowcount)


def added(c: Connection, table: sa.Table, row: Mapping[str, Any], *, once: str) -> Row[Any] | None:
    """Write a row, and return all of it; None where there is one with the same in the column `once`."""
    return c.execute(_insert_whole(table, tuple(row), once), row).one_or_none()


def _key(table: sa.Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.primary_key)


@cache
def _insert(table: sa.Table, names: tuple[str, ...], key: tuple[str, ...], instead: str) -> sa.TextClause:
    values = ", ".join(f":{name}" for name in names)
    return sa.text(
        f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({values}) "  # noqa: S608 - our own words
        f"ON CONFLICT ({', '.join(key)}) DO {instead}"
    ).bindparams(*(sa.bindparam(name, type_=table.c[name].type) for name in names))


@cache
def _insert_whole(table: sa.Table, names: tuple[str, ...], once: str) -> sa.TextualSelect:
    plain = _insert(table, names, (once,), "NOTHING")
    whole = sa.text(f"{plain.text} RETURNING {', '.join(table.c.keys())}")
    typed = (sa.bindparam(name, type_=table.c[name].type) for name in names)
    return whole.bindparams(*typed).columns(*table.c)
