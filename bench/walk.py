"""The way of `/stems` from the key press to the posted stems: `python bench/walk.py`.

A song is made first. Then the real bot, its engine, its store and a music API over HTTP deliver its stems
with one poll, while every function of ours that is entered is noted, in all threads. Prints them in the order
in which each was first entered, and how many there are in how many files.
"""

import asyncio
import sys
import tempfile
import threading
from functools import cache
from itertools import groupby
from pathlib import Path
from types import CodeType, FrameType

import stage

from jobs.models.states import JobState
from startup.wiring import assemble
from tests.conftest import KEY, jam_with, settings_for
from tests.fakes.api_faults import FaultyMusicApi
from tests.fakes.sound import FixedSound

PACKAGES = ("cogs", "jobs", "musicapi", "startup")
GOAL_FUNCTIONS, GOAL_FILES = 150, 45
# Part of the function in which they stand, or of the loading of a module.
_NO_FUNCTIONS = ("<lambda>", "<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>", "<module>")


class Walk:
    """Notes the functions that are entered while it is `on`, but for those called by a fake or here."""

    def __init__(self) -> None:
        self.on = False
        self._entered: dict[CodeType, None] = {}

    def __call__(self, frame: FrameType, event: str, _argument: object) -> None:
        """Called by Python for every call."""
        if not self.on or event != "call" or _package_of(frame) not in PACKAGES:
            return
        caller: FrameType | None = frame
        while caller is not None and _package_of(caller) in PACKAGES:
            caller = caller.f_back
        if caller is None or _package_of(caller) not in ("sandbox", "tests"):
            self._entered.setdefault(frame.f_code)

    def functions(self) -> list[tuple[str, str]]:
        """(file, name) of each, in the order of their first call."""
        return [
            (str(Path(code.co_filename).relative_to(stage.ROOT)), code.co_qualname.replace("<locals>.", ""))
            for code in self._entered
            if code.co_name not in _NO_FUNCTIONS
        ]


@cache
def _package(file: str) -> str:
    path = Path(file)
    return path.relative_to(stage.ROOT).parts[0] if path.is_relative_to(stage.ROOT) else ""


def _package_of(frame: FrameType) -> str:
    return _package(frame.f_code.co_filename)


async def stems(walk: Walk, folder: Path) -> None:
    """Let a member make a song, then its stems; note the second."""
    # Songs that are done at once: the first poll finds them.
    async with (
        FaultyMusicApi(keys=[KEY], credits=500, time_scale=0.0, sound=FixedSound(2.0)) as api,
        assemble(settings_for(api, folder)) as parts,
        jam_with(parts, api) as jam,
    ):
        _, clip_id = await jam.song()
        await jam.env.settle()
        walk.on = True
        await jam.mia.slash(jam.channel, "stems", clip_id=clip_id)
        await jam.state(2, JobState.DONE)
        walk.on = False


def main() -> None:
    walk = Walk()
    threading.setprofile(walk)  # before the store's threads begin
    sys.setprofile(walk)
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(stems(walk, Path(folder)))
    sys.setprofile(None)
    found = walk.functions()
    for file, names in groupby(found, key=lambda one: one[0]):
        print(f"{file}: {', '.join(name for _, name in names)}")
    files = len({file for file, _ in found})
    print(f"{len(found)} functions in {files} files (goal: {GOAL_FUNCTIONS} in {GOAL_FILES})")


if __name__ == "__main__":
    main()
