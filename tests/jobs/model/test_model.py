"""The life of jobs holds in a world in which anything may go wrong."""

import logging
from collections.abc import Iterator

import pytest

from tests.jobs.model import mutants_of_results  # noqa: F401 - registers more of them
from tests.jobs.model.invariants import Broken
from tests.jobs.model.mutants import MUTANTS
from tests.jobs.model.runs import focused, run

# Many times what the longest search needs.
_WORLDS_TO_FIND_IT = 300
_STEPS_TO_FIND_IT = 8

pytestmark = pytest.mark.usefixtures("unmeasured")


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """What goes wrong here is on purpose; thousands of tracebacks tell nobody anything."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def test_nothing_is_lost_nothing_is_paid_twice_nothing_is_silent() -> None:
    assert run(25) > 400


@pytest.mark.parametrize("name", MUTANTS)
def test_an_error_put_into_the_code_is_found(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    error = MUTANTS[name]
    error.mutate(monkeypatch)
    with pytest.raises(Broken):
        run(_WORLDS_TO_FIND_IT, focused(error.rules), steps=_STEPS_TO_FIND_IT, shrink=False)
