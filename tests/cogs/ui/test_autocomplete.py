"""Lists that open while a member types: every entry tells what it is."""

from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from cogs.ui.autocomplete import clip_line
from jobs.models import Clip
from tests.jobs.shelf import NOW

LONG = "A title that is long " * 8


def clip(job_id: int, operation: str, part: str = "take 1", **facts: Any) -> Clip:  # noqa: ANN401 - fields
    plain = Clip(
        job_id, 0, f"c{job_id}-{part[-1:]}", "song", "Velvet Bus", part, duration=12.0, created_at=NOW
    )
    return replace(plain, operation=operation, **facts)


@pytest.mark.parametrize(
    ("one", "whose", "shown"),
    [
        (clip(7, "suno.create"), "", "Velvet Bus - take 1 · 0:12 · #7 · just now"),
        (clip(7, "suno.create", created_at=NOW + 5), "Ravi",
         "Velvet Bus - take 1 · 0:12 · #7 · just now · Ravi"),
        (clip(7, "riffusion.vocals", created_at=NOW - 150), "yours",
         "Velvet Bus (new vocals) - take 1 · 0:12 · #7 · 2 min ago · yours"),
        (clip(7, "suno.extend", params={"continue_at": "8"}, created_at=NOW - 3 * 3600), "",
         "Velvet Bus (extension from 0:08) - take 1 · 0:12 · #7 · 3 h ago"),
        (clip(7, "suno.concat", "", created_at=NOW - 86400), "",
         "Velvet Bus (whole song) · 0:12 · #7 · 1 day ago"),
        (clip(9, "suno.stems_full", "Vocals", kind="stem", source=clip(7, "suno.create", "take 2")), "",
         "Velvet Bus - take 2 - Vocals · of all stems · 0:12 · #9 · just now"),
    ],
)  # fmt: skip
def test_an_entry_says_what_it_is_how_old_and_whose(one: Clip, whose: str, shown: str) -> None:
    assert clip_line(one, NOW, whose) == shown


def test_where_room_is_short_the_songs_name_is_cut_and_nothing_else() -> None:
    one = clip(7, "riffusion.replace", "take 2", title=LONG, params={"starts": "5", "ends": "12"})
    shown = clip_line(one, NOW, "Ravi")
    assert len(shown) == 100
    assert shown.startswith("A title that is long A")
    assert shown.endswith("… (new section from 0:05 to 0:12) - take 2 · 0:12 · #7 · just now · Ravi")


def test_an_entry_fits_whatever_it_is_called() -> None:
    one = clip(123456, "suno.stems_full", "p" * 200, kind="stem", title=LONG, duration=36000.0)
    assert len(clip_line(one, NOW + 1e9, "w" * 99)) == 100


def test_no_two_entries_look_alike_however_much_is_made_from_one_song() -> None:
    derived = product(
        ("suno.cover", "suno.extend", "suno.stems_full", "riffusion.sound", "suno.create"), range(50)
    )
    names = [
        clip_line(clip(number, operation, part, title=LONG), NOW, "Ravi")
        for number, (operation, _) in enumerate(derived)
        for part in ("take 1", "take 2")
    ]
    assert len(names) == len(set(names)) == 500
    assert max(map(len, names)) <= 100
