"""Whose turn it is. Pure."""

from collections.abc import Iterator, Sequence

from jobs.models import NOBODY
from jobs.models.jam import Entry, EntryState, JamMember

JOINED, DRAWN, ANYONE = "joined", "drawn", "anyone"
# Who lets so many turns in a row expire is asked no more.
MOST_MISSED = 2
# A relay of one is none.
LEAST_MEMBERS = 2


def next_member(order: str, members: Sequence[JamMember], past: Sequence[Entry]) -> int | None:
    """Find whose turn it is next; NOBODY for whoever comes first, None where nobody is left to ask.

    Turns go round by place. Whoever has passed this very turn, or let it expire, is not asked for it again.
    """
    asked = {one.user_id for one in _of_this_turn(past)}
    if order == ANYONE:
        return None if NOBODY in asked else NOBODY
    for one in _from(members, past):
        if one.user_id not in asked and one.missed < MOST_MISSED:
            return one.user_id
    return None


def may_take(user_id: int, past: Sequence[Entry]) -> bool:
    """Whether a member may take a turn that is anyone's: not twice in a row, nor one that they gave back.

    Each time that it is offered anew its time begins anew, so one member could keep a jam from its end.
    """
    made = [one for one in past if one.state is EntryState.ENTERED]
    left = (EntryState.PASSED, EntryState.EXPIRED)
    gave_back = any(one.user_id == user_id and one.state in left for one in _of_this_turn(past))
    return not gave_back and (not made or made[-1].user_id != user_id)


def _of_this_turn(past: Sequence[Entry]) -> Iterator[Entry]:
    """Those to whom the present turn was offered before."""
    for one in reversed(past):
        if one.state is EntryState.ENTERED:
            return
        yield one


def _from(members: Sequence[JamMember], past: Sequence[Entry]) -> Sequence[JamMember]:
    """The members from the one after whom it was last; who has left is passed over."""
    order = [one.user_id for one in members]
    last = next((one.user_id for one in reversed(past) if one.user_id in order), None)
    begin = 0 if last is None else order.index(last) + 1
    return [*members[begin:], *members[:begin]]
