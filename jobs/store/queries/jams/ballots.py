"""Statements on `jam_ballot`: who picked what. Nothing else reads it, and the count is its end."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy import Connection

from jobs.models.jam import UNHEARD, JamState
from jobs.models.jam import EntryState as E
from jobs.models.rejections import JamProblem, JamRefused
from jobs.rules.jams.clock import ON_ITS_WAY
from jobs.store.jam_schema import jam_ballot, jam_entry
from jobs.store.locks import hold_jam, takes_locks
from jobs.store.queries.jams import entries, jams, marks
from jobs.store.queries.jams.marks import Mark

_TELLING = (Mark.YOUNG, Mark.LATE)


class Choice(NamedTuple):
    """What may be picked."""

    id: int
    letter: str


@dataclass(frozen=True, slots=True)
class Ballot:
    """What a member may pick from, and has picked; by letter."""

    choices: tuple[Choice, ...]
    picked: tuple[str, ...]


# Built once, and no more than what is asked for: it is read at every press of a vote.
_CHOICES = (
    sa.select(jam_entry.c.id, jam_entry.c.letter)
    .where(
        jam_entry.c.jam_id == sa.bindparam("of_jam"),
        jam_entry.c.user_id != sa.bindparam("of_member"),
        jam_entry.c.state == E.ENTERED,
        jam_entry.c.letter != "",
        jam_entry.c.reason != UNHEARD,
    )
    .order_by(sa.func.length(jam_entry.c.letter), jam_entry.c.letter)
)


def of_member(c: Connection, jam_id: int, user_id: int) -> Ballot:
    """Read a ballot: the member's own entries are not on the list."""
    rows = c.execute(_CHOICES, {"of_jam": jam_id, "of_member": user_id})
    others = tuple(Choice(entry_id, letter) for entry_id, letter in rows)
    picks = _picks(c, jam_id, user_id)
    return Ballot(others, tuple(one.letter for one in others if one.id in picks))


@takes_locks
def cast(
    c: Connection,
    jam_id: int,
    user_id: int,
    picked: Collection[str],
    shown: Collection[str],
    *,
    now: float,
    tells: Collection[Mark] = (),
) -> Ballot | JamRefused:
    """Replace what a member picked among the letters that were `shown`; what was on other pages stays.

    Whether it counts is decided here, in the transaction that notes it: it is in time, for what is there,
    for nobody's own, and no more than everybody has.
    """
    hold_jam(c, jam_id)
    one = jams.by_id(c, jam_id)
    if one is None:
        return JamRefused(JamProblem.GONE)
    # What was pressed in the last second may be a little late.
    if one.state is not JamState.VOTING or now > one.due_at + ON_ITS_WAY:
        return JamRefused(JamProblem.NO_VOTE, one.id, until=one.due_at)
    if marks.holds(c, jam_id, user_id, Mark.KEPT_OUT):
        return JamRefused(JamProblem.KEPT_OUT, jam_id)
    before = of_member(c, jam_id, user_id)
    ids = {each.letter: each.id for each in before.choices}
    if not set(picked) <= ids.keys():
        mine = {each.letter for each in entries.of_member(c, jam_id, user_id)}
        return JamRefused(JamProblem.OWN if mine & set(picked) else JamProblem.NO_ENTRY, jam_id)
    after = {letter for letter in before.picked if letter not in shown} | set(picked)
    if len(after) > one.picks:
        return JamRefused(JamProblem.TOO_MANY_PICKS, jam_id, number=one.picks)
    drop(c, jam_id, user_id)
    for mark in tells:
        marks.give(c, jam_id, user_id, mark)
    rows = [{"jam_id": jam_id, "user_id": user_id, "entry_id": ids[letter]} for letter in sorted(after)]
    if rows:
        c.execute(sa.insert(jam_ballot), rows)
    return Ballot(before.choices, tuple(one.letter for one in before.choices if one.letter in after))


def all_of(c: Connection, jam_id: int) -> Mapping[int, Collection[int]]:
    """List all picks by voter, for the count."""
    found: dict[int, set[int]] = defaultdict(set)
    for row in c.execute(sa.select(jam_ballot).where(jam_ballot.c.jam_id == jam_id)):
        found[row.user_id].add(row.entry_id)
    return found


def free(c: Connection, jam_id: int, entry_id: int) -> None:
    """Give the votes for an entry back."""
    c.execute(sa.delete(jam_ballot).where(jam_ballot.c.jam_id == jam_id, jam_ballot.c.entry_id == entry_id))


def drop(c: Connection, jam_id: int, user_id: int) -> None:
    """Take a member's votes out of the count."""
    c.execute(sa.delete(jam_ballot).where(jam_ballot.c.jam_id == jam_id, jam_ballot.c.user_id == user_id))


def voters(c: Connection, jam_id: int, cast: Mapping[int, Collection[int]]) -> dict[str, int]:
    """Count who voted, and of them those who might be somebody's second account."""
    counted = {mark.value: len(cast.keys() & {*marks.members(c, jam_id, mark)}) for mark in _TELLING}
    return {"all": len(cast), **counted}


def forget(c: Connection, jam_id: int) -> None:
    c.execute(sa.delete(jam_ballot).where(jam_ballot.c.jam_id == jam_id))
    marks.forget(c, jam_id, *_TELLING)


def _picks(c: Connection, jam_id: int, user_id: int) -> set[int]:
    mine = jam_ballot.c.jam_id == jam_id, jam_ballot.c.user_id == user_id
    return set(c.scalars(sa.select(jam_ballot.c.entry_id).where(*mine)))
