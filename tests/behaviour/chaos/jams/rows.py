"""Rows of the bot's database, as the audit reads them."""

from collections.abc import Mapping

from tests.behaviour.end_to_end.conftest import Outside

Row = Mapping[str, object]


def rows_of(outside: Outside, table: str, *columns: str, where: str = "1") -> list[Row]:
    found = outside.query(f"SELECT {', '.join(columns)} FROM {table} WHERE {where} ORDER BY id")  # noqa: S608 - words of ours
    return [dict(zip(columns, row, strict=True)) for row in found]
