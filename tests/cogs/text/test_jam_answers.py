"""What a member reads of their own entries."""

import pytest

from cogs.text.jams import answers
from jobs.jams.service import Try
from jobs.models import Clip
from jobs.models.jam import Entry, EntryState, Jam
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
