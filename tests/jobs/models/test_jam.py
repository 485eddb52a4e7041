"""The life of a jam and of an entry as tables."""

from jobs.models.jam import AT_TURN, ENTRY_MOVES, HIDING, JAM_MOVES, RUNNING, JamState
from jobs.models.jam import EntryState as E
from jobs.models.jam_kinds import KINDS
from musicapi import OPERATIONS


def test_every_jam_comes_to_an_end() -> None:
    assert set(JAM_MOVES) == set(JamState)
    for state in RUNNING:
        assert JAM_MOVES[state], state
        assert state not in JAM_MOVES[state]
    assert [state for state in JamState if not JAM_MOVES[state]] == [JamState.DONE, JamState.CANCELLED]


def test_results_are_shown_only_after_they_were_committed() -> None:
    assert {state for state in JamState if JamState.DONE in JAM_MOVES[state]} == {JamState.SHOWING}
    assert JamState.SHOWING not in HIDING
    assert all(JamState.CANCELLED in JAM_MOVES[state] for state in HIDING)


def test_what_is_out_of_a_jam_never_comes_back() -> None:
    for over in (E.WITHDRAWN, E.REMOVED, E.FAILED, E.PASSED, E.EXPIRED):
        assert ENTRY_MOVES[over] == set()
    assert E.REMOVED in ENTRY_MOVES[E.ENTERED]
    assert all(E.REMOVED in ENTRY_MOVES[state] for state in AT_TURN)


def test_kinds_name_operations_that_exist() -> None:
    for kind in KINDS.values():
        assert {*kind.ways, *kind.from_song, kind.joins, kind.sings} - {""} <= set(OPERATIONS)
