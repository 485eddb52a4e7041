"""Lists that open while a member types: every entry tells what it is."""

from itertools import product

import pytest

from cogs.ui.autocomplete import _clip_choice
from jobs.models import Clip
from tests.jobs.shelf import NOW


def clip(job_id: int, operation: str, part: str, *, title: str = "Velvet Bus", made: float = NOW) -> Clip:
    return Clip(
        job_id=job_id, position=0, clip_id=f"c{job_id}-{part[-1:]}", kind="song", title=title, part=part,
        duration=12.0, operation=operation, created_at=made,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("operation", "made", "shown"),
    [
        ("suno.create", NOW, "Velvet Bus - take 1 · 0:12 · #7 · just now"),
        ("riffusion.vocals", NOW - 150, "Velvet Bus - take 1 · new vocals · 0:12 · #7 · 2 min ago"),
        ("suno.cover", NOW - 3 * 3600, "Velvet Bus - take 1 · cover · 0:12 · #7 · 3 h ago"),
        ("suno.concat", NOW - 86400, "Velvet Bus - take 1 · whole song · 0:12 · #7 · 1 day ago"),
        ("suno.create", NOW + 5, "Velvet Bus - take 1 · 0:12 · #7 · just now"),
    ],
)
def test_an_entry_says_what_it_is_and_how_old(operation: str, made: float, shown: str) -> None:
    assert _clip_choice(clip(7, operation, "take 1", made=made), NOW).name == shown


def test_no_two_entries_look_alike_however_much_is_made_from_one_song() -> None:
    derived = product(
        ("suno.cover", "suno.extend", "suno.stems_full", "riffusion.sound", "suno.create"), range(50)
    )
    names = [
        _clip_choice(clip(number, operation, part, title="A title that is long " * 8), NOW).name
        for number, (operation, _) in enumerate(derived)
        for part in ("take 1", "take 2")
    ]
    assert len(names) == len(set(names)) == 500
    assert max(map(len, names)) <= 100
