"""The life of a job as a table."""

from typing import Any, cast

import pytest

from jobs.models.states import MOVES, OPEN, JobState, S

ENDS = {S.DONE, S.FAILED, S.UNDELIVERABLE, S.CANCELLED}


def reachable(start: JobState) -> set[JobState]:
    seen, edge = {start}, [start]
    while edge:
        edge = [later for state in edge for later in MOVES[state] if later not in seen]
        seen |= set(edge)
    return seen


def test_every_state_has_its_moves() -> None:
    assert set(MOVES) == set(JobState)
    assert all(set(later) <= set(JobState) for later in MOVES.values())


def test_no_state_moves_to_itself() -> None:
    assert [state for state in JobState if state in MOVES[state]] == []


def test_a_member_waits_until_a_job_is_over() -> None:
    assert {S.ACCEPTED, S.SUBMITTING, S.HELD, S.WAITING, S.READY, S.POSTING} == OPEN


def test_every_state_is_reached_from_acceptance() -> None:
    assert reachable(S.ACCEPTED) == set(JobState)


@pytest.mark.parametrize("state", JobState)
def test_from_every_state_there_is_an_end(state: JobState) -> None:
    assert reachable(state) & ENDS


def test_only_what_was_committed_beforehand_is_paid_or_posted() -> None:
    """A task or a result comes only out of `submitting`, and a delivery only out of `posting`."""
    assert {state for state in JobState if S.WAITING in MOVES[state]} == {S.SUBMITTING, S.FAILED}
    assert {state for state in JobState if S.SUBMITTING in MOVES[state]} == {S.ACCEPTED}
    assert {state for state in JobState if S.DONE in MOVES[state]} == {S.POSTING}
    assert {state for state in JobState if S.POSTING in MOVES[state]} == {S.READY}


def test_what_may_have_been_paid_is_not_simply_cancelled() -> None:
    assert {state for state in JobState if S.CANCELLED in MOVES[state]} == {S.ACCEPTED, S.HELD}


def test_a_lost_answer_is_put_before_a_person() -> None:
    assert S.HELD in MOVES[S.SUBMITTING]


def test_what_can_be_asked_for_once_a_job_has_stopped() -> None:
    assert MOVES[S.HELD] == {S.ACCEPTED, S.CANCELLED, S.FAILED}
    assert MOVES[S.FAILED] == {S.WAITING}
    assert MOVES[S.DONE] == MOVES[S.UNDELIVERABLE] == {S.READY}
    assert not MOVES[S.CANCELLED]


def test_open_and_ended_states_are_all_states() -> None:
    assert set(JobState) == OPEN | ENDS
    assert not OPEN & ENDS


def test_the_table_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        cast("Any", MOVES)[S.DONE] = frozenset(JobState)
