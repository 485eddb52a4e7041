"""The life of jobs holds in a world in which anything may go wrong."""

from collections.abc import Mapping

import pytest

from tests.jobs.model import mutants_of_results  # noqa: F401 - registers more of them
from tests.jobs.model.invariants import Broken
from tests.jobs.model.machine import JobsMachine
from tests.jobs.model.mutants import MUTANTS
from tests.jobs.model.outcomes import Call, Course, Outcome, Send
from tests.jobs.model.runs import focused, run
from tests.jobs.model.world import CHANNELS

# Many times what the longest search needs.
_WORLDS_TO_FIND_IT = 300
_STEPS_TO_FIND_IT = 8

# Seeds with which the longest searches are short. Others find it too: who changes a machine may drop them.
_SOON: Mapping[str, int] = {
    "a_failed_look_is_the_last": 18,
    "a_listing_that_grows_does_not_start_the_wait_anew": 9,
    "a_post_whose_answer_was_lost_is_given_up": 9,
    "a_refused_poll_ends_the_task": 18,
    "a_task_has_no_deadline": 35,
    "songs_are_not_kept": 6,
    "the_rest_is_forgotten_while_the_first_is_posted": 6,
    "the_task_id_is_forgotten": 3,
    "the_word_that_credits_are_back_is_ignored": 1,
    "what_never_comes_is_not_named": 4,
    "what_was_given_up_is_no_longer_unresolved": 14,
}

pytestmark = pytest.mark.usefixtures("unmeasured")


def test_nothing_is_lost_nothing_is_paid_twice_nothing_is_silent() -> None:
    assert run(25) > 400


@pytest.mark.parametrize("then_takes", [45.0, 5.0])
def test_a_message_that_lands_after_its_repeat_was_refused_is_found(then_takes: float) -> None:
    """The machine came upon it in a hundred thousand steps, which is too rarely to be left to chance."""
    machine = JobsMachine()
    machine.begin(seed=0)
    channels = machine.here.channels
    machine.the_channel_answers_badly(sends=[Send.REFUSED, Send.LOST_LATE, Send.TOO_BIG], takes=45.0)
    machine.order("suno.create", [Outcome()], CHANNELS[0], 0.0, shown=True)
    while channels.outcomes != [Send.TOO_BIG]:
        machine.time_passes(1.0)
    channels.takes = then_takes  # before the message of the second try lands, or after it
    machine.time_passes(4000.0)
    machine.nothing_is_broken()
    assert not channels.outcomes, "all of it was met with"
    machine.teardown()


def test_credits_that_came_back_while_the_bot_was_away_are_found_by_itself() -> None:
    """Beside a call of which only the absence tells that it was free: the readings begin anew with that."""
    machine = JobsMachine()
    machine.begin(seed=148)
    fine = [Course.FINE] * 3
    machine.several_at_once_fail([Course.REFUNDED_LATE, *fine], says=False, lost=True)
    machine.several_at_once_fail([Course.FINE, *fine], says=False, lost=False)
    machine.order_and_lose_the_answer("suno.create", Call.LOST_BEFORE, Course.FINE, 5.0, 20.0)
    machine.the_bot_is_killed_at_a_step(34, 0.0)
    machine.order_and_send_badly("suno.create", [Send.LOST_BEFORE], 1.0, 35.0)
    machine.time_passes(4000.0)
    assert not machine.alive
    machine.the_bot_is_started(30_000.0, 100.0)
    machine.everything_ends()
    machine.nothing_is_broken()
    machine.teardown()


@pytest.mark.parametrize("name", MUTANTS)
def test_an_error_put_into_the_code_is_found(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    error = MUTANTS[name]
    error.mutate(monkeypatch)
    with pytest.raises(Broken):
        run(
            _WORLDS_TO_FIND_IT,
            focused(error.rules),
            steps=_STEPS_TO_FIND_IT,
            seed=_SOON.get(name),
            shrink=False,
        )
