"""The life of contests and relays holds in a world in which anything may go wrong."""

from collections.abc import Mapping

import pytest

from jobs.models.jam import Say
from tests.jobs.model.invariants import Broken
from tests.jobs.model.jams import mutants_of_turns  # noqa: F401 - registers more of them
from tests.jobs.model.jams.machine import JamsMachine
from tests.jobs.model.jams.mutants import MUTANTS
from tests.jobs.model.outcomes import Call, Outcome, Send
from tests.jobs.model.runs import focused, run
from tests.jobs.model.world import CHANNELS

_STEPS_IN_ALL, _PARTS = 20_000, 10
# A third of a short world is its beginning and its end.
_LONG = 600
# Many times what the longest search needs.
_WORLDS_TO_FIND_IT = 100
_STEPS_TO_FIND_IT = 6

# Seeds with which the longest searches are short. Others find it too: who changes a machine may drop them.
_SOON: Mapping[str, int] = {
    "a_ballot_is_added_to_the_earlier_one": 5,
    "a_ballot_may_have_any_number_of_picks": 2,
    "a_blind_relay_is_heard_whole": 1,
    "a_join_that_was_paid_and_failed_is_ordered_again": 3,
    "a_join_without_an_answer_is_ordered_again": 3,
    "a_message_whose_answer_was_lost_is_given_up": 1,
    "a_tie_is_broken_by_number": 1,
    "a_try_is_taken_after_the_end": 1,
    "a_turn_is_passed_after_it_was_made": 6,
    "an_own_entry_is_only_left_out_of_the_list": 5,
    "ballots_are_kept_after_the_end": 2,
    "letters_are_given_in_the_order_of_entry": 1,
    "the_first_take_goes_on_whatever_was_chosen": 2,
    "the_gallery_plays_the_first_take": 1,
    "the_pot_is_booked_to_the_member": 5,
    "time_that_a_turn_lost_is_not_given_back": 8,
    "tries_are_counted_outside_the_transaction": 13,
    "what_is_hidden_is_posted_when_that_is_asked_for": 6,
    "what_is_on_another_page_is_lost": 5,
    "what_the_bot_orders_is_booked_to_the_member": 3,
    "who_let_a_turn_go_is_offered_it_again": 4,
}

pytestmark = pytest.mark.usefixtures("unmeasured")


@pytest.mark.parametrize("part", range(_PARTS))
def test_jams_are_fair_secret_paid_once_and_told_whatever_goes_wrong(part: int) -> None:
    enough = _STEPS_IN_ALL // _PARTS
    assert run(enough, JamsMachine, steps=_LONG, enough=enough, seed=part) >= enough


def test_an_entry_that_was_removed_before_its_message_landed_is_not_heard() -> None:
    machine = JamsMachine()
    machine.begin(seed=0)
    world = machine.here
    machine.a_contest_is_started(10, 10, 60, 2, 2, CHANNELS[0])
    for who in range(3):
        machine.somebody_enters(who, 1, Outcome(), 100.0, 1)
    machine.the_channel_answers_badly(sends=[Send.FINE, Send.LOST_LATE], takes=1.0, changes=0)
    while world.channels.outcomes:
        machine.time_passes(1.0)
    machine.time_passes(1.0)
    [late, *_] = [one for one in world.file.posts(1) if one.name == "gallery"]
    assert late.message_id is None
    there = [one.id for one in world.file.entries(1)]
    machine.the_host_acts(bits=5 + 8 * there.index(late.entry_id or 0), run=400.0, number=1)
    machine.nothing_is_broken()
    [is_there, *_] = [one.there for one in world.board.of(1, Say.GALLERY)]
    assert not is_there
    machine.teardown()


def test_a_result_that_comes_after_the_end_is_not_posted_by_itself() -> None:
    machine = JamsMachine()
    machine.begin(seed=0)
    world = machine.here
    machine.a_contest_is_started(10, 0, 60, 2, 2, CHANNELS[0])
    machine.time_passes(590.0)
    machine.somebody_enters(0, 1, Outcome(Call.BUSY, ends_after=1790.0), 3000.0, 1)
    machine.nothing_is_broken()
    [row], [jam] = world.file.jobs(), world.file.jams()
    assert (row.state, jam.state) == ("done", "done")
    assert not world.channels.messages
    assert world.file.songs(row.id), "it is there for its member"
    machine.teardown()


@pytest.mark.parametrize("name", MUTANTS)
def test_an_error_put_into_the_code_of_jams_is_found(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    mutate, rules = MUTANTS[name]
    mutate(monkeypatch)
    with pytest.raises(Broken):
        run(
            _WORLDS_TO_FIND_IT,
            focused(rules, JamsMachine),
            steps=_STEPS_TO_FIND_IT,
            seed=_SOON.get(name),
            shrink=False,
        )
