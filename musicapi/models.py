"""What the API's answers mean, free of its spelling."""

import re
from dataclasses import dataclass, replace
from enum import StrEnum

# "<song> (Vocals)": how the API names the stems of a song.
_STEM_TITLE = re.compile(r"^(?P<song>.*\S)\s*\((?P<part>[^()]+)\)\s*$", re.DOTALL)
# The lyrics of a clip that nobody sings on begin so.
_INSTRUMENTAL = "[Instrumental"


def is_instrumental(lyrics: str) -> bool:
    return lyrics.startswith(_INSTRUMENTAL)


class ClipState(StrEnum):
    """A clip's state. Unknown states count as `RUNNING`."""

    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Clip:
    """One result, audio for the most part; of one that is still running nothing is kept but its id.

    Attributes:
        clip_id: The API's id, the handle for everything that can be done with the clip. A WAV and written
            lyrics have none; a persona's is its own.
        audio_url: Where the finished file is; empty until the clip has succeeded.
        duration: Seconds, or None where the API does not say (it sends numbers, strings or nothing).
        error: Why the clip failed; empty otherwise.
    """

    clip_id: str
    state: ClipState
    title: str = ""
    tags: str = ""
    lyrics: str = ""
    model: str = ""
    audio_url: str = ""
    image_url: str = ""
    duration: float | None = None
    error: str = ""

    @property
    def stem(self) -> tuple[str, str]:
        """(song, part) from the title of a stem; a title of another form is all part."""
        named = _STEM_TITLE.match(self.title)
        return (named["song"], named["part"]) if named else ("", self.title)


@dataclass(frozen=True, slots=True)
class TaskStatus:
    """The answer to a poll. `clips` is empty while the API says `not_ready`.

    Attributes:
        refunded: Whether the API said that the credits of the task are back.
    """

    clips: tuple[Clip, ...] = ()
    refunded: bool = False

    def without(self, clip_id: str) -> "TaskStatus":
        """Leave out the clip that the task was made from, which some listings hold as well."""
        kept = tuple(clip for clip in self.clips if not clip_id or clip.clip_id != clip_id)
        return replace(self, clips=kept)

    @property
    def finished(self) -> bool:
        return bool(self.clips) and all(clip.state is not ClipState.RUNNING for clip in self.clips)


@dataclass(frozen=True, slots=True)
class Submission:
    """The answer to a submit: a task to poll, or the results where an operation answers at once."""

    task_id: str = ""
    clips: tuple[Clip, ...] = ()


@dataclass(frozen=True, slots=True)
class Credits:
    """The account's balance. Extra credits are spent first."""

    credits: int
    extra_credits: int = 0

    @property
    def total(self) -> int:
        return self.credits + self.extra_credits
