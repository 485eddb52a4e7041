"""Whose turn it is."""

import pytest

from jobs.models import NOBODY
from jobs.models.jam import Entry, EntryState, JamMember
from jobs.models.jam import EntryState as E
from jobs.rules.jams.turns import may_take, next_member

MEMBERS = [JamMember(1, user_id, place) for place, user_id in enumerate((10, 20, 30), 1)]


def past(*turns: tuple[int, EntryState]) -> list[Entry]:
    return [Entry(n, 1, user_id, 0, state, 0.0, turn=1) for n, (user_id, state) in enumerate(turns, 1)]


@pytest.mark.parametrize(
    ("turns", "who"),
    [
        ((), 10),
        (((10, E.ENTERED),), 20),
        (((10, E.ENTERED), (20, E.ENTERED), (30, E.ENTERED)), 10),
        (((10, E.PASSED),), 20),
        (((10, E.ENTERED), (20, E.EXPIRED), (30, E.PASSED)), 10),
        (((10, E.PASSED), (20, E.EXPIRED), (30, E.FAILED)), None),
        (((10, E.PASSED), (20, E.EXPIRED), (30, E.ENTERED)), 10),
        (((99, E.ENTERED),), 10),
        (((20, E.ENTERED), (99, E.REMOVED)), 30),
    ],
)
def test_turns_go_round_and_nobody_is_asked_twice_for_the_same(
    turns: tuple[tuple[int, EntryState], ...], who: int | None
) -> None:
    assert next_member("joined", MEMBERS, past(*turns)) == who


def test_who_lets_two_in_a_row_expire_is_asked_no_more() -> None:
    lazy = [MEMBERS[0], JamMember(1, 20, 2, missed=2), MEMBERS[2]]
    assert next_member("joined", lazy, past((10, E.ENTERED))) == 30
    once = [MEMBERS[0], JamMember(1, 20, 2, missed=1), MEMBERS[2]]
    assert next_member("joined", once, past((10, E.ENTERED))) == 20


def test_what_is_anyones_is_offered_until_nobody_wants_it() -> None:
    assert next_member("anyone", (), ()) == NOBODY
    assert next_member("anyone", (), past((10, E.ENTERED), (20, E.EXPIRED))) == NOBODY
    assert next_member("anyone", (), past((10, E.ENTERED), (NOBODY, E.EXPIRED))) is None
    assert next_member("anyone", (), past((NOBODY, E.EXPIRED), (10, E.ENTERED))) == NOBODY


def test_nobody_takes_two_in_a_row() -> None:
    assert may_take(10, ())
    assert not may_take(10, past((20, E.ENTERED), (10, E.ENTERED), (20, E.PASSED)))
    assert may_take(20, past((20, E.ENTERED), (10, E.ENTERED)))


def test_who_gave_a_free_turn_back_does_not_keep_it_going() -> None:
    assert not may_take(10, past((20, E.ENTERED), (10, E.PASSED), (30, E.EXPIRED)))
    assert not may_take(30, past((20, E.ENTERED), (10, E.PASSED), (30, E.EXPIRED)))
    assert may_take(10, past((10, E.PASSED), (20, E.ENTERED))), "of the next one nothing was said"
