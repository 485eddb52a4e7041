"""Conditions on rows as text: SQLite takes a partial index only for the very words that it was made with."""

from collections.abc import Iterable
from enum import StrEnum

from jobs.models.states import IN_FLIGHT


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
