"""What results are called: as one reads them in lists, titles and files."""

import pytest

from jobs.models import Clip
from jobs.rules.attachments import file_names
from jobs.rules.names import full_title

TITLE = "Harbour Lights"


def clip(
    operation: str, part: str = "take 1", kind: str = "song", of: Clip | None = None, **params: str
) -> Clip:
    return Clip(12, 0, "c", kind, TITLE, part, operation=operation, params=params, source=of)


SONG = clip("suno.create")
EXTENSION = clip("suno.extend", "take 2", continue_at="8")
STEM = clip("suno.stems_full", "Vocals", kind="stem", of=SONG)
NAMES = [
    (SONG, "Harbour Lights - take 1"),
    (EXTENSION, "Harbour Lights (extension from 0:08) - take 2"),
    (clip("riffusion.extend", continue_at="1:05.25"), "Harbour Lights (extension from 1:05) - take 1"),
    (clip("suno.extend"), "Harbour Lights (extension) - take 1"),
    (clip("suno.concat", ""), "Harbour Lights (whole song)"),
    (clip("riffusion.cover"), "Harbour Lights (cover) - take 1"),
    (clip("riffusion.replace", starts="5", ends="0:12"),
     "Harbour Lights (new section from 0:05 to 0:12) - take 1"),
    (clip("riffusion.replace", starts="soon", ends=""), "Harbour Lights (new section) - take 1"),
    (clip("riffusion.sound"), "Harbour Lights (new sound) - take 1"),
    (clip("riffusion.vocals"), "Harbour Lights (new vocals) - take 1"),
    (STEM, "Harbour Lights - take 1 - Vocals"),
    (clip("suno.stems_basic", "Vocals", kind="stem", of=EXTENSION),
     "Harbour Lights (extension from 0:08) - take 2 - Vocals"),
    (clip("suno.stems_basic", "Vocals", kind="stem"), "Harbour Lights - Vocals"),
    (clip("suno.wav", kind="wav", of=SONG), "Harbour Lights - take 1"),
    (clip("suno.wav", "Vocals", kind="wav", of=STEM), "Harbour Lights - take 1 - Vocals"),
    (clip("suno.wav", kind="wav"), "Harbour Lights - take 1"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "name"), NAMES, ids=[name for _, name in NAMES])
def test_a_name_tells_song_change_take_and_part(one: Clip, name: str) -> None:
    assert full_title(one) == name


@pytest.mark.parametrize(
    ("one", "name"),
    [
        (STEM, "Harbour Lights - take 1 - Vocals #12"),
        (EXTENSION, "Harbour Lights (extension from 0-08) - take 2 #12"),
    ],
)
def test_a_file_has_the_name_of_its_result_and_the_number_of_its_job(one: Clip, name: str) -> None:
    assert file_names([one]) == {0: name}
