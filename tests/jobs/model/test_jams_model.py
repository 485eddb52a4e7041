"""The life of contests and relays holds in a world in which anything may go wrong."""

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
_LONG = 300
# Many times what the longest search needs.
_WORLDS_TO_FIND_IT = 100
_STEPS_TO_FIND_IT = 6

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
        run(_WORLDS_TO_FIND_IT, focused(rules, JamsMachine), steps=_STEPS_TO_FIND_IT, shrink=False)
