"""What a member reads of their own entries."""

from dataclasses import replace

import pytest

from cogs.text.jams import answers
from jobs.jams.service import Try
from jobs.models import Clip
from jobs.models.jam import Entry, EntryState, Jam, JamState
from jobs.models.states import JobState
from tests.cogs.text.test_clean import job
from tests.jobs.jams_shelf import BRIEF

NAMES = ("mia_k", "Mia K.", "Jo")


@pytest.mark.parametrize(
    ("title", "words", "warned"),
    [
        ("A song by MIA K.", "", True),
        ("Low Tide", "[Verse]\nmia_k sings it", True),
        ("Low Tide", "mia_kay is somebody else", False),
        ("Low Tide", "Jo is too short to mean anybody", False),
        ("Low Tide", "", False),
    ],
)
def test_whoever_gives_themselves_away_is_told(title: str, words: str, *, warned: bool) -> None:
    one = Try(
        Entry(1, 1, 33, 1, EntryState.ENTERED, 0.0), None, (Clip(1, 0, "c", "song", title, lyrics=words),)
    )
    assert ("tells whose it is" in answers.mine(Jam(id=1, **BRIEF), [one], NAMES)) is warned


@pytest.mark.parametrize(
    ("state", "of_job", "said"),
    [
        (EntryState.WORKING, JobState.DONE, "made; the jam was cancelled"),
        (EntryState.WORKING, JobState.WAITING, "it is being made; the jam was cancelled"),
        (EntryState.WORKING, JobState.CANCELLED, "It was cancelled, and nothing was charged."),
        (EntryState.CHOOSING, JobState.DONE, "made; the jam was cancelled"),
        (EntryState.OFFERED, None, "the jam was cancelled"),
    ],
)
def test_what_was_under_way_when_a_jam_was_cancelled_says_what_became_of_it(
    state: EntryState, of_job: JobState | None, said: str
) -> None:
    entry = Entry(1, 1, 33, 1, state, 0.0)
    one = Try(entry, None if of_job is None else job(state=of_job, charged=0))
    jam = replace(Jam(id=1, **BRIEF), state=JamState.CANCELLED)
    assert answers.mine(jam, [one]).endswith(f" · {said}")
