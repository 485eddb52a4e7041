"""The life of blind contests holds in a world in which anything may go wrong."""

import logging
from collections.abc import Iterator

import pytest

from tests.jobs.model.jams.machine import JamsMachine
from tests.jobs.model.outcomes import Send
from tests.jobs.model.runs import run

pytestmark = pytest.mark.usefixtures("unmeasured")


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """What goes wrong here is on purpose."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def test_a_contest_is_fair_secret_and_told_whatever_goes_wrong() -> None:
    assert run(20, JamsMachine, steps=60) > 900


def test_an_entry_that_was_removed_before_its_message_landed_is_not_heard() -> None:
    machine = JamsMachine()
    machine.begin(seed=0)
    machine.a_contest_comes_to_its_vote({0, 1, 2}, [Send.FINE, Send.LOST_LATE], late=False)
    [late, *_] = [one for one in machine.here.file.posts(1) if one.name == "gallery"]
    assert late.message_id is None
    machine.the_host_acts(bits=5, run=0.0, number=1)
    machine.time_passes(400.0)
    machine.nothing_is_broken()
    removed = [one.there for one in machine.here.board.notices if one.post.entry_id == late.entry_id]
    assert False in removed
    machine.teardown()
