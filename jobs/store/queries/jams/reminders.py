"""Statements that remind members of the end of a phase, where they asked for it."""

from sqlalchemy import Connection

from jobs.models.jam import Jam, JamState, Say
from jobs.store.locks import per_server
from jobs.store.queries.jams import marks, posts
from jobs.store.queries.jams.marks import Mark

_ROUNDS = 10_000
# Discord takes a hundred in one message.
_PINGS = 90


def to_remind(c: Connection, one: Jam) -> list[int]:
    """List those who asked for a reminder of the present phase, until there is one."""
    if posts.is_planned(c, one.id, Say.REMINDER, _reminder(one)):
        return []
    kept_out = marks.members(c, one.id, Mark.KEPT_OUT)
    return [each for each in marks.members(c, one.id, Mark.REMINDED) if each not in kept_out]


@per_server
def remind(c: Connection, one: Jam, *, now: float) -> None:
    """Remind those who asked for it, once in a phase; of so many as one message pings in each."""
    asked = to_remind(c, one)
    for seq, first in enumerate(range(0, len(asked), _PINGS), _reminder(one)):
        said = {"users": asked[first : first + _PINGS], "phase": one.state.value}
        posts.plan(c, one.id, Say.REMINDER, seq, now=now, said=said)


def _reminder(one: Jam) -> int:
    """The number of the first reminder of the present phase."""
    return _ROUNDS if one.state is JamState.VOTING else 0
