"""Statements that put a row in its place, whoever puts one there at the same time."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection


def put(c: Connection, table: sa.Table, row: Mapping[str, Any]) -> None:
    """Write a row, in place of the one with its key."""
    c.execute(_insert(table, tuple(row), replaces=True), row)


def add(c: Connection, table: sa.Table, row: Mapping[str, Any]) -> bool:
    """Write a row where there is none with its key; whether it was written now."""
    return bool(c.execute(_insert(table, tuple(row), replaces=False), row).rowcount)


@cache
def _insert(table: sa.Table, names: tuple[str, ...], *, replaces: bool) -> sa.TextClause:
    """Build the statement as text, which is the same on both databases; SQLAlchemy has it for each apart."""
    key = [column.name for column in table.primary_key]
    changes = ", ".join(f"{name} = excluded.{name}" for name in names if name not in key)
    values = ", ".join(f":{name}" for name in names)
    return sa.text(
        f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({values}) "  # noqa: S608 - our own words
        f"ON CONFLICT ({', '.join(key)}) DO {f'UPDATE SET {changes}' if replaces else 'NOTHING'}"
    ).bindparams(*(sa.bindparam(name, type_=table.c[name].type) for name in names))
