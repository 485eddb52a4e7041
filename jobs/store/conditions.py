"""Conditions on rows as text: SQLite takes a partial index only for the very words that it was made with."""

from collections.abc import Collection, Iterable
from enum import StrEnum
from typing import TypeVar

from jobs.models.states import IN_FLIGHT

T = TypeVar("T")


def among(these: Iterable[StrEnum], column: str = "state") -> str:
    words = ", ".join(f"'{one.value}'" for one in these)
    return f"{column} IN ({words})"


IS_IN_FLIGHT = among(IN_FLIGHT)
IS_LOST = "outcome = 'lost' AND NOT closed"
# What a card that is true shows of its job: compared with what it was last made to show, never read.
CARD_WANTS = (
    "CASE WHEN state = 'waiting' THEN 'making' WHEN state IN ('failed', 'cancelled') "
    "THEN state || ' ' || (charged - returned) || ' ' || unresolved ELSE state END"
)
# Not while it is about to change again; and news first, as the card points to them.
IS_STALE = (
    "card_shows <> '' AND state NOT IN ('accepted', 'submitting', 'ready', 'posting') "
    "AND (notified_at IS NOT NULL OR due_at IS NULL OR state NOT IN ('failed', 'held')) "
    f"AND card_shows <> {CARD_WANTS}"
)
# PostgreSQL has no index on a number as text unless it is cast; SQLite's was made with these very words.
_AS_TEXT = (
    ("(charged - returned)", "CAST(charged - returned AS TEXT)"),
    ("|| unresolved", "|| CAST(unresolved AS TEXT)"),
)


def for_postgresql(condition: str) -> str:
    """Say the same in words that an index of PostgreSQL can rest on."""
    for words, same in _AS_TEXT:
        condition = condition.replace(words, same)
    return condition


def few_lengths(values: Collection[T]) -> list[T]:
    """Repeat the last up to a power of two: for each length a statement is prepared anew."""
    found = list(values)
    return found + found[-1:] * ((1 << max(len(found) - 1, 0).bit_length()) - len(found))
