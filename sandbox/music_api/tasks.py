"""Tasks and clips: what was asked for, and how far it is at a given moment."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from sandbox.music_api.songs import Recipe

AudioKind = Literal["mp3", "ogg", "wav"]
"""The kinds of files."""

NOT_READY_SHARE: Final = 0.15
"""The share of a task's time in which polls are told to come back later."""

FIRST_CLIP_SHARE: Final = 0.6
"""The share of a task's time after which clips begin to succeed, one after the other."""


FailureStyle = Literal["clips", "error", "timeout"]
"""How polls tell that a task failed: by listing failed clips (200) or by an error object (500, 504)."""


class State(enum.StrEnum):
    """A clip's state, as the wire spells it."""

    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Clip:
    """One audio result with the facts that its listing shows.

    Attributes:
        clip_id: The API's id of it.
        title: Its name.
        tags: Its style in words.
        lyrics: What is sung.
        mv: The model.
        description: The description that it was made from, None where there was none.
        created_at: Seconds since 1970.
        recipe: Its sound.
        provider: Whose it is; the others do not know it.
        kind: The kind of file that polls list.
        uploaded: Whether it came from outside.
        parent: The id of the clip that it was made from, empty for none.
        facts: What a poll of Nuro shows besides.
    """

    clip_id: str
    title: str
    tags: str
    lyrics: str
    mv: str
    description: str | None
    created_at: float
    recipe: Recipe
    provider: str = "suno"
    kind: AudioKind = "mp3"
    uploaded: bool = False
    parent: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a whole task failed, in the way the API answers its polls from then on.

    Attributes:
        style: How it says so.
        message: The reason.
        refunded: Whether the credits were given back, which an error object also says.
    """

    style: FailureStyle
    message: str
    refunded: bool


@dataclass(slots=True)
class Task:
    """One accepted request that takes a while.

    Attributes:
        task_id: The API's id of the work.
        operation: For example `suno.create`.
        created_at: Seconds since 1970.
        seconds: How long it takes.
        clips: Its results, in the order in which they are listed.
        failure: Set once the whole task has failed.
        lost: Clips that failed alone, with their messages.
    """

    task_id: str
    operation: str
    created_at: float
    seconds: float
    clips: tuple[Clip, ...]
    failure: Failure | None = None
    lost: dict[str, str] = field(default_factory=dict)

    @property
    def provider(self) -> str:
        """Whose task it is."""
        return self.operation.partition(".")[0]

    def share(self, now: float) -> float:
        """How much of the task's time is over: 0 at its start, 1 and above at its end."""
        return (now - self.created_at) / self.seconds if self.seconds > 0 else 1.0

    def not_ready(self, now: float) -> bool:
        """Whether there is nothing to list yet."""
        return self.failure is None and not self.lost and self.share(now) < NOT_READY_SHARE

    def due(self, clip: Clip, now: float) -> bool:
        """Whether the clip's turn to succeed has come; the last one's comes with the end of the task."""
        turn = (self.clips.index(clip) + 1) / len(self.clips)
        return self.share(now) >= FIRST_CLIP_SHARE + (1 - FIRST_CLIP_SHARE) * turn

    def error_message(self, clip: Clip) -> str | None:
        """Why the clip failed, None if it did not."""
        return self.failure.message if self.failure else self.lost.get(clip.clip_id)
